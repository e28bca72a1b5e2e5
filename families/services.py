"""What is done to families as a whole: registering, members, moving, closing, consent."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Municipality, Place, User

from . import vault
from .models import Consent, Family, Membership, Person


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


def next_family_code(municipality: Municipality) -> str:
    """The next free code of the municipality, such as ``JEL-0042``; never given twice."""
    Municipality.objects.filter(pk=municipality.pk).update(
        last_family_number=F("last_family_number") + 1
    )
    number = Municipality.objects.values_list("last_family_number", flat=True).get(
        pk=municipality.pk
    )
    return f"{municipality.short_code}-{number:04d}"


def next_person_code(family: Family) -> str:
    """The next free code in the family, such as ``JEL-0042-3``; kept when the person moves."""
    Family.objects.filter(pk=family.pk).update(last_person_number=F("last_person_number") + 1)
    number = Family.objects.values_list("last_person_number", flat=True).get(pk=family.pk)
    return f"{family.code}-{number}"


@transaction.atomic
def register_family(
    *,
    by: User | None,
    municipality: Municipality,
    registered_on: date,
    place: Place | None = None,
    languages: list[str] | None = None,
    family_name: str = "",
    address: str = "",
    phone: str = "",
    members: list[NewMember] | None = None,
    ref: str | None = None,
) -> Family:
    """Register a family with its members; names go into the vault, the rest into the open."""
    family = Family.objects.create(
        ref=ref,
        code=next_family_code(municipality),
        municipality=municipality,
        place=place,
        registered_on=registered_on,
        languages=languages or [],
        registered_by=by,
    )
    vault.write_family_identity(family, family_name=family_name, address=address, phone=phone)
    for member in members or []:
        add_member(family, member, joined_on=registered_on, by=by)
    audit.record(audit.Action.CREATED, by=by, obj=family)
    return family


@transaction.atomic
def add_member(family: Family, member: NewMember, *, joined_on: date, by: User | None) -> Person:
    """Register one more member of a family from ``joined_on``."""
    birth_year = member.birth_date.year if member.birth_date else member.birth_year
    person = Person.objects.create(
        ref=member.ref,
        code=next_person_code(family),
        family=family,
        sex=member.sex,
        birth_year=birth_year,
        birth_year_estimated=member.birth_year_estimated and member.birth_date is None,
    )
    Membership.objects.create(
        person=person,
        family=family,
        household_role=member.household_role,
        is_guardian=member.is_guardian,
        joined_on=joined_on,
    )
    vault.write_person_identity(
        person,
        given_name=member.given_name,
        family_name=member.family_name,
        birth_date=member.birth_date,
        phone=member.phone,
    )
    audit.record(audit.Action.CREATED, by=by, obj=person)
    return person


@transaction.atomic
def move_person(
    person: Person, to_family: Family, *, moved_on: date, household_role: str, by: User
) -> Membership:
    """Let a person belong to another family from ``moved_on``; the day before is the last here.

    Raises `ValidationError` when the person already belongs there, is merged, or joined the
    present family on or after ``moved_on``.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    present = person.memberships.order_by("-joined_on").first()
    if person.merged_into_id:
        raise ValidationError(_("This person was merged with another one."))
    if to_family.pk == person.family_id and present and present.left_on is None:
        raise ValidationError(_("The person already belongs to this family."))
    if to_family.closed_on:
        raise ValidationError(_("This family is closed. Reopen it first."))
    if present and present.joined_on >= moved_on:
        raise ValidationError(
            {"moved_on": _("The person joined the present family later than this date.")}
        )
    if present and present.left_on is None:
        present.left_on = moved_on - timedelta(days=1)
        present.save(update_fields=["left_on"])
    membership = Membership.objects.create(
        person=person, family=to_family, household_role=household_role, joined_on=moved_on
    )
    from_family_id, person.family = person.family_id, to_family
    person.save(update_fields=["family"])
    audit.record(
        audit.Action.CHANGED,
        by=by,
        obj=person,
        what="moved",
        from_family=str(from_family_id),
        to_family=str(to_family.pk),
        moved_on=moved_on.isoformat(),
    )
    return membership


@transaction.atomic
def close_family(family: Family, *, by: User, closed_on: date, reason: str) -> None:
    """End the work with a family; raises `ValidationError` for an impossible date."""
    if closed_on < family.registered_on:
        raise ValidationError({"closed_on": _("The family was registered later than this date.")})
    family.closed_on, family.closure_reason = closed_on, reason
    family.save(update_fields=["closed_on", "closure_reason"])
    audit.record(audit.Action.CLOSED, by=by, obj=family, reason=reason)


@transaction.atomic
def reopen_family(family: Family, *, by: User) -> None:
    """Take up the work with a closed family again."""
    family.closed_on, family.closure_reason = None, ""
    family.save(update_fields=["closed_on", "closure_reason"])
    audit.record(audit.Action.CHANGED, by=by, obj=family, what="reopened")


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: User, withdrawn_on: date) -> None:
    """End a consent; what it allowed is no longer allowed from that day."""
    if withdrawn_on < consent.given_on:
        raise ValidationError({"withdrawn_on": _("The consent was given later than this date.")})
    consent.withdrawn_on = withdrawn_on
    consent.save(update_fields=["withdrawn_on"])
    audit.record(audit.Action.CHANGED, by=by, obj=consent, what="withdrawn")
