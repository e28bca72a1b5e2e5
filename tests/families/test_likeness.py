"""Who may already be registered: alike names, and years of birth that agree."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from families.likeness import ALIKE, likeness, search_rank, similar_families
from families.services import NewMember
from tests.factories import make_family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kalniņi", "Kalniņš"),
        ("Kalniņi", "kalnini"),
        ("Anna Kalniņa", "Kalniņa Anna"),
        ("Jānis Kalniņš", "Янис Калниньш"),
        ("Jeļena Ozola", "Елена Озола"),
    ],
)
def test_alike(one, other):
    assert likeness(one, other) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kalniņi", "Kalēji"),
        ("Jānis Kalniņš", "Jana Kalniņa"),
        ("Anna", "Anna Kalniņa"),
        ("", ""),
        ("-", "!"),
    ],
)
def test_not_alike(one, other):
    assert likeness(one, other) < ALIKE


def test_the_whole_name_answers_a_search_better_than_a_longer_one():
    assert search_rank("kalni", ["Kalni"]) > search_rank("kalni", ["Kalniņi-Ozoliņi"])
    assert search_rank("kalni", []) == 0


@pytest.fixture
def roze(mediator):
    """A family whose name is nobody else's, with one member born in 1985."""
    return make_family(mediator, "Roze", NewMember("Līga", "Roze", birth_year=1985))


@pytest.mark.parametrize(
    ("known", "is_found"),
    [
        ({"birth_year": 1985}, True),
        ({"birth_year": 1984}, True),
        ({"birth_date": date(1986, 12, 31)}, True),
        ({}, True),
        ({"birth_year": 1987}, False),
        ({"given_name": "Ilze"}, False),
        ({"family_name": "Bērziņa"}, False),
    ],
)
def test_a_person_is_found_by_name_and_year_of_birth(mediator, roze, known, is_found):
    asked = NewMember(**{"given_name": "Liga", "family_name": "Roze", **known})
    found = similar_families(mediator.user, members=[asked])
    assert [one.family for one in found] == ([roze] if is_found else [])


def test_a_family_is_found_by_its_name_and_shown_with_its_members(mediator, roze):
    (found,) = similar_families(mediator.user, family_name="Rozes")
    assert (found.family, found.name, found.members) == (roze, "Roze", ["Līga Roze"])


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_only_families_whose_names_may_be_read_are_compared(request, roze, who):
    user = request.getfixturevalue(who).user
    assert similar_families(user, family_name="Roze", members=[NewMember("Līga", "Roze")]) == []
    assert not AuditEvent.objects.filter(actor=user).exists()


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_nobody_without_names_is_answered(request, roze, role):
    assert similar_families(request.getfixturevalue(role), family_name="Roze") == []


def test_names_that_were_compared_are_on_the_trail(mediator, roze):
    similar_families(mediator.user, family_name="Roze")
    read = AuditEvent.objects.filter(action="names_read", actor=mediator.user)
    assert set(read.values_list("object_id", flat=True)) == {
        str(roze.pk),
        str(roze.persons.get().pk),
    }
