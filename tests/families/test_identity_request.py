"""Asking to see a family's names, with a reason, for half an hour."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from families.models import Family, IdentityAccess
from families.services import NAMES_SHOWN_MINUTES, request_names

pytestmark = pytest.mark.django_db
REASON = "The school asked who signs for the pupil."


def ask(client, user, family, reason=REASON):
    client.force_login(user)
    return client.post(f"/families/{family.pk}/names/", {"reason": reason})


@pytest.mark.parametrize("role", ["mentor", "coordinator"])
def test_a_reason_opens_the_names_for_half_an_hour(request, client, family, role):
    user = request.getfixturevalue(role)
    asked_at = timezone.now()
    assert ask(client, user, family).headers["Location"] == f"/families/{family.pk}/"
    leave = IdentityAccess.objects.get()
    assert (leave.user, leave.family, leave.reason) == (user, family, REASON)
    assert leave.expires_at - leave.requested_at == timedelta(minutes=NAMES_SHOWN_MINUTES)
    assert abs(leave.requested_at - asked_at) < timedelta(minutes=1)
    assert family in Family.objects.named_for(user)
    leave.expires_at = timezone.now()
    leave.save()
    assert family not in Family.objects.named_for(user)


def test_asking_is_on_the_trail_without_the_words_of_the_reason(client, coordinator, family):
    ask(client, coordinator, family)
    event = AuditEvent.objects.get(action="names_requested")
    assert (event.actor, event.object_id) == (coordinator, str(family.pk))
    assert "school" not in str(event.detail)


def test_asked_twice_it_is_one_leave(client, coordinator, family):
    ask(client, coordinator, family)
    assert ask(client, coordinator, family).status_code == 302
    assert IdentityAccess.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", "This field is required."),
        ("because", "at least 10 characters"),
        ("          because          ", "at least 10 characters"),
        ("ā" * 301, "at most 300 characters"),
        ("ā" * 10_000, "at most 300 characters"),
    ],
)
def test_a_reason_is_a_reason(client, coordinator, family, reason, told):
    response = ask(client, coordinator, family, reason)
    assert told in str(response.context["form"].errors["reason"])
    assert not IdentityAccess.objects.exists()


def test_the_page_names_nobody(client, coordinator, family):
    client.force_login(coordinator)
    page = client.get(f"/families/{family.pk}/names/").content.decode()
    assert family.code in page
    assert "Kalniņ" not in page


@pytest.mark.parametrize("who", ["mediator", "stranger", "staff", "administrator"])
def test_others_get_403(request, client, family, who):
    user = request.getfixturevalue(who)
    assert ask(client, getattr(user, "user", user), family).status_code == 403
    assert not IdentityAccess.objects.exists()


def test_a_mentor_of_others_gets_the_404_of_an_absent_one(client, other_mentor, family):
    assert ask(client, other_mentor, family).status_code == 404
    assert client.get(f"/families/{uuid.uuid4()}/names/").status_code == 404
    assert not IdentityAccess.objects.exists()


def test_the_reason_is_sealed_for_it_may_mention_somebody(family, coordinator):
    request_names(family, by=coordinator, reason="Zvanīja Anna Kalniņa")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM families_identityaccess")
        (stored,) = cursor.fetchone()
    assert "Anna" not in stored
    assert IdentityAccess.objects.get().reason == "Zvanīja Anna Kalniņa"
