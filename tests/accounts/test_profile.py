"""The first page of each role, and what users change about themselves."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.navigation import LANDING

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["mediator", "staff", "mentor", "coordinator", "administrator"])
def test_home_leads_each_role_to_its_first_page(request, client, name):
    actor = request.getfixturevalue(name)
    user = getattr(actor, "user", actor)
    client.force_login(user)
    assert client.get(reverse("home")).url == reverse(LANDING[user.role])


def test_home_asks_strangers_to_sign_in(client):
    assert client.get("/").url.startswith("/account/login/")


def test_the_profile_shows_what_is_kept_and_where_to_secure_it(client, staff):
    client.force_login(staff)
    page = client.get(reverse("profile")).content.decode()
    for text in ("Staff", "Social service", "Jelgava", staff.email, "Municipal staff"):
        assert text in page
    for name in ("account_change_password", "mfa_index", "usersessions_list"):
        assert reverse(name) in page


def test_a_saved_language_acts_at_once_and_stays(client, staff):
    client.force_login(staff)
    response = client.post(reverse("profile"), {"full_name": "Staff", "language": "ru"})
    assert response.status_code == 302
    page = client.get(reverse("profile"))
    assert '<html lang="ru"' in page.content.decode()
    staff.refresh_from_db()
    assert staff.language == "ru"


def test_a_changed_name_is_on_record_by_field_only(client, staff):
    client.force_login(staff)
    client.post(reverse("profile"), {"full_name": "Another name", "language": "en"})
    staff.refresh_from_db()
    assert staff.full_name == "Another name"
    event = AuditEvent.objects.get(action="changed")
    assert event.detail == {"fields": ["full_name"]}
    assert event.actor == staff


def test_saving_nothing_new_leaves_no_trace(client, staff):
    client.force_login(staff)
    client.post(reverse("profile"), {"full_name": "Staff", "language": "en"})
    assert not AuditEvent.objects.filter(action="changed").exists()


@pytest.mark.parametrize(
    ("field", "value"), [("full_name", ""), ("full_name", "x" * 151), ("language", "de")]
)
def test_bad_input_is_a_message_at_the_field(client, staff, field, value):
    client.force_login(staff)
    data = {"full_name": "Staff", "language": "en"} | {field: value}
    response = client.post(reverse("profile"), data)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field}
    staff.refresh_from_db()
    assert (staff.full_name, staff.language) == ("Staff", "en")


def test_nobody_gives_themselves_a_role(client, staff):
    client.force_login(staff)
    data = {
        "full_name": "Staff",
        "language": "en",
        "role": "administrator",
        "is_active": "",
        "municipalities": ["LV-RIX"],
        "email": "other@example.test",
    }
    client.post(reverse("profile"), data)
    email = staff.email
    staff.refresh_from_db()
    assert (staff.role, staff.is_active, staff.email) == ("staff", True, email)
    assert list(staff.municipalities.values_list("pk", flat=True)) == ["LV-JEL"]
