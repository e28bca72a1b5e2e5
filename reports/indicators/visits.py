"""What visits amount to: families, persons, visits and their time."""

from django.utils.translation import gettext_lazy as _

from .base import ON_THE_ASSISTANCE, ON_THE_PERSON, ON_THE_VISIT, Indicator


class FamiliesReached(Indicator):
    """Families with at least one confirmed visit dated in the period."""

    code = "families_reached"
    label = _("Families reached")
    wording = _("Families with at least one confirmed visit dated in the period.")
    unit = counts = protects = "family"
    slices = (*ON_THE_VISIT, *ON_THE_ASSISTANCE)


class PersonsAssisted(Indicator):
    """Persons given assistance at least once on a confirmed visit dated in the period.

    Being present is not being assisted.
    """

    code = "persons_assisted"
    label = _("Persons assisted")
    wording = _(
        "Persons given assistance at least once on a confirmed visit dated in the period. "
        "Being present is not being assisted."
    )
    unit = counts = protects = "person"
    slices = (*ON_THE_VISIT, *ON_THE_ASSISTANCE, *ON_THE_PERSON)


class Visits(Indicator):
    """Confirmed visits dated in the period."""

    code = "visits"
    label = _("Visits")
    wording = _("Confirmed visits dated in the period.")
    unit = counts = "visit"
    protects = "family"
    slices = (*ON_THE_VISIT, *ON_THE_ASSISTANCE)


class VisitMinutes(Indicator):
    """Minutes of the confirmed visits dated in the period, added up."""

    code = "visit_minutes"
    label = _("Minutes of visits")
    wording = _("Minutes of the confirmed visits dated in the period, added up.")
    unit = sums = "minutes"
    counts = "visit"
    protects = "family"
    slices = (*ON_THE_VISIT, *ON_THE_ASSISTANCE)
