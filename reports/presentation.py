"""What the pages of figures show around a figure: periods, charts, conditions, labels."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User

from .addresses import period_parameters, url_of
from .charts import Point, bar_chart, line_chart
from .drilldown import Unit
from .engine import count
from .figure_tables import FigureTable, Line
from .figures import Query
from .forms.figures import FigureForm, PeriodForm
from .models import PeriodKind
from .periods import Period
from .slices import SLICES, value_labels
from .suppression import minimum

LINE_MONTHS = 12
MOST_BARS = 15
MOST_MONTHS = 36
PAGING = ("newer", "older")
FEWEST_CHOICES = 2  # "all" and one: nothing to choose


# -- the period --------------------------------------------------------------------------------


def period_context(form: PeriodForm) -> dict[str, Any]:
    """The ways to another period, everything else in the address staying as it is."""
    period = form.period

    def url(other: Period) -> str:
        query = form.asked.copy()
        for name in PAGING:
            query.pop(name, None)
        for name, value in period_parameters(other).items():
            query[name] = value
        return f"?{query.urlencode()}"

    day = _day_inside(period)
    kinds = [
        {"label": kind.label, "url": url(Period.of(kind, day)), "current": period.kind == kind}
        for kind in PeriodKind
    ]
    project = Period.project()
    kinds.append({"label": _("Project period"), "url": url(project), "current": period == project})
    days = (period.start.isoformat(), period.end.isoformat())
    return {
        "period": period,
        "kept": [
            (name, value)
            for name, values in form.asked.lists()
            for value in values
            if name not in ("from", "to", *PAGING)
        ],
        "period_fields": list(zip((form["from"], form["to"]), days, strict=True)),
        "period_parameters": period_parameters(period).items(),
        "overview_url": f"{reverse('figures')}?{urlencode(period_parameters(period))}",
        "period_kinds": kinds,
        "any_dates": bool(form.errors) or not any(kind["current"] for kind in kinds),
        "period_before": url(period.before()),
        "period_after": url(period.after()),
    }


def _day_inside(period: Period) -> date:
    """The day around which another kind of period is offered: today, or the period's last."""
    today = timezone.localdate()
    return today if today in period else period.end


# -- who reads, and what was asked -------------------------------------------------------------


def audience_context(user: User) -> dict[str, Any]:
    """For whom the figures are prepared, and whose work they count."""
    scope = access.figure_scope(user)
    municipalities = value_labels("municipality", scope.municipalities or (), user)
    return {
        "audience": scope.audience,
        "minimum": minimum(scope.audience),
        "own_municipalities": list(municipalities.values()),
        "own_work_only": scope.mediators is not None,
    }


@dataclass(frozen=True)
class Condition:
    """To what a figure is narrowed, and the address of the figure without it."""

    label: str
    value: str
    without: str


def conditions_of(query: Query, user: User) -> list[Condition]:
    """What the figure is narrowed to, as people read it."""
    told = []
    for code, values in query.where:
        others = replace(query, where=tuple(kept for kept in query.where if kept[0] != code))
        labels = value_labels(code, values, user)
        names = ", ".join(labels.get(value, value) for value in values)
        without = url_of("figure-detail", others)
        told.append(Condition(str(SLICES[code].label), names, without))
    return told


# -- the form ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Select:
    """One choice of the bar above a figure."""

    id: str
    name: str
    label: str
    choices: list[tuple[str, Any]]
    chosen: str


def figure_selects(form: FigureForm) -> dict[str, Any]:
    """The choices above a figure: rows, columns and, for exact figures, what it is narrowed to."""
    asked, slices = form.asked, form.choices_of("by")
    by = [code for code in asked.getlist("by") if code] + ["", ""]
    selects = [Select("id_rows", "by", _("Rows"), [("", _("Not divided")), *slices], by[0])]
    if by[0]:
        others = [choice for choice in slices if choice[0] != by[0]]
        columns = [("", _("No columns")), *others]
        selects.append(Select("id_columns", "by", _("Columns"), columns, by[1]))
    selects += [
        _select(form, name) for name in ("municipality", "mediator") if _chooses(form, name)
    ]
    if "municipality" in by or asked.get("municipality") or asked.get("as"):
        selects.append(_select(form, "as"))
    shown = {select.name for select in selects}
    kept = [name for name in form.indicator.slices if name in asked and name not in shown]
    return {"selects": selects, "other_conditions": [(name, asked[name]) for name in kept]}


def _chooses(form: FigureForm, name: str) -> bool:
    """Whether there is anything to choose from."""
    return name in form.fields and len(form.choices_of(name)) > FEWEST_CHOICES


def _select(form: FigureForm, name: str) -> Select:
    label = str(form.fields[name].label)
    return Select(f"id_{name}", name, label, form.choices_of(name), form.asked.get(name, ""))


# -- charts ------------------------------------------------------------------------------------


def chart_of(table: FigureTable) -> dict[str, Any] | None:
    """The chart of a figure by one slice: a line over months, bars otherwise."""
    if table.is_grid or not table.lines:
        return None
    title = f"{table.query.indicator.label}: {table.headings[0]}"
    points = [_point(line) for line in table.lines]
    if table.query.by == ("month",):
        if not 1 < len(points) <= MOST_MONTHS:
            return None
        return {"svg": line_chart("chart", title, points), "title": title}
    largest = sorted(points, key=lambda point: -(point.value or 0))
    if all(point.value is None for point in largest):
        return None
    is_cut = len(largest) > MOST_BARS
    shown = largest[:MOST_BARS] if is_cut else points
    svg = bar_chart("chart", title, shown)
    return {"svg": svg, "title": title, "is_bars": True, "is_cut": is_cut}


def twelve_months(query: Query, user: User) -> dict[str, Any] | None:
    """The figure month by month, up to the period's end or today; exact figures only.

    Beside a total for partners it would tell what a table by months hides.
    """
    if not query.is_exact or "month" not in query.indicator.slices or query.values_of("month"):
        return None
    last = min(query.period.end, max(query.period.start, timezone.localdate()))
    period = Period.months_up_to(last, LINE_MONTHS)
    by_month = replace(query, period=period, by=("month",))
    table = FigureTable(count(by_month), user)
    if not table.lines:
        return None
    title = _("%(figure)s, month by month") % {"figure": query.indicator.label}
    points = [_point(line) for line in table.lines]
    return {"svg": line_chart("line", title, points), "title": title, "table": table}


def _point(line: Line) -> Point:
    return Point(line.short_label, line.cells[0].value, line.share)


# -- records -----------------------------------------------------------------------------------


def row_labels(units: list[Unit], query: Query, user: User) -> list[tuple[Unit, list[str]]]:
    """The units, each with the rows it stands in as people read them."""
    labels = [
        value_labels(code, {row[number] for unit in units for row in unit.rows}, user)
        for number, code in enumerate(query.by)
    ]
    return [
        (unit, [", ".join(labels[n][key] for n, key in enumerate(row)) for row in unit.rows])
        for unit in units
    ]
