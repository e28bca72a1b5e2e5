"""Saving what a visit form or a plan holds, and what is shown when somebody else was faster.

Messages wait in the session, so they speak of codes, never of names.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SignedInRequest, fetch

from ..forms.plan import PlanForm
from ..forms.visit import VisitForm
from ..held_forms import TOKEN, forget_held, held_by
from ..models import Visit
from ..services import VisitConflict, change_visit, create_visit, finish_follow_up
from ..visit_content import content_of
from ..visit_differences import differences

SavedForm = VisitForm | PlanForm
NOT_SENT_AGAIN = {"csrfmiddlewaretoken", "version", "save", "adjust", "again", TOKEN}


def save_form(
    request: SignedInRequest, form: SavedForm, visit: Visit | None = None
) -> HttpResponse | None:
    """Save a valid form and go to the visit; None when the form now holds an error to show.

    ``visit`` is the one being changed, None on the page for a new visit. Sending the same form
    again saves nothing twice; when another version was saved meanwhile both are shown.
    """
    try:
        saved = _store(request, form, visit)
    except VisitConflict as conflict:
        return _show_conflict(request, form, conflict.stored)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    forget_held(request)
    if saved.status == Visit.Status.DRAFT:
        messages.success(request, _("The draft for %s is kept. Finish it here.") % form.family)
        return redirect("today")
    if saved.status == Visit.Status.PLANNED:
        messages.success(request, _("The visit to %s is planned.") % form.family)
    else:
        messages.success(request, _("The visit to %s is saved.") % form.family)
    return redirect(saved)


@transaction.atomic
def _store(request: SignedInRequest, form: SavedForm, visit: Visit | None) -> Visit:
    if form.content.status != Visit.Status.DRAFT:
        for step in form.cleaned_data.get("done_steps", ()):
            finish_follow_up(Visit(pk=step), by=request.user)
    visit_id, version = form.cleaned_data["visit"], form.cleaned_data["version"]
    if visit is None and version:  # the page kept a draft while it was being filled in
        mine = Visit.objects.editable_by(request.user)
        visit = mine.filter(pk=visit_id, family=form.family).first()
    if visit is None:
        return create_visit(visit_id, form.content, by=request.user)[0]
    return change_visit(visit, form.content, based_on=version or 0, by=request.user)


def _show_conflict(request: SignedInRequest, form: SavedForm, stored: Visit) -> HttpResponse:
    """Both versions side by side; nothing is overwritten before somebody has chosen.

    An id that belongs to somebody else's visit answers like an absent one.
    """
    mine = Visit.objects.editable_by(request.user).select_related("family")
    stored = fetch(request, mine, pk=stored.pk)
    if stored.family_id != form.family.pk:
        raise Http404
    audit.record(audit.Action.NOTE_READ, by=request.user, obj=stored)
    context = {
        "form": form,
        "stored": stored,
        "saved": stored.versions.select_related("recorded_by").last(),
        "rows": differences(content_of(stored), form.content, user=request.user),
        "typed": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_SENT_AGAIN
            for value in values
        ],
        "held": held_by(request),
        "url_name": _overwriting(form, stored),
    }
    return render(request, "mediation/visit_conflict.html", context, status=409)


def _overwriting(form: SavedForm, stored: Visit) -> str:
    """The page by which the typed version can still be saved; empty when it cannot."""
    if stored.is_ended:
        return ""
    is_planned = stored.status == Visit.Status.PLANNED
    if isinstance(form, PlanForm):
        return "visit-replan" if is_planned else ""
    return "visit-took-place" if is_planned else "visit-edit"
