from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Role
from families.services import close_family
from tests.factories import make_family, make_user, make_visit

pytestmark = pytest.mark.django_db

URL = "/visits/new/"


@pytest.fixture
def signed_in(client, mediator):
    client.force_login(mediator.user)
    return client


def shown(page) -> list[str]:
    return [chip.name for chip in page.context["chips"]]


def found(page) -> list[str]:
    return [row.name for row in page.context["rows"]]


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_only_mediators_begin_a_visit(client, request, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"text": "Kalniņi"}).status_code == 403


def test_families_visited_last_come_first_as_large_chips(signed_in, family, mediator):
    older = make_family(mediator, "Bērziņi", ("Marta", "Bērziņa"))
    make_family(mediator, "Vītoli", registered_on=date(2018, 2, 1))
    make_family(mediator, "Liepiņi", registered_on=date(2018, 1, 1))
    make_visit(older, mediator, date(2018, 3, 1))
    make_visit(family, mediator, date(2018, 3, 2))
    make_visit(older, mediator, date(2018, 3, 5), status="planned")
    page = signed_in.get(URL)
    assert shown(page) == ["Kalniņi", "Bērziņi", "Vītoli", "Liepiņi"]
    assert page.context["chips"][0].initials == ["AK", "JK"]
    assert reverse("visit-create", args=[family.pk]) in page.content.decode()


def test_closed_families_and_those_of_others_are_no_chips(
    signed_in, family, mediator, foreign_family
):
    close_family(family, by=mediator.user, closed_on=date(2018, 3, 1), reason="moved")
    assert shown(signed_in.get(URL)) == []


def test_only_the_last_eight_are_in_sight(signed_in, mediator, family):
    for number in range(9):
        made = make_family(mediator, f"Ģimene {number}")
        make_visit(made, mediator, date(2018, 3, 1) + timedelta(days=number))
    names = shown(signed_in.get(URL))
    assert len(names) == 8
    assert names[0] == "Ģimene 8"


@pytest.mark.parametrize("text", ["kalnini", "Калныньш", "JEL-0001", "jan kal"])
def test_a_family_is_found_by_name_or_code(signed_in, family, text):
    assert found(signed_in.post(URL, {"text": text})) == ["Kalniņi"]


def test_a_foreign_family_is_not_found(signed_in, foreign_family, family):
    assert found(signed_in.post(URL, {"text": "Ozoli"})) == []
    assert found(signed_in.post(URL, {"text": foreign_family.code})) == []


def test_a_search_without_a_word_gets_a_message(signed_in, family):
    page = signed_in.post(URL, {"text": " "})
    assert "Write a name or a code." in page.content.decode()
    assert shown(page) == ["Kalniņi"]


def test_a_search_with_a_script_brings_only_the_answers(signed_in, family):
    page = signed_in.post(URL, {"text": "kaln"}, headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()
    assert reverse("visit-create", args=[family.pk]) in page.content.decode()


def test_a_search_is_recorded_without_its_words(signed_in, family):
    signed_in.post(URL, {"text": "kalnini"})
    event = AuditEvent.objects.get(action="searched")
    assert "kaln" not in str(event.detail)


def test_the_empty_page_teaches(client):
    client.force_login(make_user(Role.MEDIATOR, "Without a family"))
    assert reverse("family-create") in client.get(URL).content.decode()


def test_the_page_costs_as_many_queries_with_more_families(
    signed_in, mediator, django_assert_num_queries
):
    for number in range(1, 4):
        make_family(mediator, f"Ģimene {number}", ("Anna", "Kalniņa"))
        signed_in.get(URL)
        # session and user: 2; families, people, their names: 4; audit: 1
        with django_assert_num_queries(2 + 4 + 1):
            signed_in.get(URL)
