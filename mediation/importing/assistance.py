"""The sheet *assistance*: what was done for whom; its rows wait for the visit they belong to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..models import Visit
from ..visit_content import AssistanceContent, content_of
from . import cells
from .cells import Row, column
from .faults import WrongCell, quoted
from .known import Known
from .sheet import Sheet, register
from .stored_visits import change_stored_visit, stored_visits, visit_ref

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceRow(Row):
    """Help given to one person on one topic on a visit."""

    visit: str = column(visit_ref, required=True)
    person: str = column(cells.reference, required=True)
    topic: str = column(cells.code("topic"), required=True)
    action: str = column(cells.code("action"), default="information")
    outcome: str = column(cells.code("outcome"), default="pending")
    institution: str | None = column(cells.reference)


@register
class AssistanceSheet(Sheet):
    name = "assistance"
    row = AssistanceRow

    def start(self) -> None:
        self.waiting: dict[str, list[AssistanceRow]] = defaultdict(list)

    def take(self, rows: list[AssistanceRow]) -> None:
        for row in rows:
            if row.visit:
                self.waiting[row.visit].append(row)

    def of_visit(self, ref: str) -> list[AssistanceRow]:
        """The rows that waited for this visit; they wait no longer."""
        return self.waiting.pop(ref, [])

    def contents(
        self, rows: Iterable[AssistanceRow], known: Known
    ) -> list[tuple[AssistanceRow, AssistanceContent]]:
        """What each sound row of one visit says; the others' faults are listed."""
        first_row: dict[tuple, int] = {}
        sound = []
        for row in rows:
            person = self.refer(row, "person", row.person, known.persons, "persons")
            institution = self.refer(
                row, "institution", row.institution, known.institutions, "institutions"
            )
            first = first_row.setdefault((row.person, row.topic, row.action), row.number)
            if first != row.number:
                reason = f"The same person, topic and action stand in row {first} already."
                self.fault(row.number, "topic", reason)
            if person and self.is_sound(row):
                help_given = AssistanceContent(
                    person.pk,
                    row.topic,
                    row.action,
                    row.outcome,
                    institution.pk if institution else None,
                )
                sound.append((row, help_given))
        return sound

    def tally(self, before: Iterable[AssistanceContent], said: Iterable[AssistanceContent]) -> None:
        """Count what the file says of one visit against what was stored of it."""
        stored = {_key(row): row for row in before}
        for row in said:
            if _key(row) in stored:
                self.count(changed=stored[_key(row)] != row)
            else:
                self.counts.new += 1

    # -- assistance on visits that the sheet *visits* does not name

    def finish(self) -> None:
        refs = list(self.waiting)
        for start in range(0, len(refs), BATCH):
            some = refs[start : start + BATCH]
            stored = stored_visits(some)
            rows = [row for ref in some for row in self.waiting[ref]]
            known = Known.of(
                persons=[row.person for row in rows],
                institutions=[row.institution for row in rows],
            )
            for ref in some:
                self._add(ref, stored.get(ref), known)

    def _add(self, ref: str, visit: Visit | None, known: Known) -> None:
        """Add the rows to a stored visit; those it has already keep their place."""
        rows = self.of_visit(ref)
        visits = {ref: visit} if visit else {}
        for row in rows:
            self.refer(row, "visit", ref, visits, "visits")
        said = self.contents(rows, known)
        if visit is None or not all(map(self.is_sound, rows)):
            return
        before = content_of(visit)
        new = [(row, help_given) for row, help_given in said if help_given not in before.assistance]
        for row, help_given in new:
            if not known.members.belonged(help_given.person, visit.family_id, visit.date):
                self.fault_of_stranger(row, visit.date.isoformat())
        if not all(map(self.is_sound, rows)):
            return
        kept = {_key(each): each for each in before.assistance}
        kept |= {_key(help_given): help_given for _, help_given in said}
        self.tally(before.assistance, [help_given for _, help_given in said])
        after = replace(before, assistance=tuple(kept.values()))
        if after != before:
            try:
                change_stored_visit(visit, after, ["assistance"])
            except WrongCell as wrong:
                self.fault(rows[0].number, "visit", f"{quoted(ref)} {wrong}")

    def fault_of_stranger(self, row: AssistanceRow, day: str) -> None:
        """List that the person was no member of the visit's family on its day."""
        reason = f"{quoted(row.person)} was not a member of the visit’s family on {day}."
        self.fault(row.number, "person", reason)


def _key(row: AssistanceContent) -> tuple:
    return row.person, row.topic, row.action
