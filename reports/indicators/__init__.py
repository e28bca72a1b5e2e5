"""The official indicators, in the order in which reports list them."""

from .base import Indicator
from .mediators import MediatorsActive, MediatorsCertified
from .visits import FamiliesReached, PersonsAssisted, VisitMinutes, Visits

INDICATORS: dict[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        FamiliesReached(),
        PersonsAssisted(),
        Visits(),
        VisitMinutes(),
        MediatorsActive(),
        MediatorsCertified(),
    )
}

__all__ = ["INDICATORS", "Indicator"]
