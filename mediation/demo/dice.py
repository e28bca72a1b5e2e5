"""Chance that always falls the same way, so that every demo is the same demo."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")

HOLIDAYS = {(1, 1), (5, 1), (5, 4), (6, 23), (6, 24), (11, 18), (12, 24), (12, 25), (12, 26)}


class Dice(Random):
    """A seeded source of choices."""

    def uuid(self) -> UUID:
        return UUID(int=self.getrandbits(128), version=4)

    def one_of(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        return self.choices(list(weights), list(weights.values()))[0]

    def happens(self, probability: float) -> bool:
        return self.random() < probability

    def date_between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.randint(0, (last - first).days))

    def working_days(self, count: int, first: date, last: date) -> list[date]:
        """So many different working days in order, or all there are."""
        days = working_days(first, last)
        return sorted(self.sample(days, min(count, len(days))))


def is_working_day(day: date) -> bool:
    """Whether mediators usually visit families on this day."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def working_days(first: date, last: date) -> list[date]:
    """The working days from the first to the last day."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)]
