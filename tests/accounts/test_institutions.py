"""Institutions: added, changed, closed; whether their staff review cases."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import access
from accounts.models import AuditEvent, Institution
from tests.factories import make_institution

pytestmark = pytest.mark.django_db

LIST, NEW = reverse("institution-list"), reverse("institution-create")


@pytest.fixture(params=["coordinator", "administrator"])
def keeper(request, client):
    client.force_login(request.getfixturevalue(request.param))
    return client


def values(**data):
    return {
        "name": "Second school",
        "kind": "school",
        "municipality": "LV-JEL",
        "first_involved_on": "",
        "reviews_cases": "",
    } | data


def names_on(response) -> list[str]:
    return [institution.name for institution in response.context["page"].rows]


def test_an_institution_is_added(keeper):
    assert keeper.post(NEW, values(first_involved_on="2017-10-01")).url == LIST
    assert names_on(keeper.get(LIST)) == ["Second school"]
    assert AuditEvent.objects.get(action="created").object_type == "institution"


@pytest.mark.parametrize(
    ("kind", "answer", "reviews"),
    [
        ("council", "", True),
        ("social_service", "", True),
        ("education_board", "", True),
        ("school", "", False),
        ("police", "", False),
        ("council", "no", False),
        ("school", "yes", True),
    ],
)
def test_who_reviews_cases_follows_the_kind_unless_said(client, coordinator, kind, answer, reviews):
    client.force_login(coordinator)
    client.post(NEW, values(kind=kind, reviews_cases=answer))
    assert Institution.objects.get().reviews_cases is reviews


def test_changing_keeps_the_answer_about_cases(keeper, social_service):
    address = reverse("institution-edit", args=[social_service.pk])
    form = keeper.get(address).context["form"]
    assert form["reviews_cases"].value() == "yes"
    keeper.post(address, values(name="Renamed", kind="social_service", reviews_cases="yes"))
    social_service.refresh_from_db()
    assert (social_service.name, social_service.reviews_cases) == ("Renamed", True)
    assert AuditEvent.objects.get(action="changed").detail == {"fields": ["name"]}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "FIRST  škool"}, None),
        ({"name": "first SCHOOL "}, "name"),
        ({"kind": ""}, "kind"),
        ({"kind": "castle"}, "kind"),
        ({"municipality": "LV-102"}, "municipality"),
        ({"first_involved_on": "2999-01-01"}, "first_involved_on"),
        ({"first_involved_on": "31.02.2020"}, "first_involved_on"),
        ({"reviews_cases": "maybe"}, "reviews_cases"),
    ],
)
def test_bad_input_is_a_message_at_the_field(client, coordinator, school, data, field):
    client.force_login(coordinator)
    response = client.post(NEW, values(**data))
    if field is None:
        assert response.status_code == 302
        return
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert Institution.objects.count() == 1


def test_sending_the_form_twice_adds_one(keeper):
    keeper.post(NEW, values())
    assert "name" in keeper.post(NEW, values()).context["form"].errors
    assert Institution.objects.count() == 1


def test_the_same_name_may_stand_in_another_town(keeper, school):
    keeper.post(NEW, values(name="First school", municipality="LV-RIX"))
    assert Institution.objects.count() == 2


def test_closing_says_what_it_does_and_is_undone(keeper, social_service, staff):
    address = reverse("institution-close", args=[social_service.pk])
    page = keeper.get(address).content.decode()
    assert "1 person who works there" in page
    assert "no longer see the cases" in page
    assert access.is_reviewer(staff)
    keeper.post(address, {"closed_on": timezone.localdate().isoformat()})
    staff.institution.refresh_from_db()
    assert not access.is_reviewer(staff)
    assert names_on(keeper.get(LIST)) == []
    assert names_on(keeper.get(LIST, {"state": "closed"})) == ["Social service"]
    assert keeper.get(address).status_code == 404  # closed already
    for _ in range(2):
        keeper.post(reverse("institution-reopen", args=[social_service.pk]))
    staff.institution.refresh_from_db()
    assert access.is_reviewer(staff)
    actions = AuditEvent.objects.filter(object_type="institution").values_list("action", flat=True)
    assert sorted(actions) == ["changed", "closed"]


@pytest.mark.parametrize("day", ["", "nonsense", "tomorrow", "2017-09-30"])
def test_an_impossible_last_day_is_refused(keeper, day):
    school = make_institution("Old school", first_involved_on="2017-10-01")
    if day == "tomorrow":
        day = (timezone.localdate() + timedelta(days=1)).isoformat()
    response = keeper.post(reverse("institution-close", args=[school.pk]), {"closed_on": day})
    assert "closed_on" in response.context["form"].errors
    school.refresh_from_db()
    assert school.closed_on is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "skola"}, ["Dobeles skola"]),
        ({"kind": "social_service"}, ["Social service"]),
        ({"municipality": "LV-026"}, ["Dobeles skola"]),
        ({"q": "nothing"}, []),
    ],
)
def test_filters(keeper, social_service, query, expected):
    make_institution("Dobeles skola", "school", "LV-026")
    assert names_on(keeper.get(LIST, query)) == expected


def test_the_list_costs_few_queries(keeper, django_assert_num_queries):
    for number in range(30):
        make_institution(f"School {number}")
    keeper.get(LIST)
    with django_assert_num_queries(4):  # session, user, municipalities to choose from, rows
        keeper.get(LIST)


@pytest.mark.parametrize("name", ["mediator", "staff", "mentor"])
def test_others_are_refused(request, client, school, name):
    actor = request.getfixturevalue(name)
    client.force_login(getattr(actor, "user", actor))
    assert client.get(LIST).status_code == 403
    assert client.post(NEW, values()).status_code == 403
    edit = reverse("institution-edit", args=[school.pk])
    assert client.post(edit, values(reviews_cases="yes")).status_code == 403
    school.refresh_from_db()
    assert not school.reviews_cases
