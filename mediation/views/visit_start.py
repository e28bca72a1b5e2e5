"""Logging a visit begins with the family: a recent one, or one that is searched for."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Max, Q
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import SignedInRequest, allowed
from accounts.models import Role, User
from families.models import Family, Person
from families.vault import read_names

from ..family_rows import search_families
from ..forms.families import FamilySearchForm
from ..models import Visit

FAMILIES_IN_SIGHT = 8


@dataclass(frozen=True)
class FamilyChip:
    """A family as a large target: its name and its members' initials."""

    family: Family
    name: str
    initials: list[str]


@allowed(Role.MEDIATOR)
def visit_start(request: SignedInRequest) -> HttpResponse:
    """Choose the family that was visited; a search is posted, so that no name is an address."""
    search = FamilySearchForm(request.POST or None, user=request.user)
    context = {"search": search, "chips": [], "rows": None, "has_more": False}
    if request.method == "POST" and search.is_valid():
        text = search.cleaned_data["text"]
        context["rows"], context["has_more"] = search_families(request.user, text)
    if request.htmx:
        return render(request, "mediation/visit_start_results.html", context)
    context["chips"] = recent_families(request.user)
    return render(request, "mediation/visit_start.html", context)


def recent_families(user: User) -> list[FamilyChip]:
    """The families last visited, then those registered last."""
    made = Q(visits__status__in=[Visit.Status.CONFIRMED, Visit.Status.NO_CONTACT])
    families = list(
        Family.objects.editable_by(user)
        .open()
        .annotate(last_visit_on=Max("visits__date", filter=made))
        .order_by(F("last_visit_on").desc(nulls_last=True), "-registered_on", "code")[
            :FAMILIES_IN_SIGHT
        ]
    )
    people = (
        Person.objects.unmerged()
        .filter(family__in=families, memberships__left_on=None)
        .order_by("code")
    )
    names = read_names(user, families, people)
    initials = defaultdict(list)
    for person in people:
        if identity := names.persons.get(person.pk):
            initials[person.family_id].append(identity.initials)
    return [FamilyChip(family, names.of_family(family), initials[family.pk]) for family in families]
