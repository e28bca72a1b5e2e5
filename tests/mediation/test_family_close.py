"""Ending the work with a family, and taking it up again."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from families.services import close_family
from tests.factories import make_visit

pytestmark = pytest.mark.django_db
DAY = date(2018, 3, 1)


@pytest.fixture
def desk(client, mediator):
    client.force_login(mediator.user)
    return client


def close(desk, family, reason="moved", closed_on="2018-03-01"):
    return desk.post(f"/families/{family.pk}/close/", {"reason": reason, "closed_on": closed_on})


def test_a_family_is_closed_with_a_reason_and_a_date(desk, mediator, family):
    response = close(desk, family)
    assert response.headers["Location"] == f"/families/{family.pk}/"
    family.refresh_from_db()
    assert (family.closed_on, family.closure_reason) == (DAY, "moved")
    event = AuditEvent.objects.get(action="closed")
    assert (event.actor, event.object_id) == (mediator.user, str(family.pk))


def test_the_page_says_in_words_what_will_happen(desk, mediator, family):
    make_visit(family, mediator, timezone.localdate() + timedelta(days=3), status="planned")
    make_visit(family, mediator, DAY, next_step="Zvanīt", next_step_on=DAY)
    page = desk.get(f"/families/{family.pk}/close/").content.decode()
    assert "Nothing is deleted" in page
    assert "1 planned visit stays planned" in page
    assert "1 next step stays on your list" in page
    assert "Kalniņi" in page


def test_the_mediator_still_sees_what_was_closed(desk, family):
    close(desk, family)
    assert desk.get(f"/families/{family.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("reason", "closed_on", "field"),
    [
        ("", "2018-03-01", "reason"),
        ("bored", "2018-03-01", "reason"),
        ("moved", "", "closed_on"),
        ("moved", "2017-09-30", "closed_on"),
        ("moved", "2999-01-01", "closed_on"),
        ("moved", "2018-02-30", "closed_on"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(desk, family, reason, closed_on, field):
    response = close(desk, family, reason, closed_on)
    assert field in response.context["form"].errors
    family.refresh_from_db()
    assert family.closed_on is None


def test_closed_twice_it_keeps_the_first_date_and_reason(desk, family):
    close(desk, family)
    close(desk, family, "declined", "2018-04-01")
    family.refresh_from_db()
    assert (family.closed_on, family.closure_reason) == (DAY, "moved")
    assert AuditEvent.objects.filter(action="closed").count() == 1


def test_a_closed_family_is_taken_up_again(desk, mediator, family):
    close(desk, family)
    desk.post(f"/families/{family.pk}/reopen/")
    family.refresh_from_db()
    assert (family.closed_on, family.closure_reason) == (None, "")


def test_taking_up_an_open_family_changes_nothing(desk, family):
    assert desk.post(f"/families/{family.pk}/reopen/").status_code == 302
    assert not AuditEvent.objects.filter(action="changed").exists()


def test_a_link_cannot_take_it_up_again(desk, family):
    close(desk, family)
    assert desk.get(f"/families/{family.pk}/reopen/").status_code == 405


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_others_get_403(request, client, family, role):
    client.force_login(request.getfixturevalue(role))
    assert close(client, family).status_code == 403
    assert client.post(f"/families/{family.pk}/reopen/").status_code == 403
    family.refresh_from_db()
    assert family.closed_on is None


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_another_mediator_gets_the_404_of_an_absent_one(request, client, mediator, family, who):
    client.force_login(request.getfixturevalue(who).user)
    assert close(client, family).status_code == 404
    assert client.post(f"/families/{uuid.uuid4()}/close/").status_code == 404
    close_family(family, by=mediator.user, closed_on=DAY, reason="moved")
    assert client.post(f"/families/{family.pk}/reopen/").status_code == 404
    family.refresh_from_db()
    assert family.closed_on == DAY
