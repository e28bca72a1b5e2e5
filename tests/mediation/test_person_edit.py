"""Correcting a person, and the age groups that follow from their birth."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Code
from families.models import PersonIdentity
from families.services import NewMember, change_person, leave_family
from mediation.models import Assistance
from tests.factories import make_person, make_visit

pytestmark = pytest.mark.django_db
DAY = date(2018, 3, 1)


@pytest.fixture
def desk(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def anna(family):
    return make_person(family, "Anna", family_name="Roze", birth_year=2001)


def address(person) -> str:
    return f"/persons/{person.pk}/edit/"


def opened(desk, person, **typed) -> dict:
    """What the browser sends when the page is opened now and ``typed`` is changed."""
    form = desk.get(address(person)).context["form"]
    sent = {name: form[name].value() for name in form.fields} | typed
    ticked = {name: "on" for name, value in sent.items() if value is True}
    return {name: value for name, value in sent.items() if value not in (None, False)} | ticked


def test_what_is_stored_is_shown_and_what_is_typed_is_stored(desk, mediator, anna):
    sent = opened(desk, anna)
    assert sent["given_name"] == "Anna"
    assert sent["birth_year"] == 2001
    typed = {"family_name": "Kalniņa", "household_role": "head", "is_guardian": "on", "phone": "2"}
    response = desk.post(address(anna), sent | typed | {"birth_year_estimated": "on"})
    assert response.headers["Location"] == f"/families/{anna.family_id}/"
    anna.refresh_from_db()
    membership = anna.memberships.get()
    assert PersonIdentity.objects.get(person=anna).full_name == "Anna Kalniņa"
    assert (membership.household_role, membership.is_guardian) == ("head", True)
    assert (anna.birth_year, anna.birth_year_estimated) == (2001, True)
    changed = AuditEvent.objects.filter(action="changed", object_id=str(anna.pk))
    assert changed.get().actor == mediator.user


def test_a_corrected_birth_corrects_the_age_groups_of_past_visits(desk, mediator, family, anna):
    make_visit(family, mediator, DAY, assisted={anna: ["housing", "health"]})
    make_visit(family, mediator, DAY + timedelta(days=700), assisted={anna: ["housing"]})
    bands = Assistance.objects.filter(person=anna).values_list("age_band", flat=True)
    assert sorted(bands) == ["18_29", "under_18", "under_18"]
    response = desk.post(
        address(anna), opened(desk, anna, birth_year="", birth_date="1980-05-05"), follow=True
    )
    assert set(bands.all()) == {"30_54"}
    assert "The age group changed on 2 visits." in response.content.decode()


def test_a_change_that_moves_no_age_group_says_nothing_of_it(desk, mediator, family, anna):
    make_visit(family, mediator, DAY, assisted={anna: ["housing"]})
    response = desk.post(address(anna), opened(desk, anna, phone="29"), follow=True)
    assert "age group changed" not in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("given_name", "ā" * 10_000),
        ("birth_year", "2999"),
        ("birth_year", "85"),
        ("birth_date", (timezone.localdate() + timedelta(days=1)).isoformat()),
        ("birth_date", "1985-01-01"),
        ("household_role", "robot"),
        ("phone", "9" * 61),
    ],
)
def test_what_is_wrong_is_said_at_the_field(desk, anna, field, value):
    response = desk.post(address(anna), opened(desk, anna, **{field: value}))
    told = response.context["form"].errors
    assert field in told or (field == "birth_date" and "birth_year" in told)
    assert PersonIdentity.objects.get(person=anna).full_name == "Anna Roze"


def test_a_retired_role_that_the_person_has_stays_possible(desk, family):
    person = make_person(family, "Zane", household_role="unrelated")
    role = Code.objects.get(list="household_role", code="unrelated")
    role.retired_on = DAY
    role.save()
    assert desk.post(address(person), opened(desk, person)).status_code == 302


def test_what_somebody_else_stored_meanwhile_is_not_overwritten_in_silence(desk, mediator, anna):
    sent = opened(desk, anna, phone="20")
    known = NewMember("Annija", "Roze", sex="female", birth_date=date(2001, 2, 3))
    change_person(anna, known, by=mediator.user)
    response = desk.post(address(anna), sent)
    page = response.content.decode()
    assert "Somebody changed this while the page was open" in page
    assert "Annija" in page
    assert "Feb. 3, 2001" in page
    assert 'value="20"' in page
    assert PersonIdentity.objects.get(person=anna).given_name == "Annija"
    again = sent | {"based_on": response.context["form"]["based_on"].value()}
    assert desk.post(address(anna), again).status_code == 302
    assert PersonIdentity.objects.get(person=anna).given_name == "Anna"


def test_the_page_leads_to_moving_and_leaving(desk, mediator, anna):
    page = desk.get(address(anna)).content.decode()
    assert f"/persons/{anna.pk}/move/" in page
    assert f"/persons/{anna.pk}/leave/" in page
    leave_family(anna, left_on=DAY, by=mediator.user)
    assert f"/persons/{anna.pk}/leave/" not in desk.get(address(anna)).content.decode()


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_others_get_403(request, client, anna, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(address(anna)).status_code == 403
    assert client.post(address(anna), {}).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_another_mediator_gets_the_404_of_an_absent_one(request, client, anna, who):
    client.force_login(request.getfixturevalue(who).user)
    assert client.get(address(anna)).status_code == 404
    assert client.post(address(anna), {"given_name": "Cita"}).status_code == 404
    assert client.get(f"/persons/{uuid.uuid4()}/edit/").status_code == 404
