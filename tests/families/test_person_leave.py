"""A person leaves a family without another one."""

import uuid
from datetime import date

import pytest

from accounts.models import AuditEvent
from families.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def anna(family):
    return family.persons.order_by("code").first()


def leave(desk, person, left_on="2018-03-01"):
    return desk.post(f"/persons/{person.pk}/leave/", {"left_on": left_on})


def test_the_day_given_is_the_last_in_the_family(desk, family, anna):
    assert leave(desk, anna).headers["Location"] == f"/families/{family.pk}/"
    assert anna.memberships.get().left_on == date(2018, 3, 1)
    members = Person.objects.members_on
    assert anna in members(family, date(2018, 3, 1))
    assert anna not in members(family, date(2018, 3, 2))
    assert AuditEvent.objects.get(action="changed").detail["what"] == "left"


def test_sent_twice_the_first_day_stays(desk, anna):
    leave(desk, anna)
    assert leave(desk, anna, "2018-04-01").status_code == 302
    assert anna.memberships.get().left_on == date(2018, 3, 1)


@pytest.mark.parametrize(
    ("left_on", "told"),
    [
        ("2999-01-01", "This date is in the future."),
        ("2017-09-30", "joined the family later"),
        ("", "This field is required."),
    ],
)
def test_a_day_that_cannot_be_is_said_at_the_field(desk, anna, left_on, told):
    response = leave(desk, anna, left_on)
    assert told in str(response.context["form"].errors["left_on"])
    assert anna.memberships.get().left_on is None


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_others_get_403(request, client, anna, role):
    client.force_login(request.getfixturevalue(role))
    assert leave(client, anna).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_another_mediator_gets_the_404_of_an_absent_one(request, client, anna, who):
    client.force_login(request.getfixturevalue(who).user)
    assert leave(client, anna).status_code == 404
    assert client.get(f"/persons/{uuid.uuid4()}/leave/").status_code == 404
    assert anna.memberships.get().left_on is None
