"""Institutions: kept by administrators and coordinators; closed, never deleted."""

import uuid

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import SignedInRequest
from accounts.forms.places import ClosingForm, InstitutionFilter, InstitutionForm
from accounts.models import Institution, Municipality, Role
from accounts.paging import page_of
from accounts.search import matching
from accounts.services import close_institution, reopen_institution, save_recorded

keepers = access.allowed(Role.ADMINISTRATOR, Role.COORDINATOR)


@keepers
@require_safe
def institution_list(request: SignedInRequest) -> HttpResponse:
    """List the institutions, by name."""
    institutions: QuerySet[Institution] = Institution.objects.select_related("municipality")
    form = InstitutionFilter(request.GET)
    if form.is_valid():
        institutions = _filtered(institutions, **form.cleaned_data)
    context = {
        "form": form,
        "page": page_of(request, institutions, "name", "pk"),
        "is_filtered": any(form.data.get(name) for name in form.fields),
    }
    return render(request, "accounts/institution_list.html", context)


def _filtered(
    institutions: QuerySet[Institution],
    q: str,
    kind: str,
    municipality: Municipality | None,
    state: str,
) -> QuerySet[Institution]:
    if kind:
        institutions = institutions.filter(kind=kind)
    if municipality:
        institutions = institutions.filter(municipality=municipality)
    if state != "all":
        institutions = institutions.filter(closed_on__isnull=state != "closed")
    return matching(institutions, q, "name")


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def institution_create(request: SignedInRequest) -> HttpResponse:
    """Add an institution."""
    form = InstitutionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        institution = save_recorded(form, by=request.user)
        messages.success(request, _("Added: %(name)s.") % {"name": institution})
        return redirect("institution-list")
    return render(request, "accounts/institution_create.html", {"form": form})


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def institution_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change an institution."""
    institution = get_object_or_404(Institution, pk=pk)
    name = institution.name
    form = InstitutionForm(request.POST or None, instance=institution)
    if request.method == "POST" and form.is_valid():
        save_recorded(form, by=request.user)
        messages.success(request, _("Saved: %(name)s.") % {"name": institution})
        return redirect("institution-list")
    context = {"form": form, "institution": institution, "name": name}
    return render(request, "accounts/institution_edit.html", context)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def institution_close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what closing will do, and do it when confirmed."""
    working = Count("users", filter=Q(users__is_active=True))
    institutions = Institution.objects.current().annotate(working=working)
    institution = get_object_or_404(institutions, pk=pk)
    form = ClosingForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        close_institution(institution, on=form.cleaned_data["closed_on"], by=request.user)
        messages.success(request, _("Closed: %(name)s.") % {"name": institution})
        return redirect("institution-list")
    context = {"form": form, "institution": institution}
    return render(request, "accounts/institution_close.html", context)


@keepers
@require_POST
def institution_reopen(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Undo the closing of an institution."""
    institution = get_object_or_404(Institution, pk=pk)
    reopen_institution(institution, by=request.user)
    messages.success(request, _("Open again: %(name)s.") % {"name": institution})
    return redirect("institution-edit", institution.pk)
