"""The sheet *persons*: who belongs to which family, from when to when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import Q

from accounts import audit
from families import vault
from families.bulk import NewMember, NewMembership, add_members
from families.models import Family, Membership, Person, PersonIdentity
from families.services import move_person

from ..models import Visit
from ..services import refresh_age_bands
from . import cells
from .cells import Row, column
from .families import FamilySheet
from .faults import quoted
from .members import Members, overlap
from .sheet import Sheet, register


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow(Row):
    """A person and their time in one family; they join, unless known, when it is registered."""

    ref: str = column(cells.reference, required=True)
    family: str = column(cells.reference, required=True)
    given_name: str | None = column(cells.one_line(150))
    family_name: str | None = column(cells.one_line(150))
    sex: str | None = column(cells.code("sex"))
    birth_year: int | None = column(cells.birth_year)
    birth_date: date | None = column(cells.past_day)
    household_role: str | None = column(cells.code("household_role"))
    joined_on: date | None = column(cells.day)
    left_on: date | None = column(cells.day)


@register
class PersonSheet(Sheet):
    name = "persons"
    row = PersonRow

    def start(self) -> None:
        self.family_of_row: dict[int, str] = {}
        self.memberships_changed: dict[UUID, int] = {}  # person: row

    def take(self, rows: list[PersonRow]) -> None:
        families = Family.objects.in_bulk(
            [row.family for row in rows if row.family], field_name="ref"
        )
        stored = {
            person.ref: person
            for person in Person.objects.filter(ref__in=[row.ref for row in rows if row.ref])
            .select_related("family")
            .prefetch_related("memberships")
        }
        names = PersonIdentity.objects.in_bulk([person.pk for person in stored.values()])
        new = []
        for row in rows:
            family = self.refer(row, "family", row.family, families, "families")
            self._check(row)
            if family is None:
                continue
            person = stored.get(row.ref)
            if person is None:
                self._check_membership(row, row.joined_on or family.registered_on, row.left_on)
                if self.is_sound(row):
                    new.append((row, family))
            elif person.merged_into_id:
                self.count(changed=False)  # what is known of them is the surviving person's
            else:
                self._change(row, person, family, names.get(person.pk) or _nameless(person))
        self._add(new)

    def _check(self, row: PersonRow) -> None:
        if row.birth_date and row.birth_year and row.birth_date.year != row.birth_year:
            reason = f"{row.birth_year} is not the year of {row.birth_date.isoformat()}."
            self.fault(row.number, "birth_year", reason)

    def is_repeated(self, row: Any) -> bool:
        first = self.seen.setdefault(row.ref, row.number) if row.ref else row.number
        if first == row.number:
            self.family_of_row[row.number] = row.family
            return False
        family, reason = self.family_of_row[first], f"{quoted(row.ref)} stands in row {first}"
        if family == row.family:
            reason += " already."
        else:
            reason += (
                f" already, in family {quoted(family)}. A move is imported by a later file "
                "that gives the new family and joined_on."
            )
        self.fault(row.number, "ref", reason)
        return True

    # -- new persons

    def _add(self, new: list[tuple[PersonRow, Family]]) -> None:
        add_members(
            [
                NewMembership(
                    family.pk, self._member(row), row.joined_on or family.registered_on, row.left_on
                )
                for row, family in new
            ],
            by=self.run.by,
        )
        self.counts.new += len(new)

    @staticmethod
    def _member(row: PersonRow) -> NewMember:
        return NewMember(
            ref=row.ref,
            given_name=row.given_name or "",
            family_name=row.family_name or "",
            sex=row.sex or "unknown",
            birth_year=row.birth_year,
            birth_date=row.birth_date,
            household_role=row.household_role or "unknown",
        )

    # -- known persons

    def _change(
        self, row: PersonRow, person: Person, family: Family, names: PersonIdentity
    ) -> None:
        times = list(person.memberships.all())
        there = [time for time in times if time.family_id == family.pk]
        same = [time for time in there if time.joined_on == row.joined_on]
        membership = next(reversed(same or there), None)
        self._check_birth(row, names)
        if membership is None:
            self._check_move(row, family, times)
        else:
            joined_on = row.joined_on or self._first_day(family, membership)
            others = [time for time in times if time != membership]
            self._check_membership(row, joined_on, row.left_on or membership.left_on, others)
        if not self.is_sound(row):
            return
        if membership is None:
            moved = self._move(row, person, family)
        else:
            moved = self._correct(row, person, membership, joined_on)
        self.count(changed=self._facts(row, person, names) or moved)

    def _facts(self, row: PersonRow, person: Person, names: PersonIdentity) -> bool:
        changed = [
            self._name(row, person, names),
            self.update(
                person,
                sex=row.sex,
                birth_year=row.birth_date.year if row.birth_date else row.birth_year,
                birth_year_estimated=False if row.birth_date else None,
            ),
        ]
        if any(changed):
            refresh_age_bands(person)
        return any(changed)

    def _check_birth(self, row: PersonRow, names: PersonIdentity) -> None:
        known = names.birth_date[:4]
        if known and row.birth_year and not row.birth_date and known != str(row.birth_year):
            reason = "is not the year of the date of birth that is known already."
            self.fault(row.number, "birth_year", reason)

    def _name(self, row: PersonRow, person: Person, names: PersonIdentity) -> bool:
        """Compare names and birth date with the vault's; they are shown to nobody."""
        given = {
            "given_name": row.given_name,
            "family_name": row.family_name,
            "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        }
        new = {name: text for name, text in given.items() if text and getattr(names, name) != text}
        if not new:
            return False
        for name, text in new.items():
            setattr(names, name, text)
        vault.write_person_identity(
            person,
            given_name=names.given_name,
            family_name=names.family_name,
            birth_date=date.fromisoformat(names.birth_date) if names.birth_date else None,
            phone=names.phone,
        )
        audit.record(audit.Action.CHANGED, by=self.run.by, obj=person, columns=sorted(new))
        return True

    # -- membership

    def _first_day(self, family: Family, membership: Membership) -> date:
        """The first day in the family, which follows a corrected day of registration."""
        sheet = self.run.sheets.get("families")
        was = sheet.registered_before.get(family.pk) if isinstance(sheet, FamilySheet) else None
        if was and was[0] == membership.joined_on:
            return family.registered_on
        return membership.joined_on

    def _check_membership(
        self,
        row: PersonRow,
        joined_on: date,
        left_on: date | None,
        others: Iterable[Membership] = (),
    ) -> None:
        if left_on and left_on < joined_on:
            column = "left_on" if row.left_on else "joined_on"
            reason = f"The person would join on {joined_on} and leave before, on {left_on}."
            self.fault(row.number, column, reason)
        elif any(overlap(time, joined_on, left_on) for time in others):
            self.fault(row.number, "joined_on", "overlaps the person's time in another family.")

    def _check_move(self, row: PersonRow, family: Family, times: list[Membership]) -> None:
        if row.joined_on is None:
            reason = f"{quoted(row.ref)} belongs to another family; joined_on must say since when."
            self.fault(row.number, "family", reason)
        elif family.closed_on:
            self.fault(row.number, "family", f"{quoted(row.family)} is closed.")
        elif times and row.joined_on <= (times[-1].left_on or times[-1].joined_on):
            self.fault(row.number, "joined_on", "is within the person's time in another family.")
        else:
            self._check_membership(row, row.joined_on, row.left_on)

    def _move(self, row: PersonRow, person: Person, family: Family) -> bool:
        membership = move_person(
            person,
            family,
            moved_on=cast(date, row.joined_on),  # _check_move asked for it
            household_role=row.household_role or "unknown",
            by=self.run.by,
        )
        self.update(membership, left_on=row.left_on)
        self.memberships_changed[person.pk] = row.number
        return True

    def _correct(
        self, row: PersonRow, person: Person, membership: Membership, joined_on: date
    ) -> bool:
        dates = {"joined_on": joined_on, "left_on": row.left_on}
        if self.update(membership, **dates):
            self.memberships_changed[person.pk] = row.number
            self.update(membership, household_role=row.household_role)
            return True
        return self.update(membership, household_role=row.household_role)

    # -- at the end

    def finish(self) -> None:
        """Whoever was met or helped on a visit was a member of the family on that day."""
        for person, number in self.memberships_changed.items():
            times = Membership.objects.filter(person=person)
            members = Members(times)
            for family, day in _visits_of(person):
                if not members.belonged(person, family, day):
                    reason = f"A visit on {day.isoformat()} names the person in the family."
                    self.fault(number, "joined_on", reason)
                    break


def _nameless(person: Person) -> PersonIdentity:
    return PersonIdentity(person=person, given_name="", family_name="", birth_date="", phone="")


def _visits_of(person: UUID) -> Iterable[tuple[UUID, date]]:
    """Families and days on which the person was met or helped."""
    return (
        Visit.objects.filter(Q(present=person) | Q(assistance__person=person))
        .exclude(status__in=[Visit.Status.VOIDED, Visit.Status.CANCELLED])
        .order_by("date")
        .values_list("family_id", "date")
    )
