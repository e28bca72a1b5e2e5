"""A small invented world as plain Python, its figures by brute force, and its rows in tables.

The counting here is written from the official definitions alone and shares no code with the
engine: it walks over every visit, every assistance and every mediator.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from random import Random

from accounts.models import Place
from families.models import Family, Membership, Person
from mediation.models import Assignment, Assistance, Mediator, Visit

SUCCESSORS = {"LV-102": "LV-059"}  # Varakļāni became part of Madona
MUNICIPALITIES = ["LV-JEL", "LV-059", "LV-102"]
PLACES = ["Jelgava", "Madona", None]
MODES = ["home", "phone"]
TOPICS = ["housing", "health", "documents"]
ACTIONS = ["information", "referral"]
OUTCOMES = ["pending", "obtained"]
SEXES = ["female", "male", "unknown"]
AGE_BANDS = ["under_18", "30_54", "unknown"]
STATUSES = ["planned", "draft", "no_contact", "cancelled", "voided"]
# Borders of months, of a leap year's February and of years, and days inside.
DAYS = [
    *(date(2019, 12, 30) + timedelta(days=n) for n in range(4)),
    *(date(2020, 1, 30) + timedelta(days=n) for n in range(4)),
    *(date(2020, 2, 27) + timedelta(days=n) for n in range(5)),
    date(2020, 1, 15),
    date(2020, 2, 15),
]
SLICES = [
    "month", "municipality", "place", "mediator", "mode", "topic", "action", "outcome", "sex",
    "age_band",
]  # fmt: skip
PERSONS_ONLY = {"sex", "age_band"}
APPLIES = {
    "families_reached": set(SLICES) - PERSONS_ONLY,
    "persons_assisted": set(SLICES),
    "visits": set(SLICES) - PERSONS_ONLY,
    "visit_minutes": set(SLICES) - PERSONS_ONLY,
    "mediators_active": set(SLICES) - PERSONS_ONLY,
    "mediators_certified": {"municipality", "mediator"},
}


@dataclass
class Someone:
    family: int
    sex: str
    merged_into: int | None = None


@dataclass
class Help:
    person: int
    topic: str
    action: str
    outcome: str
    age_band: str


@dataclass
class Contact:
    day: date
    status: str
    family: int
    municipality: str
    place: str | None
    mode: str
    minutes: int
    mediators: list[int]
    helps: list[Help]


@dataclass
class Worker:
    certified_on: date | None
    assignments: list[tuple[str, date, date | None]]


@dataclass
class World:
    families: int = 0
    persons: list[Someone] = field(default_factory=list)
    mediators: list[Worker] = field(default_factory=list)
    visits: list[Contact] = field(default_factory=list)

    def survivor(self, person: int) -> int:
        merged_into = self.persons[person].merged_into
        return person if merged_into is None else merged_into


# -- inventing ---------------------------------------------------------------------------------


def invent(random: Random, *, families: int, visits: int) -> World:
    world = World(families=families)
    for number in range(families * 2):
        roots = [n for n, person in enumerate(world.persons) if person.merged_into is None]
        merged_into = random.choice(roots) if roots and random.random() < 0.25 else None
        world.persons.append(Someone(number // 2, random.choice(SEXES), merged_into))
    for _ in range(4):
        certified_on = random.choice([None, *DAYS])
        starts = random.sample(DAYS, random.randint(0, 3))
        assignments = [
            (
                random.choice(MUNICIPALITIES),
                start,
                random.choice([None, start, start + timedelta(days=random.randint(1, 40))]),
            )
            for start in starts
        ]
        world.mediators.append(Worker(certified_on, assignments))
    for _ in range(visits):
        world.visits.append(_invent_visit(random, world))
    return world


def _invent_visit(random: Random, world: World) -> Contact:
    helps = {}
    for _ in range(random.choice([0, 1, 1, 2, 3, 4])):
        help_ = Help(
            # members move: somebody may be helped on a visit to a family that is theirs no more
            random.randrange(len(world.persons)),
            random.choice(TOPICS),
            random.choice(ACTIONS),
            random.choice(OUTCOMES),
            random.choice(AGE_BANDS),
        )
        helps[help_.person, help_.topic, help_.action] = help_
    municipality = random.choice(MUNICIPALITIES)
    return Contact(
        random.choice(DAYS),
        "confirmed" if random.random() < 0.75 else random.choice(STATUSES),
        random.randrange(world.families),
        municipality,
        random.choice(PLACES),
        random.choice(MODES),
        random.choice([0, 15, 30, 45, 60]),
        random.sample(range(len(world.mediators)), random.choice([1, 1, 2, 3])),
        list(helps.values()),
    )


# -- writing down ------------------------------------------------------------------------------


def store(world: World) -> None:
    """Write the world into the tables, directly and in few statements."""
    places = dict(Place.objects.values_list("name", "pk"))
    families = Family.objects.bulk_create(
        Family(code=f"F-{n}", municipality_id="LV-JEL", registered_on=DAYS[0])
        for n in range(world.families)
    )
    persons = [
        Person(id=uuid.uuid4(), code=f"P-{n}", family=families[person.family], sex=person.sex)
        for n, person in enumerate(world.persons)
    ]
    for row, person in zip(persons, world.persons, strict=True):
        row.merged_into = None if person.merged_into is None else persons[person.merged_into]
    Person.objects.bulk_create([row for row in persons if row.merged_into is None])
    Person.objects.bulk_create([row for row in persons if row.merged_into is not None])
    Membership.objects.bulk_create(
        Membership(person=row, family=row.family, joined_on=DAYS[0]) for row in persons
    )
    mediators = Mediator.objects.bulk_create(
        Mediator(ref=f"M-{n}", full_name=f"Mediator {n}", certified_on=mediator.certified_on)
        for n, mediator in enumerate(world.mediators)
    )
    Assignment.objects.bulk_create(
        Assignment(mediator=row, municipality_id=municipality, started_on=start, ended_on=end)
        for row, mediator in zip(mediators, world.mediators, strict=True)
        for municipality, start, end in mediator.assignments
    )
    visits = Visit.objects.bulk_create(
        Visit(
            id=uuid.UUID(int=n),
            date=visit.day,
            status=visit.status,
            family=families[visit.family],
            municipality_id=visit.municipality,
            place_id=places[visit.place] if visit.place else None,
            mode=visit.mode,
            minutes=visit.minutes,
            mediator=mediators[visit.mediators[0]],
        )
        for n, visit in enumerate(world.visits)
    )
    made = Visit.mediators.through
    made.objects.bulk_create(
        made(visit=row, mediator=mediators[mediator])
        for row, visit in zip(visits, world.visits, strict=True)
        for mediator in visit.mediators
    )
    Assistance.objects.bulk_create(
        Assistance(
            visit=row,
            person=persons[help_.person],
            topic=help_.topic,
            action=help_.action,
            outcome=help_.outcome,
            age_band=help_.age_band,
        )
        for row, visit in zip(visits, world.visits, strict=True)
        for help_ in visit.helps
    )


# -- counting by brute force -------------------------------------------------------------------


def brute_force(
    world: World,
    code: str,
    start: date,
    end: date,
    by: tuple[str, ...] = (),
    where: dict[str, str] | None = None,
    *,
    as_now: bool = False,
) -> dict:
    """The figure as the definitions say: total, rows and how the two fit together."""
    facts = _assigned(world, start, end) if code == "mediators_certified" else None
    if facts is None:
        facts = [fact for visit in _counting_visits(world, start, end) for fact in _facts(visit)]
    if as_now:
        for fact in facts:
            fact["municipality"] = SUCCESSORS.get(fact["municipality"], fact["municipality"])
    for slice_code, value in (where or {}).items():
        facts = [fact for fact in facts if fact[slice_code] == value]
    all_units, cells, places_of = set(), {}, {}
    for fact in facts:
        unit = fact[{
            "families_reached": "family",
            "persons_assisted": "person",
            "visits": "visit",
            "visit_minutes": "visit",
            "mediators_active": "mediator",
            "mediators_certified": "mediator",
        }[code]]  # fmt: skip
        if unit is None:
            continue
        all_units.add(unit)
        keys = tuple(fact[slice_code] for slice_code in by)
        if by and None not in keys:
            cells.setdefault(keys, set()).add(unit)
            places_of.setdefault(unit, set()).add(keys)

    def size(units) -> int:
        if code == "visit_minutes":
            return sum(world.visits[visit].minutes for visit in units)
        return len(units)

    rows = {keys: size(units) for keys, units in cells.items()}
    return {
        "total": size(all_units),
        "rows": rows,
        "sum_of_rows": sum(rows.values()),
        "in_several_rows": size({unit for unit, keys in places_of.items() if len(keys) > 1}),
        "in_no_row": size(all_units - places_of.keys()) if by else 0,
    }


def _counting_visits(world: World, start: date, end: date):
    for number, visit in enumerate(world.visits):
        if visit.status == "confirmed" and start <= visit.day <= end:
            yield world, number, visit


def _facts(counting) -> list[dict]:
    """One fact for each mediator and each assistance of a visit, or for none."""
    world, number, visit = counting
    found = []
    for mediator, help_ in product(visit.mediators, visit.helps or [None]):
        fact = {
            "visit": number,
            "family": visit.family,
            "month": f"{visit.day.year}-{visit.day.month:02}",
            "municipality": visit.municipality,
            "place": visit.place,
            "mode": visit.mode,
            "mediator": f"M-{mediator}",
        } | dict.fromkeys(["person", "topic", "action", "outcome", "sex", "age_band"])
        if help_:
            person = world.survivor(help_.person)
            fact |= {
                "person": person,
                "topic": help_.topic,
                "action": help_.action,
                "outcome": help_.outcome,
                "sex": world.persons[person].sex,
                "age_band": help_.age_band,
            }
        found.append(fact)
    return found


def _assigned(world: World, start: date, end: date) -> list[dict]:
    return [
        {"mediator": f"M-{number}", "municipality": municipality}
        for number, mediator in enumerate(world.mediators)
        for municipality, first, last in mediator.assignments
        if mediator.certified_on is not None
        and mediator.certified_on <= end
        and first <= end
        and (last is None or last >= start)
    ]
