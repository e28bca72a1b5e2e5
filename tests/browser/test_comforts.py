"""What the one script of the portal does for people: nothing is sent twice, nothing is hidden."""

from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE

ENTRANCE = "/account/login/"


def sent_forms(page: Page) -> list[str]:
    """Return a list that grows with every form that the page sends."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    return sent


def test_a_button_pressed_three_times_sends_its_form_once(phone):
    phone.goto(ENTRANCE)
    sent = sent_forms(phone)
    press = "button => { button.click(); button.click(); button.click(); }"
    phone.locator("main form button[type=submit]").first.evaluate(press)
    phone.wait_for_load_state("networkidle")
    assert len(sent) == 1


def test_after_the_back_button_the_form_can_be_sent_again(phone):
    phone.goto(ENTRANCE)
    phone.get_by_role("button", name="English").click()
    phone.wait_for_url(f"**{ENTRANCE}")
    phone.go_back()
    assert phone.locator("button:disabled").count() == 0


def test_what_went_wrong_is_read_first(phone):
    phone.goto(ENTRANCE)
    phone.locator("main form button[type=submit]").first.click()
    summary = phone.locator("[data-error-summary]")
    assert summary.evaluate("box => box === document.activeElement")


def test_a_line_of_the_error_summary_leads_to_its_field(phone):
    phone.goto(ENTRANCE)
    phone.locator("main form button[type=submit]").first.click()
    phone.locator("[data-error-summary] a").first.click()
    assert phone.evaluate("location.hash") == "#id_login"


def test_a_password_is_shown_when_asked(phone):
    phone.goto(ENTRANCE)
    phone.locator("#id_password").fill("kept to myself")
    phone.locator("label[for=show-password]").click()
    assert phone.locator("#id_password").get_attribute("type") == "text"


def test_without_scripts_the_entrance_works_and_promises_nothing_it_cannot_do(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    page.goto(ENTRANCE)
    assert not page.locator("#show-password").is_visible()
    page.locator("main form button[type=submit]").first.click()
    assert page.locator("[data-error-summary]").is_visible()


def test_the_account_menu_closes_on_escape_and_gives_the_focus_back(open_page, mediator):
    page = open_page(DESK, mediator.user)
    page.goto("/account/sessions/")
    menu = page.locator("header details.menu")
    menu.locator("summary").click()
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert menu.locator("summary").evaluate("summary => summary === document.activeElement")


def test_every_target_on_a_phone_is_large_enough_for_a_thumb(phone):
    phone.goto(ENTRANCE)
    targets = phone.locator("main :is(button, .form-control, .form-check, a.btn):visible").all()
    assert len(targets) > 5
    assert [box.inner_text() for box in targets if box.bounding_box()["height"] < 44] == []
