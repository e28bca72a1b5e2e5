"""What Celery does for the reports, and that no page waits for Celery."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from reports import tasks
from reports.models import PublishedReport, ReportRun

ROOT = Path(settings.BASE_DIR)
SENDS = {"delay", "apply_async", "send_task"}


@pytest.mark.django_db
def test_the_task_makes_what_is_due_and_may_be_sent_again(visit, in_january):
    assert tasks.publish_due_reports() == 5
    assert tasks.publish_due_reports() == 0
    assert PublishedReport.objects.count() == 5


@pytest.mark.django_db
def test_the_task_leaves_to_the_next_what_it_has_no_time_for(visit, in_january, monkeypatch):
    monkeypatch.setattr(tasks, "PASS_SECONDS", 0)
    assert tasks.publish_due_reports() == 0
    assert ReportRun.objects.due().count() == 5


def test_a_pass_ends_before_the_worker_would_be_stopped_and_before_its_claim_ends():
    assert tasks.PASS_SECONDS < settings.CELERY_TASK_TIME_LIMIT
    assert tasks.PASS_SECONDS < settings.REPORT_LEASE_SECONDS


@pytest.mark.parametrize("app", ["accounts", "families", "mediation", "reports"])
def test_nothing_is_sent_to_the_broker_by_the_apps(app):
    """Beat asks, the database knows what is due: so no page can wait for a broker that is dead."""
    sends = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in SENDS
    ]
    assert sends == []
