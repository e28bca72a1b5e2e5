"""Visits that were written down: the list, and one visit's page."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role, User, code_label
from accounts.paging import page_of
from families.vault import Names, read_names

from .. import icons
from ..forms.visit_filter import VisitFilterForm
from ..models import Assistance, Visit
from ..models.visits import VisitQuerySet
from ..visit_page import VisitPage, with_rights

READERS = (Role.MEDIATOR, Role.STAFF, Role.MENTOR, Role.COORDINATOR)
VISITS_ON_A_PAGE = 40


@dataclass(frozen=True)
class VisitRow:
    """A visit on the list; ``name`` is the family's code where the name is not shown."""

    visit: Visit
    name: str
    topics: list[str]

    @property
    def icon(self) -> str:
        return icons.MODES.get(self.visit.mode, icons.OTHER)

    @property
    def is_named(self) -> bool:
        return self.name != self.visit.family.code


@allowed(*READERS)
@require_safe
def visit_list(request: SignedInRequest) -> HttpResponse:
    """The visits that the user may see, the newest first."""
    filters = VisitFilterForm(request.GET, user=request.user)
    visits = filters.narrow(_visits_for(request.user))
    visits = (
        visits.select_related("family", "municipality", "mediator")
        .defer("note", "confidential_note", "next_step", "status_reason")
        .prefetch_related(Prefetch("assistance", Assistance.objects.only("visit_id", "topic")))
    )
    page = page_of(request, visits, "-date", "-received_at", "-pk", size=VISITS_ON_A_PAGE)
    context = {
        "filters": filters,
        "page": page,
        "rows": _rows(request.user, page.rows),
        "today": timezone.localdate(),
    }
    return render(request, "mediation/visit_list.html", context)


@allowed(*READERS)
@require_safe
def visit_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One visit, as much of it as the reader may know."""
    visits = with_rights(_visits_for(request.user), request.user).select_related(
        "family", "municipality", "place", "mediator", "voided_by", "next_step_done_by"
    )
    visit = fetch(request, visits, pk=pk)
    context = {
        "page": VisitPage.of(visit, request.user),
        "visit": visit,
        "colleagues": [one for one in visit.mediators.all() if one.pk != visit.mediator_id],
        "today": timezone.localdate(),
    }
    return render(request, "mediation/visit_detail.html", context)


def _visits_for(user: User) -> VisitQuerySet:
    """Visits that the user may see; a draft is nobody's business but its writer's."""
    return Visit.objects.visible_to(user).without_drafts_of_others(user)


def _rows(user: User, visits: list[Visit]) -> list[VisitRow]:
    """The list's rows; a mediator reads the names of the own caseload, others the codes."""
    families = {visit.family for visit in visits}
    names = read_names(user, families) if user.role == Role.MEDIATOR else Names()
    return [VisitRow(visit, names.of_family(visit.family), _topics(visit)) for visit in visits]


def _topics(visit: Visit) -> list[str]:
    topics = dict.fromkeys(row.topic for row in visit.assistance.all())
    return [code_label("topic", topic) for topic in topics]
