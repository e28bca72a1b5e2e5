"""Where a person belongs: moving to another family, leaving one.

Messages wait in the session, so they speak of codes, never of names.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, allowed, fetch
from accounts.models import Role

from ..forms.persons import PersonLeaveForm, PersonMoveForm
from ..models import Family, Person
from ..models.families import FamilyQuerySet, PersonQuerySet
from ..vault import Names, read_names


@allowed(Role.MEDIATOR)
def person_move(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a person belong to another of the user's families from a date."""
    person = fetch(request, _editable(request), pk=pk)
    families = list(_families_to_move_to(request, person))
    names = read_names(request.user, [person.family, *families], [person])
    form = PersonMoveForm(request.POST or None, families=families, names=names, person=person)
    if (
        request.method == "POST"
        and form.is_valid()
        and (form.is_done or form.save(by=request.user))
    ):
        family = form.cleaned_data["family"]
        messages.success(
            request,
            _("%(person)s now belongs to %(family)s.")
            % {"person": person.code, "family": family.code},
        )
        return redirect(family)
    context = {"person": person, "family": person.family, "form": form, "families": families}
    return render(request, "families/person_move.html", context | _named(person, names))


@allowed(Role.MEDIATOR)
def person_leave(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End a person's time in a family without another one."""
    person = fetch(request, _editable(request), pk=pk)
    if not person.memberships.filter(left_on__isnull=True).exists():
        messages.info(request, _("This person has already left the family."))
        return redirect(person.family)
    names = read_names(request.user, [person.family], [person])
    form = PersonLeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.save(person, by=request.user):
        messages.success(request, _("%(person)s has left the family.") % {"person": person.code})
        return redirect(person.family)
    context = {"person": person, "family": person.family, "form": form}
    return render(request, "families/person_leave.html", context | _named(person, names))


def _editable(request: SignedInRequest) -> PersonQuerySet:
    return Person.objects.editable_by(request.user).unmerged().select_related("family")


def _families_to_move_to(request: SignedInRequest, person: Person) -> FamilyQuerySet:
    """The user's open families; the present one only when the person has left it."""
    families = Family.objects.editable_by(request.user).open()
    if person.memberships.filter(left_on__isnull=True).exists():
        families = families.exclude(pk=person.family_id)
    return families


def _named(person: Person, names: Names) -> dict[str, str]:
    return {
        "person_name": names.of_person(person),
        "family_name": names.of_family(person.family),
    }
