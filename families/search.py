"""Finding families and persons by name, as typed, among those the user may read by name."""

import re
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.models import User

from .models import Family, NameFingerprint, Person
from .models.families import FamilyQuerySet
from .names import search_fingerprints

# A code as people type it: "JEL-0042", "jel 42", or that of a member, "JEL-0042-3".
TYPED_CODE = re.compile(r"(?P<short>[^\W\d_]{2,8})[\s-]*(?P<number>\d{1,6})(-\d+)?")


def families_named(user: User, text: str) -> QuerySet[Family]:
    """Families in which every word of ``text`` begins a name of the family or of a member.

    Only families whose names the user may read can be found by name. A text that holds no word
    of two letters finds nothing.
    """
    found = Family.objects.named_for(user)
    words = search_fingerprints(text)
    for fingerprints in words:
        hits = NameFingerprint.objects.filter(fingerprint__in=fingerprints)
        found = found.filter(
            Q(pk__in=hits.filter(family__isnull=False).values("family"))
            | Q(
                pk__in=Person.objects.unmerged()
                .filter(pk__in=hits.filter(person__isnull=False).values("person"))
                .values("family")
            )
        )
    return found if words else found.none()


def families_coded(user: User, text: str) -> QuerySet[Family]:
    """Families the user may see whose code begins with ``text`` or is what it stands for."""
    text = text.strip().upper()
    code = Q(code__startswith=text)
    if typed := TYPED_CODE.fullmatch(text):
        code |= Q(code=f"{typed['short']}-{int(typed['number']):04d}")
    found = Family.objects.visible_to(user).filter(code)
    return found if text else found.none()


def families_matching(user: User, text: str) -> FamilyQuerySet:
    """Families the user may see, found by code or by name."""
    return Family.objects.visible_to(user).filter(
        Q(pk__in=families_coded(user, text).values("pk"))
        | Q(pk__in=families_named(user, text).values("pk"))
    )


def members_matching(user: User, text: str, families: Iterable[Family]) -> QuerySet[Person]:
    """Members of ``families`` of whose names one begins with a word of ``text``."""
    wanted = set().union(*search_fingerprints(text))
    hits = NameFingerprint.objects.filter(fingerprint__in=wanted, person__isnull=False)
    return (
        Person.objects.named_for(user)
        .unmerged()
        .filter(family__in=[family.pk for family in families], pk__in=hits.values("person"))
    )


def persons_named(user: User, text: str) -> QuerySet[Person]:
    """Persons with a name in which every word of ``text`` begins a word."""
    found = Person.objects.named_for(user).unmerged()
    words = search_fingerprints(text)
    for fingerprints in words:
        hits = NameFingerprint.objects.filter(fingerprint__in=fingerprints, person__isnull=False)
        found = found.filter(pk__in=hits.values("person"))
    return found if words else found.none()
