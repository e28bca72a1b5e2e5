"""From a figure down to what it counts, each unit with the reason it counts."""

from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from .counting import SURVIVOR, Records
from .figures import Query

# How people know a unit, told from a record that makes it count.
CODES: dict[tuple[str, str], Combinable] = {
    ("visits", "family"): F("family__code"),
    ("visits", "person"): Coalesce(f"{SURVIVOR}__code", "assistance__person__code"),
    ("visits", "mediator"): F("mediators__ref"),
    ("assignments", "mediator"): F("mediator__ref"),
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
