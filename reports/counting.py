"""Counting in SQL, exactly, on the records themselves.

A figure counts *records*: confirmed visits, or assignments of mediators. A visit has some things
once (its date, its municipality) and others many times over: the mediators who made it, the
assistance given on it. Each of these two is a *relation* and is joined at most once, so that a
topic and an outcome are those of the same assistance. Where a query is only narrowed by a
relation, it is asked with EXISTS, and nothing is multiplied.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncMonth

from accounts.models import present_day_codes
from mediation.models import Assignment, Assistance, Mediator, Visit

from .figures import Query, Tally, TallyRow
from .periods import Period
from .slices import SLICES, month_key, month_of, place_names

# -- where things stand ------------------------------------------------------------------------

RELATIONS: dict[str, type[Model]] = {"mediators": Visit.mediators.through, "assistance": Assistance}
SURVIVOR = "assistance__person__merged_into"


@dataclass(frozen=True)
class Column:
    """Where a slice's value stands: ``path`` from the record, ``inner`` from the relation's row."""

    path: str
    relation: str = ""
    inner: str = ""

    def path_within(self, joined: Iterable[str]) -> str:
        """The path for a condition: on the record when its relation is joined to it."""
        return self.path if not self.relation or self.relation in joined else self.inner


def _of_assistance(name: str) -> Column:
    return Column(f"assistance__{name}", "assistance", name)


COLUMNS = {
    "visits": {
        "month": Column("date"),
        "municipality": Column("municipality_id"),
        "place": Column("place_id"),
        "mode": Column("mode"),
        "mediator": Column("mediators__ref", "mediators", "mediator__ref"),
        "topic": _of_assistance("topic"),
        "action": _of_assistance("action"),
        "outcome": _of_assistance("outcome"),
        "sex": _of_assistance("person__sex"),
        "age_band": _of_assistance("age_band"),
    },
    "assignments": {
        "municipality": Column("municipality_id"),
        "mediator": Column("mediator__ref"),
    },
}

# What is counted, by kind of record, and the relation in which it stands.
UNITS: dict[tuple[str, str], tuple[Combinable, str]] = {
    ("visits", "family"): (F("family_id"), ""),
    ("visits", "visit"): (F("pk"), ""),
    ("visits", "mediator"): (F("mediators__pk"), "mediators"),
    ("visits", "person"): (
        Coalesce(f"{SURVIVOR}_id", "assistance__person_id"),
        "assistance",
    ),
    ("assignments", "mediator"): (F("mediator_id"), ""),
}


def _visits(period: Period) -> QuerySet:
    return Visit.objects.confirmed().dated(period.start, period.end).order_by()


def _assignments(period: Period) -> QuerySet:
    """Assignments overlapping the period, of mediators certified by its last day."""
    overlapping = Assignment.objects.overlapping(period.start, period.end)
    return overlapping.filter(mediator__certified_on__lte=period.end).order_by()


RECORDS: dict[str, Callable[[Period], QuerySet]] = {
    "visits": _visits,
    "assignments": _assignments,
}

# -- the records of one query ------------------------------------------------------------------


class Records:
    """The records that a query counts, each with its ``unit`` and its keys in the slices."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.indicator = query.indicator
        self.columns = COLUMNS[query.indicator.records]
        self.unit, self.unit_relation = UNITS[query.indicator.records, query.indicator.counts]
        self.merged = sorted(present_day_codes().items()) if query.as_now else []
        asks_for_place = "place" in query.by or query.values_of("place")
        self.places = place_names() if asks_for_place else {}

    @property
    def keys(self) -> dict[str, str]:
        """The slices, by the names under which the records carry their values."""
        return {f"key_{number}": code for number, code in enumerate(self.query.by)}

    def counted(self) -> QuerySet:
        """Every record that makes something count, with what it makes count as ``unit``."""
        return self._joined({self.unit_relation})

    def in_rows(self) -> QuerySet:
        """The records that stand in a row, each with its keys."""
        relations = {self.columns[code].relation for code in self.query.by}
        records = self._joined({self.unit_relation, *relations})
        for name, code in self.keys.items():
            records = records.annotate(**{name: self._key(code)})
            records = records.filter(**{f"{name}__isnull": False})
            if SLICES[code].code_list:
                records = records.exclude(**{name: ""})
        return records

    def once_per_row(self) -> QuerySet:
        """The records in rows, a visit once in a cell however much assistance it gave there."""
        records = self.in_rows()
        columns = {name: self.columns[code] for name, code in self.keys.items()}
        same = {
            column.inner: OuterRef(name)
            for name, column in columns.items()
            if column.relation == "assistance"
        }
        if not same:
            return records
        earlier = Assistance.objects.filter(
            self._conditions(()).get("assistance", Q()),
            visit=OuterRef("pk"),
            pk__lt=OuterRef("row"),
            **same,
        )
        return records.annotate(row=F("assistance__pk")).filter(~Exists(earlier))

    def units_in_rows(self) -> QuerySet:
        """What stands in a row, once each, with ``is_in_several``: whether in more than one."""
        several = reduce(or_, (Q(**{f"{name}_values__gt": 1}) for name in self.keys))
        values = {f"{name}_values": Count(name, distinct=True) for name in self.keys}
        sums = [self.indicator.sums] if self.indicator.sums else []
        return self.in_rows().values("unit", *sums).annotate(**values, is_in_several=several)

    def official(self, code: str, key: Any) -> str:
        """A slice's value as figures tell it."""
        match code:
            case "month":
                return month_key(key)
            case "place":
                return self.places[key]
        return str(key)

    # -- which records

    def _joined(self, relations: set[str]) -> QuerySet:
        """The records within scope and conditions; ``relations`` are joined to them."""
        records = RECORDS[self.indicator.records](self.query.period)
        for relation, condition in self._conditions(relations).items():
            if relation and relation not in relations:
                rows = RELATIONS[relation]._base_manager.filter(condition, visit=OuterRef("pk"))
                records = records.filter(Exists(rows))
            else:
                records = records.filter(condition)
        records = records.annotate(unit=self.unit)
        return records.filter(unit__isnull=False) if self.unit_relation else records

    def _conditions(self, joined: Iterable[str]) -> dict[str, Q]:
        """One condition per relation, so that one and the same row of it meets all."""
        conditions: dict[str, Q] = {}

        def add(column: Column, condition: Q) -> None:
            conditions[column.relation] = conditions.get(column.relation, Q()) & condition

        for code, values in self.query.where:
            column = self.columns[code]
            add(column, self._has(code, column.path_within(joined), values))
        scope = self.query.scope
        if scope.municipalities is not None:
            codes = self._with_merged(scope.municipalities)
            add(self.columns["municipality"], Q(municipality__in=codes))
        if scope.mediators is not None:
            column = self.columns["mediator"]
            refs = Mediator.objects.filter(scope.mediators).order_by().values("ref")
            add(column, Q(**{f"{column.path_within(joined)}__in": refs}))
        return conditions

    def _has(self, code: str, path: str, values: tuple[str, ...]) -> Q:
        """The condition that the slice, standing at ``path``, has one of the values."""
        match code:
            case "month":
                months = [month_of(value) for value in values]
                return reduce(or_, (Q(**{f"{path}__range": (m.start, m.end)}) for m in months))
            case "municipality":
                today = dict(self.merged)
                values = tuple(self._with_merged([today.get(value, value) for value in values]))
            case "place":
                chosen = [pk for pk, name in self.places.items() if name in values]
                return Q(**{f"{path}__in": chosen})
            case "sex":
                own = Q(**{f"{SURVIVOR}__isnull": True, f"{path}__in": values})
                return own | Q(**{f"{SURVIVOR}__sex__in": values})
        return Q(**{f"{path}__in": values})

    def _with_merged(self, codes: Iterable[str]) -> list[str]:
        """The municipalities and, as things are read now, those that became part of them."""
        return [*codes, *(old for old, new in self.merged if new in codes)]

    def _key(self, code: str) -> Combinable:
        """The value of a slice in a record."""
        path = self.columns[code].path
        match code:
            case "month":
                return TruncMonth(path)
            case "sex":  # a merged person's is that of the person they turned out to be
                return Coalesce(f"{SURVIVOR}__sex", path)
            case "municipality" if self.merged:
                successors = [When(**{path: old}, then=Value(new)) for old, new in self.merged]
                return Case(*successors, default=F(path))
        return F(path)


