"""The list of users, one user, and changing them."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Institution, Invitation, Role, User
from tests.factories import make_institution, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("user-list")


def names_on(response) -> list[str]:
    return [person.full_name for person in response.context["page"].rows]


def edit(client, person, **data):
    values = {
        "full_name": person.full_name,
        "role": person.role,
        "institution": person.institution_id or "",
        "municipalities": [place.pk for place in person.municipalities.all()],
    }
    return client.post(reverse("user-edit", args=[person.pk]), values | data)


@pytest.fixture
def admin_client(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def coordinator_client(client, coordinator):
    client.force_login(coordinator)
    return client


# -- the list


def test_an_administrator_sees_everybody(admin_client, mediator, staff, mentor, coordinator):
    assert names_on(admin_client.get(LIST)) == [
        "Administrator",
        "Coordinator",
        "Mediator",
        "Mentor",
        "Staff",
    ]


def test_a_coordinator_sees_mediators_and_staff(
    coordinator_client, mediator, staff, mentor, administrator
):
    assert names_on(coordinator_client.get(LIST)) == ["Mediator", "Staff"]


def test_deactivated_people_are_shown_when_asked_for(admin_client, staff):
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert names_on(admin_client.get(LIST)) == ["Administrator"]
    assert names_on(admin_client.get(LIST, {"state": "inactive"})) == ["Staff"]
    assert names_on(admin_client.get(LIST, {"state": "all"})) == ["Administrator", "Staff"]


@pytest.mark.parametrize("text", ["jānis", "Janis", "BERZINS", "berz jan", "jan@"])
def test_search_finds_by_name_and_address_whatever_accents(admin_client, text):
    person = make_user(Role.MENTOR, "Jānis Bērziņš")
    User.objects.filter(pk=person.pk).update(email="jan@example.test")
    assert names_on(admin_client.get(LIST, {"q": text})) == ["Jānis Bērziņš"]


def test_search_that_finds_nobody_says_so(admin_client):
    page = admin_client.get(LIST, {"q": "nobody at all"})
    assert names_on(page) == []
    assert "Nobody matches" in page.content.decode()


def test_a_role_narrows_the_list(admin_client, staff, mentor):
    assert names_on(admin_client.get(LIST, {"role": "mentor"})) == ["Mentor"]


@pytest.mark.parametrize(
    "query", [{"role": "king"}, {"state": "x"}, {"older": "x"}, {"newer": "0"}, {"q": "x" * 999}]
)
def test_a_nonsense_address_shows_a_page(admin_client, query):
    assert admin_client.get(LIST, query).status_code == 200


def test_the_list_costs_few_queries(admin_client, administrator, django_assert_num_queries):
    for number in range(10):
        make_user(Role.STAFF, f"Person {number}", "LV-JEL", "LV-RIX")
        invitation = Invitation(email=f"{number}@example.test", invited_by=administrator)
        invitation.new_token()
        invitation.save()
    admin_client.get(LIST)
    with django_assert_num_queries(5):  # session, user, users, municipalities, invitations
        admin_client.get(LIST)


def test_a_long_list_goes_on_and_back(admin_client):
    for number in range(60):
        make_user(Role.STAFF, f"Person {number:02}")
    first = admin_client.get(LIST)
    second = admin_client.get(LIST + first.context["page"].older_url)
    assert names_on(first)[-1] < names_on(second)[0]
    assert len(names_on(first) + names_on(second)) == 61
    assert names_on(admin_client.get(LIST + second.context["page"].newer_url)) == names_on(first)


# -- one user


@pytest.mark.parametrize("name", ["mediator", "staff", "mentor"])
@pytest.mark.parametrize("page", ["user-detail", "user-edit", "user-deactivate"])
def test_others_are_refused(request, client, administrator, name, page):
    actor = request.getfixturevalue(name)
    client.force_login(getattr(actor, "user", actor))
    assert client.get(reverse(page, args=[administrator.pk])).status_code == 403


@pytest.mark.parametrize("page", ["user-detail", "user-edit", "user-deactivate"])
def test_a_coordinator_manages_no_mentor_or_administrator(
    coordinator_client, mentor, administrator, page
):
    for person in (mentor, administrator):
        address = reverse(page, args=[person.pk])
        assert coordinator_client.get(address).status_code == 404
        assert coordinator_client.post(address).status_code in (404, 405)
        person.refresh_from_db()
        assert person.is_active
    assert AuditEvent.objects.filter(action="refused", object_type="user").exists()


def test_a_user_page_shows_role_and_workplace(coordinator_client, staff):
    page = coordinator_client.get(staff.get_absolute_url()).content.decode()
    for text in ("Staff", "Municipal staff", "Social service", "Jelgava"):
        assert text in page


def test_names_are_escaped(admin_client):
    person = make_user(Role.MENTOR, "<script>alert(1)</script>")
    for address in (LIST, person.get_absolute_url(), reverse("user-edit", args=[person.pk])):
        assert "<script>alert" not in admin_client.get(address).content.decode()


# -- changing


def test_a_coordinator_changes_name_and_workplace(coordinator_client, staff, school):
    response = edit(
        coordinator_client,
        staff,
        full_name="New name",
        institution=school.pk,
        municipalities=["LV-RIX", "LV-JEL"],
    )
    assert response.url == staff.get_absolute_url()
    staff.refresh_from_db()
    assert (staff.full_name, staff.institution) == ("New name", school)
    assert set(staff.municipalities.values_list("pk", flat=True)) == {"LV-RIX", "LV-JEL"}
    event = AuditEvent.objects.get(action="changed")
    assert set(event.detail["fields"]) == {"full_name", "institution", "municipalities"}
    assert "New name" not in str(event.detail)


def test_saving_nothing_new_records_nothing(coordinator_client, staff):
    edit(coordinator_client, staff)
    assert not AuditEvent.objects.filter(action="changed").exists()


def test_a_coordinator_cannot_give_a_role(coordinator_client, staff):
    edit(coordinator_client, staff, role="administrator")
    staff.refresh_from_db()
    assert staff.role == Role.STAFF


def test_an_administrator_gives_a_role_and_the_sessions_end(admin_client, staff):
    there = Client()
    there.force_login(staff)
    assert there.get(reverse("profile")).status_code == 200
    edit(admin_client, staff, role="coordinator")
    staff.refresh_from_db()
    assert staff.role == Role.COORDINATOR
    assert staff.institution is None
    assert not staff.municipalities.exists()
    assert there.get(reverse("profile")).status_code == 302
    event = AuditEvent.objects.get(action="changed")
    assert event.detail["role"] == ["staff", "coordinator"]


def test_another_workplace_ends_no_session(admin_client, staff):
    there = Client()
    there.force_login(staff)
    edit(admin_client, staff, municipalities=["LV-RIX"])
    assert there.get(reverse("profile")).status_code == 200


def test_administrators_do_not_change_their_own_role(admin_client, administrator):
    make_user(Role.ADMINISTRATOR, "Second")
    edit(admin_client, administrator, role="mentor")
    administrator.refresh_from_db()
    assert administrator.role == Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"institution": ""}, "institution"),
        ({"institution": "nonsense"}, "institution"),
        ({"municipalities": ["LV-XXX"]}, "municipalities"),
    ],
)
def test_bad_input_is_a_message_at_the_field(coordinator_client, staff, data, field):
    response = edit(coordinator_client, staff, **data)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    staff.refresh_from_db()
    assert staff.full_name == "Staff"


def test_staff_without_a_municipality_get_that_of_their_institution(coordinator_client, staff):
    dobele = make_institution("Dobele council", "council", "LV-026")
    edit(coordinator_client, staff, institution=dobele.pk, municipalities=[])
    assert list(staff.municipalities.values_list("pk", flat=True)) == ["LV-026"]


def test_a_mediator_without_a_municipality_is_refused(coordinator_client, mediator):
    response = edit(coordinator_client, mediator.user, municipalities=[])
    assert "municipalities" in response.context["form"].errors


def test_a_closed_institution_is_offered_only_to_who_works_there(
    coordinator_client, staff, school_staff
):
    Institution.objects.filter(pk=staff.institution_id).update(closed_on="2026-01-31")
    assert edit(coordinator_client, staff).status_code == 302
    response = edit(coordinator_client, school_staff, institution=staff.institution_id)
    assert "institution" in response.context["form"].errors


# -- deactivating


def deactivate(client, person):
    return client.post(reverse("user-deactivate", args=[person.pk]))


def test_deactivating_says_what_it_does_and_does_it_when_confirmed(coordinator_client, staff):
    there = Client()
    there.force_login(staff)
    page = coordinator_client.get(reverse("user-deactivate", args=[staff.pk]))
    assert "cannot sign in any more" in page.content.decode()
    staff.refresh_from_db()
    assert staff.is_active
    deactivate(coordinator_client, staff)
    staff.refresh_from_db()
    assert not staff.is_active
    assert there.get(reverse("profile")).status_code == 302
    assert AuditEvent.objects.filter(action="closed", object_id=str(staff.pk)).count() == 1


def test_a_session_from_before_stays_dead_after_reactivating(coordinator_client, staff):
    there = Client()
    there.force_login(staff)
    key = there.session.session_key
    deactivate(coordinator_client, staff)
    coordinator_client.post(reverse("user-reactivate", args=[staff.pk]))
    staff.refresh_from_db()
    assert staff.is_active
    there.cookies["sessionid"] = key
    assert there.get(reverse("profile")).status_code == 302
    there.force_login(staff)
    assert there.get(reverse("profile")).status_code == 200


def test_deactivating_twice_is_recorded_once(coordinator_client, staff):
    deactivate(coordinator_client, staff)
    deactivate(coordinator_client, staff)
    assert AuditEvent.objects.filter(action="closed").count() == 1
    for _ in range(2):
        coordinator_client.post(reverse("user-reactivate", args=[staff.pk]))
    assert AuditEvent.objects.filter(action="changed").count() == 1


def test_nobody_deactivates_themselves(admin_client, administrator):
    make_user(Role.ADMINISTRATOR, "Second")
    assert deactivate(admin_client, administrator).status_code == 302
    administrator.refresh_from_db()
    assert administrator.is_active


def test_reactivating_needs_a_post(admin_client, staff):
    assert admin_client.get(reverse("user-reactivate", args=[staff.pk])).status_code == 405


def test_invitations_of_who_leaves_open_nothing(admin_client, coordinator):
    invitation = Invitation(email="new@example.test", invited_by=coordinator, role=Role.STAFF)
    invitation.new_token()
    invitation.save()
    deactivate(admin_client, coordinator)
    assert not Invitation.objects.waiting().exists()
