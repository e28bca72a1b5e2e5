"""Registering and finding a family on a phone, with the small scripts that help."""

import pytest

from families.models import Family
from tests.browser.conftest import PHONE
from tests.factories import make_family

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(open_page, mediator):
    """The mediator's phone."""
    return open_page(PHONE, mediator.user)


def test_rows_are_added_without_asking_the_server(phone, mediator):
    phone.goto("/families/new/")
    phone.get_by_label("Family name", exact=False).first.fill("Rozes")
    phone.locator("#id_members-0-given_name").fill("Līga")
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.get_by_role("button", name="One more member").click()
    assert not any(url.endswith("/families/new/") for url in asked)
    phone.locator("#id_members-1-given_name").fill("Juris")
    assert phone.get_by_text("Member 2", exact=True).is_visible()
    phone.get_by_role("button", name="Register the family").last.click()
    phone.wait_for_url("**/families/*-*/")
    assert Family.objects.get().persons.count() == 2


def test_a_row_is_removed_and_the_others_stay(phone):
    phone.goto("/families/new/")
    phone.locator("#id_members-0-given_name").fill("Līga")
    phone.get_by_role("button", name="One more member").click()
    phone.locator("#id_members-1-given_name").fill("Juris")
    phone.get_by_role("button", name="Remove member 1").click()
    phone.wait_for_load_state()
    assert phone.locator("#id_members-0-given_name").input_value() == "Juris"
    assert phone.locator("#id_members-1-given_name").count() == 0


def test_enter_in_a_field_saves_and_removes_no_row(phone):
    phone.goto("/families/new/")
    phone.get_by_label("Family name", exact=False).first.fill("Rozes")
    phone.locator("#id_members-0-given_name").fill("Līga")
    phone.locator("#id_members-0-given_name").press("Enter")
    phone.wait_for_url("**/families/*-*/")
    assert Family.objects.get().persons.count() == 1


def test_a_search_shows_its_answers_and_leaves_the_address_alone(phone, mediator):
    make_family(mediator, "Kalniņi", ("Anna", "Kalniņa"))
    make_family(mediator, "Ozoli", ("Zane", "Ozola"))
    phone.goto("/families/")
    phone.get_by_role("searchbox").fill("anna")
    phone.get_by_role("searchbox").press("Enter")
    phone.get_by_text("1 family found").wait_for()
    assert phone.get_by_text("Anna Kalniņa").is_visible()
    assert phone.get_by_text("Ozoli").count() == 0
    assert phone.url.endswith("/families/")


def test_similar_families_are_shown_and_what_was_typed_stays(phone, mediator):
    make_family(mediator, "Kalniņi", ("Anna", "Kalniņa"))
    phone.goto("/families/new/")
    phone.get_by_label("Family name", exact=False).first.fill("Kalnini")
    phone.locator("#id_members-0-given_name").fill("Juris")
    phone.get_by_role("button", name="Register the family").last.click()
    phone.get_by_text("Is it one of these?").wait_for()
    assert phone.locator("#id_members-0-given_name").input_value() == "Juris"
    phone.get_by_label("Register anyway", exact=False).check()
    phone.get_by_role("button", name="Register the family").last.click()
    phone.wait_for_url("**/families/*-*/")
    assert Family.objects.count() == 2
