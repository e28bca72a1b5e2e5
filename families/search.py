"""Finding families and persons by name, as typed, among those the user may read by name."""

from django.db.models import Q, QuerySet

from accounts.models import User

from .models import Family, NameFingerprint, Person
from .names import search_fingerprints


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


def families_matching(user: User, text: str) -> QuerySet[Family]:
    """Families the user may see whose code begins with ``text``, or that are found by name."""
    text = text.strip()
    by_code = Family.objects.visible_to(user).filter(code__istartswith=text)
    return Family.objects.visible_to(user).filter(
        Q(pk__in=by_code.values("pk")) | Q(pk__in=families_named(user, text).values("pk"))
    )


def persons_named(user: User, text: str) -> QuerySet[Person]:
    """Persons with a name in which every word of ``text`` begins a word."""
    found = Person.objects.named_for(user).unmerged()
    words = search_fingerprints(text)
    for fingerprints in words:
        hits = NameFingerprint.objects.filter(fingerprint__in=fingerprints, person__isnull=False)
        found = found.filter(pk__in=hits.values("person"))
    return found if words else found.none()
