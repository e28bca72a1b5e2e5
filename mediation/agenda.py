"""What waits for a mediator on one day: next steps, planned visits, drafts."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from accounts import audit
from accounts.models import User
from families.vault import read_names

from .models import Visit
from .services import UNFINISHED

DAYS_AHEAD = 7


@dataclass(frozen=True)
class Item:
    """One visit on the agenda, with the family's name."""

    visit: Visit
    name: str
    is_own: bool


@dataclass
class Agenda:
    """The lists of *Today*, each in the order in which it is due."""

    overdue: list[Item] = field(default_factory=list)  # next steps
    due: list[Item] = field(default_factory=list)  # next steps, from today on
    planned: list[Item] = field(default_factory=list)
    drafts: list[Item] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.overdue or self.due or self.planned or self.drafts)


def agenda_of(user: User, today: date) -> Agenda:
    """Next steps due within a week and planned visits of the user's families, and own drafts.

    The names and texts on it are read, and that goes on the audit trail.
    """
    visits = _waiting(user, today)
    names = read_names(user, {visit.family for visit in visits})
    agenda = Agenda()
    for visit in visits:
        own = visit.mediator.user_id == user.pk
        item = Item(visit, names.of_family(visit.family), own)
        _list_of(visit, agenda, today).append(item)
    for steps in (agenda.overdue, agenda.due):
        steps.sort(key=lambda item: _due(item.visit))
    read = [visit for visit in visits if visit.next_step or visit.note]
    audit.record_many(audit.Action.NOTE_READ, by=user, objects=read)
    return agenda


def _waiting(user: User, today: date) -> list[Visit]:
    made = Q(status__in=[Visit.Status.CONFIRMED, Visit.Status.NO_CONTACT])
    soon = Q(next_step_on__lte=today + timedelta(days=DAYS_AHEAD), next_step_done_at=None)
    return list(
        Visit.objects.editable_by(user)
        .filter(made & soon | Q(status__in=UNFINISHED))
        .without_drafts_of_others(user)
        .select_related("family", "mediator")
        .defer("confidential_note", "status_reason")
        .order_by("date", "started_at", "pk")
    )


def _list_of(visit: Visit, agenda: Agenda, today: date) -> list[Item]:
    if visit.status == Visit.Status.PLANNED:
        return agenda.planned
    if visit.status == Visit.Status.DRAFT:
        return agenda.drafts
    return agenda.overdue if _due(visit) < today else agenda.due


def _due(visit: Visit) -> date:
    return visit.next_step_on or date.max
