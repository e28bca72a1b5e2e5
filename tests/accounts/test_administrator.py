"""An administrator runs the installation and sees no family, visit or figure."""

import pytest
from django.urls import reverse

from tests.factories import make_visit

pytestmark = pytest.mark.django_db

PAGES = ["family-list", "family-search", "family-create", "visit-list", "visit-start", "today"]
PAGES += ["figures", "mediator-list", "report-list"]


@pytest.mark.parametrize("name", PAGES)
def test_lists_of_case_data_are_refused(client, administrator, name):
    client.force_login(administrator)
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["family-detail", "family-edit", "visit-create"])
def test_a_family_is_out_of_reach(client, administrator, family, name):
    client.force_login(administrator)
    assert client.get(reverse(name, args=[family.pk])).status_code in (403, 404)


@pytest.mark.parametrize("name", ["visit-detail", "visit-edit"])
def test_a_visit_is_out_of_reach(client, administrator, mediator, family, name):
    visit = make_visit(family, mediator)
    client.force_login(administrator)
    assert client.get(reverse(name, args=[visit.pk])).status_code in (403, 404)


def test_no_page_of_the_administrator_shows_a_family(client, administrator, mediator, family):
    make_visit(family, mediator, note="Canary note")
    client.force_login(administrator)
    for name in (
        "user-list",
        "code-list-index",
        "institution-list",
        "municipality-list",
        "audit-list",
        "profile",
    ):
        page = client.get(reverse(name)).content.decode()
        for word in ("Kalniņi", "Kalniņa", family.code, "Canary"):
            assert word not in page, (name, word)
