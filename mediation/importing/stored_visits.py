"""Visits that are stored already: finding them, and changing them without losing anything."""

import json
import re
from collections.abc import Iterable
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db.models import Q

from ..models import Visit
from ..services import VisitConflict, change_visit
from ..visit_content import VisitContent
from . import cells
from .faults import WrongCell

IMPORTED = UUID("23de02d1-dc90-413d-87fe-379b562776fc")  # visits get their ids from their refs
CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def visit_ref(text: str) -> str:
    """The reference of a visit; a UUID is one in either case."""
    ref = cells.reference(text)
    return ref.lower() if CANONICAL.fullmatch(ref.lower()) else ref


def visit_id(ref: str) -> UUID:
    """The id of the visit that a file calls ``ref``: the ref itself when it is a UUID."""
    return UUID(ref) if CANONICAL.fullmatch(ref) else uuid5(IMPORTED, ref)


def stored_visits(refs: Iterable[str]) -> dict[str, Visit]:
    """The visits that are stored under these references, with their people and assistance."""
    by_id = {visit_id(ref): ref for ref in refs}
    found = Visit.objects.filter(Q(pk__in=by_id) | Q(ref__in=by_id.values()))
    visits = found.select_related("family").prefetch_related("mediators", "present", "assistance")
    return {by_id.get(visit.pk) or str(visit.ref): visit for visit in visits}


def change_stored_visit(visit: Visit, content: VisitContent, stated: Iterable[str]) -> bool:
    """Save what a file says of a stored visit as its next version; return whether it did.

    ``stated`` names what the file can say at all. Where it says the same as at the last import,
    the visit stays as people changed it meanwhile. Raises `WrongCell` where both were changed,
    where the visit never came from a file, and where it can no longer change.
    """
    imported = visit.versions.filter(recorded_by=None).last()
    if imported is None:
        raise WrongCell("was written down in the portal and says something else; change it there.")
    before = VisitContent.from_dict(json.loads(imported.content))
    if all(getattr(before, name) == getattr(content, name) for name in stated):
        return False
    if visit.is_ended:
        raise WrongCell("was voided or cancelled and can no longer change.")
    try:
        change_visit(visit, content, based_on=imported.version, by=None)
    except VisitConflict:
        reason = "was changed in the portal after it was imported; change it there."
        raise WrongCell(reason) from None
    except ValidationError as error:
        raise WrongCell(f"cannot change: {' '.join(error.messages)}") from error
    return True
