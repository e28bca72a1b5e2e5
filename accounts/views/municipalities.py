"""Municipalities and their places: names, mergers, new places."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.forms.places import MunicipalityForm, PlaceForm
from accounts.models import Municipality, Place
from accounts.search import folded
from accounts.services import save_recorded

from .codes import administrators


@administrators
@require_safe
def municipality_list(request: SignedInRequest) -> HttpResponse:
    """List the municipalities with their places; those joined to others stand last."""
    municipalities = Municipality.objects.select_related("successor").prefetch_related("places")
    rows = sorted(municipalities, key=lambda row: folded(row.name))
    context = {
        "municipalities": [row for row in rows if not row.valid_to],
        "former": [row for row in rows if row.valid_to],
    }
    return render(request, "accounts/municipality_list.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def municipality_edit(request: SignedInRequest, code: str) -> HttpResponse:
    """Change a municipality's names, or say which one it was joined to."""
    municipality = get_object_or_404(Municipality, pk=code)
    form = MunicipalityForm(request.POST or None, instance=municipality)
    if request.method == "POST" and form.is_valid():
        save_recorded(form, by=request.user)
        messages.success(request, _("Saved: %(name)s.") % {"name": municipality.name})
        return redirect("municipality-list")
    return _page(request, code, form, PlaceForm())


@administrators
@require_POST
def place_create(request: SignedInRequest, code: str) -> HttpResponse:
    """Add a town or parish to a municipality."""
    municipality = get_object_or_404(Municipality, pk=code)
    form = PlaceForm(request.POST, instance=Place(municipality=municipality))
    if form.is_valid():
        try:
            place = save_recorded(form, by=request.user)
        except IntegrityError:  # the same form came twice at once
            form.add_error("name", _("This municipality has such a place already."))
        else:
            messages.success(request, _("Added: %(name)s.") % {"name": place})
            return redirect("municipality-edit", code)
    return _page(request, code, MunicipalityForm(instance=municipality), form)


def _page(
    request: SignedInRequest, code: str, form: MunicipalityForm, place_form: PlaceForm
) -> HttpResponse:
    municipality = Municipality.objects.prefetch_related("places").get(pk=code)
    context = {"municipality": municipality, "form": form, "place_form": place_form}
    return render(request, "accounts/municipality_edit.html", context)
