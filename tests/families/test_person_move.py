"""A person moves to another family from a date."""

import uuid
from datetime import date

import pytest

from accounts.models import AuditEvent
from families.services import close_family, leave_family, move_person
from tests.factories import make_family

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def anna(family):
    return family.persons.order_by("code").first()


@pytest.fixture
def other(mediator):
    return make_family(mediator, "Liepiņi", ("Ilze", "Liepiņa"))


def move(desk, person, family, moved_on="2018-03-01", household_role="child"):
    sent = {"family": str(family.pk), "moved_on": moved_on, "household_role": household_role}
    return desk.post(f"/persons/{person.pk}/move/", sent)


def test_a_person_keeps_the_code_and_belongs_to_the_new_family_from_that_day(
    desk, family, anna, other
):
    code = anna.code
    response = move(desk, anna, other)
    assert response.headers["Location"] == f"/families/{other.pk}/"
    anna.refresh_from_db()
    assert (anna.code, anna.family) == (code, other)
    before, now = anna.memberships.order_by("joined_on")
    assert (before.family, before.left_on) == (family, date(2018, 2, 28))
    assert (now.family, now.joined_on, now.household_role) == (other, date(2018, 3, 1), "child")
    event = AuditEvent.objects.get(action="changed")
    assert event.detail["to_family"] == str(other.pk)


def test_families_to_move_to_are_offered_by_name_and_each_reading_is_on_the_trail(
    desk, mediator, family, anna, other
):
    page = desk.get(f"/persons/{anna.pk}/move/").content.decode()
    assert f"Liepiņi · {other.code}" in page
    read = AuditEvent.objects.filter(action="names_read", actor=mediator.user)
    assert set(read.values_list("object_id", flat=True)) == {
        str(family.pk),
        str(other.pk),
        str(anna.pk),
    }


def test_sent_twice_the_person_moves_once(desk, anna, other):
    move(desk, anna, other)
    assert move(desk, anna, other).status_code == 302
    assert anna.memberships.count() == 2


def test_who_left_can_come_back_to_the_same_family(desk, mediator, family, anna):
    leave_family(anna, left_on=date(2018, 1, 1), by=mediator.user)
    assert move(desk, anna, family).status_code == 302
    assert anna.memberships.count() == 2
    anna.refresh_from_db()
    assert anna.family == family


def test_the_present_family_and_closed_ones_are_not_offered(desk, mediator, family, anna, other):
    close_family(other, by=mediator.user, closed_on=date(2018, 1, 1), reason="moved")
    page = desk.get(f"/persons/{anna.pk}/move/").content.decode()
    assert other.code not in page
    assert "You have no other open family" in page
    assert "family" in move(desk, anna, other).context["form"].errors


def test_moving_to_the_present_family_is_refused_in_words(desk, family, anna, other):
    response = move(desk, anna, family)
    assert "already belongs to this family" in response.content.decode()
    assert anna.memberships.count() == 1


def test_a_family_of_another_mediator_is_like_an_absent_one(desk, anna, other, foreign_family):
    response = move(desk, anna, foreign_family)
    assert "Select a valid choice" in str(response.context["form"].errors["family"])
    anna.refresh_from_db()
    assert anna.family != foreign_family


@pytest.mark.parametrize(
    ("moved_on", "told"),
    [
        ("2999-01-01", "This date is in the future."),
        ("2017-10-01", "joined the present family later"),
        ("2016-01-01", "joined the present family later"),
        ("2018-02-30", "Enter a valid date."),
        ("", "This field is required."),
    ],
)
def test_a_day_that_cannot_be_is_said_at_the_field(desk, anna, other, moved_on, told):
    response = move(desk, anna, other, moved_on)
    assert told in str(response.context["form"].errors["moved_on"])
    assert anna.memberships.count() == 1


def test_nobody_is_in_two_families_on_one_day(desk, mediator, anna, other):
    leave_family(anna, left_on=date(2018, 3, 10), by=mediator.user)
    response = move(desk, anna, other, "2018-03-05")
    assert "left the last family after this date" in str(
        response.context["form"].errors["moved_on"]
    )


def test_a_merged_person_is_not_found(desk, mediator, anna, other):
    ilze = other.persons.get()
    ilze.merged_into = anna
    ilze.save()
    assert desk.get(f"/persons/{ilze.pk}/move/").status_code == 404


def test_the_mediator_of_the_new_family_sees_the_person_the_old_one_no_longer(
    client, mediator, stranger, anna, foreign_family
):
    move_person(
        anna,
        foreign_family,
        moved_on=date(2018, 3, 1),
        household_role="child",
        by=mediator.user,
    )
    client.force_login(mediator.user)
    assert client.get(f"/persons/{anna.pk}/move/").status_code == 404
    client.force_login(stranger.user)
    assert client.get(f"/persons/{anna.pk}/move/").status_code == 200


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_others_get_403(request, client, anna, other, role):
    client.force_login(request.getfixturevalue(role))
    assert move(client, anna, other).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_another_mediator_gets_the_404_of_an_absent_one(request, client, anna, other, who):
    client.force_login(request.getfixturevalue(who).user)
    assert move(client, anna, other).status_code == 404
    assert client.get(f"/persons/{uuid.uuid4()}/move/").status_code == 404
