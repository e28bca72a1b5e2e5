"""Who works in the demo: institutions, mediators, and everybody who signs in."""

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import make_password

from accounts.models import Institution, Municipality, Role, User
from accounts.models.places import REVIEWING_KINDS

from ..models import Assignment, Mediator
from . import DEMO_PASSWORD, DEMO_SIGN_INS

STARTED_ON = date(2017, 10, 1)


@dataclass(frozen=True)
class Town:
    """Where one mediator works: its municipality, places, and how many families there are."""

    municipality: str
    name_of: str  # "of Jelgava", as it begins the names of its institutions
    places: dict[str, float]  # with weights
    families: int
    certified_on: date


TOWNS = [
    Town("LV-JEL", "Jelgavas", {"Jelgava": 1}, 34, date(2017, 9, 8)),
    Town("LV-RIX", "Rīgas", {"Rīga": 1}, 30, date(2017, 9, 8)),
    Town("LV-VEN", "Ventspils", {"Ventspils": 1}, 26, date(2017, 9, 15)),
    Town("LV-026", "Dobeles", {"Dobele": 5, "Auce": 1}, 20, date(2017, 9, 15)),
    Town("LV-113", "Valmieras", {"Valmiera": 5, "Strenči": 1, "Rūjiena": 1}, 24, date(2017, 9, 22)),
]
KINDS = {
    "school": "pamatskola",
    "social_service": "sociālais dienests",
    "council": "pašvaldība",
    "employment_agency": "nodarbinātības aģentūras filiāle",
}


@dataclass(frozen=True)
class Workplace:
    """A town with the people and institutions of the demo."""

    town: Town
    mediator: Mediator
    user: User  # the mediator's account
    institutions: dict[str, Institution]  # by kind


def fixed_id(name: str) -> UUID:
    """An id that is the same in every demo."""
    return uuid5(NAMESPACE_URL, f"https://demo.example/{name}")


def make_workplaces() -> list[Workplace]:
    """Make institutions and everybody who signs in; returns the towns in the order of TOWNS."""
    institutions = {town.municipality: _institutions(town) for town in TOWNS}
    sealed = make_password(DEMO_PASSWORD)
    users = {role: _users(role, sealed) for role in Role}
    staff, mentor = users[Role.STAFF][0], users[Role.MENTOR][0]
    staff.institution = institutions["LV-JEL"]["social_service"]
    staff.save(update_fields=["institution"])
    staff.municipalities.set(Municipality.objects.filter(pk="LV-JEL"))
    return [
        _workplace(number, town, user, mentor, institutions[town.municipality])
        for number, (town, user) in enumerate(zip(TOWNS, users[Role.MEDIATOR], strict=True), 1)
    ]


def _institutions(town: Town) -> dict[str, Institution]:
    made = {
        kind: Institution(
            id=fixed_id(f"{town.municipality}/{kind}"),
            name=f"{town.name_of} {name}",
            kind=kind,
            municipality_id=town.municipality,
            reviews_cases=kind in REVIEWING_KINDS,
        )
        for kind, name in KINDS.items()
    }
    Institution.objects.bulk_create(made.values())
    return made


def _users(role: Role, sealed: str) -> list[User]:
    return [
        User.objects.create(
            id=fixed_id(sign_in.email),
            email=sign_in.email,
            full_name=sign_in.full_name,
            role=role,
            password=sealed,
        )
        for sign_in in DEMO_SIGN_INS
        if sign_in.role == role
    ]


def _workplace(
    number: int, town: Town, user: User, mentor: User, institutions: dict[str, Institution]
) -> Workplace:
    user.municipalities.set(Municipality.objects.filter(pk=town.municipality))
    mediator = Mediator.objects.create(
        id=fixed_id(f"mediators/{number}"),
        ref=f"M-{number:02}",
        full_name=user.full_name,
        user=user,
        certified_on=town.certified_on,
        ethics_accepted_on=town.certified_on,
        employer=institutions["council"],
        mentor=mentor,
    )
    Assignment.objects.create(
        mediator=mediator, municipality_id=town.municipality, started_on=STARTED_ON
    )
    return Workplace(town, mediator, user, institutions)
