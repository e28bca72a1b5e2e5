"""The periodic reports: what was published, what waits, and the records behind each figure."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import access, audit
from accounts.access import SignedInRequest, allowed
from accounts.models import Role
from accounts.paging import page_of
from reports import publishing
from reports.cover import cover_sentence, cover_sentences, headline
from reports.csv_files import csv_response
from reports.indicators import INDICATORS
from reports.models import PeriodKind, PublishedReport, ReportRun
from reports.periods import Period
from reports.report_records import counted_units, indicators_of
from reports.report_tables import FILE_HEADER, file_rows, label_of, tables_of

REPORTS_A_PAGE = 24
UNITS_A_PAGE = 50

coordinators = allowed(Role.COORDINATOR)


def period_of(row: PublishedReport | ReportRun) -> Period:
    """The period of a report or of a run, which knows how people write it."""
    return Period(row.starts_on, row.ends_on)


# -- the list ----------------------------------------------------------------------------------


@coordinators
@require_safe
def report_list(request: SignedInRequest) -> HttpResponse:
    """List the published reports, newest period first, and what is still to be made."""
    kind = request.GET.get("kind", "")
    reports = PublishedReport.objects.visible_to(request.user).headlines()
    if kind in PeriodKind.values:
        reports = reports.filter(kind=kind)
    page = page_of(
        request, reports, "-ends_on", "-starts_on", "-revision", "-pk", size=REPORTS_A_PAGE
    )
    rows = [(report, period_of(report), headline(report.totals)) for report in page.rows]
    context = {
        "page": page,
        "rows": rows,
        "kind": kind,
        "kinds": PeriodKind.choices,
        **waiting_context(),
    }
    return render(request, "reports/report_list.html", context)


def waiting_context() -> dict[str, Any]:
    """What the panel of waiting and failed reports shows."""
    runs = [(run, period_of(run).label) for run in publishing.waiting_runs()]
    return {
        "waiting": [(run, label) for run, label in runs if not run.has_failed],
        "failed": [(run, label) for run, label in runs if run.has_failed],
    }


@coordinators
@require_POST
def report_run_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a report that has failed for good be tried anew."""
    run = get_object_or_404(ReportRun, pk=pk)
    if publishing.retry(run, by=request.user):
        text = _("The report of %(period)s will be tried again within minutes.")
        messages.success(request, text % {"period": period_of(run).label})
    else:
        messages.info(request, _("Nothing to try again: this report has not failed."))
    return redirect("report-list")


# -- one report --------------------------------------------------------------------------------


def fetch_report(request: SignedInRequest, pk: UUID) -> PublishedReport:
    """The report, if the user may read it; else 404."""
    return access.fetch(request, PublishedReport.objects.visible_to(request.user), pk=pk)


@coordinators
@require_safe
def report_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a report as it was published; one that is damaged shows no figure."""
    report = fetch_report(request, pk)
    audit.record(audit.Action.FIGURES_READ, by=request.user, obj=report)
    context: dict[str, Any] = {"report": report, "period": period_of(report)}
    context["is_intact"] = report.is_intact
    if context["is_intact"]:
        totals = report.figures["totals"]
        context |= {
            "sentence": cover_sentence(totals),
            "sentences": cover_sentences(totals),
            "figures": [
                (figure, INDICATORS.get(figure["code"]), label_of(figure["code"]))
                for figure in totals["indicators"]
            ],
            "tables": tables_of(report, request.user),
        }
    return render(request, "reports/report_detail.html", context)


def refuse_damaged(request: SignedInRequest, report: PublishedReport) -> HttpResponse | None:
    """Send the reader of a damaged report back to the page that says so; None for a sound one."""
    return None if report.is_intact else redirect(report)


@coordinators
@require_safe
def report_records(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show which records made an indicator of the report, in the versions that were counted."""
    report = fetch_report(request, pk)
    if damaged := refuse_damaged(request, report):
        return damaged
    indicators = indicators_of(report)
    indicator = request.GET.get("indicator", "")
    if indicator not in indicators:
        indicator = indicators[0]
    audit.record(audit.Action.FIGURES_READ, by=request.user, obj=report, indicator=indicator)
    page = Paginator(report.records[indicator], UNITS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "report": report,
        "period": period_of(report),
        "indicator": indicator,
        "label": label_of(indicator),
        "indicators": [(code, label_of(code)) for code in indicators],
        "page": page,
        "units": counted_units(page.object_list, request.user),
    }
    return render(request, "reports/report_records.html", context)


# -- files -------------------------------------------------------------------------------------


@coordinators
@require_safe
def report_export(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Download the report's figures as CSV, without a name in it."""
    report = fetch_report(request, pk)
    if damaged := refuse_damaged(request, report):
        return damaged
    rows = list(file_rows(report))
    audit.record(audit.Action.EXPORTED, by=request.user, obj=report, format="csv", rows=len(rows))
    return csv_response(f"{file_name(report)}.csv", FILE_HEADER, rows)


@coordinators
@require_safe
def report_json(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Download all that was published, in the very bytes that its checksum was made of."""
    report = fetch_report(request, pk)
    if damaged := refuse_damaged(request, report):
        return damaged
    rows = sum(len(units) for units in report.records.values())
    audit.record(audit.Action.EXPORTED, by=request.user, obj=report, format="json", rows=rows)
    name = f"{file_name(report)}.json"
    return HttpResponse(
        report.canonical(),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def file_name(report: PublishedReport) -> str:
    """The name of a downloaded file, without its ending."""
    return f"report-{report.kind}-{report.starts_on}-r{report.revision}"
