"""Periods of calendar days: months, quarters, half-years, years, and any two dates."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import PeriodKind

MONTHS = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.YEAR: 12,
}


@dataclass(frozen=True, order=True)
class Period:
    """Calendar days from ``start`` to ``end``, both included; raises ValueError when reversed."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ValueError("A period cannot end before it starts.")

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        last = calendar.monthrange(year, month)[1]
        return cls(date(year, month, 1), date(year, month, last))

    @classmethod
    def months(cls, first: date, number: int) -> "Period":
        """``number`` whole months, the first of them that of ``first``."""
        years, month = divmod(first.month - 1 + number - 1, 12)
        last = cls.month(first.year + years, month + 1)
        return cls(first.replace(day=1), last.end)

    @classmethod
    def months_up_to(cls, last: date, number: int) -> "Period":
        """``number`` whole months, the last of them that of ``last``."""
        first = last.year * 12 + last.month - number
        return cls.months(date(first // 12, first % 12 + 1, 1), number)

    @classmethod
    def of(cls, kind: str, day: date) -> "Period":
        """The calendar period of this kind that ``day`` falls in."""
        length = MONTHS[PeriodKind(kind)]
        first_month = (day.month - 1) // length * length + 1
        return cls.months(date(day.year, first_month, 1), length)

    @classmethod
    def project(cls) -> "Period":
        """The project's own period, as the installation states it."""
        return cls(settings.PROJECT_START, settings.PROJECT_END)

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def kind(self) -> PeriodKind | None:
        """The kind of calendar period that this is exactly, or None for any two other dates."""
        return next((kind for kind in PeriodKind if Period.of(kind, self.start) == self), None)

    @property
    def is_whole_months(self) -> bool:
        """Whether the period begins with a month's first and ends with a month's last day."""
        return self.start.day == 1 and (self.end + timedelta(days=1)).day == 1

    @property
    def months_inside(self) -> list["Period"]:
        """The calendar months that the period touches, in order."""
        found = [Period.of(PeriodKind.MONTH, self.start)]
        while self.end not in found[-1]:
            found.append(Period.of(PeriodKind.MONTH, found[-1].end + timedelta(days=1)))
        return found

    def before(self) -> "Period":
        """The calendar period of the same kind just before; as many days for any two dates."""
        day = self.start - timedelta(days=1)
        return (
            Period.of(self.kind, day) if self.kind else Period(day - (self.end - self.start), day)
        )

    def after(self) -> "Period":
        """The calendar period of the same kind just after; as many days for any two dates."""
        day = self.end + timedelta(days=1)
        return (
            Period.of(self.kind, day) if self.kind else Period(day, day + (self.end - self.start))
        )

    @property
    def label(self) -> str:
        """The period as people write it, in the language of the page."""
        year = self.start.year
        match self.kind:
            case PeriodKind.MONTH:
                return month_label(self.start)
            case PeriodKind.QUARTER:
                number = (self.start.month + 2) // 3
                return _("Quarter %(number)s of %(year)s") % {"number": number, "year": year}
            case PeriodKind.HALF_YEAR if self.start.month == 1:
                return _("First half of %(year)s") % {"year": year}
            case PeriodKind.HALF_YEAR:
                return _("Second half of %(year)s") % {"year": year}
            case PeriodKind.YEAR:
                return _("Year %(year)s") % {"year": year}
        return f"{date_format(self.start)} – {date_format(self.end)}"


def month_label(day: date) -> str:
    """A month and its year as people write them, such as October 2017."""
    return date_format(day, "YEAR_MONTH_FORMAT")


def closed_periods(kind: str, *, since: date, today: date, grace_days: int = 0) -> Iterator[Period]:
    """Periods of this kind that ended before ``today``, oldest first.

    The first is the one that ``since`` falls in; ``grace_days`` is the time that late entries
    have after a period's last day before it counts as closed.
    """
    period = Period.of(kind, since)
    while period.end + timedelta(days=grace_days) < today:
        yield period
        period = period.after()
