"""The timeline of a family: its visits, the newest first, told to whoever may hear."""

from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Length
from django.utils import timezone

from accounts import audit
from accounts.access import SignedInRequest
from accounts.models import User
from accounts.paging import page_of
from families.models import Family, Person
from families.vault import Names

from . import icons
from .models import Assistance, Visit
from .models.visits import VisitQuerySet

VISITS_ON_A_PAGE = 20
BADGE_ICONS: dict[str, str] = {
    Visit.Status.PLANNED: "calendar-event",
    Visit.Status.NO_CONTACT: "person-x",
    Visit.Status.CANCELLED: "slash-circle",
    Visit.Status.VOIDED: "slash-circle",
}


@dataclass
class HelpGiven:
    """What one person was helped with on a visit; the page fills in the name."""

    person: Person
    rows: list[Assistance]
    name: str = ""


@dataclass
class TimelineEntry:
    """A visit as the timeline tells it; texts are empty where the user may not read them."""

    visit: Visit
    help: list[HelpGiven]
    note: str = ""
    next_step: str = ""
    reason: str = ""
    has_confidential_note: bool = False

    @property
    def icon(self) -> str:
        return icons.MODES.get(self.visit.mode, icons.OTHER)

    @property
    def kind(self) -> str:
        """Which of the timeline's looks fits the visit's state."""
        status = self.visit.status
        if status == Visit.Status.CONFIRMED:
            return "done"
        return "wait" if status in (Visit.Status.PLANNED, Visit.Status.DRAFT) else ""

    @property
    def badge(self) -> str:
        """The look of the word that says the state."""
        if self.visit.status == Visit.Status.NO_CONTACT:
            return "info"
        return "wait" if self.kind == "wait" else "plain"

    @property
    def badge_icon(self) -> str:
        return BADGE_ICONS.get(self.visit.status, "")

    @property
    def is_overdue(self) -> bool:
        """Whether the next step should have been done before today."""
        due = self.visit.next_step_on
        return due is not None and due < timezone.localdate()


@dataclass
class Timeline:
    """Visits to a family, the newest first, and the addresses of those before and after."""

    entries: list[TimelineEntry]
    newer_url: str
    older_url: str

    @classmethod
    def of(cls, request: SignedInRequest, family: Family) -> "Timeline":
        """The visits that the address asks for.

        Notes are read, and the reading recorded, only where the user may read them.
        """
        visits = _visits_of(request.user, family)
        page = page_of(request, visits, "-date", "-received_at", "-pk", size=VISITS_ON_A_PAGE)
        entries = [TimelineEntry(visit, _by_person(visit)) for visit in page.rows]
        _add_notes(request.user, entries)
        return cls(entries, page.newer_url, page.older_url)

    @property
    def persons(self) -> list[Person]:
        """Everyone who was helped."""
        return [given.person for entry in self.entries for given in entry.help]

    def put_names(self, names: Names) -> None:
        for entry in self.entries:
            for given in entry.help:
                given.name = names.of_person(given.person)


def _visits_of(user: User, family: Family) -> VisitQuerySet:
    """The visits that the timeline tells of; drafts are their writers' own business."""
    return (
        Visit.objects.visible_to(user)
        .filter(family=family)
        .without_drafts_of_others(user)
        .defer("note", "confidential_note", "next_step", "status_reason")
        .prefetch_related("mediators", "assistance__person")
    )


def _by_person(visit: Visit) -> list[HelpGiven]:
    given: dict[Person, list[Assistance]] = {}
    for row in sorted(visit.assistance.all(), key=lambda row: row.person.code):
        given.setdefault(row.person, []).append(row)
    return [HelpGiven(person, rows) for person, rows in given.items()]


def _add_notes(user: User, entries: list[TimelineEntry]) -> None:
    """Put in the texts that the user may read, and record that they were read."""
    ids = [entry.visit.pk for entry in entries]
    texts = {
        visit.pk: visit
        for visit in Visit.objects.notes_readable_by(user)
        .filter(pk__in=ids)
        .only("note", "next_step", "status_reason")
    }
    locked = set(
        Visit.objects.confidential_notes_readable_by(user)
        .annotate(length=Length(F("confidential_note")))
        .filter(pk__in=ids, length__gt=0)
        .values_list("pk", flat=True)
    )
    read = []
    for entry in entries:
        entry.has_confidential_note = entry.visit.pk in locked
        if visit := texts.get(entry.visit.pk):
            entry.note, entry.next_step = visit.note, visit.next_step
            entry.reason = visit.status_reason
            if visit.note or visit.next_step or visit.status_reason:
                read.append(entry.visit)
    if read:
        audit.record_many(audit.Action.NOTE_READ, by=user, objects=read)
