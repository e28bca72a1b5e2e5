"""Saving many visits at once, as an import does.

The rows are those that `create_visit` writes one by one; only the audit trail differs: whoever
calls this function records the whole deed as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from families.models import Family

from ..models import Assistance, Visit, VisitVersion
from ..visit_content import VisitContent
from .visits import assistance_rows, fill, link, version_row


@dataclass(frozen=True)
class NewVisit:
    """A visit to be saved under the id made by its writer.

    ``municipality`` (a code) is the one in which it was made; None means the family's.
    """

    id: UUID
    content: VisitContent
    by: User | None = None
    ref: str | None = None
    municipality: str | None = None
    received_at: datetime | None = None


@transaction.atomic
def create_visits(new: Sequence[NewVisit]) -> list[Visit]:
    """Save visits that are new; raises `IntegrityError` when one of the ids is taken."""
    families = Family.objects.in_bulk({each.content.family for each in new})
    visits = [_visit(each, families[each.content.family]) for each in new]
    written = [(each.id, each.content) for each in new]
    Visit.objects.bulk_create(visits)
    link(written)
    Assistance.objects.bulk_create(assistance_rows(written))
    versions = [
        version_row(visit, each.content, each.by) for visit, each in zip(visits, new, strict=True)
    ]
    for version in versions:
        version.recorded_at = version.visit.received_at
    VisitVersion.objects.bulk_create(versions)
    return visits


def _visit(new: NewVisit, family: Family) -> Visit:
    is_at_home = new.municipality in (None, family.municipality_id)
    visit = Visit(
        pk=new.id,
        ref=new.ref,
        family=family,
        municipality_id=new.municipality or family.municipality_id,
        place_id=family.place_id if is_at_home else None,
        recorded_by=new.by,
        received_at=new.received_at or timezone.now(),
    )
    fill(visit, new.content)
    return visit
