"""Planning visits: a new plan, and a plan that changes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role
from families.models import Family
from families.vault import read_names

from ..forms.plan import PlanForm, first_plan, plan_values
from ..held_forms import keeps_form, token_for
from ..models import Mediator, Visit
from ..visit_content import content_of
from .visit_saving import save_form


@allowed(Role.MEDIATOR)
@keeps_form
def visit_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A visit to come: when, how and what for."""
    family = fetch(request, Family.objects.editable_by(request.user), pk=pk)
    mediator = Mediator.objects.get(user=request.user)
    initial = first_plan(mediator) if request.method != "POST" else None
    form = PlanForm(request.POST or None, initial=initial, family=family, mediator=mediator)
    return _answer(request, form)


@allowed(Role.MEDIATOR)
@keeps_form
def visit_replan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change the day, the time or the purpose of a planned visit."""
    mine = Visit.objects.editable_by(request.user).select_related("family", "mediator")
    visit = fetch(request, mine, pk=pk)
    if visit.status != Visit.Status.PLANNED and request.method != "POST":
        messages.info(request, _("This visit is no longer planned."))
        return redirect(visit)
    form = PlanForm(
        request.POST or None,
        initial=plan_values(visit),
        family=visit.family,
        mediator=visit.mediator,
        before=content_of(visit),
    )
    return _answer(request, form, visit)


def _answer(request: SignedInRequest, form: PlanForm, visit: Visit | None = None) -> HttpResponse:
    if request.method == "POST":
        if "again" in request.POST:
            form.full_clean()
            form.errors.clear()
        elif form.is_valid() and (response := save_form(request, form, visit)):
            return response
    if visit:
        audit.record(audit.Action.NOTE_READ, by=request.user, obj=visit)
    context = {
        "form": form,
        "visit": visit,
        "name": read_names(request.user, [form.family]).of_family(form.family),
        "held_token": token_for(request.user, request.path),
    }
    return render(request, "mediation/visit_plan.html", context)
