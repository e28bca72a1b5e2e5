"""When a period is over: by the database's clock, at midnight in Rīga."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import DateTimeField, Value

from reports import publishing
from tests.factories import make_visit

pytestmark = pytest.mark.django_db


def month_is_due(last_day: date) -> bool:
    runs = publishing.missing_runs()
    return ("month", last_day) in {(run.kind, run.ends_on) for run in runs}


@pytest.mark.parametrize(
    ("last_day", "in_utc", "is_over"),
    [
        (date(2017, 10, 31), datetime(2017, 10, 31, 21, 59, tzinfo=UTC), False),  # winter time
        (date(2017, 10, 31), datetime(2017, 10, 31, 22, 0, tzinfo=UTC), True),
        (date(2018, 6, 30), datetime(2018, 6, 30, 20, 59, tzinfo=UTC), False),  # summer time
        (date(2018, 6, 30), datetime(2018, 6, 30, 21, 0, tzinfo=UTC), True),
        (date(2020, 2, 29), datetime(2020, 2, 29, 12, 0, tzinfo=UTC), False),  # leap day
        (date(2020, 2, 29), datetime(2020, 2, 29, 22, 0, tzinfo=UTC), True),
    ],
)
def test_a_month_is_over_at_midnight_in_riga(
    family, mediator, monkeypatch, last_day, in_utc, is_over
):
    make_visit(family, mediator, last_day)
    monkeypatch.setattr(publishing, "Now", lambda: Value(in_utc, output_field=DateTimeField()))
    assert month_is_due(last_day) is is_over


def test_a_clock_set_back_opens_no_report_again(family, mediator, monkeypatch):
    make_visit(family, mediator, date(2017, 11, 15))

    def set_clock(day: datetime) -> None:
        monkeypatch.setattr(publishing, "Now", lambda: Value(day, output_field=DateTimeField()))

    set_clock(datetime(2017, 12, 1, 12, tzinfo=UTC))
    publishing.ensure_runs()
    set_clock(datetime(2017, 11, 20, 12, tzinfo=UTC))
    assert publishing.missing_runs() == []
    set_clock(datetime(2017, 12, 1, 12, tzinfo=UTC))
    assert publishing.missing_runs() == []
