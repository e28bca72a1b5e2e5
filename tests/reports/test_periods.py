"""Periods of calendar days."""

from datetime import date

import pytest
from django.utils.translation import override

from reports.periods import Period, closed_periods


def test_a_period_cannot_end_before_it_starts():
    assert Period(date(2018, 1, 1), date(2018, 1, 1)).start == date(2018, 1, 1)
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2018, 1, 2), date(2018, 1, 1))


@pytest.mark.parametrize(
    ("kind", "day", "start", "end"),
    [
        ("month", date(2020, 2, 29), date(2020, 2, 1), date(2020, 2, 29)),
        ("month", date(2018, 12, 31), date(2018, 12, 1), date(2018, 12, 31)),
        ("quarter", date(2018, 12, 31), date(2018, 10, 1), date(2018, 12, 31)),
        ("quarter", date(2018, 4, 1), date(2018, 4, 1), date(2018, 6, 30)),
        ("half_year", date(2018, 6, 30), date(2018, 1, 1), date(2018, 6, 30)),
        ("half_year", date(2018, 7, 1), date(2018, 7, 1), date(2018, 12, 31)),
        ("year", date(2018, 7, 1), date(2018, 1, 1), date(2018, 12, 31)),
    ],
)
def test_the_calendar_period_of_a_day(kind, day, start, end):
    period = Period.of(kind, day)
    assert period == Period(start, end)
    assert period.kind == kind
    assert period.is_whole_months
    assert day in period


def test_any_two_dates_have_no_kind():
    period = Period(date(2018, 1, 1), date(2018, 2, 28))
    assert period.kind is None
    assert period.is_whole_months
    assert not Period(date(2018, 1, 1), date(2018, 2, 27)).is_whole_months
    assert not Period(date(2018, 1, 2), date(2018, 2, 28)).is_whole_months


def test_the_neighbours_of_a_period():
    january = Period.month(2018, 1)
    assert january.before() == Period.month(2017, 12)
    assert january.after() == Period.month(2018, 2)
    week = Period(date(2018, 1, 1), date(2018, 1, 7))
    assert week.before() == Period(date(2017, 12, 25), date(2017, 12, 31))
    assert week.after() == Period(date(2018, 1, 8), date(2018, 1, 14))


def test_the_months_inside_and_the_months_up_to_a_day():
    period = Period(date(2017, 11, 30), date(2018, 2, 1))
    assert [month.start.month for month in period.months_inside] == [11, 12, 1, 2]
    year = Period.months_up_to(date(2018, 5, 31), 12)
    assert year == Period(date(2017, 6, 1), date(2018, 5, 31))
    assert Period.months_up_to(date(2018, 12, 5), 1) == Period.month(2018, 12)


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (Period.month(2017, 10), "October 2017"),
        (Period.of("quarter", date(2017, 10, 1)), "Quarter 4 of 2017"),
        (Period.of("half_year", date(2017, 1, 1)), "First half of 2017"),
        (Period.of("half_year", date(2017, 9, 1)), "Second half of 2017"),
        (Period.of("year", date(2017, 1, 1)), "Year 2017"),
        (Period(date(2017, 10, 1), date(2018, 5, 31)), "Oct. 1, 2017 – May 31, 2018"),
    ],
)
def test_periods_are_written_as_people_write_them(period, label):
    with override("en"):
        assert period.label == label


def test_closed_periods_begin_with_the_first_record_and_end_before_today():
    since = date(2017, 11, 15)
    closed = list(closed_periods("month", since=since, today=date(2018, 2, 1)))
    assert closed == [Period.month(2017, 11), Period.month(2017, 12), Period.month(2018, 1)]
    assert closed == list(closed_periods("month", since=since, today=date(2018, 2, 28)))
    assert list(closed_periods("year", since=since, today=date(2017, 12, 31))) == []


def test_a_period_stays_open_for_late_entries():
    since, grace = date(2018, 1, 1), 3
    for day, count in ((date(2018, 2, 3), 0), (date(2018, 2, 4), 1)):
        assert len(list(closed_periods("month", since=since, today=day, grace_days=grace))) == count
