"""Families and members registered many at once are those that are registered one by one."""

from datetime import date

import pytest

from accounts.models import Municipality, Place
from families.bulk import NewFamily, NewMembership, add_members, register_families
from families.models import Family, Membership, NameFingerprint, Person
from families.services import NewMember, add_member, register_family

pytestmark = pytest.mark.django_db

OWN = {"id", "code", "ref", "family_id", "person_id"}  # differ from row to row


def facts(row) -> dict:
    return {name: value for name, value in vars(row).items() if name[0] != "_" and name not in OWN}


def fingerprints(**of) -> list[str]:
    found = NameFingerprint.objects.filter(**of).order_by("fingerprint")
    return list(found.values_list("fingerprint", flat=True))


MEMBERS = [
    NewMember("Anna", "Kalniņa", sex="female", birth_date=date(1980, 5, 1), birth_year=1981),
    NewMember(
        "Jānis", "Kalniņš", "male", 1975, birth_year_estimated=True, phone=" +371 2000 0001 "
    ),
    NewMember(household_role="child", is_guardian=True),
]


@pytest.fixture
def jelgava():
    return Municipality.objects.get(pk="LV-JEL")


def test_families_equal_those_registered_one_by_one(jelgava, coordinator):
    place = Place.objects.get(municipality=jelgava, name="Jelgava")
    known = {
        "registered_on": date(2017, 10, 1),
        "languages": ["lv", "rom"],
        "family_name": " Ozoli ",
    }
    one = register_family(by=coordinator, municipality=jelgava, place=place, **known)
    (many,) = register_families([NewFamily(jelgava, place_id=place.pk, **known)], by=coordinator)
    one, many = Family.objects.get(pk=one.pk), Family.objects.get(pk=many.pk)
    assert facts(many) == facts(one)
    assert facts(many.identity) == facts(one.identity)
    assert fingerprints(family=many) == fingerprints(family=one) != []


def test_members_equal_those_added_one_by_one(jelgava, coordinator):
    one = register_family(by=coordinator, municipality=jelgava, registered_on=date(2017, 10, 1))
    many = register_family(by=coordinator, municipality=jelgava, registered_on=date(2017, 10, 1))
    day = date(2017, 11, 2)
    for member in MEMBERS:
        add_member(one, member, joined_on=day, by=coordinator)
    add_members([NewMembership(many.pk, member, day) for member in MEMBERS], by=coordinator)
    for number in (1, 2, 3):
        single = Person.objects.get(code=f"{one.code}-{number}")
        bulk = Person.objects.get(code=f"{many.code}-{number}")
        assert facts(bulk) == facts(single)
        assert facts(bulk.identity) == facts(single.identity)
        assert facts(bulk.memberships.get()) == facts(single.memberships.get())
        assert fingerprints(person=bulk) == fingerprints(person=single)


def test_codes_go_on_where_the_services_stopped_and_the_services_after_them(jelgava):
    days = {"registered_on": date(2017, 10, 1)}
    first = register_family(by=None, municipality=jelgava, **days)
    dobele = Municipality.objects.get(pk="LV-026")
    register_families([NewFamily(each, **days) for each in (jelgava, dobele, jelgava)], by=None)
    last = register_family(by=None, municipality=jelgava, **days)
    assert (first.code, last.code) == ("JEL-0001", "JEL-0004")
    assert sorted(Family.objects.values_list("code", flat=True)) == [
        "DOB-0001",
        "JEL-0001",
        "JEL-0002",
        "JEL-0003",
        "JEL-0004",
    ]


def test_a_member_who_has_left_has_a_last_day(jelgava):
    (family,) = register_families([NewFamily(jelgava, date(2017, 10, 1))], by=None)
    (person,) = add_members(
        [NewMembership(family.pk, MEMBERS[0], date(2017, 10, 1), date(2018, 1, 31))], by=None
    )
    assert Membership.objects.get(person=person).left_on == date(2018, 1, 31)


def test_nothing_to_register_writes_nothing(jelgava):
    assert register_families([], by=None) == []
    assert add_members([], by=None) == []
