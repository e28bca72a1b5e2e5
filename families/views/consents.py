"""Recording and withdrawing consent."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role

from ..forms.consents import ConsentForm, ConsentWithdrawForm
from ..models import Consent, Family, Person
from ..vault import read_names


@allowed(Role.MEDIATOR)
def consent_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Record what a family, or one member, answered when asked."""
    family = fetch(request, Family.objects.editable_by(request.user), pk=pk)
    members = Person.objects.editable_by(request.user).unmerged().filter(family=family)
    names = read_names(request.user, [family], members)
    form = ConsentForm(request.POST or None, user=request.user, family=family, names=names)
    if request.method == "POST" and form.is_valid() and form.save():
        messages.success(request, _("The answer is recorded."))
        return redirect(family)
    context = {"family": family, "family_name": names.of_family(family), "form": form}
    return render(request, "families/consent_create.html", context)


@allowed(Role.MEDIATOR)
def consent_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End a consent; what it allowed is no longer allowed from that day."""
    consents = Consent.objects.editable_by(request.user).select_related(
        "family", "person", "institution"
    )
    consent = fetch(request, consents, pk=pk)
    if consent.is_refused or consent.withdrawn_on:
        messages.info(request, _("This consent no longer stands."))
        return redirect(consent.family)
    form = ConsentWithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.save(consent, by=request.user):
        messages.success(request, _("The consent is withdrawn."))
        return redirect(consent.family)
    names = read_names(request.user, [consent.family], [consent.person] if consent.person else [])
    context = {
        "consent": consent,
        "family": consent.family,
        "family_name": names.of_family(consent.family),
        "person_name": names.of_person(consent.person) if consent.person else "",
        "form": form,
    }
    return render(request, "families/consent_withdraw.html", context)
