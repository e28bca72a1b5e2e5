"""Asking to see a family's names, with a reason, for a limited time."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts import access
from accounts.access import SignedInRequest, allowed, fetch

from ..forms.names import NamesRequestForm
from ..models import Family
from ..services import NAMES_SHOWN_MINUTES, request_names


@allowed(*access.MAY_REQUEST_NAMES)
def identity_request(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask for a family's names; while they are open already, nothing more is asked."""
    family = fetch(request, Family.objects.visible_to(request.user), pk=pk)
    if Family.objects.named_for(request.user).filter(pk=pk).exists():
        return redirect(family)
    form = NamesRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request_names(family, by=request.user, reason=form.cleaned_data["reason"])
        return redirect(family)
    context = {"family": family, "form": form, "minutes": NAMES_SHOWN_MINUTES}
    return render(request, "families/identity_request.html", context)
