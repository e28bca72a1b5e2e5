"""What Celery does for the reports; beat only asks, the database knows what is due."""

from celery import shared_task

from .publishing import publish_due

PASS_SECONDS = 300  # well below the time limit of a task; what is left waits for the next beat


@shared_task(name="reports.tasks.publish_due_reports")
def publish_due_reports() -> int:
    """Make the reports that are due; safe to run twice and at once. Returns how many were tried."""
    return sum(1 for _ in publish_due(seconds=PASS_SECONDS))
