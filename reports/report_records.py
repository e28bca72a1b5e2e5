"""The records that a published report counted, beside what has become of them since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from mediation.models import Assignment, Mediator, Visit

from .indicators import INDICATORS
from .models import PublishedReport

MOST_SOURCES = 50  # records shown behind one unit; the JSON file holds them all


@dataclass(frozen=True)
class Source:
    """A record that makes something count: a visit in one version, or an assignment.

    ``record`` is what stands there today, None when it is gone.
    """

    record: Visit | Assignment | None
    version: int | None

    @property
    def is_visit(self) -> bool:
        return self.version is not None

    @property
    def day(self) -> date:
        """The day by which sources are put in order; those that are gone come first."""
        if self.record is None:
            return date.min
        return self.record.date if isinstance(self.record, Visit) else self.record.started_on

    @property
    def state(self) -> str:
        """``same``, ``changed`` since, no longer counted (``out``), or ``gone``."""
        if self.record is None:
            return "gone"
        if isinstance(self.record, Assignment):
            return "same"
        if not self.record.is_confirmed:
            return "out"
        return "same" if self.record.version == self.version else "changed"


@dataclass(frozen=True)
class Unit:
    """One thing that was counted, by the code people know it by, with what made it count."""

    code: str
    sources: list[Source]
    further: int  # records that are not shown


def indicators_of(report: PublishedReport) -> list[str]:
    """The indicators whose records the report holds, in the order in which reports list them."""
    known = [code for code in INDICATORS if code in report.records]
    return known + sorted(report.records.keys() - set(known))


def counted_units(units: Iterable[dict[str, Any]], user: User) -> list[Unit]:
    """The frozen units with their records as they are today, as far as the user may see them."""
    units = list(units)
    shown = [record for unit in units for record in unit["records"][:MOST_SOURCES]]
    today = _visits([pk for pk, version in shown if version is not None], user)
    today |= _assignments([pk for pk, version in shown if version is None], user)
    return [
        Unit(
            unit["code"],
            sorted(
                (Source(today.get(pk), version) for pk, version in unit["records"][:MOST_SOURCES]),
                key=lambda source: source.day,
            ),
            len(unit["records"][MOST_SOURCES:]),
        )
        for unit in units
    ]


def _visits(ids: list[str], user: User) -> dict[str | int, Visit | Assignment]:
    """Visits by the id that the report names them by: a text."""
    if not ids:
        return {}
    found = Visit.objects.visible_to(user).filter(pk__in=set(ids))
    return {str(visit.pk): visit for visit in found.only("date", "version", "status")}


def _assignments(ids: list[int], user: User) -> dict[str | int, Visit | Assignment]:
    """Assignments by the id that the report names them by: a number."""
    if not ids:
        return {}
    found = Assignment.objects.filter(
        pk__in=set(ids), mediator__in=Mediator.objects.visible_to(user)
    )
    return {row.pk: row for row in found.select_related("municipality")}
