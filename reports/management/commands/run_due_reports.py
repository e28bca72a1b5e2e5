"""Makes the periodic reports that are due, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.models import ReportRun
from reports.publishing import publish_due, waiting_runs

HELP = """\
Makes the reports that are due: one for every month, quarter, half-year and year that has ended
since the first confirmed visit and has no report yet, oldest first. The Celery worker does the
same by itself every few minutes; use this command where no worker runs, or from cron. It may run
at any time, also beside the worker: every report is made exactly once.
"""
EPILOG = """\
Prints one line per report. Exit status: 0 when all that was due is made (or another worker is
at it), 1 when a report could not be made; the reports page says more and lets you try again.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog=EPILOG, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--list", action="store_true", help="only show what is due; nothing is made"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self.list_waiting()
        else:
            self.publish_due()

    def list_waiting(self) -> None:
        """Print every run without a report, and what keeps it."""
        waiting = waiting_runs()
        for run in waiting:
            self.stdout.write(f"{name_of(run)}  {state_of(run)}")
        if not waiting:
            self.stdout.write("Nothing is due.")

    def publish_due(self) -> None:
        """Make what is due, telling each report as soon as it is there."""
        tried = unmade = 0
        for run in publish_due():
            tried += 1
            unmade += run.finished_at is None and not run.is_held
            self.stdout.write(f"{name_of(run)}  {state_of(run)}")
        if not tried:
            self.stdout.write("Nothing is due.")
        given_up = ReportRun.objects.failed().count()
        if unmade or given_up:
            raise CommandError(
                f"{unmade} of {tried} reports could not be made now; "
                f"{given_up} in all have failed {ReportRun.MOST_ATTEMPTS} times and "
                "wait for somebody to try again on the reports page."
            )


def name_of(run: ReportRun) -> str:
    """The run's period in columns: kind, first and last day."""
    return f"{run.kind:<9}  {run.starts_on}..{run.ends_on}"


def state_of(run: ReportRun) -> str:
    """What has become of the run, in a few words."""
    if run.report:
        return f"published, sha256 {run.report.sha256}"
    if run.is_held:
        return "another worker is making it"
    if run.has_failed:
        return f"failed {run.attempts} times: {run.last_error or 'the worker stopped in it'}"
    return f"failed: {run.last_error}; will be tried again" if run.last_error else "due"
