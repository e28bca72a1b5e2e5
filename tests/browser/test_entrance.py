"""The pages that somebody sees before signing in: readable, accessible, on any screen."""

import pytest

from tests.browser.conftest import DESK, PHONE, overflow

PAGES = ["/account/login/", "/account/password/reset/", "/no-such-page"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_the_entrance_is_accessible(open_page, axe, path, device):
    page = open_page(device)
    page.goto(path)
    assert page.locator("h1").count() == 1
    assert axe(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_the_narrowest_phone_needs_no_sideways_scrolling(open_page, path):
    page = open_page({"viewport": {"width": 320, "height": 640}})
    page.goto(path)
    assert overflow(page) == 0


def test_a_wrong_password_is_told_without_saying_what_was_wrong(phone):
    phone.goto("/account/login/")
    phone.locator("input[name=login]").fill("nobody@example.test")
    phone.locator("input[name=password]").fill("not the password at all")
    phone.locator("main button[type=submit]").first.click()
    assert phone.locator("[role=alert], .invalid-feedback, .alert").count() >= 1
    assert phone.locator("input[name=login]").input_value() == "nobody@example.test"


def test_the_language_is_changed_by_one_tap(phone):
    phone.goto("/account/login/")
    assert phone.locator("html").get_attribute("lang") == "lv"
    phone.get_by_role("button", name="English").click()
    assert phone.locator("html").get_attribute("lang") == "en"


def test_axe_would_find_a_fault(phone, axe):
    phone.goto("/account/login/")
    phone.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [fault.partition(":")[0] for fault in axe(phone)] == ["image-alt"]
