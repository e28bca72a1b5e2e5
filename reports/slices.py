"""By what a figure can be sliced: the official values of each slice and how people read them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality, Place, User, codes_of
from mediation.models import Mediator

from .periods import Period, month_label

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Slice:
    """One way to divide a figure into rows; ``code_list`` is where its values are listed."""

    code: str
    label: str | Promise
    code_list: str = ""


SLICES = {
    slice_.code: slice_
    for slice_ in (
        Slice("month", _("Month")),
        Slice("municipality", _("Municipality")),
        Slice("place", _("Place")),
        Slice("mediator", _("Mediator")),
        Slice("mode", _("Mode"), "visit_mode"),
        Slice("topic", _("Topic"), "topic"),
        Slice("action", _("Action"), "action"),
        Slice("outcome", _("Outcome"), "outcome"),
        Slice("sex", _("Sex"), "sex"),
        Slice("age_band", _("Age"), "age_band"),
    )
}


def month_of(key: str) -> Period:
    """The month written ``YYYY-MM``; raises ValueError for anything else."""
    found = MONTH.fullmatch(key)
    if not found:
        raise ValueError(f"not a month: {key}")
    return Period.month(int(found[1]), int(found[2]))


def month_key(day: date) -> str:
    """The official key of a day's month, such as ``2017-10``."""
    return f"{day:%Y-%m}"


def is_value(slice_code: str, value: str) -> bool:
    """Whether the slice can have this value at all."""
    match slice_code:
        case "month":
            return MONTH.fullmatch(value) is not None and not value.startswith("0000")
        case "municipality":
            return Municipality.objects.filter(pk=value).exists()
        case "mediator":
            return Mediator.objects.filter(ref=value).exists()
        case "place":
            return value in place_names().values()
    return value in codes_of(SLICES[slice_code].code_list)


def place_names() -> dict[int, str]:
    """Official names of all places by id; where two share a name, the municipality's code is added.

    Figures count places apart even when they share a name.
    """
    places = list(Place.objects.values_list("pk", "name", "municipality_id"))
    seen: dict[str, int] = {}
    for _pk, name, _municipality in places:
        seen[name] = seen.get(name, 0) + 1
    return {
        pk: name if seen[name] == 1 else f"{name} ({municipality})"
        for pk, name, municipality in places
    }


def value_labels(slice_code: str, keys: Iterable[str], user: User | None) -> dict[str, str]:
    """The keys as people read them, in the language of the page and in the order people expect.

    A mediator whose work the user may not look at stays a reference.
    """
    keys = set(keys)
    if not keys:
        return {}
    match slice_code:
        case "month":
            return {key: month_label(month_of(key).start) for key in sorted(keys)}
        case "municipality":
            found = Municipality.objects.filter(pk__in=keys)
            return dict(sorted(((m.pk, m.name) for m in found), key=lambda pair: pair[1]))
        case "mediator":
            return _mediator_labels(keys, user)
        case "place":
            return {key: key for key in sorted(keys)}
    known = codes_of(SLICES[slice_code].code_list)
    listed = {code: value.label for code, value in known.items() if code in keys}
    return listed | {key: key for key in sorted(keys - listed.keys())}


def _mediator_labels(refs: set[str], user: User | None) -> dict[str, str]:
    names: dict[str, str] = {}
    if user is not None:
        visible = Mediator.objects.visible_to(user).filter(ref__in=refs)
        names = dict(visible.values_list("ref", "full_name"))
    return {ref: names.get(ref, ref) for ref in sorted(refs, key=lambda ref: names.get(ref, ref))}
