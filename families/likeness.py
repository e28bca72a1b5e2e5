"""How alike two names are: the order of search hits, and who may already be registered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz

from accounts.crypto import blind_index
from accounts.models import User

from . import vault
from .models import Family, NameFingerprint, Person
from .names import normalise
from .services import NewMember

# Names that begin alike are compared; of those, the ones at least this alike (of 100) are shown.
COMPARED_PREFIX, COMPARED_WORDS = 3, 4
ALIKE = 82
MOST_COMPARED, MOST_SHOWN = 40, 5


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 100, whatever alphabet, order or ending they are typed in."""
    words, others = " ".join(normalise(one)), " ".join(normalise(other))
    return fuzz.token_sort_ratio(words, others) if words and others else 0.0


def search_rank(text: str, names: Iterable[str]) -> float:
    """How well the best of ``names`` answers a search, 0 to 100; a typed beginning suffices."""
    wanted = " ".join(normalise(text))
    return max((fuzz.WRatio(wanted, " ".join(normalise(name))) for name in names), default=0.0)


@dataclass
class SimilarFamily:
    """A family that somebody who is being registered may already belong to."""

    family: Family
    name: str
    members: list[str] = field(default_factory=list)
    score: float = 0.0


def similar_families(
    user: User,
    *,
    family_name: str = "",
    members: Iterable[NewMember] = (),
    besides: UUID | None = None,
) -> list[SimilarFamily]:
    """Families whose name, or a member's, is like one given; the most alike first.

    Only families whose names the user may read are compared, so that the answer reveals nothing
    else. Persons are alike when their names are and their years of birth, where both are known,
    differ by one at most. ``besides`` leaves out one family.
    """
    members = list(members)
    persons = list(_persons_to_compare(user, members, besides)[:MOST_COMPARED])
    families = {person.family_id: person.family for person in persons}
    for family in _families_to_compare(user, family_name, besides)[:MOST_COMPARED]:
        families[family.pk] = family
    if not families:
        return []
    names = vault.read_names(user, families.values(), persons)
    scores = {pk: likeness(family_name, names.of_family(families[pk])) for pk in families}
    for person in persons:
        score = max(_person_likeness(member, person, names) for member in members)
        scores[person.family_id] = max(scores[person.family_id], score)
    alike = sorted((pk for pk in families if scores[pk] >= ALIKE), key=lambda pk: -scores[pk])
    return _with_members(user, [families[pk] for pk in alike[:MOST_SHOWN]], names, scores)


def _beginnings(text: str) -> list[str]:
    """Fingerprints of how each word of a name begins."""
    words = [word for word in normalise(text) if len(word) > 1]
    return [blind_index(word[:COMPARED_PREFIX]) for word in words[:COMPARED_WORDS]]


def _families_to_compare(user: User, family_name: str, besides: UUID | None) -> QuerySet[Family]:
    hits = NameFingerprint.objects.filter(
        fingerprint__in=_beginnings(family_name), family__isnull=False
    )
    found = Family.objects.named_for(user).filter(pk__in=hits.values("family"))
    return found.exclude(pk=besides) if besides else found


def _persons_to_compare(
    user: User, members: list[NewMember], besides: UUID | None
) -> QuerySet[Person]:
    """Persons whose given and family name begin like those of one of ``members``."""
    like_one = Q(pk__in=())
    for member in members:
        like = Q()
        for beginning in _beginnings(f"{member.given_name} {member.family_name}"):
            hits = NameFingerprint.objects.filter(fingerprint=beginning, person__isnull=False)
            like &= Q(pk__in=hits.values("person"))
        like_one |= like if like else Q(pk__in=())
    found = Person.objects.named_for(user).unmerged().filter(like_one).exclude(family=besides)
    return found.select_related("family")


def _person_likeness(member: NewMember, person: Person, names: vault.Names) -> float:
    year = member.birth_date.year if member.birth_date else member.birth_year
    if year and person.birth_year and abs(year - person.birth_year) > 1:
        return 0.0
    return likeness(f"{member.given_name} {member.family_name}", names.of_person(person))


def _with_members(
    user: User, families: list[Family], names: vault.Names, scores: dict[UUID, float]
) -> list[SimilarFamily]:
    persons = list(Person.objects.named_for(user).unmerged().filter(family__in=families))
    unread = [person for person in persons if person.pk not in names.persons]
    names.persons |= vault.read_names(user, persons=unread).persons
    return [
        SimilarFamily(
            family,
            names.of_family(family),
            [names.of_person(person) for person in persons if person.family_id == family.pk],
            scores[family.pk],
        )
        for family in families
    ]
