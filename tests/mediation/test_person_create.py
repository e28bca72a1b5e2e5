"""One more member of a family that is registered already."""

import uuid
from datetime import date

import pytest

from accounts.models import AuditEvent
from families.models import Person, PersonIdentity
from families.services import close_family
from tests.factories import make_family

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, mediator):
    client.force_login(mediator.user)
    return client


def address(family) -> str:
    return f"/families/{family.pk}/members/new/"


def page(**values) -> dict[str, str]:
    form = {
        "id": str(uuid.uuid4()),
        "given_name": "Līga",
        "family_name": "Roze",
        "sex": "female",
        "household_role": "child",
        "birth_year": "2010",
        "birth_date": "",
        "phone": "",
        "joined_on": "2018-02-01",
    }
    return form | values


def test_a_member_joins_on_a_day(desk, mediator, family):
    response = desk.post(address(family), page(birth_date="2010-05-06", is_guardian=""))
    assert response.headers["Location"] == f"/families/{family.pk}/"
    person = Person.objects.get(code=f"{family.code}-3")
    assert (person.family, person.birth_year, person.sex) == (family, 2010, "female")
    membership = person.memberships.get()
    assert (membership.joined_on, membership.household_role) == (date(2018, 2, 1), "child")
    assert PersonIdentity.objects.get(person=person).full_name == "Līga Roze"
    created = AuditEvent.objects.filter(action="created", object_id=str(person.pk))
    assert created.get().actor == mediator.user


def test_sent_twice_it_is_one_person(desk, family):
    sent = page()
    assert desk.post(address(family), sent).status_code == 302
    assert desk.post(address(family), sent).status_code == 302
    assert family.persons.count() == 3


def test_the_id_of_a_foreign_person_tells_nothing_and_changes_nothing(desk, family, foreign_family):
    zane = foreign_family.persons.get()
    response = desk.post(address(family), page(id=str(zane.pk)))
    assert "Please send it once more" in response.content.decode()
    assert response.context["form"]["id"].value() != str(zane.pk)
    zane.refresh_from_db()
    assert zane.family == foreign_family


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("given_name", "", "This field is required."),
        ("given_name", "ā" * 10_000, "at most 100 characters"),
        ("birth_year", "2019", "This is after the day of joining the family."),
        ("birth_date", "2018-02-02", "This is after the day of joining the family."),
        ("birth_year", "2999", "This year is in the future."),
        ("joined_on", "2999-01-01", "This date is in the future."),
        ("joined_on", "2017-09-30", "The family was registered later"),
        ("joined_on", "", "This field is required."),
        ("sex", "robot", "Select a valid choice."),
        ("id", "", "This field is required."),
    ],
)
def test_what_is_wrong_is_said_at_the_field(desk, family, field, value, told):
    sent = page(phone="29 777 777") | {field: value}
    if field == "birth_date":
        sent["birth_year"] = ""
    response = desk.post(address(family), sent)
    assert told in str(response.context["form"].errors[field])
    assert 'value="29 777 777"' in response.content.decode()
    assert family.persons.count() == 2


def test_a_closed_family_takes_nobody(desk, mediator, family):
    close_family(family, by=mediator.user, closed_on=date(2018, 3, 1), reason="moved")
    assert "Reopen it first" in desk.post(address(family), page()).content.decode()
    assert family.persons.count() == 2


def test_a_similar_person_is_shown_first(desk, mediator, family):
    other = make_family(mediator, "Roze", ("Līga", "Rozīte"), ("Līga", "Roze"))
    sent = page()
    response = desk.post(address(family), sent)
    assert other.code in response.content.decode()
    assert family.persons.count() == 2
    desk.post(address(family), sent | {"register_anyway": str(other.pk)})
    assert family.persons.count() == 3


def test_somebody_of_another_mediator_is_not_revealed(desk, stranger, family):
    make_family(stranger, "Roze", ("Līga", "Roze"), municipality="LV-026")
    assert desk.post(address(family), page()).status_code == 302


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_others_get_403(request, client, family, role):
    client.force_login(request.getfixturevalue(role))
    assert client.post(address(family), page()).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_another_mediator_gets_404(request, client, family, who):
    client.force_login(request.getfixturevalue(who).user)
    assert client.post(address(family), page()).status_code == 404
    assert client.get(f"/families/{uuid.uuid4()}/members/new/").status_code == 404
    assert family.persons.count() == 2
