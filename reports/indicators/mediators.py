"""Who does the work: active and certified mediators."""

from django.utils.translation import gettext_lazy as _

from .base import ON_THE_ASSISTANCE, ON_THE_VISIT, Indicator


class MediatorsActive(Indicator):
    """Mediators with at least one confirmed visit dated in the period, alone or together."""

    code = "mediators_active"
    label = _("Active mediators")
    wording = _(
        "Mediators with at least one confirmed visit dated in the period, alone or together."
    )
    unit = counts = "mediator"
    slices = (*ON_THE_VISIT, *ON_THE_ASSISTANCE)


class MediatorsCertified(Indicator):
    """Mediators certified by the period's last day whose assignment overlaps the period."""

    code = "mediators_certified"
    label = _("Certified mediators")
    wording = _(
        "Mediators certified by the period's last day whose assignment overlaps the period."
    )
    unit = counts = "mediator"
    records = "assignments"
    slices = ("municipality", "mediator")
