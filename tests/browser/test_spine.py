"""From a kitchen to a figure, in Latvian: a visit is logged, the figure grows by it and opens."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from mediation.models import Visit
from tests.browser.conftest import DESK, PHONE
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page, user: User) -> None:
    page.goto("/")
    page.locator("input[type=email]").fill(user.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Pierakstīties").click()
    page.wait_for_url(re.compile("/(today|figures)/$"))


def figure(page: Page, name: str) -> int:
    """The number on the card of an indicator on the coordinator's page."""
    year = timezone.localdate().year
    page.goto(f"/figures/?from={year}-01-01&to={year}-12-31")
    card = page.get_by_role("main").get_by_role("link", name=name)
    return int(re.sub(r"\D", "", card.inner_text()) or 0)


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_a_visit_moves_the_figures_by_exactly_itself(
    open_page, device, mediator, coordinator, family
):
    User.objects.update(language="lv")
    desk = open_page(DESK)
    sign_in(desk, coordinator)
    names = ["Sasniegtās ģimenes", "Personas, kas saņēmušas palīdzību", "Vizītes"]
    before = [figure(desk, name) for name in names]

    field = open_page(device)
    sign_in(field, mediator.user)
    field.get_by_role("main").get_by_role("link", name="Jauna vizīte").first.click()
    field.get_by_role("link", name=re.compile("Kalniņi")).click()
    for name in ("Anna", "Jānis"):
        switches = field.get_by_role("group", name=re.compile(name))
        switches.locator("label", has_text="Palīdzēts").click()
    field.locator("label.tile", has_text="Mājoklis").click()
    field.get_by_role("button", name="Saglabāt vizīti").click()
    field.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}/$"))
    visit = Visit.objects.get()

    assert [figure(desk, name) for name in names] == [before[0] + 1, before[1] + 2, before[2] + 1]
    desk.get_by_role("main").get_by_role("link", name="Sasniegtās ģimenes").click()
    desk.get_by_role("region", name="Kopā").get_by_role("link").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("1")
    expect(desk.get_by_role("main")).to_contain_text(family.code)
    desk.locator(f"main a[href='{visit.get_absolute_url()}']").first.click()
    expect(desk.get_by_role("main")).to_contain_text("Mājoklis")
    expect(desk.get_by_role("main")).not_to_contain_text("Anna")
