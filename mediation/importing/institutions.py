"""The sheet *institutions*."""

from dataclasses import dataclass

from accounts.models import Institution
from accounts.models.places import REVIEWING_KINDS

from . import cells
from .cells import Row, column
from .sheet import Sheet, register


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionRow(Row):
    """An institution; without a municipality it is a national one."""

    ref: str = column(cells.reference, required=True)
    name: str = column(cells.one_line(200), required=True)
    kind: str = column(cells.code("institution_kind"), required=True)
    municipality: str | None = column(cells.reference)


@register
class InstitutionSheet(Sheet):
    name = "institutions"
    row = InstitutionRow

    def take(self, rows: list[InstitutionRow]) -> None:
        stored = Institution.objects.in_bulk([row.ref for row in rows if row.ref], field_name="ref")
        new = []
        for row in rows:
            self.refer_to_municipality(row, row.municipality)
            if not self.is_sound(row):
                continue
            known = {"name": row.name, "kind": row.kind, "municipality_id": row.municipality}
            if institution := stored.get(row.ref):
                self.count(changed=self.update(institution, **known))
            else:
                reviews = row.kind in REVIEWING_KINDS
                new.append(Institution(ref=row.ref, reviews_cases=reviews, **known))
        Institution.objects.bulk_create(new)
        self.counts.new += len(new)
