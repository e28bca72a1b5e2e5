"""Families on lists: what a row tells of the work, and the answers to a search."""

from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.paging import Page
from families.likeness import search_rank
from families.models import Family, Membership
from families.models.families import FamilyQuerySet
from families.names import normalise
from families.search import families_matching, members_matching
from families.vault import read_names

from .models import Visit

FAMILIES_ON_A_PAGE = 40
MOST_FOUND = 40


def with_work(families: FamilyQuerySet) -> FamilyQuerySet:
    """Families with ``members_now`` and ``last_visit_on``, read for the shown rows only."""
    today = timezone.localdate()
    members = (
        Membership.objects.filter(
            Q(left_on__isnull=True) | Q(left_on__gte=today),
            family=OuterRef("pk"),
            joined_on__lte=today,
            person__merged_into__isnull=True,
        )
        .order_by()
        .values("family")
        .annotate(number=Count("pk"))
    )
    visits = Visit.objects.confirmed().filter(family=OuterRef("pk")).order_by("-date")
    return families.select_related("municipality", "place").annotate(
        members_now=Subquery(members.values("number")),
        last_visit_on=Subquery(visits.values("date")[:1]),
    )


@dataclass(frozen=True)
class FamilyRow:
    """A family on a list; ``name`` is its code where the name may not be read."""

    family: Family
    name: str
    found: list[str] = field(default_factory=list)

    @property
    def is_named(self) -> bool:
        return self.name != self.family.code


def family_rows(user: User, page: Page) -> list[FamilyRow]:
    """The families of a page, with their names where they may be read.

    A list that fits on one page is in the order of the names; longer ones, of which only the
    codes can be sorted, in the order of the codes.
    """
    names = read_names(user, page.rows)
    rows = [FamilyRow(family, names.of_family(family)) for family in page.rows]
    if not (page.newer_url or page.older_url):
        rows.sort(key=lambda row: (not row.is_named, row.is_named and normalise(row.name)))
    return rows


def search_families(user: User, text: str) -> tuple[list[FamilyRow], bool]:
    """Families found by code or name, the best answer first, and whether there are still more.

    Names are opened, and put on the audit trail, of the families and members that are shown.
    """
    found = list(with_work(families_matching(user, text)).order_by("code")[: MOST_FOUND + 1])
    has_more, found = len(found) > MOST_FOUND, found[:MOST_FOUND]
    members = list(members_matching(user, text, found)) if found else []
    names = read_names(user, found, members)
    audit.record(audit.Action.SEARCHED, by=user, what="families", found=len(found))
    rows = [
        FamilyRow(
            family,
            names.of_family(family),
            [names.of_person(person) for person in members if person.family_id == family.pk],
        )
        for family in found
    ]
    rows.sort(key=lambda row: -search_rank(text, [row.family.code, row.name, *row.found]))
    return rows, has_more
