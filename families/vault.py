"""Reading, writing and finding names. Every reading is put on the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User

from . import names
from .models import Family, FamilyIdentity, NameFingerprint, Person, PersonIdentity


@dataclass
class Names:
    """The identities one user may read, by family and person id; missing means *not for you*."""

    families: dict[UUID, FamilyIdentity] = field(default_factory=dict)
    persons: dict[UUID, PersonIdentity] = field(default_factory=dict)

    def of_person(self, person: Person) -> str:
        """The person's full name, or their code where the name may not be read or is unknown."""
        identity = self.persons.get(person.pk)
        return (identity.full_name if identity else "") or person.code

    def of_family(self, family: Family) -> str:
        """The family's name, or its code."""
        identity = self.families.get(family.pk)
        return (identity.family_name if identity else "") or family.code


def read_names(
    user: User, families: Iterable[Family] = (), persons: Iterable[Person] = ()
) -> Names:
    """Open the identities of these families and persons, as far as the user may read them.

    One audit event is written for each family and each person whose name was opened.
    """
    family_ids = [family.pk for family in families]
    person_ids = [person.pk for person in persons]
    readable_families = Family.objects.named_for(user).filter(pk__in=family_ids)
    readable_persons = Person.objects.named_for(user).filter(pk__in=person_ids)
    opened = Names(
        families={
            identity.pk: identity
            for identity in FamilyIdentity.objects.filter(family__in=readable_families.values("pk"))
        }
        if family_ids
        else {},
        persons={
            identity.pk: identity
            for identity in PersonIdentity.objects.filter(person__in=readable_persons.values("pk"))
        }
        if person_ids
        else {},
    )
    read: list[Family | Person] = [Family(pk=pk) for pk in opened.families]
    read += [Person(pk=pk) for pk in opened.persons]
    if read:
        audit.record_many(audit.Action.NAMES_READ, by=user, objects=read)
    return opened


def names_open_until(user: User, family: Family) -> datetime | None:
    """When the leave to see a family's names, which the user asked for, ends; None without one."""
    leaves = user.identity_accesses.filter(family=family, expires_at__gt=timezone.now())
    return leaves.aggregate(until=Max("expires_at"))["until"]


@transaction.atomic
def write_family_identity(
    family: Family, *, family_name: str = "", address: str = "", phone: str = ""
) -> FamilyIdentity:
    """Put a family's name and contacts into the vault and make the name findable."""
    identity, _ = FamilyIdentity.objects.update_or_create(
        family=family,
        defaults={
            "family_name": family_name.strip(),
            "address": address.strip(),
            "phone": phone.strip(),
        },
    )
    family.name_fingerprints.all().delete()
    NameFingerprint.objects.bulk_create(
        NameFingerprint(family=family, fingerprint=fingerprint)
        for fingerprint in sorted(names.fingerprints(family_name))
    )
    return identity


@transaction.atomic
def write_person_identity(
    person: Person,
    *,
    given_name: str = "",
    family_name: str = "",
    birth_date: date | None = None,
    phone: str = "",
) -> PersonIdentity:
    """Put a person's name, birth date and telephone into the vault and make the name findable."""
    identity, _ = PersonIdentity.objects.update_or_create(
        person=person,
        defaults={
            "given_name": given_name.strip(),
            "family_name": family_name.strip(),
            "birth_date": birth_date.isoformat() if birth_date else "",
            "phone": phone.strip(),
        },
    )
    person.name_fingerprints.all().delete()
    NameFingerprint.objects.bulk_create(
        NameFingerprint(person=person, fingerprint=fingerprint)
        for fingerprint in sorted(names.fingerprints(f"{given_name} {family_name}"))
    )
    return identity
