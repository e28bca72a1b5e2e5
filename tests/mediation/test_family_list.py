"""The list of families: what it shows to whom, and what it writes on the trail."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from families.services import NewMember, close_family, leave_family
from mediation.family_rows import FAMILIES_ON_A_PAGE
from tests.factories import make_family, make_visit

pytestmark = pytest.mark.django_db
ADDRESS = "/families/"


def opened(user) -> set[str]:
    """Return the ids of everything whose name was read by the user."""
    read = AuditEvent.objects.filter(action="names_read", actor=user)
    return set(read.values_list("object_id", flat=True))


def get(client, user, **query) -> str:
    client.force_login(user)
    return client.get(ADDRESS, query).content.decode()


def test_a_mediator_sees_their_own_families_by_name(client, mediator, family, foreign_family):
    page = get(client, mediator.user)
    assert "Kalniņi" in page
    assert family.code in page
    assert foreign_family.code not in page
    assert "Ozoli" not in page


def test_a_row_tells_place_members_and_the_last_visit_that_took_place(client, mediator, family):
    make_visit(family, mediator, date(2018, 5, 3))
    make_visit(family, mediator, date(2018, 6, 3), status="no_contact")
    anna = family.persons.first()
    leave_family(anna, left_on=date(2018, 6, 1), by=mediator.user)
    page = get(client, mediator.user)
    assert "Jelgava" in page
    assert "1 member" in page
    assert "last visit May 3, 2018" in page


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator"])
def test_those_without_names_see_codes(request, client, family, role):
    user = request.getfixturevalue(role)
    page = get(client, user)
    assert family.code in page
    assert "Kalniņi" not in page
    assert opened(user) == set()


@pytest.mark.parametrize("role", ["school_staff", "staff_elsewhere", "other_mentor"])
def test_those_whose_families_are_others_see_none_and_are_told_what_will_be_here(
    request, client, family, role
):
    page = get(client, request.getfixturevalue(role))
    assert family.code not in page
    assert 'class="empty"' in page


def test_an_administrator_may_not_open_it(client, administrator):
    client.force_login(administrator)
    assert client.get(ADDRESS).status_code == 403


def test_exactly_the_names_that_are_shown_are_on_the_trail(client, mediator, family):
    hidden = make_family(mediator, "Liepiņi", ("Ilze", "Liepiņa"))
    close_family(hidden, by=mediator.user, closed_on=date(2018, 1, 1), reason="moved")
    get(client, mediator.user)
    assert opened(mediator.user) == {str(family.pk)}


def test_closed_families_are_shown_when_asked_for(client, mediator, family):
    closed = make_family(mediator, "Liepiņi", ("Ilze", "Liepiņa"))
    close_family(closed, by=mediator.user, closed_on=date(2018, 1, 1), reason="moved")
    assert "Liepiņi" not in get(client, mediator.user)
    page = get(client, mediator.user, status="closed")
    assert "Liepiņi" in page
    assert "Closed Jan. 1, 2018" in page
    assert "Kalniņi" not in page
    everyone = get(client, mediator.user, status="all")
    assert "Liepiņi" in everyone
    assert "Kalniņi" in everyone


def test_the_municipality_narrows_the_list(client, coordinator, family, foreign_family):
    page = get(client, coordinator, municipality="LV-026")
    assert foreign_family.code in page
    assert family.code not in page


@pytest.mark.parametrize(
    "query", [{"status": "lost"}, {"municipality": "LV-XXX"}, {"older": "nonsense"}]
)
def test_a_filter_that_makes_no_sense_is_left_out(client, mediator, family, query):
    assert "Kalniņi" in get(client, mediator.user, **query)


def test_nothing_like_that_says_how_to_go_back(client, mediator, family):
    page = get(client, mediator.user, status="closed")
    assert "No family like that" in page


def test_a_new_mediator_is_told_what_will_be_here(client, colleague):
    page = get(client, colleague.user)
    assert "Your families will be here" in page
    assert reverse("family-create") in page


def test_a_list_on_one_page_is_in_the_order_of_the_names(client, mediator, family):
    make_family(mediator, "Čeri")
    make_family(mediator, "Ābeles")
    page = get(client, mediator.user)
    assert page.index("Ābeles") < page.index("Čeri") < page.index("Kalniņi")


def test_a_long_list_comes_in_pages_with_nobody_twice_and_nobody_missing(client, mediator):
    codes = [make_family(mediator, "Kalniņi").code for _ in range(FAMILIES_ON_A_PAGE + 3)]
    client.force_login(mediator.user)
    first = client.get(ADDRESS)
    second = client.get(ADDRESS + first.context["page"].older_url)
    shown = [row.family.code for page in (first, second) for row in page.context["rows"]]
    assert shown == sorted(codes)
    back = client.get(ADDRESS + second.context["page"].newer_url)
    assert [row.family.code for row in back.context["rows"]] == shown[:FAMILIES_ON_A_PAGE]


def test_markup_in_a_name_is_text(client, mediator):
    make_family(mediator, "<script>alert(1)</script>", NewMember("<b>Anna"))
    page = get(client, mediator.user)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_number_of_queries_does_not_grow_with_the_list(
    client, mediator, django_assert_num_queries
):
    for _ in range(12):
        make_family(mediator, "Kalniņi", ("Anna", "Kalniņa"))
    client.force_login(mediator.user)
    client.get(ADDRESS)
    # session, user, municipalities, families, names, the trail
    with django_assert_num_queries(6):
        client.get(ADDRESS)
