"""Mediators, for those who support them (mentors) and appoint them (coordinators)."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role

from ..forms.mediator import AssignmentEndForm, AssignmentForm, MediatorForm
from ..mediator_work import recent_visits, work_of
from ..models import Assignment, Mediator, Visit
from ..services.mediators import assign_mediator, end_assignment, save_mediator


@allowed(Role.MENTOR, Role.COORDINATOR)
@require_safe
def mediator_list(request: SignedInRequest) -> HttpResponse:
    """Who works where and how much; those who have gone quiet come first."""
    rows = work_of(Mediator.objects.visible_to(request.user))
    context = {"rows": rows, "quiet": sum(row.is_quiet for row in rows)}
    return render(request, "mediation/mediator_list.html", context)


@allowed(Role.MENTOR, Role.COORDINATOR)
@require_safe
def mediator_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One mediator: the facts, the assignments, and the work without names."""
    mediator = _fetch_mediator(request, pk)
    context = {
        "mediator": mediator,
        "work": work_of(Mediator.objects.filter(pk=mediator.pk))[0],
        "assignments": mediator.assignments.select_related("municipality"),
        "this_month_url": _this_month(mediator),
        "visits": recent_visits(mediator, request.user),
        "may_edit": request.user.role == Role.COORDINATOR,
    }
    return render(request, "mediation/mediator_detail.html", context)


@allowed(Role.COORDINATOR)
def mediator_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Correct a mediator's certificate, employer or mentor."""
    mediator = _fetch_mediator(request, pk)
    form = MediatorForm(request.POST or None, instance=mediator)
    if request.method == "POST" and form.is_valid():
        save_mediator(form.instance, by=request.user, changed=form.changed_data)
        messages.success(request, _("The facts about %s are saved.") % form.instance.full_name)
        return redirect(mediator)
    return render(request, "mediation/mediator_edit.html", {"mediator": mediator, "form": form})


@allowed(Role.COORDINATOR)
def assignment_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Appoint a mediator to a municipality."""
    mediator = _fetch_mediator(request, pk)
    form = AssignmentForm(request.POST or None, mediator=mediator)
    if request.method == "POST" and form.is_valid():
        assign_mediator(form.instance, by=request.user)
        messages.success(request, _("%s is assigned.") % mediator.full_name)
        return redirect(mediator)
    context = {"mediator": mediator, "form": form}
    return render(request, "mediation/assignment_create.html", context)


@allowed(Role.COORDINATOR)
def assignment_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set the last day of an appointment."""
    seen = Assignment.objects.filter(mediator__in=Mediator.objects.visible_to(request.user))
    assignment = fetch(request, seen.select_related("mediator", "municipality"), pk=pk)
    form = AssignmentEndForm(request.POST or None, assignment=assignment)
    if request.method == "POST" and form.is_valid():
        end_assignment(assignment, ended_on=form.cleaned_data["ended_on"], by=request.user)
        messages.success(request, _("The last day of the assignment is set."))
        return redirect(assignment.mediator)
    context = {"assignment": assignment, "mediator": assignment.mediator, "form": form}
    return render(request, "mediation/assignment_end.html", context)


def _this_month(mediator: Mediator) -> str:
    """The list of the visits that the figure of this month counts."""
    today = timezone.localdate()
    query = {
        "start": today.replace(day=1).isoformat(),
        "end": today.isoformat(),
        "status": Visit.Status.CONFIRMED,
        "mediator": mediator.pk,
    }
    return f"{reverse('visit-list')}?{urlencode(query)}"


def _fetch_mediator(request: SignedInRequest, pk: UUID) -> Mediator:
    seen = Mediator.objects.visible_to(request.user)
    return fetch(request, seen.select_related("employer", "mentor"), pk=pk)
