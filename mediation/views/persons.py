"""Persons as a mediator's work: one more member, and what is known of one."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role
from families.models import Family, Person
from families.vault import read_names

from ..forms.members import PersonCreateForm, PersonEditForm
from ..services.families import correct_person


@allowed(Role.MEDIATOR)
def person_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Register one more member of a family."""
    family = fetch(request, Family.objects.editable_by(request.user), pk=pk)
    form = PersonCreateForm(request.POST or None, user=request.user, family=family)
    if request.method == "POST" and (made := form.registered_already()):
        messages.info(request, _("%s was registered with the first press.") % made.code)
        return redirect(family)
    if request.method == "POST" and form.may_be_saved() and (made := form.save()):
        messages.success(request, _("%s is registered.") % made.code)
        return redirect(family)
    family_name = read_names(request.user, [family]).of_family(family)
    context = {"family": family, "family_name": family_name, "form": form}
    return render(request, "mediation/person_create.html", context)


@allowed(Role.MEDIATOR)
def person_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Correct what is known of a person, and the age groups that follow from it."""
    people = Person.objects.editable_by(request.user).unmerged().select_related("family")
    person = fetch(request, people, pk=pk)
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).select_related("family").get(pk=pk)
        membership = person.memberships.latest("joined_on")
        names = read_names(request.user, [person.family], [person])
        form = PersonEditForm(
            request.POST or None, person=person, membership=membership, names=names
        )
        if request.method == "POST" and form.is_valid():
            visits = correct_person(person, form.member(), by=request.user)
            messages.success(request, _saved(visits))
            return redirect(person.family)
    context = {
        "person": person,
        "person_name": names.of_person(person),
        "family": person.family,
        "family_name": names.of_family(person.family),
        "membership": membership,
        "form": form,
    }
    return render(request, "mediation/person_edit.html", context)


def _saved(visits: int) -> str:
    """What happened, with the age groups that changed along, if any."""
    saved = _("The changes are saved.")
    if not visits:
        return saved
    told = ngettext(
        "The age group changed on %d visit.", "The age group changed on %d visits.", visits
    )
    return f"{saved} {told % visits}"
