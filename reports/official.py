"""The official figures of a period: what commands print and reports publish."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.access import FigureScope

from .drilldown import records_behind
from .engine import RULE_VERSION, applies, check_slices, count, indicator_of
from .figures import Figure, Query, conditions
from .indicators import INDICATORS, Indicator
from .periods import Period

__all__ = ["RULE_VERSION", "as_json", "counted_records", "official_figures", "official_queries"]


def official_figures(
    period: Period,
    *,
    audience: str = "internal",
    by: Iterable[str] = (),
    indicators: Iterable[str] | None = None,
    where: Mapping[str, Iterable[str]] | None = None,
    as_now: bool = False,
) -> dict[str, Any]:
    """The figures as plain JSON values, the form in which they are published.

    ``by`` holds at most two slices; ``indicators`` codes, by default all that the slices apply
    to; ``where`` narrows to values by slice, such as ``{"municipality": ["LV-JEL"]}``. Raises
    `FigureError` with a sentence when there is no such figure.
    """
    queries = official_queries(
        period, audience=audience, by=by, indicators=indicators, where=where, as_now=as_now
    )
    return as_json(period, [count(query) for query in queries], audience=audience, by=by)


def official_queries(
    period: Period,
    *,
    audience: str = "internal",
    by: Iterable[str] = (),
    indicators: Iterable[str] | None = None,
    where: Mapping[str, Iterable[str]] | None = None,
    as_now: bool = False,
) -> list[Query]:
    """One query for each indicator asked for; the arguments are those of `official_figures`."""
    by, narrowed, scope = tuple(by), conditions(where or {}), FigureScope(audience)
    return [
        Query(indicator, period, by, narrowed, scope, as_now)
        for indicator in _chosen(indicators, by, tuple(dict(narrowed)))
    ]


def as_json(
    period: Period, figures: list[Figure], *, audience: str, by: Iterable[str]
) -> dict[str, Any]:
    """Counted figures in the form in which they are published.

    What they were narrowed to, and municipalities read as they are now, are told where it was
    asked for.
    """
    answer: dict[str, Any] = {
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "audience": audience,
        "by": list(by),
        "rule_version": RULE_VERSION,
    }
    if figures and figures[0].query.where:
        answer["where"] = {code: list(values) for code, values in figures[0].query.where}
    if figures and figures[0].query.as_now:
        answer["as_now"] = True
    return answer | {"indicators": [figure_as_json(figure) for figure in figures]}


def _chosen(
    codes: Iterable[str] | None, by: tuple[str, ...], narrowed_by: tuple[str, ...]
) -> list[Indicator]:
    """The indicators named, or all that the slices apply to."""
    check_slices(by)
    if codes is not None:
        return [indicator_of(code) for code in dict.fromkeys(codes)]
    return [i for i in INDICATORS.values() if applies(i, (*by, *narrowed_by))]


def figure_as_json(figure: Figure) -> dict[str, Any]:
    """One figure; a hidden number is null and says so."""
    query = figure.query
    rows = []
    for row in figure.rows:
        cell: dict[str, Any] = dict(zip(query.by, row.keys, strict=True))
        rows.append(cell | _value("value", row.value))
    return {
        "code": query.indicator.code,
        "unit": query.indicator.unit,
        **_value("total", figure.total),
        "rows": rows,
        "sum_of_rows": figure.sum_of_rows,
        "in_several_rows": figure.in_several_rows,
        "in_no_row": figure.in_no_row,
    }


def _value(name: str, value: int | None) -> dict[str, Any]:
    return {name: value} if value is not None else {name: None, "hidden": True}


def counted_records(period: Period) -> dict[str, list[dict[str, Any]]]:
    """Every unit that each indicator counts in the period, with what made it count.

    By indicator a list of ``{"unit": id, "code": how people know it, "records": [[id, version],
    …]}`` in a fixed order. Records are visits with the version that was counted; those of
    certified mediators are assignments, which have no versions: ``[id, null]``.
    """
    return {
        indicator.code: records_behind(Query(indicator, period))
        for indicator in INDICATORS.values()
    }
