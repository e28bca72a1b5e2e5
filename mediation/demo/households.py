"""The families of the demo and their members."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts import audit
from accounts.models import Municipality, Place
from families.bulk import NewMember, NewMembership, add_members
from families.models import Family, Person
from families.services import record_consent, withdraw_consent

from ..services.families import register_for_mediator
from .dice import Dice, working_days
from .names import Surname, given_names, surnames, telephones
from .people import Workplace

# How many families have how many members: 134 families, 517 members.
SIZES = {1: 8, 2: 20, 3: 31, 4: 32, 5: 22, 6: 12, 7: 6, 8: 3}
# When families were first met: most of them in the first months.
REGISTERED = {
    (date(2017, 10, 2), date(2017, 10, 31)): 40,
    (date(2017, 11, 1), date(2017, 11, 30)): 22,
    (date(2017, 12, 1), date(2017, 12, 20)): 8,
    (date(2018, 1, 8), date(2018, 1, 31)): 12,
    (date(2018, 2, 1), date(2018, 2, 28)): 8,
    (date(2018, 3, 1), date(2018, 3, 29)): 6,
    (date(2018, 4, 3), date(2018, 4, 27)): 4,
}
LANGUAGES: dict[Iterable[str], int] = {
    ("lv", "rom"): 45,
    ("lv",): 20,
    ("ru", "rom"): 20,
    ("ru",): 10,
    ("rom",): 5,
}
CONSENT_FORMS = {"written": 70, "oral": 25, "electronic": 5}


@dataclass(eq=False)
class Someone:
    """A member of a household as the demo knows them, without opening the vault."""

    person: Person
    born_in: int
    sex: str
    role: str
    times: list[tuple[Family, date, date | None]] = field(default_factory=list)

    def age(self, day: date) -> int:
        return day.year - self.born_in

    def belongs_to(self, family: Family, day: date) -> bool:
        return any(
            there == family and first <= day and (last is None or day <= last)
            for there, first, last in self.times
        )


@dataclass(eq=False)
class Household:
    """A family with everybody who was ever a member, and where it is looked after."""

    family: Family
    work: Workplace
    everybody: list[Someone]
    closed_on: date | None = None
    matters: dict[Someone, list[str]] = field(default_factory=dict)

    def members(self, day: date) -> list[Someone]:
        return [someone for someone in self.everybody if someone.belongs_to(self.family, day)]


def make_households(dice: Dice, works: list[Workplace]) -> list[Household]:
    """Register the families of every town with their members, names and consents."""
    sizes = [size for size, count in SIZES.items() for _ in range(count)]
    dice.shuffle(sizes)
    places = {(place.municipality_id, place.name): place for place in Place.objects.all()}
    maker = _Maker(dice, places)
    days = {work.mediator: _registration_days(dice, work.town.families) for work in works}
    todo = sorted(
        ((day, work) for work in works for day in days[work.mediator]),
        key=lambda each: (each[0], each[1].town.municipality),
    )
    return [maker.household(work, day, size) for (day, work), size in zip(todo, sizes, strict=True)]


def _registration_days(dice: Dice, count: int) -> list[date]:
    return [dice.choice(working_days(*dice.one_of(REGISTERED))) for _ in range(count)]


class _Maker:
    """Makes families one after another."""

    def __init__(self, dice: Dice, places: dict[tuple[str, str], Place]) -> None:
        self.dice, self.places = dice, places
        self.surnames, self.telephones = surnames(dice), telephones()
        self.municipalities = Municipality.objects.in_bulk()

    def household(self, work: Workplace, day: date, size: int) -> Household:
        dice, town = self.dice, work.town
        surname = next(self.surnames)
        asked = dice.happens(0.94)
        family = register_for_mediator(
            work.mediator,
            by=work.user,
            family_id=dice.uuid(),
            registered_on=day,
            consent={"form": dice.one_of(CONSENT_FORMS), "language": "lv"} if asked else None,
            municipality=self.municipalities[town.municipality],
            place=self.places[town.municipality, dice.one_of(town.places)],
            languages=list(dice.one_of(LANGUAGES)),
            family_name=surname.family,
            address=f"Paraugu iela {dice.randint(1, 90)}–{dice.randint(1, 40)}",
            phone=next(self.telephones) if dice.happens(0.8) else "",
        )
        household = Household(family, work, self._everybody(family, work, surname, size))
        self._more_consents(household)
        return household

    def _everybody(
        self, family: Family, work: Workplace, surname: Surname, size: int
    ) -> list[Someone]:
        day = family.registered_on
        new = [
            NewMembership(family.pk, member, day, person_id=self.dice.uuid())
            for member in self._members(surname, size)
        ]
        persons = add_members(new, by=work.user)
        audit.record_many(audit.Action.CREATED, by=work.user, objects=persons)
        return [
            Someone(
                person,
                person.birth_year or 1985,
                each.member.sex,
                each.member.household_role,
                [(family, day, None)],
            )
            for person, each in zip(persons, new, strict=True)
        ]

    # -- who lives together

    def _members(self, surname: Surname, size: int) -> Iterator[NewMember]:
        dice = self.dice
        names = {sex: given_names(dice, sex) for sex in ("female", "male")}

        def member(sex: str, role: str, born_in: int) -> NewMember:
            return self._member(surname, next(names[sex]), sex, role, born_in)

        head = dice.one_of({"female": 6, "male": 4})
        born_in = dice.randint(1950, 1975) if size == 1 else dice.randint(1962, 1994)
        yield member(head, "head", born_in)
        left = size - 1
        if left and dice.happens(0.7):
            other = "male" if head == "female" else "female"
            yield member(other, "partner", born_in + dice.randint(-5, 5))
            left -= 1
        if left > 2 and dice.happens(0.35):
            sex = dice.choice(["female", "female", "male"])
            yield member(sex, "grandparent", born_in - dice.randint(20, 28))
            left -= 1
        for _ in range(left):
            born = max(born_in + dice.randint(17, 34), 1984)
            yield member(dice.choice(["female", "male"]), "child", min(born, 2017))

    def _member(
        self, surname: Surname, given_name: str, sex: str, role: str, born_in: int
    ) -> NewMember:
        dice = self.dice
        known = dice.one_of({"date": 62, "year": 22, "about": 12, "nothing": 4})
        return NewMember(
            given_name=given_name,
            family_name=surname.of(sex),
            sex=sex,
            birth_year=None if known == "nothing" else born_in,
            birth_year_estimated=known == "about",
            birth_date=dice.date_between(date(born_in, 1, 1), date(born_in, 9, 30))
            if known == "date"
            else None,
            household_role=role,
            is_guardian=role in ("head", "partner"),
            phone=next(self.telephones) if role == "head" and dice.happens(0.4) else "",
        )

    # -- what they agreed to

    def _more_consents(self, household: Household) -> None:
        dice, user = self.dice, household.work.user
        day = household.family.registered_on
        if dice.happens(0.3):
            kind = dice.one_of({"social_service": 3, "school": 2})
            shared = record_consent(
                household.family,
                by=user,
                purpose="share_institution",
                institution=household.work.institutions[kind],
                form=dice.one_of(CONSENT_FORMS),
                given_on=day,
                expires_on=day + timedelta(days=5 * 365) if dice.happens(0.3) else None,
                consent_id=dice.uuid(),
            )
            if dice.happens(0.1):
                withdraw_consent(shared, by=user, withdrawn_on=day + timedelta(days=60))
        if dice.happens(0.25):
            record_consent(
                household.family,
                by=user,
                purpose="esf_reporting",
                person=household.everybody[0].person,
                form="written",
                given_on=day,
                is_refused=dice.happens(0.15),
                consent_id=dice.uuid(),
            )
