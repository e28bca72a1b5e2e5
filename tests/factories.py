"""Rows for tests, made by the same services that the pages use."""

import uuid
from datetime import date
from itertools import count

from accounts.models import Institution, Municipality, Role, User
from families.models import Family, Person
from families.services import NewMember, add_member, register_family
from mediation.models import Assignment, Caseload, Mediator, Visit
from mediation.services import create_visit
from mediation.visit_content import AssistanceContent, VisitContent

PASSWORD = "a long enough passphrase"
START = date(2017, 10, 1)
_numbers = count(1)


def make_user(role: Role, name: str, *municipalities: str, **fields) -> User:
    email = f"{name.lower().replace(' ', '.')}.{next(_numbers)}@example.test"
    user = User.objects.create_user(
        email, PASSWORD, full_name=name, role=role, language="en", **fields
    )
    user.municipalities.set(Municipality.objects.filter(pk__in=municipalities))
    return user


def make_mediator(name: str, municipality: str = "LV-JEL", **fields) -> Mediator:
    """A mediator who can sign in, certified and assigned since before the first visit."""
    user = make_user(Role.MEDIATOR, name, municipality)
    mediator = Mediator.objects.create(
        ref=f"M-{next(_numbers)}",
        full_name=name,
        user=user,
        **{"certified_on": date(2017, 9, 1), **fields},
    )
    Assignment.objects.create(mediator=mediator, municipality_id=municipality, started_on=START)
    return mediator


def make_institution(name: str, kind: str = "school", municipality: str = "LV-JEL", **fields):
    return Institution.objects.create(name=name, kind=kind, municipality_id=municipality, **fields)


def make_family(
    mediator: Mediator | None,
    name: str = "Kalniņi",
    *members: tuple[str, str] | NewMember,
    municipality: str = "LV-JEL",
    registered_on: date = START,
    **fields,
) -> Family:
    """A family in the caseload of ``mediator``; members as (given, family name) or NewMember."""
    family = register_family(
        by=mediator.user if mediator else None,
        municipality=Municipality.objects.get(pk=municipality),
        registered_on=registered_on,
        family_name=name,
        members=[
            member if isinstance(member, NewMember) else NewMember(member[0], member[1])
            for member in members
        ],
        **fields,
    )
    if mediator:
        Caseload.objects.create(family=family, mediator=mediator, started_on=registered_on)
    return family


def make_person(family: Family, given_name: str = "Anna", **fields) -> Person:
    joined_on = fields.pop("joined_on", family.registered_on)
    return add_member(
        family, NewMember(given_name=given_name, **fields), joined_on=joined_on, by=None
    )


def make_visit(
    family: Family,
    mediator: Mediator,
    day: date = date(2017, 10, 10),
    *,
    assisted: dict[Person, list[str]] | None = None,
    **content,
) -> Visit:
    """A confirmed visit; ``assisted`` maps each person helped to the topics."""
    rows = tuple(
        AssistanceContent(person.pk, topic)
        for person, topics in (assisted or {}).items()
        for topic in topics
    )
    values = {
        "mode": "home",
        "minutes": 30,
        "present": tuple(person.pk for person in assisted or {}),
        "assistance": rows,
    } | content
    visit, _ = create_visit(
        uuid.uuid4(),
        VisitContent(family=family.pk, mediator=mediator.pk, date=day, **values),
        by=mediator.user,
    )
    return visit
