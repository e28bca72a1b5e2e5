"""Saving visits so that none is lost, doubled or silently overwritten."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Municipality, User
from families.models import Family, Person

from ..ages import age_band, birth_dates, births
from ..models import Assistance, Visit, VisitVersion
from ..visit_content import VisitContent, content_of

UNFINISHED = (Visit.Status.PLANNED, Visit.Status.DRAFT)


class VisitConflict(Exception):
    """The visit was changed meanwhile, or its id is taken by other content; nothing was saved."""

    def __init__(self, stored: Visit) -> None:
        super().__init__(str(stored.pk))
        self.stored = stored


def create_visit(
    visit_id: UUID,
    content: VisitContent,
    *,
    by: User | None,
    ref: str | None = None,
    client_clock: datetime | None = None,
) -> tuple[Visit, bool]:
    """Save a new visit under the id made by its writer; return it and whether it is new.

    The same id with the same content is the same visit, sent again: nothing is written twice.
    The writer's own draft under this id is finished. Anything else that has the id raises
    `VisitConflict` and stays as it is.
    """
    try:
        with transaction.atomic():
            stored = Visit.objects.filter(pk=visit_id).first()
            if stored is None:
                visit = _new_visit(visit_id, content, by, ref, client_clock)
                return visit, True
    except IntegrityError:
        # Another request with this id came first; whatever else was wrong is raised again.
        stored = Visit.objects.filter(pk=visit_id).first()
        if stored is None:
            raise
    if stored.content_digest == content.digest() or _was_saved_as(stored, 1, content):
        return stored, False
    if by and is_own_draft(stored, content, by):
        return change_visit(stored, content, based_on=stored.version, by=by), False
    raise VisitConflict(stored)


def is_own_draft(visit: Visit, content: VisitContent, by: User) -> bool:
    """Whether ``visit`` is what ``by`` began to write down about the same family."""
    return (
        visit.status == Visit.Status.DRAFT
        and visit.recorded_by_id == by.pk
        and visit.family_id == content.family
    )


def _was_saved_as(visit: Visit, version: int, content: VisitContent) -> bool:
    """Whether ``content`` is what was saved as this version: a late repetition, not a change."""
    saved = visit.versions.filter(version=version).first()
    return saved is not None and json.loads(saved.content) == complete(content, visit).as_dict()


def _new_visit(
    visit_id: UUID,
    content: VisitContent,
    by: User | None,
    ref: str | None,
    client_clock: datetime | None,
) -> Visit:
    family = Family.objects.get(pk=content.family)
    visit = Visit(
        pk=visit_id,
        ref=ref,
        family=family,
        municipality_id=family.municipality_id,
        place_id=family.place_id,
        recorded_by=by,
        client_clock=client_clock,
    )
    _write(visit, content, by)
    audit.record(audit.Action.CREATED, by=by, obj=visit, status=visit.status)
    return visit


@transaction.atomic
def change_visit(visit: Visit, content: VisitContent, *, based_on: int, by: User | None) -> Visit:
    """Save a new version of a visit that its writer read as version ``based_on``.

    A planned visit that took place, and a draft that is finished, are changes as well. Saving
    the same twice changes nothing. Raises `VisitConflict` when somebody saved another version
    meanwhile, and `ValidationError` when the visit was voided or cancelled.
    """
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    content = complete(content, visit)
    if visit.content_digest == content.digest() or _was_saved_as(visit, based_on + 1, content):
        return visit
    if visit.version != based_on and not _finishes(visit, content):
        raise VisitConflict(visit)
    if visit.is_ended:
        raise ValidationError(_("This visit was voided or cancelled and can no longer change."))
    if content.status in UNFINISHED and visit.status not in UNFINISHED:
        raise ValidationError(_("This visit is saved. It cannot become a plan or a draft again."))
    if visit.next_step_on != content.next_step_on:
        visit.next_step_done_at = visit.next_step_done_by = None
    write_next_version(visit, content, by)
    audit.record(audit.Action.CHANGED, by=by, obj=visit, version=visit.version)
    return visit


def _finishes(draft: Visit, content: VisitContent) -> bool:
    """Whether ``content`` is the stored draft, word for word, declared finished."""
    return draft.status == Visit.Status.DRAFT and (
        replace(content_of(draft), status=content.status) == replace(content, unfinished=())
    )


def write_next_version(visit: Visit, content: VisitContent, by: User | None) -> None:
    """Write ``content`` over a stored visit; what a draft said before is not kept.

    Until a visit has taken place, where it counts follows its family.
    """
    if visit.status in UNFINISHED:
        visit.municipality_id = visit.family.municipality_id
        visit.place_id = visit.family.place_id
    if visit.status == Visit.Status.DRAFT:
        visit.versions.filter(version=visit.version).delete()
    visit.version += 1
    _write(visit, content, by)


def complete(content: VisitContent, stored: Visit) -> VisitContent:
    """The content with the confidential note that its writer was not shown."""
    if content.confidential_note is not None:
        return content
    return replace(content, confidential_note=stored.confidential_note)


def _write(visit: Visit, content: VisitContent, by: User | None) -> None:
    """Put ``content`` into the rows of ``visit`` and keep it as a version."""
    fill(visit, content)
    is_new = visit._state.adding
    visit.save(force_insert=is_new)
    if is_new:
        link([(visit.pk, content)])
    else:
        visit.mediators.set([content.mediator, *content.co_mediators])
        visit.present.set(content.present)
        visit.assistance.all().delete()
    if content.assistance:
        Assistance.objects.bulk_create(assistance_rows([(visit.pk, content)]))
    version_row(visit, content, by).save()


# -- the rows of a visit, or of many ------------------------------------------------------------


def fill(visit: Visit, content: VisitContent) -> None:
    """Put ``content`` into the visit's own row."""
    visit.mediator_id = content.mediator
    visit.date = content.date
    visit.started_at = content.started_at
    visit.minutes = content.minutes
    visit.mode = content.mode
    visit.status = content.status
    visit.status_reason = content.status_reason
    visit.note = content.note
    visit.confidential_note = content.confidential_note or ""
    visit.next_step = content.next_step
    visit.next_step_on = content.next_step_on
    visit.content_digest = content.digest()


