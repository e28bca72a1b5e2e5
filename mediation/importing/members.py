"""Who belonged to which family on which day, for many persons at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from families.models import Membership, Person


class Members:
    """Times in families by person; a person who was merged also has those of the surviving one."""

    def __init__(self, times: Iterable[Membership]) -> None:
        self.times: dict[UUID, list[Membership]] = defaultdict(list)
        for time in times:
            self.times[time.person_id].append(time)

    @classmethod
    def among(cls, persons: Iterable[Person]) -> "Members":
        """The times of these persons."""
        survivors = {person.pk: person.merged_into_id or person.pk for person in persons}
        wanted = {*survivors, *survivors.values()}
        members = cls(Membership.objects.filter(person__in=wanted))
        for person, survivor in survivors.items():
            if survivor != person:
                members.times[person] += members.times[survivor]
        return members

    def belonged(self, person: UUID, family: UUID, day: date) -> bool:
        return any(
            time.family_id == family and overlap(time, day, day) for time in self.times[person]
        )


def overlap(time: Membership, first_day: date, last_day: date | None) -> bool:
    """Whether a time in a family and these days, all of them included, have a day in common."""
    ends_in_time = time.left_on is None or time.left_on >= first_day
    return ends_in_time and (last_day is None or time.joined_on <= last_day)
