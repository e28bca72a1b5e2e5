"""What is done to families and persons as a mediator's work: registering, correcting."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from families.models import Family, Person
from families.services import NewMember, change_person, record_consent, register_family

from ..models import Assistance, Caseload, Mediator
from .visits import refresh_age_bands


@transaction.atomic
def register_for_mediator(
    mediator: Mediator,
    *,
    by: User,
    family_id: uuid.UUID,
    registered_on: date,
    consent: dict[str, Any] | None = None,
    **known: Any,
) -> Family:
    """Register a family into a mediator's caseload, with the answer about case work if asked.

    ``known`` is what `families.services.register_family` takes, ``consent`` what `record_consent`
    takes besides purpose and date. Raises `IntegrityError` when ``family_id`` is taken.
    """
    family = register_family(by=by, family_id=family_id, registered_on=registered_on, **known)
    Caseload.objects.create(family=family, mediator=mediator, started_on=registered_on)
    if consent is not None:
        record_consent(family, by=by, purpose="case_work", given_on=registered_on, **consent)
    return family


@transaction.atomic
def correct_person(person: Person, known: NewMember, *, by: User) -> int:
    """Correct a person and the age groups that follow from their birth.

    Returns on how many visits the age group changed.
    """
    before = _age_bands(person)
    change_person(person, known, by=by)
    refresh_age_bands(person)
    return len({visit for visit, band in _age_bands(person) - before})


def _age_bands(person: Person) -> set[tuple[uuid.UUID, str]]:
    return set(Assistance.objects.filter(person=person).values_list("visit", "age_band"))
