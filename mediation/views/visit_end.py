"""Visits that end without having counted, or stop counting: void, cancel, no contact, discard."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role

from ..forms.reason import ReasonForm
from ..models import Visit
from ..services import (
    VisitConflict,
    cancel_visit,
    discard_draft,
    finish_follow_up,
    record_no_contact,
    void_visit,
)


def _fetch_visit(request: SignedInRequest, pk: UUID) -> Visit:
    mine = Visit.objects.editable_by(request.user).select_related("family")
    return fetch(request, mine, pk=pk)


@allowed(Role.MEDIATOR)
def visit_void(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a visit that should not be there out of every figure, with a reason."""
    visit = _fetch_visit(request, pk)
    if visit.status not in (Visit.Status.CONFIRMED, Visit.Status.NO_CONTACT):
        messages.info(request, _("Only a saved visit can be voided."))
        return redirect(visit)
    form = ReasonForm(request.POST or None, is_required=True)
    if request.method == "POST" and form.is_valid():
        try:
            void_visit(visit, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The visit is voided and counts nowhere any more."))
            return redirect(visit)
    return render(request, "mediation/visit_void.html", {"visit": visit, "form": form})


@allowed(Role.MEDIATOR)
def visit_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Cancel a planned visit that will not take place."""
    visit = _fetch_visit(request, pk)
    if visit.status != Visit.Status.PLANNED:
        messages.info(request, _("Only a planned visit can be cancelled."))
        return redirect(visit)
    form = ReasonForm(request.POST or None, is_required=False)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_visit(visit, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The planned visit to %s is cancelled.") % visit.family)
            return redirect("today")
    return render(request, "mediation/visit_cancel.html", {"visit": visit, "form": form})


@allowed(Role.MEDIATOR)
def visit_discard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a draft."""
    visit = _fetch_visit(request, pk)
    if visit.status != Visit.Status.DRAFT:
        messages.info(request, _("Only a draft can be deleted."))
        return redirect(visit)
    if request.method == "POST":
        try:
            discard_draft(visit, by=request.user)
        except ValidationError as error:  # finished or deleted in another tab
            messages.info(request, error.message)
        else:
            messages.success(request, _("The draft is deleted."))
        return redirect("today")
    return render(request, "mediation/visit_discard.html", {"visit": visit})


@allowed(Role.MEDIATOR)
@require_POST
def visit_no_contact(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note that nobody was met on a planned visit."""
    visit = _fetch_visit(request, pk)
    try:
        record_no_contact(visit, by=request.user)
    except ValidationError as error:
        messages.warning(request, error.message)
    except VisitConflict:
        messages.warning(request, _("This visit is no longer planned."))
    else:
        messages.success(request, _("Noted: no contact with %s.") % visit.family)
    return redirect("today")


@allowed(Role.MEDIATOR)
@require_POST
def follow_up_done(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tick off a visit's next step; ticking it twice is ticking it once."""
    visit = _fetch_visit(request, pk)
    finish_follow_up(visit, by=request.user)
    messages.success(request, _("Done: the next step with %s is ticked off.") % visit.family)
    return redirect(visit if request.POST.get("from") == "visit" else "today")
