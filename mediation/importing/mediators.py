"""The sheet *mediators*: who they are, the account they sign in with, where they are assigned."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Municipality, Role, User

from ..models import Assignment, Mediator
from . import cells
from .cells import Row, column
from .faults import quoted
from .sheet import Sheet, register


@dataclass(frozen=True, slots=True, kw_only=True)
class MediatorRow(Row):
    """A mediator; all their municipalities share the dates of the assignment."""

    ref: str = column(cells.reference, required=True)
    full_name: str = column(cells.one_line(150), required=True)
    email: str | None = column(cells.email)
    certified_on: date | None = column(cells.day)
    municipalities: tuple[str, ...] = column(cells.several(cells.reference), default=())
    assigned_from: date | None = column(cells.day)
    assigned_to: date | None = column(cells.day)

    @property
    def starts_on(self) -> date | None:
        """The first day of the assignment; nobody is assigned before they are certified."""
        return self.assigned_from or self.certified_on


@register
class MediatorSheet(Sheet):
    name = "mediators"
    row = MediatorRow

    def start(self) -> None:
        self.row_of_email: dict[str, int] = {}

    def take(self, rows: list[MediatorRow]) -> None:
        stored = {
            mediator.ref: mediator
            for mediator in Mediator.objects.filter(ref__in=[row.ref for row in rows if row.ref])
            .select_related("user")
            .prefetch_related("assignments")
        }
        users = {
            user.email: user
            for user in User.objects.filter(
                email__in=[row.email for row in rows if row.email]
            ).select_related("mediator")
        }
        for row in rows:
            mediator = stored.get(row.ref)
            user = users.get(row.email or "")
            self._check(row)
            self._check_account(row, mediator, user)
            if self.is_sound(row):
                self._write(row, mediator, user)

    def _check(self, row: MediatorRow) -> None:
        for code in row.municipalities:
            self.refer_to_municipality(row, code, "municipalities")
        if row.municipalities and not row.starts_on:
            self.fault(row.number, "assigned_from", "is needed to know since when.")
        if row.starts_on and row.assigned_to and row.assigned_to < row.starts_on:
            self.fault(row.number, "assigned_to", "is before the first day of the assignment.")

    def _check_account(
        self, row: MediatorRow, mediator: Mediator | None, user: User | None
    ) -> None:
        if not row.email:
            return
        first = self.row_of_email.setdefault(row.email, row.number)
        if first != row.number:
            reason = f"{quoted(row.email)} stands in row {first} already."
            self.fault(row.number, "email", reason)
        if user and user.role != Role.MEDIATOR:
            reason = f"{quoted(row.email)} signs in as somebody who is not a mediator."
            self.fault(row.number, "email", reason)
        elif user and hasattr(user, "mediator") and user.mediator != mediator:
            reason = f"{quoted(row.email)} is mediator {user.mediator.ref} already."
            self.fault(row.number, "email", reason)
        if mediator and mediator.user and mediator.user.email != row.email:
            reason = "The mediator signs in with another address; it is changed in the portal."
            self.fault(row.number, "email", reason)

    def _write(self, row: MediatorRow, mediator: Mediator | None, user: User | None) -> None:
        if mediator is None:
            mediator = Mediator.objects.create(
                ref=row.ref, full_name=row.full_name, certified_on=row.certified_on
            )
            self._link(row, mediator, user)
            for code in row.municipalities:
                self._assign(row, mediator, code)
            self.counts.new += 1
            return
        changed = [
            self.update(mediator, full_name=row.full_name, certified_on=row.certified_on),
            self._link(row, mediator, user),
            *[self._assign(row, mediator, code) for code in row.municipalities],
        ]
        self.count(changed=any(changed))

    def _link(self, row: MediatorRow, mediator: Mediator, user: User | None) -> bool:
        """Give the mediator the account of the row's address; a new one cannot sign in yet."""
        if not row.email or mediator.user:
            return False
        if user is None:
            user = User.objects.create_user(
                row.email, full_name=row.full_name, role=Role.MEDIATOR, is_active=False
            )
            user.municipalities.set(Municipality.objects.filter(pk__in=row.municipalities))
        mediator.user = user
        mediator.save(update_fields=["user"])
        return True

    def _assign(self, row: MediatorRow, mediator: Mediator, code: str) -> bool:
        """Write the assignment to one municipality; return whether anything is new in it.

        An assignment that overlaps the row's dates is the same one with other dates.
        """
        dates = {"started_on": row.starts_on, "ended_on": row.assigned_to}
        there = [at for at in mediator.assignments.all() if at.municipality_id == code]
        same = [at for at in there if at.started_on == row.starts_on]
        same += [at for at in there if _overlap(at, row)]
        if same:
            return self.update(same[0], **dates)
        Assignment.objects.create(mediator=mediator, municipality_id=code, **dates)
        return True


def _overlap(assignment: Assignment, row: MediatorRow) -> bool:
    starts_on, ends_on = row.starts_on or date.min, row.assigned_to or date.max
    return (assignment.ended_on or date.max) >= starts_on and assignment.started_on <= ends_on
