"""Reports of the autumn of 2017, published as the worker does."""

from datetime import date

import pytest

from reports.models import PublishedReport
from reports.publishing import publish_due
from tests.factories import make_visit


@pytest.fixture
def visit(family, mediator):
    """The first visit, on 15 November 2017: Anna was helped with housing."""
    anna = family.persons.order_by("code").first()
    return make_visit(family, mediator, date(2017, 11, 15), assisted={anna: ["housing"]})


@pytest.fixture
def in_january(monkeypatch):
    """It is 10 January 2018 in Rīga, so that 2017 is over and nothing else."""
    monkeypatch.setattr("reports.publishing.timezone.localdate", lambda *clock: date(2018, 1, 10))


@pytest.fixture
def reports(visit, in_january):
    """What is published of 2017, by kind; of the two months it is November."""
    list(publish_due())
    found = PublishedReport.objects.exclude(kind="month", starts_on=date(2017, 12, 1))
    return {report.kind: report for report in found}


@pytest.fixture
def report(reports):
    """The report of November 2017."""
    return reports["month"]
