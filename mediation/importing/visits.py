"""The sheet *visits*, each with the assistance that waited for it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from families.models import Family, Person

from ..models import Mediator, Visit
from ..models.visits import MINUTES_PER_DAY
from ..services import NewVisit, correct_municipality, create_visits
from ..visit_content import AssistanceContent, VisitContent, content_of
from . import cells
from .assistance import AssistanceRow, AssistanceSheet
from .cells import Row, column
from .faults import WrongCell, quoted
from .known import Known
from .sheet import Sheet, register
from .stored_visits import change_stored_visit, stored_visits, visit_id, visit_ref

LONGEST_NOTE = 20_000
MAY_BE_AHEAD = (Visit.Status.PLANNED, Visit.Status.CANCELLED)
STATED = ("date", "mediator", "co_mediators", "mode", "minutes", "status", "present", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow(Row):
    """A visit; without a municipality it was made in the family's."""

    ref: str = column(visit_ref, required=True)
    date: datetime.date = column(cells.day, required=True)
    mediator: str = column(cells.reference, required=True)
    co_mediators: tuple[str, ...] = column(cells.several(cells.reference), default=())
    family: str = column(cells.reference, required=True)
    municipality: str | None = column(cells.reference)
    mode: str = column(cells.code("visit_mode"), required=True)
    minutes: int = column(cells.whole_number(0, MINUTES_PER_DAY), default=0)
    status: str = column(cells.code("visit_status"), default=Visit.Status.CONFIRMED.value)
    present: tuple[str, ...] = column(cells.several(cells.reference), default=())
    note: str = column(cells.any_text(LONGEST_NOTE), default="")


@dataclass(frozen=True)
class Named:
    """Whom and what one visit names, and the assistance given on it."""

    family: Family | None
    mediator: Mediator | None
    co_mediators: list[Mediator]
    present: list[Person]
    rows: list[AssistanceRow]
    help_given: list[tuple[AssistanceRow, AssistanceContent]]


