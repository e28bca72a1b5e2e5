"""Families as a mediator's work: the list, registering, the family's page, closing.

Messages wait in the session, so they speak of codes, never of names.
"""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role
from accounts.paging import page_of
from families.models import Family
from families.services import reopen_family
from families.vault import read_names

from ..family_page import FamilyPage
from ..family_rows import FAMILIES_ON_A_PAGE, family_rows, search_families, with_work
from ..forms.families import FamilyCloseForm, FamilyEditForm, FamilyFilterForm, FamilySearchForm
from ..forms.registration import Registration
from ..held_forms import forget_held, keeps_form, token_for
from ..models import Visit
from ..timeline import Timeline

READERS = (Role.MEDIATOR, Role.STAFF, Role.MENTOR, Role.COORDINATOR)


@allowed(*READERS)
def family_list(request: SignedInRequest) -> HttpResponse:
    """The user's families, by name where names may be read."""
    filters = FamilyFilterForm(request.GET, user=request.user)
    families = filters.narrow(with_work(Family.objects.visible_to(request.user)))
    page = page_of(request, families, "code", "pk", size=FAMILIES_ON_A_PAGE)
    context = {
        "filters": filters,
        "search": FamilySearchForm(user=request.user),
        "page": page,
        "rows": family_rows(request.user, page),
    }
    return render(request, "mediation/family_list.html", context)


@allowed(*READERS)
def family_search(request: SignedInRequest) -> HttpResponse:
    """Families found by name or code; posted, so that no name stands in an address."""
    if request.method != "POST":
        return redirect("family-list")
    search = FamilySearchForm(request.POST, user=request.user)
    context = {"search": search, "rows": [], "has_more": False}
    if search.is_valid():
        text = search.cleaned_data["text"]
        context["rows"], context["has_more"] = search_families(request.user, text)
    template = "family_search_results" if request.htmx else "family_search"
    return render(request, f"mediation/{template}.html", context)


@allowed(Role.MEDIATOR)
@keeps_form
def family_create(request: SignedInRequest) -> HttpResponse:
    """Register a family with its members into the mediator's caseload."""
    page = Registration(request.POST if request.method == "POST" else None, user=request.user)
    if "add_member" in request.POST:
        page = page.with_rows_changed()
    elif "remove_member" in request.POST:
        page = page.with_rows_changed(without=request.POST["remove_member"])
    elif request.method == "POST" and (made := page.registered_already()):
        forget_held(request)
        messages.info(request, _("%s was registered with the first press.") % made.code)
        return redirect(made)
    elif request.method == "POST" and page.may_be_saved() and (made := page.save()):
        forget_held(request)
        messages.success(request, _("The family is registered as %s.") % made.code)
        return redirect(made)
    context = {"page": page, "held_token": token_for(request.user, request.path)}
    return render(request, "mediation/family_create.html", context)


@allowed(*READERS)
def family_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A family: who belongs to it, what they agreed to, and the timeline of visits."""
    families = Family.objects.visible_to(request.user).select_related("municipality", "place")
    family = fetch(request, families, pk=pk)
    if request.htmx:
        timeline = Timeline.of(request, family)
        timeline.put_names(read_names(request.user, persons=timeline.persons))
        return render(request, "mediation/family_timeline.html", {"timeline": timeline})
    page = FamilyPage.of(request, family)
    return render(request, "mediation/family_detail.html", {"page": page, "family": family})


@allowed(Role.MEDIATOR)
def family_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Correct what is known of a family."""
    family = fetch(request, Family.objects.editable_by(request.user), pk=pk)
    with transaction.atomic():
        family = Family.objects.select_for_update().get(pk=family.pk)
        names = read_names(request.user, [family])
        form = FamilyEditForm(request.POST or None, user=request.user, family=family, names=names)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, _("The changes are saved."))
            return redirect(family)
    context = {"family": family, "family_name": names.of_family(family), "form": form}
    return render(request, "mediation/family_edit.html", context)


@allowed(Role.MEDIATOR)
def family_close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End the work with a family, with a reason."""
    family = fetch(request, Family.objects.editable_by(request.user), pk=pk)
    if family.closed_on:
        messages.info(request, _("This family is closed already."))
        return redirect(family)
    form = FamilyCloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.save(family, by=request.user):
        messages.success(request, _("The work with %s is closed.") % family.code)
        return redirect(family)
    open_visits = Visit.objects.editable_by(request.user).filter(family=family)
    context = {
        "family": family,
        "family_name": read_names(request.user, [family]).of_family(family),
        "form": form,
        "planned": open_visits.planned().count(),
        "follow_ups": open_visits.with_follow_up_due(date.max).count(),
    }
    return render(request, "mediation/family_close.html", context)


@allowed(Role.MEDIATOR)
@require_POST
def family_reopen(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take up the work with a closed family again."""
    family = fetch(request, Family.objects.editable_by(request.user), pk=pk)
    if family.closed_on:
        reopen_family(family, by=request.user)
        messages.success(request, _("The work with %s goes on.") % family.code)
    return redirect(family)
