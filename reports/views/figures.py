"""The figures: an overview, one figure with its rows, the records behind it, and its file."""

from typing import Any, cast

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import access, audit
from accounts.access import SignedInRequest, allowed
from accounts.models import Role
from accounts.paging import page_of
from reports import drilldown, exports
from reports.addresses import parameters, url_of
from reports.engine import count
from reports.figure_tables import FigureTable
from reports.figures import FigureError, Query
from reports.forms.figures import FigureForm, PeriodForm
from reports.indicators import INDICATORS, Indicator
from reports.presentation import (
    audience_context,
    chart_of,
    conditions_of,
    figure_selects,
    period_context,
    row_labels,
    twelve_months,
)
from reports.slices import SLICES
from reports.wording import things

UNITS_A_PAGE = 50
LINE_INDICATOR = "families_reached"
EXPORTERS = (Role.COORDINATOR, Role.MEDIATOR, Role.STAFF)

readers = allowed(Role.COORDINATOR, Role.MENTOR, Role.MEDIATOR, Role.STAFF)
readers_of_exact = allowed(Role.COORDINATOR, Role.MENTOR, Role.MEDIATOR)


# -- all figures of a period -------------------------------------------------------------------


@readers
@require_safe
def figures(request: SignedInRequest) -> HttpResponse:
    """Show every figure of a period, each a link to what it is made of."""
    form = PeriodForm(request.GET)
    context = {"form": form}
    if form.is_valid():
        context |= _overview(request, form)
    context |= period_context(form) | audience_context(request.user)
    return render(request, "reports/figures.html", context)


def _overview(request: SignedInRequest, form: PeriodForm) -> dict[str, Any]:
    scope = access.figure_scope(request.user)
    queries = [Query(indicator, form.period, scope=scope) for indicator in INDICATORS.values()]
    try:
        found = [(count(query), url_of("figure-detail", query)) for query in queries]
    except FigureError as error:
        return {"refusal": str(error)}
    line = next(query for query in queries if query.indicator.code == LINE_INDICATOR)
    _record_reading(request, *queries)
    return {"figures": found, "line": twelve_months(line, request.user)}


# -- one figure --------------------------------------------------------------------------------


@readers
@require_safe
def figure_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one figure: the number, its official wording, its rows and how they fit together."""
    indicator = _indicator(code)
    form = FigureForm(request.GET, user=request.user, indicator=indicator)
    context: dict[str, Any] = {"form": form, "indicator": indicator}
    if form.is_valid():
        context |= _figure(request, form.query)
    context |= figure_selects(form)
    context |= period_context(form) | audience_context(request.user)
    return render(request, "reports/figure_detail.html", context)


def _figure(request: SignedInRequest, query: Query) -> dict[str, Any]:
    try:
        figure = count(query)
    except FigureError as error:
        return {"refusal": str(error)}
    _record_reading(request, query)
    table = FigureTable(figure, request.user) if query.by else None
    return {
        "query": query,
        "figure": figure,
        "table": table,
        "chart": chart_of(table) if table else None,
        "line": None if table else twelve_months(query, request.user),
        "stat_note": query.indicator.unit_label,
        "conditions": conditions_of(query, request.user),
        "records_url": url_of("figure-records", query.sliced()) if query.is_exact else "",
        "export_url": url_of("figure-export", query) if request.user.role in EXPORTERS else "",
    }


# -- what it is made of ------------------------------------------------------------------------


@readers_of_exact
@require_safe
def figure_records(request: SignedInRequest, code: str) -> HttpResponse:
    """List what a figure counts, each with the reason it counts."""
    query = _query(request, code)
    standing = request.GET.get("in", "")
    try:
        counted = drilldown.units_of(query, standing=standing)
    except FigureError as error:
        raise BadRequest(str(error)) from error
    seen = drilldown.in_sight(counted, request.user)
    page = page_of(request, seen, *drilldown.ORDERS[query.indicator.counts], size=UNITS_A_PAGE)
    units = drilldown.explained(page.rows, query, request.user, standing=standing)
    _record_reading(request, query, records=standing or "all")
    extent = drilldown.extent(query, counted, request.user)
    context = {
        "indicator": query.indicator,
        "query": query,
        "standing": standing,
        "title": things(query.indicator, extent.number),
        "units": row_labels(units, query, request.user),
        "out_of_sight": extent.out_of_sight,
        "page": page,
        "conditions": conditions_of(query, request.user),
        "slices": [SLICES[code].label for code in query.by],
        "back_url": url_of("figure-detail", query),
    }
    return render(request, "reports/figure_records.html", context)


# -- as a file ---------------------------------------------------------------------------------


@allowed(*EXPORTERS)
@require_safe
def figure_export(request: SignedInRequest, code: str) -> HttpResponse:
    """Download the figure as CSV: the numbers of the page, without a name in it."""
    query = _query(request, code)
    try:
        figure = count(query)
    except FigureError as error:
        raise BadRequest(str(error)) from error
    audit.record(
        audit.Action.EXPORTED,
        by=request.user,
        indicator=code,
        audience=query.audience,
        filter=parameters(query),
        rows=len(figure.rows),
        format="csv",
    )
    name = f"{code}-{query.period.start}-{query.period.end}.csv"
    response = StreamingHttpResponse(exports.csv_lines(figure), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast(HttpResponse, response)  # a base class apart, and answered alike


# -- shared ------------------------------------------------------------------------------------


def _indicator(code: str) -> Indicator:
    if code not in INDICATORS:
        raise Http404
    return INDICATORS[code]


def _query(request: SignedInRequest, code: str) -> Query:
    """The query that the address asks; a mistake in it is a bad request, told in a sentence."""
    form = FigureForm(request.GET, user=request.user, indicator=_indicator(code))
    if not form.is_valid():
        raise BadRequest(" ".join(str(text) for texts in form.errors.values() for text in texts))
    return form.query


def _record_reading(request: SignedInRequest, *queries: Query, **detail: Any) -> None:
    """Put it on the trail that exact figures were read; those for partners hide enough."""
    if queries[0].is_exact:
        audit.record(
            audit.Action.FIGURES_READ,
            by=request.user,
            indicators=[query.indicator.code for query in queries],
            asked=parameters(queries[0]),
            **detail,
        )
