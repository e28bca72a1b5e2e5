"""The sheet *families*: where they live, since when we work with them, and which mediator does."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import Place
from families import vault
from families.bulk import NewFamily, register_families
from families.models import Family, FamilyIdentity
from families.services import close_family

from ..models import Caseload, Mediator, Visit
from . import cells
from .cells import Row, column
from .faults import nearest, quoted
from .sheet import Sheet, register

CLOSURE_REASON = "other"  # the sheet does not say why


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRow(Row):
    """A family, and the mediator in whose caseload it is while it is registered."""

    ref: str = column(cells.reference, required=True)
    municipality: str = column(cells.reference, required=True)
    place: str | None = column(cells.one_line(100))
    registered_on: date = column(cells.past_day, required=True)
    closed_on: date | None = column(cells.day)
    mediator: str | None = column(cells.reference)
    family_name: str | None = column(cells.one_line(150))
    languages: tuple[str, ...] = column(cells.several(cells.code("contact_language")), default=())


@register
class FamilySheet(Sheet):
    name = "families"
    row = FamilyRow

    def start(self) -> None:
        # Families whose day of registration this import corrects: the former day, and the row.
        self.registered_before: dict[UUID, tuple[date, int]] = {}

    @cached_property
    def places(self) -> dict[str, dict[str, Place]]:
        """All places by municipality and by name in lower case."""
        places: dict[str, dict[str, Place]] = defaultdict(dict)
        for place in Place.objects.all():
            places[place.municipality_id][place.name.casefold()] = place
        return places

    def take(self, rows: list[FamilyRow]) -> None:
        mediators = Mediator.objects.in_bulk(
            [row.mediator for row in rows if row.mediator], field_name="ref"
        )
        stored = {
            family.ref: family
            for family in Family.objects.filter(
                ref__in=[row.ref for row in rows if row.ref]
            ).prefetch_related("caseloads")
        }
        names = FamilyIdentity.objects.in_bulk([family.pk for family in stored.values()])
        new = []
        for row in rows:
            mediator = self.refer(row, "mediator", row.mediator, mediators, "mediators")
            self._check(row)
            if not self.is_sound(row):
                continue
            if family := stored.get(row.ref):
                self._change(row, family, mediator, names.get(family.pk))
            else:
                new.append((row, mediator))
        self._register(new)

    def _check(self, row: FamilyRow) -> None:
        municipality = self.refer_to_municipality(row, row.municipality)
        if municipality and row.place and self._place(row) is None:
            known = [place.name for place in self.places[municipality.pk].values()]
            reason = f"{quoted(row.place)} is not a place in {municipality.name_lv}."
            self.fault(row.number, "place", reason + nearest(row.place, known))
        if row.registered_on and row.closed_on and row.closed_on < row.registered_on:
            self.fault(row.number, "closed_on", "is before the day of registration.")

    def _place(self, row: FamilyRow) -> Place | None:
        return self.places[row.municipality].get((row.place or "").casefold())

    # -- new families

    def _register(self, new: list[tuple[FamilyRow, Mediator | None]]) -> None:
        families = register_families([self._new_family(row) for row, _ in new], by=self.run.by)
        Caseload.objects.bulk_create(
            Caseload(
                family=family,
                mediator=mediator,
                started_on=row.registered_on,
                ended_on=row.closed_on,
            )
            for family, (row, mediator) in zip(families, new, strict=True)
            if mediator
        )
        self.counts.new += len(new)

    def _new_family(self, row: FamilyRow) -> NewFamily:
        place = self._place(row)
        return NewFamily(
            ref=row.ref,
            municipality=self.run.municipalities[row.municipality],
            place_id=place.pk if place else None,
            registered_on=row.registered_on,
            closed_on=row.closed_on,
            closure_reason=CLOSURE_REASON if row.closed_on else "",
            languages=list(row.languages),
            family_name=row.family_name or "",
        )

    # -- known families

    def _change(
        self,
        row: FamilyRow,
        family: Family,
        mediator: Mediator | None,
        names: FamilyIdentity | None,
    ) -> None:
        if family.closed_on and not row.closed_on and row.registered_on > family.closed_on:
            self.fault(row.number, "registered_on", "is after the day the family was closed.")
            return
        was_registered_on, is_open = family.registered_on, family.closed_on is None
        if was_registered_on != row.registered_on:
            self.registered_before[family.pk] = (was_registered_on, row.number)
        changed = [self._facts(row, family), self._name(row, family, names)]
        if is_open and row.closed_on:
            close_family(family, by=self.run.by, closed_on=row.closed_on, reason=CLOSURE_REASON)
            changed.append(True)
        if mediator:
            changed.append(self._caseload(row, family, mediator, was_registered_on))
        self.count(changed=any(changed))

    def _facts(self, row: FamilyRow, family: Family) -> bool:
        place = self._place(row)
        moved_away = family.municipality_id != row.municipality and place is None
        if moved_away and family.place_id:
            family.place = None
            family.save(update_fields=["place"])
        return self.update(
            family,
            municipality_id=row.municipality,
            place_id=place.pk if place else None,
            registered_on=row.registered_on,
            closed_on=row.closed_on if family.closed_on else None,
            languages=list(row.languages),
        )

    def _name(self, row: FamilyRow, family: Family, names: FamilyIdentity | None) -> bool:
        """Compare the name with the vault's; it is shown to nobody."""
        if not row.family_name or (names and names.family_name == row.family_name):
            return False
        vault.write_family_identity(
            family,
            family_name=row.family_name,
            address=names.address if names else "",
            phone=names.phone if names else "",
        )
        audit.record(audit.Action.CHANGED, by=self.run.by, obj=family, columns=["family_name"])
        return True

    def _caseload(
        self, row: FamilyRow, family: Family, mediator: Mediator, was_registered_on: date
    ) -> bool:
        """Let the family be in its mediator's caseload; another mediator means handing over."""
        caseloads = list(family.caseloads.all())
        own = next((each for each in caseloads if each.mediator_id == mediator.pk), None)
        if own is None:
            self._hand_over(row, family, mediator, caseloads)
            return True
        starts_on = own.started_on
        if starts_on == was_registered_on:
            starts_on = row.registered_on
        ends_on = own.ended_on
        if row.closed_on and ends_on is None:
            ends_on = max(row.closed_on, starts_on)
        return self.update(own, started_on=starts_on, ended_on=ends_on)

    def _hand_over(
        self, row: FamilyRow, family: Family, mediator: Mediator, caseloads: list[Caseload]
    ) -> None:
        """End what others have of the family, and begin the mediator's as of today."""
        today = timezone.localdate()
        running = [each for each in caseloads if each.ended_on is None]
        starts_on = today if running and not row.closed_on else row.registered_on
        for each in running:
            last_day = row.closed_on or today - timedelta(days=1)
            self.update(each, ended_on=max(each.started_on, last_day))
        Caseload.objects.create(
            family=family, mediator=mediator, started_on=starts_on, ended_on=row.closed_on
        )

    # -- at the end

    def finish(self) -> None:
        """No visit may be dated before the first day of its family."""
        for pk, (_, number) in self.registered_before.items():
            early = Visit.objects.filter(family=pk, date__lt=F("family__registered_on")).first()
            if early:
                reason = f"is after a visit to the family on {early.date.isoformat()}."
                self.fault(number, "registered_on", reason)
