"""A visit as its page shows it: to each reader as much as they may know."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise

from accounts import audit
from accounts.models import User
from families.models import Family, Person
from families.vault import Names, read_names

from . import icons
from .models import Assistance, Visit
from .models.visits import VisitQuerySet
from .visit_content import VisitContent
from .visit_differences import changed_fields

VERSIONS_SHOWN = 20


@dataclass
class Participant:
    """One person of a visit: whether they were there, and what they were helped with."""

    person: Person
    name: str
    initials: str
    help: list[Assistance] = field(default_factory=list)


@dataclass(frozen=True)
class Saved:
    """One saving of the visit: by whom, when, and which fields it changed."""

    by: User | None
    at: datetime
    version: int
    changes: list[str | Promise]


def with_rights(visits: VisitQuerySet, user: User) -> VisitQuerySet:
    """Visits with ``reads_note``, ``reads_confidential``, ``may_edit`` and ``sees_family``."""
    this = {"pk": OuterRef("pk")}
    return visits.annotate(
        reads_note=Exists(Visit.objects.notes_readable_by(user).filter(**this)),
        reads_confidential=Exists(
            Visit.objects.confidential_notes_readable_by(user).filter(**this)
        ),
        may_edit=Exists(Visit.objects.editable_by(user).filter(**this)),
        sees_family=Exists(Family.objects.visible_to(user).filter(pk=OuterRef("family_id"))),
    )


@dataclass
class VisitPage:
    """What is shown of one visit, loaded `with_rights`; empty where the reader may not read."""

    visit: Any
    name: str
    is_named: bool
    participants: list[Participant]
    saved: list[Saved]
    note: str = ""
    next_step: str = ""
    reason: str = ""
    confidential_note: str = ""

    @classmethod
    def of(cls, visit: Any, user: User) -> "VisitPage":
        """Open what the user may read of a visit; names and notes go on the audit trail."""
        help_given = list(visit.assistance.select_related("person", "institution"))
        people = {person.pk: person for person in visit.present.all()}
        people |= {row.person_id: row.person for row in help_given}
        names = read_names(user, [visit.family], people.values())
        page = cls(
            visit=visit,
            name=names.of_family(visit.family),
            is_named=visit.family_id in names.families,
            participants=_participants(people, help_given, names),
            saved=_saved(visit),
        )
        if visit.reads_note:
            page.note, page.next_step, page.reason = (
                visit.note, visit.next_step, visit.status_reason,
            )  # fmt: skip
        if visit.reads_confidential:
            page.confidential_note = visit.confidential_note
        if page.note or page.next_step or page.reason or page.confidential_note:
            secret = {"confidential": True} if page.confidential_note else {}
            audit.record(audit.Action.NOTE_READ, by=user, obj=visit, **secret)
        return page

    @property
    def icon(self) -> str:
        return icons.MODES.get(self.visit.mode, icons.OTHER)


def _participants(people: dict, help_given: list[Assistance], names: Names) -> list[Participant]:
    found = {}
    for person in sorted(people.values(), key=lambda one: (len(one.code), one.code)):
        identity = names.persons.get(person.pk)
        initials = (identity.initials if identity else "") or person.code.rpartition("-")[2]
        found[person.pk] = Participant(person, names.of_person(person), initials)
    for row in help_given:
        found[row.person_id].help.append(row)
    return list(found.values())


def _told_changes(visit: Any, before: VisitContent, after: VisitContent) -> list[str | Promise]:
    """What changed; that there is a confidential note is known to its readers only."""
    if not visit.reads_confidential:
        after = replace(after, confidential_note=before.confidential_note)
    return changed_fields(before, after)


def _saved(visit: Visit) -> list[Saved]:
    """The last savings, the newest first, each compared with the one before."""
    rows = list(visit.versions.select_related("recorded_by").order_by("-version"))
    rows = rows[: VERSIONS_SHOWN + 1]
    contents = [VisitContent.from_dict(json.loads(row.content)) for row in rows]
    before: list[VisitContent | None] = [*contents[1:], None]
    return [
        Saved(
            row.recorded_by,
            row.recorded_at,
            row.version,
            _told_changes(visit, earlier, content) if earlier else [],
        )
        for row, content, earlier in zip(rows, contents, before, strict=True)
    ][:VERSIONS_SHOWN]
