"""The programme of 2017 and 2018: 134 families reached, 173 persons assisted."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from accounts import audit
from families.bulk import NewMember
from families.models import Person
from families.services import add_member, close_family, move_person

from ..models import Visit
from ..services import NewVisit, create_visits, void_visit
from .dice import Dice
from .households import Household, Someone
from .visits import Scribe, tick_off

ENDS_ON = date(2018, 5, 31)
ASSISTED = 173
ONLY_TALKED_WITH = 6  # families that were reached without help being given
VISITS = {1: 16, 2: 17, 3: 17, 4: 14, 5: 11, 6: 9, 7: 7, 9: 5, 11: 3, 14: 1}  # of a family
MOVED, CO_MEDIATED, MISSED, CANCELLED, VOIDED, CLOSED = 4, 9, 46, 9, 5, 9
CLOSURES = {"goals_met": 4, "moved": 3, "not_needed": 2, "lost_contact": 1}


class Programme:
    """The months of the programme in all households."""

    def __init__(self, dice: Dice, households: list[Household]) -> None:
        self.dice, self.households = dice, households
        self.scribe = Scribe(dice)
        self.days = {each: self._days(each) for each in households}
        self.assisted: dict[Household, list[Someone]] = defaultdict(list)
        self.new: list[NewVisit] = []

    def load(self) -> None:
        """Write everything that happened in the programme."""
        self._choose_assisted()
        self._move_some()
        for household in self.households:
            self.new += self._visits(household)
        self._make_some_together()
        self._register_somebody_twice()
        self._miss_and_cancel()
        create_visits(self.new)
        tick_off(self.new)
        self._void_doubles()
        self._close_some()

    # -- who is visited, who is helped

    def _days(self, household: Household) -> list[date]:
        """The days of the visits; the family is registered on the first."""
        first = household.family.registered_on
        count = self.dice.one_of(VISITS) - 1
        return [first, *self.dice.working_days(count, first + timedelta(days=3), ENDS_ON)]

    def _choose_assisted(self) -> None:
        """Choose exactly so many persons: at least one in a family, except in a few."""
        dice = self.dice
        helped = dice.sample(self.households, len(self.households) - ONLY_TALKED_WITH)
        for household in helped:
            self.assisted[household] = [dice.choice(household.everybody)]
        left = ASSISTED - len(helped)
        while left:
            household = dice.choice(helped)
            others = [each for each in household.everybody if each not in self.assisted[household]]
            if others and len(self.assisted[household]) < 4:
                self.assisted[household].append(dice.choice(others))
                left -= 1

    def _move_some(self) -> None:
        """Let some grown children move to another family of their town."""
        dice, moved = self.dice, 0
        for household in dice.sample(self.households, len(self.households)):
            day = dice.date_between(date(2018, 2, 1), date(2018, 3, 31))
            grown = [
                each
                for each in household.everybody
                if each.role == "child" and 17 <= each.age(day) <= 30
            ]
            others = [
                each
                for each in self.households
                if each.work == household.work
                and each is not household
                and self.days[each][0] < day < self.days[each][-1]
            ]
            if moved < MOVED and grown and others and self.days[household][0] < day:
                self._move(grown[0], household, dice.choice(others), day)
                moved += 1

    def _move(self, someone: Someone, old: Household, new: Household, day: date) -> None:
        move_person(
            someone.person, new.family, moved_on=day, household_role="partner", by=new.work.user
        )
        (_, first, _) = someone.times[0]
        someone.times = [(old.family, first, day - timedelta(days=1)), (new.family, day, None)]
        new.everybody.append(someone)
        if someone in self.assisted[old]:
            self.assisted[new].append(someone)  # helped in two families, still one person

    # -- visits

    def _visits(self, household: Household) -> Iterator[NewVisit]:
        """The visits to one family; everybody chosen is helped on one of them at least."""
        dice, days = self.dice, self.days[household]
        surely: dict[date, list[Someone]] = defaultdict(list)
        for someone in self.assisted[household]:
            here = [day for day in days if someone.belongs_to(household.family, day)]
            if here:
                surely[dice.choice(here)].append(someone)
        for day in days:
            helped = [
                each
                for each in self.assisted[household]
                if each in surely[day]
                or (each.belongs_to(household.family, day) and dice.happens(0.45))
            ]
            later = [other for other in days if other > day]
            has_next_step = helped and later and dice.happens(0.3)
            yield self.scribe.visit(
                household,
                day,
                helped,
                is_last=not later,
                next_step_on=later[0] if has_next_step else None,
            )

    def _make_some_together(self) -> None:
        """Let a colleague from another town come along on some visits."""
        mediators = {each.work.mediator.pk for each in self.households}
        for at in self.dice.sample(range(len(self.new)), CO_MEDIATED):
            content = self.new[at].content
            colleague = self.dice.choice(sorted(mediators - {content.mediator}))
            together = replace(content, co_mediators=(colleague,), mode="institution")
            self.new[at] = replace(self.new[at], content=together)

    def _register_somebody_twice(self) -> None:
        """Register an assisted person a second time, help them, and merge the two."""
        helped = [
            (at, row)
            for at, new in enumerate(self.new)
            for row in new.content.assistance[:1]
            if len(new.content.assistance) == 1
        ]
        at, row = self.dice.choice(helped)
        new = self.new[at]
        household = next(each for each in self.households if each.family.pk == new.content.family)
        person = Person.objects.select_related("identity").get(pk=row.person)
        double = add_member(
            household.family,
            NewMember(person.identity.given_name, person.identity.family_name, sex=person.sex),
            joined_on=household.family.registered_on,
            by=household.work.user,
            person_id=self.dice.uuid(),
        )
        double.merged_into = person
        double.save(update_fields=["merged_into"])
        audit.record(
            audit.Action.CHANGED,
            by=household.work.user,
            obj=double,
            what="merged",
            into=person.code,
        )
        again = replace(
            new.content,
            date=self.days[household][-1],
            assistance=(replace(row, person=double.pk),),
            present=(),
            next_step="",
            next_step_on=None,
            mode="phone",
        )
        self.new.append(replace(new, id=self.dice.uuid(), content=again))

    def _miss_and_cancel(self) -> None:
        dice = self.dice
        for household in dice.choices(self.households, k=MISSED):
            first = household.family.registered_on
            self.new.append(self.scribe.nobody_met(household, dice.date_between(first, ENDS_ON)))
        for household in dice.choices(self.households, k=CANCELLED):
            day = dice.date_between(household.family.registered_on, ENDS_ON)
            self.new.append(
                self.scribe.written(
                    household,
                    day,
                    mode="home",
                    status=Visit.Status.CANCELLED,
                    status_reason=dice.choice(
                        ["Ģimene aizbraukusi", "Mediatore slima", "Pārcelts"]
                    ),
                )
            )

    def _void_doubles(self) -> None:
        """Enter some visits twice, and void the second."""
        made = [new for new in self.new if new.content.status == Visit.Status.CONFIRMED]
        doubles = [replace(new, id=self.dice.uuid()) for new in self.dice.sample(made, VOIDED)]
        doubles = [
            replace(new, content=replace(new.content, next_step="", next_step_on=None))
            for new in doubles
        ]
        users = {each.work.mediator.pk: each.work.user for each in self.households}
        for visit in create_visits(doubles):
            void_visit(visit, by=users[visit.mediator_id], reason="Ievadīts divreiz")

    def _close_some(self) -> None:
        """Close the work with some families when the programme ends, or soon after."""
        for household in self.dice.sample(self.households, CLOSED):
            day = self.dice.date_between(date(2018, 6, 1), date(2018, 9, 30))
            reason = self.dice.one_of(CLOSURES)
            close_family(household.family, by=household.work.user, closed_on=day, reason=reason)
            household.closed_on = day
