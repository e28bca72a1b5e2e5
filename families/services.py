"""What is done to families as a whole: registering, members, moving, closing, consent, names."""

import uuid
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Institution, Municipality, Place, User

from . import vault
from .bulk import NewFamily, NewMember, NewMembership, add_members, register_families
from .models import Consent, Family, IdentityAccess, Membership, Person

# How long names stay open after somebody asked to see them.
NAMES_SHOWN_MINUTES = 30


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
    family_id: uuid.UUID | None = None,
) -> Family:
    """Register a family with its members; names go into the vault, the rest into the open.

    ``family_id`` is given by a page that may be sent twice; an id that is already taken raises
    `IntegrityError`.
    """
    new = NewFamily(
        id=family_id or uuid.uuid4(),
        ref=ref,
        municipality=municipality,
        place_id=place.pk if place else None,
        registered_on=registered_on,
        languages=languages or [],
        family_name=family_name,
        address=address,
        phone=phone,
    )
    (family,) = register_families([new], by=by)
    joining = [NewMembership(family.pk, member, registered_on) for member in members or []]
    persons = add_members(joining, by=by) if joining else []
    audit.record_many(audit.Action.CREATED, by=by, objects=[family, *persons])
    return family


@transaction.atomic
def add_member(
    family: Family,
    member: NewMember,
    *,
    joined_on: date,
    by: User | None,
    person_id: uuid.UUID | None = None,
) -> Person:
    """Register one more member of a family from ``joined_on``; ``person_id`` as for a family."""
    new = NewMembership(family.pk, member, joined_on, person_id=person_id or uuid.uuid4())
    (person,) = add_members([new], by=by)
    audit.record(audit.Action.CREATED, by=by, obj=person)
    return person


@transaction.atomic
def move_person(
    person: Person, to_family: Family, *, moved_on: date, household_role: str, by: User | None
) -> Membership:
    """Let a person belong to another family from ``moved_on``; the day before is the last here.

    Raises `ValidationError` when the person already belongs there, is merged, or joined or left
    the present family on or after ``moved_on``.
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
    if present and present.left_on and present.left_on >= moved_on:
        raise ValidationError({"moved_on": _("The person left the last family after this date.")})
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
def change_family(
    family: Family,
    *,
    by: User,
    municipality: Municipality,
    place: Place | None,
    languages: list[str],
    family_name: str,
    address: str,
    phone: str,
) -> None:
    """Correct what is known of a family; its code and its past visits stay where they were."""
    family.municipality, family.place, family.languages = municipality, place, languages
    family.save(update_fields=["municipality", "place", "languages"])
    vault.write_family_identity(family, family_name=family_name, address=address, phone=phone)
    audit.record(audit.Action.CHANGED, by=by, obj=family)


@transaction.atomic
def change_person(person: Person, known: NewMember, *, by: User) -> None:
    """Correct what is known of a person: identity, birth, sex, role in the present family."""
    person.sex = known.sex
    person.birth_year = known.birth_date.year if known.birth_date else known.birth_year
    person.birth_year_estimated = known.birth_year_estimated and known.birth_date is None
    person.save(update_fields=["sex", "birth_year", "birth_year_estimated"])
    present = person.memberships.latest("joined_on")
    present.household_role, present.is_guardian = known.household_role, known.is_guardian
    present.save(update_fields=["household_role", "is_guardian"])
    vault.write_person_identity(
        person,
        given_name=known.given_name,
        family_name=known.family_name,
        birth_date=known.birth_date,
        phone=known.phone,
    )
    audit.record(audit.Action.CHANGED, by=by, obj=person)


@transaction.atomic
def leave_family(person: Person, *, left_on: date, by: User) -> None:
    """End a person's membership with ``left_on`` as the last day, without another family.

    Raises `ValidationError` when the person has already left or joined after that day.
    """
    Person.objects.select_for_update().get(pk=person.pk)  # as move_person does
    present = person.memberships.latest("joined_on")
    if present.left_on is not None:
        raise ValidationError(_("The person has already left this family."))
    if left_on < present.joined_on:
        raise ValidationError({"left_on": _("The person joined the family later than this date.")})
    present.left_on = left_on
    present.save(update_fields=["left_on"])
    audit.record(audit.Action.CHANGED, by=by, obj=person, what="left", left_on=left_on.isoformat())


@transaction.atomic
def close_family(family: Family, *, by: User | None, closed_on: date, reason: str) -> None:
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
def record_consent(
    family: Family,
    *,
    by: User,
    purpose: str,
    form: str,
    given_on: date,
    is_refused: bool = False,
    person: Person | None = None,
    institution: Institution | None = None,
    legal_basis: str = "consent",
    language: str = "",
    expires_on: date | None = None,
    consent_id: uuid.UUID | None = None,
) -> Consent:
    """Record what a family, or one member, answered when asked for a purpose."""
    consent = Consent.objects.create(
        id=consent_id or uuid.uuid4(),
        family=family,
        person=person,
        purpose=purpose,
        institution=institution,
        is_refused=is_refused,
        legal_basis=legal_basis,
        form=form,
        language=language,
        given_on=given_on,
        expires_on=expires_on,
        recorded_by=by,
    )
    audit.record(audit.Action.CREATED, by=by, obj=consent, purpose=purpose, refused=is_refused)
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, by: User, withdrawn_on: date) -> None:
    """End a consent; what it allowed is no longer allowed from that day."""
    if withdrawn_on < consent.given_on:
        raise ValidationError({"withdrawn_on": _("The consent was given later than this date.")})
    consent.withdrawn_on = withdrawn_on
    consent.save(update_fields=["withdrawn_on"])
    audit.record(audit.Action.CHANGED, by=by, obj=consent, what="withdrawn")


@transaction.atomic
def request_names(family: Family, *, by: User, reason: str) -> IdentityAccess:
    """Open a family's names to a user for a limited time; the reason stays on record."""
    now = timezone.now()
    leave = IdentityAccess.objects.create(
        user=by,
        family=family,
        reason=reason,
        requested_at=now,
        expires_at=now + timedelta(minutes=NAMES_SHOWN_MINUTES),
    )
    audit.record(
        audit.Action.NAMES_REQUESTED,
        by=by,
        obj=family,
        access=leave.pk,
        minutes=NAMES_SHOWN_MINUTES,
    )
    return leave
