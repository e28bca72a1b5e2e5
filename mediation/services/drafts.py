"""Drafts: what is typed so far is kept on the server, counts nowhere and stands in nobody's way."""

import json
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User

from ..models import Visit
from ..visit_content import VisitContent
from .visits import (
    UNFINISHED,
    VisitConflict,
    complete,
    create_visit,
    is_own_draft,
    write_next_version,
)


@transaction.atomic
def keep_draft(visit_id: UUID, content: VisitContent, *, based_on: int | None, by: User) -> Visit:
    """Keep what is typed so far under the visit's id, every few seconds if need be.

    Writes over a draft or a planned visit that its writer read as version ``based_on`` (None:
    the page has not heard of an earlier draft of its own). Raises `VisitConflict`, and leaves
    everything as it is, when the visit was saved meanwhile or changed elsewhere. Only the first
    keeping goes on the audit trail.
    """
    stored = Visit.objects.select_for_update().filter(pk=visit_id).first()
    if stored is None:
        return create_visit(visit_id, content, by=by)[0]
    content = complete(content, stored)
    if stored.content_digest == content.digest():
        return stored
    is_open = stored.status in UNFINISHED
    is_known = stored.version == based_on or (
        based_on is None and is_own_draft(stored, content, by)
    )
    if not (is_open and is_known and stored.family_id == content.family):
        raise VisitConflict(stored)
    if stored.status == Visit.Status.PLANNED:
        stored.recorded_by = by  # from now on it is this writer's draft
        audit.record(audit.Action.CHANGED, by=by, obj=stored, status=content.status)
    write_next_version(stored, content, by)
    return stored


@transaction.atomic
def discard_draft(visit: Visit, *, by: User) -> None:
    """Delete a draft; one that was begun on a planned visit is that planned visit again.

    Raises `ValidationError` for anything that was saved as a visit, or is deleted already.
    """
    stored = Visit.objects.select_for_update().filter(pk=visit.pk).first()
    if stored is None or stored.status != Visit.Status.DRAFT:
        raise ValidationError(_("Only a draft can be deleted."))
    visit, plan = stored, stored.versions.exclude(version=stored.version).last()
    if plan is not None:
        write_next_version(visit, VisitContent.from_dict(json.loads(plan.content)), by)
        audit.record(audit.Action.CHANGED, by=by, obj=visit, status=visit.status)
        return
    audit.record(audit.Action.VOIDED, by=by, obj=visit, status=visit.status)
    visit.delete()