# -- counting them -----------------------------------------------------------------------------


class RecordCounter:
    """Counts on the records themselves: always true, nothing prepared."""

    def tally(self, query: Query) -> Tally:
        """Count the query in three statements; a fourth where small numbers must be hidden."""
        records = Records(query)
        total = records.counted().aggregate(**self._measures(query))
        if not query.by:
            return Tally(total["value"], total.get("protected", total["value"]))
        rows = self._rows(records)
        spread = self._spread(records)
        return Tally(
            total["value"],
            total.get("protected", total["value"]),
            rows,
            in_rows=spread["in_rows"],
            in_several_rows=spread["several"],
            protected_in_several_rows=spread.get("protected_several", spread["several"]),
            protected_in_no_row=self._protected_in_no_row(records, total["value"], spread),
        )

    def _measures(self, query: Query) -> dict[str, Any]:
        """What is computed of a cell, and the families behind it where they are protected."""
        if query.indicator.sums:
            measures: dict[str, Any] = {"value": Sum(query.indicator.sums, default=0)}
        else:
            measures = {"value": Count("unit", distinct=True)}
        if self._counts_protected_apart(query):
            measures["protected"] = Count(self._protected(query), distinct=True)
        return measures

    def _counts_protected_apart(self, query: Query) -> bool:
        indicator = query.indicator
        return not query.is_exact and indicator.protects not in ("", indicator.counts)

    def _protected(self, query: Query) -> Combinable:
        return UNITS[query.indicator.records, query.indicator.protects][0]

    def _rows(self, records: Records) -> tuple[TallyRow, ...]:
        query = records.query
        cells = records.once_per_row() if query.indicator.sums else records.in_rows()
        found = cells.values(*records.keys).annotate(**self._measures(query))
        rows = []
        for cell in found:
            keys = tuple(records.official(code, cell[name]) for name, code in records.keys.items())
            rows.append(TallyRow(keys, cell["value"], cell.get("protected", cell["value"])))
        return tuple(sorted(rows, key=lambda row: row.keys))

    def _spread(self, records: Records) -> dict[str, int]:
        """How much stands in a row at all, and how much in several of them."""
        query, sums, several = records.query, records.indicator.sums, Q(is_in_several=True)
        units = records.units_in_rows()
        if self._counts_protected_apart(query):
            units = units.annotate(behind=self._protected(query))
        if sums:
            measures: dict[str, Any] = {
                "in_rows": Sum(sums, default=0),
                "several": Sum(sums, filter=several, default=0),
            }
        else:
            measures = {"in_rows": Count("unit"), "several": Count("unit", filter=several)}
        if self._counts_protected_apart(query):
            measures["protected_several"] = Count("behind", filter=several, distinct=True)
        return units.aggregate(**measures)

    def _protected_in_no_row(self, records: Records, total: int, spread: dict[str, int]) -> int:
        missing = total - spread["in_rows"]
        if not missing or not self._counts_protected_apart(records.query):
            return missing
        elsewhere = records.counted().exclude(unit__in=records.in_rows().values("unit"))
        return elsewhere.aggregate(n=Count(self._protected(records.query), distinct=True))["n"]
