"""Forms that were kept when a session had ended: saved as soon as their writer is back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role

from ..held_forms import HELD
from ..models import HeldForm


@allowed(Role.MEDIATOR)
@require_safe
def held_form(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send the kept form again, as its writer, to the page it was meant for.

    That page saves it and lets go of the kept form, or shows it filled in with what is wrong.
    Reloading does no harm: the visit's id makes it one visit.
    """
    held = fetch(request, HeldForm.objects.filter(owner=request.user), pk=pk)
    request.method = "POST"
    request.POST = QueryDict(f"{held.body}&{HELD}={held.pk}")
    request.path = request.path_info = held.path
    page = resolve(held.path)
    try:
        response = page.func(request, *page.args, **page.kwargs)
    except Http404:
        told = _("The family is no longer in your caseload.")
        return _show_unsaved(request, held, [told])
    if response.status_code != 302:
        return response
    said = [str(message) for message in messages.get_messages(request)]
    if HeldForm.objects.filter(pk=pk).exists():  # as for a visit that was voided meanwhile
        return _show_unsaved(request, held, said)
    told = _("Your session had ended. What you wrote was kept and is saved now.")
    messages.success(request, told)
    return response


def _show_unsaved(request: SignedInRequest, held: HeldForm, reasons: list[str]) -> HttpResponse:
    """What was written, and why it cannot be saved any more."""
    request.method = "GET"  # what follows is no form that was sent
    context = {"held": held, "reasons": reasons, "note": request.POST.get("note", "")}
    return render(request, "mediation/held_form.html", context, status=409)


@allowed(Role.MEDIATOR)
@require_POST
def held_form_discard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a kept form that can no longer be saved."""
    fetch(request, HeldForm.objects.filter(owner=request.user), pk=pk).delete()
    messages.success(request, _("The kept form is deleted."))
    return redirect("today")
