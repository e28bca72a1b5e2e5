"""The year that is running: what keeps the screens alive, up to today."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import cycle

from django.utils import timezone

from ..models import Visit
from ..services import NewVisit, create_visits
from .dice import Dice, is_working_day, working_days
from .households import Household, Someone
from .people import Workplace
from .programme import ENDS_ON
from .visits import Scribe, tick_off

MONTHS = 11
STILL_VISITED = 0.7
VISITS = {1: 8, 2: 14, 3: 18, 4: 16, 5: 13, 6: 11, 8: 9, 10: 6, 14: 5}  # of a family
QUIET = "M-05"  # a mediator of whom nothing was heard for a while
QUIET_DAYS = 19
DUE_IN_DAYS = (-4, -1, 0, 0, 2, 3, 6)  # next steps, from today
PLANNED_IN_DAYS = {"M-01": (0, 0, 1, 3, 6), QUIET: (3,)}
PLANNED_ELSEWHERE = (0, 1, 2, 5)
HOURS = (10, 13, 15, 11, 16)
DRAFTS = ("Jāpieraksta, ko teica skolā.", "")


def first_day(today: date) -> date:
    """The first of the month in which the running year begins, well after the programme."""
    months = today.year * 12 + today.month - 1 - MONTHS
    return max(date(months // 12, months % 12 + 1, 1), ENDS_ON + timedelta(days=1))


class RunningYear:
    """The last months, today and the next days in the households still worked with."""

    def __init__(self, dice: Dice, households: list[Household], today: date) -> None:
        self.dice, self.today = dice, today
        self.scribe = Scribe(dice)
        self.households = [
            each for each in households if each.closed_on is None and dice.happens(STILL_VISITED)
        ]
        for each in self.households:
            each.matters.clear()  # years later other things matter

    def load(self) -> None:
        """Write the visits, the plans and what waits to be done."""
        made = [new for each in self.households for new in self._visits(each)]
        waiting = [new for work in self._works() for new in self._waiting(work)]
        create_visits(made + waiting)
        tick_off(made)

    def _works(self) -> list[Workplace]:
        by_ref = {each.work.mediator.ref: each.work for each in self.households}
        return [by_ref[ref] for ref in sorted(by_ref)]

    def _in_turn(self, work: Workplace) -> Iterator[Household]:
        own = [each for each in self.households if each.work == work]
        return cycle(self.dice.sample(own, len(own)))

    def _helped(self, household: Household, day: date) -> list[Someone]:
        here = household.members(day)
        return self.dice.sample(here, min(len(here), self.dice.choice([0, 1, 1, 1, 2])))

    # -- the months gone by

    def _visits(self, household: Household) -> Iterator[NewVisit]:
        dice, last = self.dice, self._last_day(household.work)
        days = dice.working_days(dice.one_of(VISITS), first_day(self.today), last)
        for day in days:
            if dice.happens(0.07):
                yield self.scribe.nobody_met(household, day)
                continue
            later = [other for other in days if other > day]
            helped = self._helped(household, day)
            has_next_step = helped and later and dice.happens(0.3)
            yield self.scribe.visit(
                household,
                day,
                helped,
                is_last=not later,
                next_step_on=later[0] if has_next_step else None,
            )

    def _last_day(self, work: Workplace) -> date:
        silence = QUIET_DAYS if work.mediator.ref == QUIET else 1
        return self.today - timedelta(days=silence)

    # -- what waits: next steps, plans, drafts

    def _waiting(self, work: Workplace) -> Iterator[NewVisit]:
        households = self._in_turn(work)
        yield from self._next_steps(work, households)
        yield from self._plans(work, households)
        if work.mediator.ref != QUIET:
            yield from self._today(work, households)

    def _next_steps(self, work: Workplace, households: Iterator[Household]) -> Iterator[NewVisit]:
        before = working_days(self._last_day(work) - timedelta(days=9), self._last_day(work))
        for days, household in zip(DUE_IN_DAYS, households, strict=False):
            due = self.today + timedelta(days=days)
            day = self.dice.choice([each for each in before if each <= due])
            helped = self._helped(household, day)
            yield self.scribe.visit(household, day, helped, next_step_on=due)

    def _plans(self, work: Workplace, households: Iterator[Household]) -> Iterator[NewVisit]:
        ahead = PLANNED_IN_DAYS.get(work.mediator.ref, PLANNED_ELSEWHERE)
        for days, hour, household in zip(ahead, HOURS, households, strict=False):
            day = self.today + timedelta(days=days)
            while days and not is_working_day(day):
                day += timedelta(days=1)
            yield self.scribe.written(
                household,
                day,
                mode="home",
                status=Visit.Status.PLANNED,
                started_at=time(hour, 30),
                note="Pārrunāt, kā veicas" if hour % 2 else "",
            )

    def _today(self, work: Workplace, households: Iterator[Household]) -> Iterator[NewVisit]:
        """A visit made today, and what was begun to be written down and not finished."""
        household = next(households)
        yield self.scribe.visit(
            household, self.today, self._helped(household, self.today), started_at=time(9)
        )
        for note, household in zip(DRAFTS, households, strict=False):
            day = self._last_day(work) if note else self.today
            yield self.scribe.written(
                household,
                day,
                mode="home",
                status=Visit.Status.DRAFT,
                minutes=30,
                note=note,
                present=tuple(each.person.pk for each in household.members(day)[:2]),
            )


def load_running_year(dice: Dice, households: list[Household]) -> None:
    """Write the running year as seen today."""
    RunningYear(dice, households, timezone.localdate()).load()