@register
class VisitSheet(Sheet):
    name = "visits"
    row = VisitRow

    @property
    def assistance(self) -> AssistanceSheet | None:
        sheet = self.run.sheets.get("assistance")
        return sheet if isinstance(sheet, AssistanceSheet) else None

    def take(self, rows: list[VisitRow]) -> None:
        waited = {
            row.number: self.assistance.of_visit(row.ref) if self.assistance else [] for row in rows
        }
        known = _known(rows, [each for helped in waited.values() for each in helped])
        stored = stored_visits([row.ref for row in rows if row.ref])
        new = []
        for row in rows:
            named = self._named(row, waited[row.number], known)
            visit = stored.get(row.ref)
            content = self._content(row, named, visit)
            if content is None or visit is None:
                self._check(row, named, known)
                if content and self._is_all_sound(row, named):
                    new.append(self._new(row, content))
            else:
                self._compare(row, named, known, visit, content)
        create_visits(new)

    # -- reading one visit

    def _named(self, row: VisitRow, waited: list[AssistanceRow], known: Known) -> Named:
        def refer_all(name: str, refs: tuple, found: dict, sheet: str) -> list:
            objects = [self.refer(row, name, ref, found, sheet) for ref in refs]
            return [each for each in objects if each is not None]

        self.refer_to_municipality(row, row.municipality)
        return Named(
            family=self.refer(row, "family", row.family, known.families, "families"),
            mediator=self.refer(row, "mediator", row.mediator, known.mediators, "mediators"),
            co_mediators=refer_all("co_mediators", row.co_mediators, known.mediators, "mediators"),
            present=refer_all("present", row.present, known.persons, "persons"),
            rows=waited,
            help_given=self.assistance.contents(waited, known) if self.assistance else [],
        )

    def _is_all_sound(self, row: VisitRow, named: Named) -> bool:
        assistance = self.assistance
        return self.is_sound(row) and (
            assistance is None or all(map(assistance.is_sound, named.rows))
        )

    def _content(self, row: VisitRow, named: Named, visit: Visit | None) -> VisitContent | None:
        """What the visit says after this import; None when a cell has a fault."""
        if not self._is_all_sound(row, named) or not named.family or not named.mediator:
            return None
        stated: dict[str, Any] = {
            "date": row.date,
            "mediator": named.mediator.pk,
            "co_mediators": tuple(mediator.pk for mediator in named.co_mediators),
            "mode": row.mode,
            "minutes": row.minutes,
            "status": row.status,
            "present": tuple(person.pk for person in named.present),
            "note": row.note,
        }
        if self.assistance or visit is None:
            stated["assistance"] = tuple(help_given for _, help_given in named.help_given)
        if visit is None:
            return VisitContent(family=named.family.pk, **stated)
        return replace(content_of(visit), family=named.family.pk, **stated)

    def _check(self, row: VisitRow, named: Named, known: Known) -> None:
        if named.mediator and named.mediator in named.co_mediators:
            reason = f"{quoted(row.mediator)} is the visit’s mediator already."
            self.fault(row.number, "co_mediators", reason)
        if row.date is None:
            return
        if row.date > timezone.localdate() and row.status not in MAY_BE_AHEAD:
            reason = "is in the future; only planned and cancelled visits may be."
            self.fault(row.number, "date", reason)
        if named.family is None:
            return
        if row.date < named.family.registered_on:
            day = named.family.registered_on.isoformat()
            self.fault(row.number, "date", f"is before the family was registered, on {day}.")
        self._check_members(row, named, self._belonged(row, named.family, known))

    def _belonged(self, row: VisitRow, family: Family, known: Known) -> Callable:
        return lambda person: known.members.belonged(person, family.pk, row.date)

    def _check_members(self, row: VisitRow, named: Named, belonged: Callable) -> None:
        day = row.date.isoformat()
        for person in named.present:
            if not belonged(person.pk):
                reason = f"{quoted(str(person.ref))} was not a member of the family on {day}."
                self.fault(row.number, "present", reason)
        for help_row, help_given in named.help_given:
            if self.assistance and not belonged(help_given.person):
                self.assistance.fault_of_stranger(help_row, day)

    # -- writing one visit

    def _new(self, row: VisitRow, content: VisitContent) -> NewVisit:
        self.counts.new += 1
        if self.assistance:
            self.assistance.tally([], content.assistance)
        return NewVisit(visit_id(row.ref), content, ref=row.ref, municipality=row.municipality)

    def _compare(
        self, row: VisitRow, named: Named, known: Known, visit: Visit, content: VisitContent
    ) -> None:
        before = content_of(visit)
        if content.family != before.family:
            reason = "A visit stays with its family: void it, and import it under another ref."
            self.fault(row.number, "family", reason)
            return
        if content != before:
            self._check(row, named, known)
        if not self._is_all_sound(row, named):
            return
        try:
            changed = content != before and self._save(visit, content)
        except WrongCell as wrong:
            self.fault(row.number, "ref", f"{quoted(row.ref)} {wrong}")
            return
        self.count(changed=self._move(row, visit) or changed)
        if self.assistance:
            said = [help_given for _, help_given in named.help_given]
            self.assistance.tally(before.assistance, said)

    def _save(self, visit: Visit, content: VisitContent) -> bool:
        stated = (*STATED, "assistance") if self.assistance else STATED
        return change_stored_visit(visit, content, stated)

    def _move(self, row: VisitRow, visit: Visit) -> bool:
        """Correct the municipality when the file names one."""
        if not row.municipality:
            return False
        visit.refresh_from_db(fields=["municipality"])
        if visit.municipality_id == row.municipality:
            return False
        correct_municipality(visit, self.run.municipalities[row.municipality], by=self.run.by)
        return True


def _known(rows: list[VisitRow], helped: list[AssistanceRow]) -> Known:
    return Known.of(
        mediators=[ref for row in rows for ref in (row.mediator, *row.co_mediators)],
        families=[row.family for row in rows],
        persons=[ref for row in rows for ref in row.present] + [row.person for row in helped],
        institutions=[row.institution for row in helped],
    )
