"""From a figure down to what it counts, each unit with the reason it counts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum, Value, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, DenseRank
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User, code_label
from families.models import Family, Person
from mediation.models import Assignment, Mediator, Visit

from .counting import SURVIVOR, Records
from .engine import check
from .figures import FigureError, Query

MOST_REASONS = 10
SEVERAL, NONE = "several", "none"

# How people know a unit, told from a record that makes it count.
CODES: dict[tuple[str, str], Combinable] = {
    ("visits", "family"): F("family__code"),
    ("visits", "person"): Coalesce(f"{SURVIVOR}__code", "assistance__person__code"),
    ("visits", "mediator"): F("mediators__ref"),
    ("assignments", "mediator"): F("mediator__ref"),
}
MODELS: dict[str, Any] = {
    "family": Family,
    "person": Person,
    "visit": Visit,
    "mediator": Mediator,
}
ORDERS = {
    "family": ("code", "pk"),
    "person": ("code", "pk"),
    "visit": ("date", "pk"),
    "mediator": ("ref", "pk"),
}


def records_behind(query: Query) -> list[dict[str, Any]]:
    """Every unit counted, with ``[id, version]`` of each record behind it, in a fixed order."""
    indicator = query.indicator
    records = Records(query).counted()
    if indicator.counts == "visit":
        found = records.values_list("unit", "pk", "version", "date", "family__code")
        rows = [(f"{day} {family}", unit, pk, version) for unit, pk, version, day, family in found]
    else:
        records = records.annotate(code=CODES[indicator.records, indicator.counts])
        if indicator.records == "visits":
            rows = list(records.values_list("code", "unit", "pk", "version").distinct())
        else:
            rows = [(*row, None) for row in records.values_list("code", "unit", "pk")]
    units: dict[Any, dict[str, Any]] = {}
    for code, unit, pk, version in sorted(rows, key=lambda row: (row[0], str(row[1]), str(row[2]))):
        entry = units.setdefault(unit, {"unit": str(unit), "code": code, "records": []})
        entry["records"].append([str(pk) if version is not None else pk, version])
    return list(units.values())


# -- for a page --------------------------------------------------------------------------------


@dataclass
class Reason:
    """One record that makes a unit count; ``url`` only where the reader may open the visit."""

    day: date
    url: str = ""
    topics: list[str] = field(default_factory=list)


@dataclass
class Unit:
    """One thing that a figure counts, and why."""

    thing: Any
    reasons: list[Reason] = field(default_factory=list)
    further: int = 0
    rows: list[tuple[str, ...]] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)


def units_of(query: Query, *, standing: str = "") -> QuerySet:
    """What the figure counts, each once; ``standing`` asks for those in several rows or in none.

    Raises `FigureError` where the figure does not open to its records.
    """
    check(query)
    if not query.is_exact:
        raise FigureError(_("Figures for partners and the public do not open to records."))
    if standing not in ("", SEVERAL, NONE):
        raise FigureError(_("Records stand in several rows, or in none; nothing else is known."))
    if standing and not query.by:
        raise FigureError(_("Without rows nothing stands in several of them, or in none."))
    records = Records(query)
    things = MODELS[query.indicator.counts].objects.all()
    if standing == SEVERAL:
        several = records.units_in_rows().filter(is_in_several=True)
        return things.filter(pk__in=several.values("unit"))
    things = things.filter(pk__in=records.counted().values("unit"))
    if standing == NONE:
        return things.exclude(pk__in=records.in_rows().values("unit"))
    return things


@dataclass(frozen=True)
class Extent:
    """How much a figure counts: what it says, how many things that is, and how many are seen."""

    number: int
    things: int
    in_sight: int

    @property
    def out_of_sight(self) -> int:
        return self.things - self.in_sight


def extent(query: Query, things: QuerySet, user: User) -> Extent:
    """What the things come to, and how many of them the user may see."""
    visible = things.model.objects.visible_to(user).order_by().values("pk")
    sums = query.indicator.sums
    found = things.aggregate(
        number=Sum(sums, default=0) if sums else Count("pk"),
        things=Count("pk"),
        in_sight=Count("pk", filter=Q(pk__in=visible)),
    )
    return Extent(**found)


def in_sight(things: QuerySet, user: User) -> QuerySet:
    """Those of the things that the user may see, with what their line on a page needs."""
    visible = things.model.objects.visible_to(user).order_by()
    things = things.filter(pk__in=visible.values("pk"))
    return things.select_related("family") if things.model in (Visit, Person) else things


def explained(things: list, query: Query, user: User, *, standing: str = "") -> list[Unit]:
    """The things with the reason why each counts, in the order given."""
    units = {thing.pk: Unit(thing) for thing in things}
    _explain(query, units, user)
    if standing == SEVERAL:
        _tell_rows(query, units)
    return list(units.values())


def _explain(query: Query, units: dict[Any, Unit], user: User) -> None:
    """Give each unit its reasons: the first visits that make it count, or its assignments."""
    if query.indicator.counts == "visit" or not units:
        return
    records = Records(query.sliced()).counted().filter(unit__in=units)
    if query.indicator.records == "assignments":
        for assignment in records.select_related("municipality").order_by("started_on", "pk"):
            units[assignment.mediator_id].assignments.append(assignment)
        return
    unit = F("unit")
    records = records.annotate(
        number=Window(DenseRank(), partition_by=unit, order_by=["date", "pk"]),
        from_end=Window(DenseRank(), partition_by=unit, order_by=["-date", "-pk"]),
        topic=F("assistance__topic") if query.indicator.counts == "person" else Value(""),
    )
    found = records.filter(number__lte=MOST_REASONS).order_by("number", "topic")
    rows = list(found.values_list("unit", "pk", "date", "topic", "number", "from_end", named=True))
    _list_visits(units, rows, _open_to(user, {row.pk for row in rows}))


def _list_visits(units: dict[Any, Unit], rows: list, open_visits: dict[UUID, str]) -> None:
    reasons: dict[tuple, Reason] = {}
    for row in rows:
        unit = units[row.unit]
        if (row.unit, row.pk) not in reasons:
            reasons[row.unit, row.pk] = Reason(row.date, open_visits.get(row.pk, ""))
            unit.reasons.append(reasons[row.unit, row.pk])
            unit.further = max(0, row.number + row.from_end - 1 - MOST_REASONS)
        topic = code_label("topic", row.topic) if row.topic else ""
        if topic and topic not in reasons[row.unit, row.pk].topics:
            reasons[row.unit, row.pk].topics.append(topic)


def _open_to(user: User, visits: set[UUID]) -> dict[UUID, str]:
    """The addresses of those visits that the user may open."""
    visible = Visit.objects.visible_to(user).filter(pk__in=visits).order_by()
    return {pk: reverse("visit-detail", args=[pk]) for pk in visible.values_list("pk", flat=True)}


def _tell_rows(query: Query, units: dict[Any, Unit]) -> None:
    """Give each unit the rows it stands in."""
    records = Records(query)
    cells = records.in_rows().filter(unit__in=units).values_list("unit", *records.keys).distinct()
    for unit, *keys in cells:
        row = zip(records.keys.values(), keys, strict=True)
        units[unit].rows.append(tuple(records.official(code, key) for code, key in row))
    for unit in units.values():
        unit.rows.sort()
