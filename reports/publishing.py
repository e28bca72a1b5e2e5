"""Publishing the reports of closed periods: each exactly once, whatever dies on the way.

The rows of `ReportRun` own what is due. A worker claims a row for a time, reads the figures as
of one moment, and publishes them in one transaction with giving the row back; whoever lost the
claim meanwhile publishes nothing. So it is safe to ask twice, to ask at once, and to be killed.
"""

import json
import logging
import math
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Max, Min
from django.db.models.functions import Now
from django.utils import timezone

from accounts import audit
from accounts.models import User
from mediation.models import Visit

from .models import PeriodKind, PublishedReport, ReportRun
from .official import RULE_VERSION, counted_records, official_figures
from .periods import Period, closed_periods
from .snapshot import snapshot

log = logging.getLogger(__name__)

# The tables that every report brings beside its totals.
SLICES = ("month", "municipality", "mediator", "topic", "mode", "sex", "age_band")


# -- what is due -------------------------------------------------------------------------------


def missing_runs() -> list[ReportRun]:
    """Runs of closed periods that have no row yet, not saved; oldest first, shorter kind first.

    The first period is that of the first confirmed visit; today is the database's, in Rīga.
    """
    clock = Visit.objects.confirmed().aggregate(first=Min("date"), now=Max(Now()))
    if clock["first"] is None:
        return []
    known = set(ReportRun.objects.values_list("kind", "starts_on"))
    missing = [
        ReportRun(kind=kind, starts_on=period.start, ends_on=period.end)
        for kind in PeriodKind
        for period in closed_periods(
            kind,
            since=clock["first"],
            today=timezone.localdate(clock["now"]),
            grace_days=settings.REPORT_GRACE_DAYS,
        )
        if (kind, period.start) not in known
    ]
    return sorted(missing, key=_oldest_first)


def _oldest_first(run: ReportRun) -> tuple:
    return run.ends_on, -run.starts_on.toordinal()


def waiting_runs() -> list[ReportRun]:
    """Every run without a report, whether or not its row is there yet; oldest first."""
    return sorted([*ReportRun.objects.unfinished(), *missing_runs()], key=_oldest_first)


def ensure_runs() -> None:
    """Give every closed period its row; doing it twice, or two at once, changes nothing."""
    if missing := missing_runs():
        ReportRun.objects.bulk_create(missing, ignore_conflicts=True)


# -- one run -----------------------------------------------------------------------------------


def claim(run: ReportRun) -> bool:
    """Take the run for REPORT_LEASE_SECONDS, unless somebody else did since it was read."""
    token = uuid.uuid4()
    taken = (
        ReportRun.objects.due()
        .filter(pk=run.pk, attempts=run.attempts)
        .update(
            claimed_by=token,
            claimed_until=Now() + timedelta(seconds=settings.REPORT_LEASE_SECONDS),
            attempts=F("attempts") + 1,
        )
    )
    if taken:
        run.claimed_by = token
    return bool(taken)


def compute(run: ReportRun) -> PublishedReport:
    """The report of the run's period as of this moment, complete but not saved."""
    period = Period(run.starts_on, run.ends_on)
    slices = [name for name in SLICES if name != "month" or run.kind != PeriodKind.MONTH]
    with snapshot():
        totals = official_figures(period, audience="internal", by=())
        tables = {
            name: official_figures(period, audience="internal", by=(name,)) for name in slices
        }
        records = counted_records(period)
    report = PublishedReport(
        kind=run.kind,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        rule_version=RULE_VERSION,
        figures=_plain({"totals": totals, "tables": tables}),
        records=_plain(records),
    )
    report.sha256 = report.checksum()
    return report


def _plain(value: Any) -> Any:
    """The value as the database will give it back, so that its checksum stays the same."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


@transaction.atomic
def publish(run: ReportRun, report: PublishedReport) -> bool:
    """Save the report and finish its run, if the claim on it is still ours."""
    held = (
        ReportRun.objects.select_for_update()
        .filter(pk=run.pk, claimed_by=run.claimed_by, finished_at__isnull=True)
        .first()
    )
    if held is None:
        return False
    report.published_at = timezone.now()
    report.save(force_insert=True)
    held.report, held.finished_at = report, report.published_at
    held.claimed_by, held.claimed_until, held.last_error = None, None, ""
    held.save()
    audit.record(audit.Action.PUBLISHED, by=None, obj=report, kind=run.kind, sha256=report.sha256)
    return True


def give_back(run: ReportRun, error: str) -> None:
    """Let go of a run that could not be finished; ``error`` is a class name, never a text."""
    ReportRun.objects.filter(pk=run.pk, claimed_by=run.claimed_by, finished_at__isnull=True).update(
        claimed_by=None, claimed_until=None, last_error=error
    )


def attempt(run: ReportRun) -> None:
    """Make the report of a claimed run; one that fails is noted and tried again later."""
    try:
        publish(run, compute(run))
    except Exception as error:
        log.exception("report could not be made: %s", run)
        give_back(run, type(error).__name__)
    except BaseException as stop:  # Ctrl-C: the next worker need not wait for the claim to end
        give_back(run, type(stop).__name__)
        raise


# -- all that is due ---------------------------------------------------------------------------


def publish_due(*, seconds: float = math.inf) -> Iterator[ReportRun]:
    """Make what is due, oldest first, until nothing is left or the time is over.

    Yields each run after it was tried, as the database has it then. A run that fails is not
    tried twice in one pass; one that another worker holds is left to it.
    """
    ensure_runs()
    deadline = time.monotonic() + seconds
    tried: set[int] = set()
    while time.monotonic() < deadline and (run := _claim_next(tried)):
        tried.add(run.pk)
        attempt(run)
        run.refresh_from_db()
        yield run


def _claim_next(tried: Iterable[int]) -> ReportRun | None:
    while run := ReportRun.objects.due().exclude(pk__in=tried).first():
        if claim(run):
            return run
    return None


@transaction.atomic
def retry(run: ReportRun, *, by: User) -> bool:
    """Let a run that has failed for good be tried anew; returns whether it was such a run."""
    asked = ReportRun.objects.failed().filter(pk=run.pk).update(attempts=0, claimed_by=None)
    if asked:
        audit.record(audit.Action.CHANGED, by=by, obj=run, what="attempts")
    return bool(asked)
