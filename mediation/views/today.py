"""Today: what a mediator has to do, and the one button they need most."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed
from accounts.models import Role
from families.models import Family

from ..agenda import agenda_of


@allowed(Role.MEDIATOR)
@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    """Next steps, planned visits, drafts, and forms kept when a session had ended."""
    day = timezone.localdate()
    agenda = agenda_of(request.user, day)
    context = {
        "today": day,
        "agenda": agenda,
        "held_forms": list(request.user.held_forms.only("held_at")),
        "has_families": bool(agenda) or Family.objects.editable_by(request.user).exists(),
    }
    return render(request, "mediation/today.html", context)