def link(written: Iterable[tuple[UUID, VisitContent]]) -> None:
    """Link new visits to their people in one statement each: there is nothing to compare with."""
    written = list(written)
    made, present = Visit.mediators.through, Visit.present.through
    made.objects.bulk_create(
        made(visit_id=visit, mediator_id=pk)
        for visit, content in written
        for pk in dict.fromkeys([content.mediator, *content.co_mediators])
    )
    present.objects.bulk_create(
        present(visit_id=visit, person_id=pk)
        for visit, content in written
        for pk in content.present
    )


def assistance_rows(written: Iterable[tuple[UUID, VisitContent]]) -> list[Assistance]:
    """The assistance given on these visits, with each person's age band on the day."""
    helped = [
        (visit, content.date, row) for visit, content in written for row in content.assistance
    ]
    born = births({row.person for _, _, row in helped})
    return [
        Assistance(
            visit_id=visit,
            person_id=row.person,
            topic=row.topic,
            action=row.action,
            outcome=row.outcome,
            institution_id=row.institution,
            age_band=age_band(day, birth_date=born[row.person][0], birth_year=born[row.person][1]),
        )
        for visit, day, row in helped
    ]


def version_row(visit: Visit, content: VisitContent, by: User | None) -> VisitVersion:
    """The version that keeps what the visit says now."""
    return VisitVersion(
        visit=visit,
        version=visit.version,
        content=json.dumps(content.as_dict(), ensure_ascii=False),
        recorded_by=by,
    )


@transaction.atomic
def correct_municipality(visit: Visit, municipality: Municipality, *, by: User | None) -> None:
    """Correct in which municipality a visit was made; the place is then unknown."""
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    visit.municipality, visit.place = municipality, None
    if municipality.pk == visit.family.municipality_id:
        visit.place_id = visit.family.place_id
    visit.version += 1
    visit.save(update_fields=["municipality", "place", "version"])
    version_row(visit, content_of(visit), by).save()
    audit.record(audit.Action.CHANGED, by=by, obj=visit, version=visit.version)


@transaction.atomic
def _end_visit(
    visit: Visit, status: str, reason: str, by: User, *, only: str | None = None
) -> Visit:
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if only and visit.status != only:
        raise ValidationError(_("Only a planned visit can be cancelled."))
    if visit.is_ended:
        raise ValidationError(_("This visit was voided or cancelled and can no longer change."))
    if status == Visit.Status.VOIDED:
        visit.voided_at, visit.voided_by = timezone.now(), by
    visit.status, visit.status_reason = status, reason
    visit.version += 1
    content = content_of(visit)
    visit.content_digest = content.digest()
    visit.save()
    version_row(visit, content, by).save()
    audit.record(audit.Action.VOIDED, by=by, obj=visit, status=status)
    return visit


def void_visit(visit: Visit, *, by: User, reason: str) -> Visit:
    """Take a visit that should not be there out of every figure; it stays readable."""
    return _end_visit(visit, Visit.Status.VOIDED, reason, by)


def cancel_visit(visit: Visit, *, by: User, reason: str) -> Visit:
    """Cancel a planned visit that will not take place; raises `ValidationError` for others."""
    planned = Visit.Status.PLANNED
    return _end_visit(visit, Visit.Status.CANCELLED, reason, by, only=planned)


def record_no_contact(visit: Visit, *, by: User) -> Visit:
    """Note that nobody was met on a planned visit; saying so twice changes nothing.

    Raises `ValidationError` when it is no planned visit, or planned for a day to come.
    """
    if visit.status == Visit.Status.NO_CONTACT:
        return visit
    if visit.status != Visit.Status.PLANNED:
        raise ValidationError(_("This visit is no longer planned."))
    if visit.date > timezone.localdate():
        raise ValidationError(_("This visit is planned for a day that is still to come."))
    missed = replace(content_of(visit), status=Visit.Status.NO_CONTACT)
    return change_visit(visit, missed, based_on=visit.version, by=by)


@transaction.atomic
def finish_follow_up(visit: Visit, *, by: User) -> None:
    """Tick off a visit's next step; ticking twice changes nothing."""
    ticked = Visit.objects.filter(
        pk=visit.pk, next_step_on__isnull=False, next_step_done_at__isnull=True
    ).update(next_step_done_at=timezone.now(), next_step_done_by=by)
    if ticked:
        audit.record(audit.Action.CHANGED, by=by, obj=visit, what="next_step_done")


@transaction.atomic
def refresh_age_bands(person: Person) -> int:
    """Derive a person's age bands anew after their birth date or year was corrected.

    Returns the number of assistance rows that changed.
    """
    born = birth_dates([person.pk]).get(person.pk)
    changed = []
    for row in Assistance.objects.filter(person=person).select_related("visit"):
        band = age_band(row.visit.date, birth_date=born, birth_year=person.birth_year)
        if band != row.age_band:
            row.age_band = band
            changed.append(row)
    Assistance.objects.bulk_update(changed, ["age_band"])
    return len(changed)
