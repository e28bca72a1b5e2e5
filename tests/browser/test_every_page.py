"""Every page of every role, in Latvian: accessible, and no wider than a small phone."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests import access_table
from tests.access_table import TABLE
from tests.browser.conftest import DESK, PHONE, overflow

SMALL_PHONE = PHONE | {"viewport": {"width": 320, "height": 640}}
# Addresses that answer with a file, a redirect or a state of one's own account.
NOT_PAGES = {"healthz", "home", "report-export", "report-json", "figure-export", "held-form"}


def pages_of(role: str) -> list[str]:
    """The names of the pages that the cast's person of this role may open."""
    return sorted(
        name
        for name, address in TABLE.items()
        if role in address.cast
        and not (address.is_post_only or address.is_self_service or name in NOT_PAGES)
    )


@pytest.mark.parametrize("device", [SMALL_PHONE, DESK], ids=["small-phone", "desk"])
@pytest.mark.parametrize("role", ["mediator", "staff", "mentor", "coordinator", "administrator"])
def test_every_page_is_accessible_and_fits(role, device, request, open_page, axe):
    actors = {name: request.getfixturevalue(name) for name in access_table.CAST}
    users = {name: getattr(actor, "user", actor) for name, actor in actors.items()}
    records = access_table.make_records(
        request.getfixturevalue("family"), actors["mediator"], users, "Own"
    )
    User.objects.update(language="lv")
    users[role].refresh_from_db()
    page = open_page(device, users[role])
    faults = {}
    for name in pages_of(role):
        address = TABLE[name]
        url = reverse(name, kwargs=address.address_of(records) if address.has_arguments else {})
        answer = page.goto(url)
        found = axe(page)
        if answer.status != 200:
            found.append(f"answered {answer.status}")
        if overflow(page):
            found.append(f"{overflow(page)} px too wide")
        if page.locator("html").get_attribute("lang") != "lv":
            found.append("not in Latvian")
        if found:
            faults[name] = found
    assert faults == {}
