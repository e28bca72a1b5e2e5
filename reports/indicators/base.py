"""What an indicator is."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ON_THE_VISIT = ("month", "municipality", "place", "mediator", "mode")
ON_THE_ASSISTANCE = ("topic", "action", "outcome")
ON_THE_PERSON = ("sex", "age_band")

UNITS = {
    "family": _("families"),
    "person": _("persons"),
    "visit": _("visits"),
    "minutes": _("minutes"),
    "mediator": _("mediators"),
}


class Indicator:
    """One official number. The docstring of each is its official wording.

    ``wording`` is the same text, to be translated. ``counts`` says which things are counted:
    ``family``, ``person``, ``visit`` or ``mediator``; an indicator that ``sums`` adds up that
    field of the things instead. ``records`` says what makes a thing count: ``visits`` or
    ``assignments``. ``protects`` says whose small numbers are hidden from partners and public:
    families, persons or nobody.
    """

    code: str
    label: str | Promise
    wording: str | Promise
    unit: str
    slices: tuple[str, ...]
    counts: str
    sums: str = ""
    records: str = "visits"
    protects: str = ""

    def __str__(self) -> str:
        return str(self.label)

    def __repr__(self) -> str:
        return f"<{self.code}>"

    @property
    def unit_label(self) -> str:
        return str(UNITS[self.unit])
