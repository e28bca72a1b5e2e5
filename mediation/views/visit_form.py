"""Writing a visit down: the visit form, for a new visit, a planned one, a draft or a change."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role, User
from families.models import Family

from ..forms.visit import VisitForm
from ..forms.visit_tiles import VisitTiles
from ..forms.visit_values import Values, first_values, stored_values, took_place_values
from ..held_forms import keeps_form, token_for
from ..models import Mediator, Visit
from ..services import UNFINISHED, VisitConflict, keep_draft
from ..visit_content import VisitContent, written_content
from .visit_saving import save_form

LOOKED_AT = {"adjust", "again"}  # buttons that show the form once more and save nothing


@allowed(Role.MEDIATOR)
@keeps_form
def visit_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A new visit to a family of the mediator's caseload."""
    family = fetch(request, Family.objects.editable_by(request.user), pk=pk)
    mediator = _mediator(request)
    form = _form(request, family, mediator, lambda: first_values(mediator))
    return _answer(request, form)


@allowed(Role.MEDIATOR)
@keeps_form
def visit_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A visit written before: a draft to finish, or a visit to correct."""
    visit = _fetch_visit(request, pk)
    if request.method != "POST":  # what was typed is never thrown away
        if visit.is_ended:
            messages.info(
                request, _("This visit was voided or cancelled and can no longer change.")
            )
            return redirect(visit)
        if visit.status == Visit.Status.PLANNED:
            return redirect("visit-replan", pk)
    return _answer(request, _form_of(request, visit, stored_values), visit)


@allowed(Role.MEDIATOR)
@keeps_form
def visit_took_place(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A planned visit that took place: the form filled with what was planned."""
    visit = _fetch_visit(request, pk)
    if visit.status != Visit.Status.PLANNED and request.method != "POST":
        return redirect("visit-edit", pk)
    return _answer(request, _form_of(request, visit, took_place_values), visit)


@allowed(Role.MEDIATOR)
@require_POST
def visit_autosave(request: SignedInRequest, family_pk: UUID, pk: UUID) -> JsonResponse:
    """Keep what is typed so far as a draft; the page asks every few seconds.

    Answers 200 with the draft's version, 409 when the visit was saved or changed elsewhere, 422
    when what is typed cannot be kept.
    """
    family = fetch(request, Family.objects.editable_by(request.user), pk=family_pk)
    mine = Visit.objects.editable_by(request.user).select_related("family", "mediator")
    visit = mine.filter(pk=pk, family=family).first()
    form = _form_of(request, visit) if visit else _form(request, family, _mediator(request))
    if not form.is_valid():
        return JsonResponse({}, status=422)
    try:
        version = form.cleaned_data["version"]
        draft = keep_draft(pk, form.content, based_on=version, by=request.user)
    except VisitConflict:
        return JsonResponse({}, status=409)
    now = time_format(timezone.localtime(), "H:i")
    return JsonResponse({"version": draft.version, "told": _("Draft kept at %s") % now})


# -- the steps they share ----------------------------------------------------------------------


def _mediator(request: SignedInRequest) -> Mediator:
    return Mediator.objects.get(user=request.user)


def _answerable(request: SignedInRequest, visit: Visit) -> Mediator:
    """Who answers for the visit: the one who does already, unless they left before it was made."""
    works_there = visit.family.caseloads.current().filter(mediator=visit.mediator_id)
    if visit.status in UNFINISHED and not works_there.exists():
        return _mediator(request)
    return visit.mediator


def _fetch_visit(request: SignedInRequest, pk: UUID) -> Visit:
    mine = Visit.objects.editable_by(request.user).select_related("family", "mediator")
    return fetch(request, mine, pk=pk)


def _form(
    request: SignedInRequest,
    family: Family,
    mediator: Mediator,
    values: Callable[[], Values] = dict,
    **known: Any,
) -> VisitForm:
    """The form as typed, or filled with ``values`` on a fresh page."""
    known |= {"user": request.user, "family": family, "mediator": mediator}
    if request.method != "POST":
        return VisitForm(initial=values(), **known)
    return VisitForm(request.POST, as_draft=request.POST.get("save") == "draft", **known)


def _form_of(
    request: SignedInRequest,
    visit: Visit,
    values: Callable[[Visit, VisitContent], Values] = stored_values,
) -> VisitForm:
    """The form of a visit written before, by whoever answers for it."""
    before = written_content(visit)
    readable = Visit.objects.confidential_notes_readable_by(request.user)
    return _form(
        request,
        visit.family,
        _answerable(request, visit),
        lambda: values(visit, before),
        before=before,
        sees_confidential=readable.filter(pk=visit.pk).exists(),
    )


def _answer(request: SignedInRequest, form: VisitForm, visit: Visit | None = None) -> HttpResponse:
    if request.method == "POST":
        if LOOKED_AT & set(request.POST):
            form.forgive()
        elif form.is_valid() and (response := save_form(request, form, visit)):
            return response
    read = dict.fromkeys([*([visit] if visit else []), *form.offer.open_steps])
    audit.record_many(audit.Action.NOTE_READ, by=request.user, objects=read)
    context = {
        "form": form,
        "tiles": VisitTiles(form),
        "visit": visit,
        "can_be_draft": visit is None or visit.status in UNFINISHED,
        "held_token": token_for(request.user, request.path),
        "draft": None if visit or form.is_bound else _own_draft(form, request.user),
    }
    return render(request, "mediation/visit_form.html", context)


def _own_draft(form: VisitForm, user: User) -> Visit | None:
    """What the mediator began to write about the family and has not finished."""
    drafts = Visit.objects.drafts().filter(family=form.family)
    drafts = drafts.without_drafts_of_others(user)
    return drafts.only("date", "received_at").order_by("-received_at").first()
