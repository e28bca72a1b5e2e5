"""Municipalities: names, mergers, places."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Municipality, Place, present_day_codes

pytestmark = pytest.mark.django_db

LIST = reverse("municipality-list")
EDIT = reverse("municipality-edit", args=["LV-JEL"])
PLACES = reverse("place-create", args=["LV-JEL"])
NAMES = {"name_lv": "Jelgava", "name_en": "Jelgava", "name_ru": "Елгава"}


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def test_the_list_shows_places_and_mergers(admin, django_assert_num_queries):
    admin.get(LIST)
    with django_assert_num_queries(4):  # session, user, municipalities, places
        page = admin.get(LIST).content.decode()
    assert "Aizkraukle" in page
    assert "then part of Madona municipality" in page
    assert page.index("Ādaži") < page.index("Balvi")


def test_names_change_in_three_languages(admin):
    assert admin.post(EDIT, NAMES | {"name_en": "Jelgava city"}).url == LIST
    assert Municipality.objects.get(pk="LV-JEL").name_en == "Jelgava city"
    event = AuditEvent.objects.get(action="changed")
    assert (event.object_id, event.detail) == ("LV-JEL", {"fields": ["name_en"]})


def test_a_merger_names_the_successor_and_the_last_day(admin):
    admin.post(EDIT, NAMES | {"valid_to": "2026-06-30", "successor": "LV-041"})
    assert present_day_codes()["LV-JEL"] == "LV-041"
    assert not Municipality.objects.current().filter(pk="LV-JEL").exists()
    admin.post(EDIT, NAMES)  # it was a mistake
    assert Municipality.objects.current().filter(pk="LV-JEL").exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name_lv": ""}, "name_lv"),
        ({"name_ru": "x" * 101}, "name_ru"),
        ({"valid_to": "2026-06-30"}, "successor"),
        ({"successor": "LV-041"}, "valid_to"),
        ({"successor": "LV-JEL", "valid_to": "2026-06-30"}, "successor"),
        ({"successor": "LV-102", "valid_to": "2026-06-30"}, "successor"),
        ({"successor": "LV-041", "valid_to": "2999-01-01"}, "valid_to"),
        ({"successor": "LV-041", "valid_to": "x"}, "valid_to"),
    ],
)
def test_bad_input_is_a_message_at_the_field(admin, data, field):
    response = admin.post(EDIT, NAMES | data)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert Municipality.objects.get(pk="LV-JEL").successor is None


def test_two_municipalities_cannot_follow_each_other(admin):
    Municipality.objects.filter(pk="LV-041").update(successor="LV-JEL")
    response = admin.post(EDIT, NAMES | {"valid_to": "2026-06-30", "successor": "LV-041"})
    assert "successor" in response.context["form"].errors


def test_a_place_is_added_once(admin):
    assert admin.post(PLACES, {"name": "  Jaunā   pilsēta "}).url == EDIT
    response = admin.post(PLACES, {"name": "jauna PILSĒTA"})
    assert "name" in response.context["place_form"].errors
    assert Place.objects.filter(name="Jaunā pilsēta", municipality="LV-JEL").count() == 1
    assert AuditEvent.objects.filter(action="created", object_type="place").count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_place_needs_a_name(admin, name):
    response = admin.post(PLACES, {"name": name})
    assert response.status_code == 200
    assert "name" in response.context["place_form"].errors
    assert 'value="Елгава"' in response.content.decode()  # the other form stands as it was


def test_an_unknown_municipality_is_not_found(admin):
    assert admin.get(reverse("municipality-edit", args=["LV-XXX"])).status_code == 404
    assert admin.post(reverse("place-create", args=["LV-XXX"])).status_code == 404


@pytest.mark.parametrize("name", ["mediator", "staff", "mentor", "coordinator"])
def test_others_are_refused(request, client, name):
    actor = request.getfixturevalue(name)
    client.force_login(getattr(actor, "user", actor))
    for answer in (
        client.get(LIST),
        client.post(EDIT, NAMES),
        client.post(PLACES, {"name": "X"}),
    ):
        assert answer.status_code == 403
