"""Writing down new families and members, one or thousands, in the same few statements.

The audit trail is left to the caller: `families.services` records each family and member, an
import the whole deed as one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from accounts.models import Municipality, User

from . import names
from .models import Family, FamilyIdentity, Membership, NameFingerprint, Person, PersonIdentity


@dataclass(frozen=True)
class NewMember:
    """What is known of a family member when they are registered; empty means unknown."""

    given_name: str = ""
    family_name: str = ""
    sex: str = "unknown"
    birth_year: int | None = None
    birth_year_estimated: bool = False
    birth_date: date | None = None
    phone: str = ""
    household_role: str = "unknown"
    is_guardian: bool = False
    ref: str | None = None


@dataclass(frozen=True)
class NewFamily:
    """What is known of a family when it is registered; empty means unknown."""

    municipality: Municipality
    registered_on: date
    ref: str | None = None
    place_id: int | None = None
    closed_on: date | None = None
    closure_reason: str = ""
    languages: list[str] = field(default_factory=list)
    family_name: str = ""
    address: str = ""
    phone: str = ""
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class NewMembership:
    """Somebody new, the family they belong to, and their first and last day in it."""

    family_id: UUID
    member: NewMember
    joined_on: date
    left_on: date | None = None
    person_id: UUID = field(default_factory=uuid4)


@transaction.atomic
def register_families(new: list[NewFamily], *, by: User | None) -> list[Family]:
    """Register families without members; returns them in the order given."""
    codes = _family_codes(Counter(each.municipality.pk for each in new))
    families = [
        Family(
            id=each.id,
            ref=each.ref,
            code=next(codes[each.municipality.pk]),
            municipality=each.municipality,
            place_id=each.place_id,
            registered_on=each.registered_on,
            closed_on=each.closed_on,
            closure_reason=each.closure_reason,
            languages=each.languages,
            registered_by=by,
        )
        for each in new
    ]
    Family.objects.bulk_create(families)
    FamilyIdentity.objects.bulk_create(
        FamilyIdentity(
            family=family,
            family_name=each.family_name.strip(),
            address=each.address.strip(),
            phone=each.phone.strip(),
        )
        for family, each in zip(families, new, strict=True)
    )
    NameFingerprint.objects.bulk_create(
        NameFingerprint(family=family, fingerprint=fingerprint)
        for family, each in zip(families, new, strict=True)
        for fingerprint in sorted(names.fingerprints(each.family_name))
    )
    return families


@transaction.atomic
def add_members(new: list[NewMembership], *, by: User | None) -> list[Person]:
    """Register members of families; returns them in the order given."""
    codes = _person_codes(Counter(each.family_id for each in new))
    persons = [
        Person(
            id=each.person_id,
            ref=each.member.ref,
            code=next(codes[each.family_id]),
            family_id=each.family_id,
            sex=each.member.sex,
            birth_year=born.year if (born := each.member.birth_date) else each.member.birth_year,
            birth_year_estimated=each.member.birth_year_estimated and born is None,
        )
        for each in new
    ]
    Person.objects.bulk_create(persons)
    Membership.objects.bulk_create(
        Membership(
            person=person,
            family_id=each.family_id,
            household_role=each.member.household_role,
            is_guardian=each.member.is_guardian,
            joined_on=each.joined_on,
            left_on=each.left_on,
        )
        for person, each in zip(persons, new, strict=True)
    )
    PersonIdentity.objects.bulk_create(
        PersonIdentity(
            person=person,
            given_name=each.member.given_name.strip(),
            family_name=each.member.family_name.strip(),
            birth_date=each.member.birth_date.isoformat() if each.member.birth_date else "",
            phone=each.member.phone.strip(),
        )
        for person, each in zip(persons, new, strict=True)
    )
    NameFingerprint.objects.bulk_create(
        NameFingerprint(person=person, fingerprint=fingerprint)
        for person, each in zip(persons, new, strict=True)
        for fingerprint in sorted(
            names.fingerprints(f"{each.member.given_name} {each.member.family_name}")
        )
    )
    return persons


def _family_codes(wanted: Counter[str]) -> dict[str, Iterator[str]]:
    """Reserve so many codes in each municipality, and hand them out one by one."""
    municipalities = Municipality.objects.filter(pk__in=wanted)
    for pk, count in wanted.items():
        municipalities.filter(pk=pk).update(last_family_number=F("last_family_number") + count)

    def codes(short_code: str, last: int, count: int) -> Iterator[str]:
        return (f"{short_code}-{number:04d}" for number in range(last - count + 1, last + 1))

    return {
        pk: codes(short_code, last, wanted[pk])
        for pk, short_code, last in municipalities.values_list(
            "pk", "short_code", "last_family_number"
        )
    }


def _person_codes(wanted: Counter[UUID]) -> dict[UUID, Iterator[str]]:
    """Reserve so many codes in each family, and hand them out one by one."""
    families = Family.objects.select_for_update().in_bulk(list(wanted))
    for pk, family in families.items():
        family.last_person_number += wanted[pk]
    Family.objects.bulk_update(families.values(), ["last_person_number"])

    def codes(family: Family, count: int) -> Iterator[str]:
        last = family.last_person_number
        return (f"{family.code}-{number}" for number in range(last - count + 1, last + 1))

    return {pk: codes(family, wanted[pk]) for pk, family in families.items()}
