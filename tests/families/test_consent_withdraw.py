"""Withdrawing a consent, which acts at once."""

import uuid
from datetime import date

import pytest

from accounts.models import AuditEvent
from families.models import Consent
from families.services import record_consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def consent(mediator, family):
    return record_consent(
        family, by=mediator.user, purpose="case_work", form="written", given_on=date(2018, 1, 1)
    )


def withdraw(desk, consent, withdrawn_on="2018-03-01"):
    return desk.post(f"/consents/{consent.pk}/withdraw/", {"withdrawn_on": withdrawn_on})


def test_what_was_allowed_is_no_longer_allowed_from_that_day(desk, family, consent):
    assert withdraw(desk, consent).headers["Location"] == f"/families/{family.pk}/"
    standing = Consent.objects.standing
    assert consent in standing(date(2018, 2, 28))
    assert consent not in standing(date(2018, 3, 1))
    assert AuditEvent.objects.get(action="changed").detail == {"what": "withdrawn"}


def test_withdrawn_twice_the_first_day_stays(desk, consent):
    withdraw(desk, consent)
    assert withdraw(desk, consent, "2018-05-01").status_code == 302
    consent.refresh_from_db()
    assert consent.withdrawn_on == date(2018, 3, 1)


def test_a_refusal_cannot_be_withdrawn(desk, mediator, family):
    refusal = record_consent(
        family,
        by=mediator.user,
        purpose="photo",
        form="oral",
        given_on=date(2018, 1, 1),
        is_refused=True,
    )
    withdraw(desk, refusal)
    refusal.refresh_from_db()
    assert refusal.withdrawn_on is None


@pytest.mark.parametrize(
    ("withdrawn_on", "told"),
    [
        ("2017-12-31", "given later than this date"),
        ("2999-01-01", "This date is in the future."),
        ("", "This field is required."),
    ],
)
def test_a_day_that_cannot_be_is_said_at_the_field(desk, consent, withdrawn_on, told):
    response = withdraw(desk, consent, withdrawn_on)
    assert told in str(response.context["form"].errors["withdrawn_on"])
    consent.refresh_from_db()
    assert consent.withdrawn_on is None


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_others_get_403(request, client, consent, role):
    client.force_login(request.getfixturevalue(role))
    assert withdraw(client, consent).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_another_mediator_gets_the_404_of_an_absent_one(request, client, consent, who):
    client.force_login(request.getfixturevalue(who).user)
    assert withdraw(client, consent).status_code == 404
    assert client.get(f"/consents/{uuid.uuid4()}/withdraw/").status_code == 404
    consent.refresh_from_db()
    assert consent.withdrawn_on is None
