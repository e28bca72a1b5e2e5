"""Inviting, sending again, revoking, and becoming a user with a link that works once."""

import re
import smtplib
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, Invitation, Role, User

pytestmark = pytest.mark.django_db

INVITE = reverse("user-invite")
PASSWORD = "seven quiet rivers"


@pytest.fixture
def inviter(client, coordinator):
    client.force_login(coordinator)
    return client


def invite(client, **data):
    values = {
        "invitation_id": uuid.uuid4(),
        "email": "new@example.test",
        "full_name": "Zane Jaunā",
        "role": "mediator",
        "language": "en",
        "municipalities": ["LV-JEL"],
    }
    return client.post(INVITE, values | data)


def link_on(response) -> str:
    return response.context["link"].removeprefix("http://testserver")


def accept(client, link, password=PASSWORD, again=None):
    return client.post(link, {"password1": password, "password2": again or password})


@pytest.fixture
def link(inviter):
    """A link just made for a mediator in Jelgava."""
    return link_on(invite(inviter))


@pytest.fixture
def invitee():
    """The invited person's browser, in English."""
    client = Client()
    client.post(reverse("set-language"), {"language": "en"})
    return client


# -- inviting


def test_an_invitation_is_sent_and_its_link_shown_once(inviter, coordinator):
    response = invite(inviter)
    invitation = Invitation.objects.get()
    assert response.status_code == 200
    assert link_on(response) in response.content.decode()
    assert [message.to for message in mail.outbox] == [["new@example.test"]]
    assert response.context["link"] in mail.outbox[0].body
    assert invitation.invited_by == coordinator
    assert list(invitation.municipalities.values_list("pk", flat=True)) == ["LV-JEL"]
    assert link_on(response) not in inviter.get(reverse("user-list")).content.decode()
    event = AuditEvent.objects.get(action="created", object_type="invitation")
    assert event.detail == {"role": "mediator"}


def test_the_database_keeps_only_the_hash_of_the_link(inviter):
    token = link_on(invite(inviter)).split("/")[2]
    stored = str(list(Invitation.objects.values())) + str(list(AuditEvent.objects.values()))
    assert token not in stored
    assert Invitation.objects.get().token_hash == Invitation.hash_token(token)


def test_the_mail_tells_no_more_than_the_name(inviter):
    invite(inviter, full_name="Anna <b>&Co")
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert "Anna <b>&Co" in text  # plain text, nothing escaped
    for word in ("mediator", "Mediator", "Jelgava", "Coordinator", "new@example.test"):
        assert word not in text


def test_the_mail_is_in_the_language_of_the_invited_person(inviter):
    invite(inviter, language="lv")
    lines = mail.outbox[0].body
    assert "Labdien, Zane" in lines
    assert re.search(r"līdz \d\d\.\d\d\.\d{4}\.", lines)


def test_without_a_mail_server_the_link_can_be_handed_over(inviter, monkeypatch):
    def fail(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(services, "send_mail", fail)
    response = invite(inviter)
    assert "could not be sent" in response.content.decode()
    assert Invitation.objects.waiting().count() == 1


def test_sending_the_form_twice_makes_one_invitation(inviter):
    same = uuid.uuid4()
    invite(inviter, invitation_id=same)
    second = invite(inviter, invitation_id=same)
    assert second.url == reverse("user-list")
    assert Invitation.objects.count() == 1
    assert len(mail.outbox) == 1


def test_a_second_invitation_to_an_address_revokes_the_first(inviter, invitee):
    first = link_on(invite(inviter))
    second = link_on(invite(inviter, email="NEW@example.test"))
    assert Invitation.objects.waiting().count() == 1
    assert invitee.get(first).status_code == 404
    assert invitee.get(second).status_code == 200


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "no address"}, "email"),
        ({"full_name": ""}, "full_name"),
        ({"role": ""}, "role"),
        ({"role": "administrator"}, "role"),
        ({"role": "coordinator"}, "role"),
        ({"role": "mentor"}, "role"),
        ({"language": "de"}, "language"),
        ({"municipalities": []}, "municipalities"),
        ({"municipalities": ["LV-102"]}, "municipalities"),
        ({"role": "staff"}, "institution"),
        ({"role": "staff", "institution": str(uuid.UUID(int=0))}, "institution"),
        ({"invitation_id": "x"}, "invitation_id"),
    ],
)
def test_bad_input_is_a_message_at_the_field(inviter, data, field):
    response = invite(inviter, **data)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_the_address_of_a_user_is_refused_at_the_field(inviter, staff):
    response = invite(inviter, email=staff.email.upper())
    assert "email" in response.context["form"].errors
    assert 'value="Zane Jaunā"' in response.content.decode()


def test_an_administrator_invites_to_every_role(client, administrator):
    client.force_login(administrator)
    for number, role in enumerate(Role):
        invite(client, email=f"{number}@example.test", role=role, institution="")
    assert set(Invitation.objects.values_list("role", flat=True)) == set(Role) - {Role.STAFF}


def test_a_mentor_has_neither_municipality_nor_institution(client, administrator, school):
    client.force_login(administrator)
    invite(client, role="mentor", institution=school.pk)
    invitation = Invitation.objects.get()
    assert invitation.institution is None
    assert not invitation.municipalities.exists()


@pytest.mark.parametrize("name", ["mediator", "staff", "mentor"])
def test_others_do_not_invite(request, client, name):
    actor = request.getfixturevalue(name)
    client.force_login(getattr(actor, "user", actor))
    assert client.get(INVITE).status_code == 403
    assert invite(client).status_code == 403
    assert not Invitation.objects.exists()


def test_inviting_costs_few_queries(inviter, django_assert_num_queries):
    inviter.get(INVITE)
    with django_assert_num_queries(12):
        invite(inviter)


# -- sending again and revoking


def resend(client, invitation):
    address = reverse("invitation-resend", args=[invitation.pk])
    return client.post(address, {"version": invitation.version})


def test_a_new_link_kills_the_old_one(inviter, invitee, link):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    invitation = Invitation.objects.get()
    fresh = link_on(resend(inviter, invitation))
    assert fresh != link
    assert invitee.get(link).status_code == 404
    assert invitee.get(fresh).status_code == 200
    assert len(mail.outbox) == 2


def test_pressing_twice_sends_one_new_link(inviter, invitee, link):
    invitation = Invitation.objects.get()
    fresh = link_on(resend(inviter, invitation))
    assert resend(inviter, invitation).url == reverse("user-list")
    assert invitee.get(fresh).status_code == 200
    assert len(mail.outbox) == 2


def test_revoking_asks_first_and_closes_the_link(inviter, invitee, link):
    invitation = Invitation.objects.get()
    address = reverse("invitation-revoke", args=[invitation.pk])
    assert "open nothing any more" in inviter.get(address).content.decode()
    assert invitee.get(link).status_code == 200
    for _ in range(2):
        inviter.post(address)
    assert invitee.get(link).status_code == 404
    assert AuditEvent.objects.filter(action="voided").count() == 1
    assert resend(inviter, invitation).url == reverse("user-list")  # too late


def test_a_coordinator_does_not_touch_invitations_to_other_roles(client, administrator, inviter):
    other = Client()
    other.force_login(administrator)
    invite(other, role="administrator")
    invitation = Invitation.objects.get()
    assert "Zane" not in inviter.get(reverse("user-list")).content.decode()
    assert resend(inviter, invitation).status_code == 404
    assert inviter.post(reverse("invitation-revoke", args=[invitation.pk])).status_code == 404
    assert Invitation.objects.waiting().exists()


# -- accepting


def test_the_link_says_who_invites_to_what(invitee, link):
    page = invitee.get(link).content.decode()
    for text in ("Zane Jaunā", "Coordinator", "Mediator", "new@example.test"):
        assert text in page


def test_accepting_makes_the_user_and_signs_in(invitee, link):
    response = accept(invitee, link)
    assert response.url == reverse("home")
    user = User.objects.get(email="new@example.test")
    assert (user.full_name, user.role, user.language) == ("Zane Jaunā", "mediator", "en")
    assert list(user.municipalities.values_list("pk", flat=True)) == ["LV-JEL"]
    assert user.check_password(PASSWORD)
    assert invitee.get(reverse("profile")).status_code == 200
    invitation = Invitation.objects.get()
    assert invitation.accepted_by == user
    actions = AuditEvent.objects.filter(actor=user).values_list("action", flat=True)
    assert {"created", "signed_in"} <= set(actions)


def test_the_new_user_signs_in_the_usual_way(invitee, link):
    accept(invitee, link)
    later = Client()
    later.post("/account/login/", {"login": "new@example.test", "password": PASSWORD})
    assert later.get(reverse("profile")).status_code == 200


def test_the_session_is_listed_among_the_users_own(invitee, link):
    accept(invitee, link)
    assert "127.0.0.1" in invitee.get(reverse("usersessions_list")).content.decode()


def test_a_used_link_says_so(invitee, link):
    accept(invitee, link)
    stranger = Client()
    stranger.post(reverse("set-language"), {"language": "en"})
    for answer in (stranger.get(link), accept(stranger, link, "another long passphrase")):
        assert answer.status_code == 410
        assert "used already" in answer.content.decode()
    assert User.objects.get(email="new@example.test").check_password(PASSWORD)


def test_two_tabs_make_one_user(link):
    one, two = Client(), Client()
    assert one.get(link).status_code == two.get(link).status_code == 200
    assert accept(one, link).status_code == 302
    assert accept(two, link, "another long passphrase").status_code == 410
    assert User.objects.filter(email="new@example.test").count() == 1
    assert two.get(reverse("profile")).status_code == 302


def test_the_address_may_have_become_a_user_meanwhile(invitee, link):
    User.objects.create_user("new@example.test", "x", full_name="Earlier", role=Role.STAFF)
    assert accept(invitee, link).status_code == 410
    assert Invitation.objects.waiting().exists()


def test_unknown_expired_and_revoked_links_tell_nothing(invitee, inviter, link):
    unknown = invitee.get(reverse("invitation-accept", args=["x" * 43]))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = invitee.get(link)
    assert accept(invitee, link).status_code == 404
    fresh = link_on(resend(inviter, Invitation.objects.get()))
    Invitation.objects.update(revoked_at=timezone.now())
    revoked = invitee.get(fresh)
    answers = [unknown, expired, revoked]
    assert [answer.status_code for answer in answers] == [404] * 3
    words = {re.sub(r"<[^>]*>", "", answer.content.decode()) for answer in answers}
    assert len(words) == 1
    assert not User.objects.filter(email="new@example.test").exists()


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        pytest.param("elevenchars", "elevenchars", "password1", id="short"),
        pytest.param("12345678901234567890", "12345678901234567890", "password1", id="common"),
        pytest.param("new@example.test", "new@example.test", "password1", id="own-address"),
        pytest.param("", "", "password1", id="none"),
        pytest.param(PASSWORD, "seven loud rivers", "password2", id="mistyped"),
    ],
)
def test_a_weak_or_mistyped_password_is_a_message_at_the_field(
    invitee, link, password, again, field
):
    response = invitee.post(link, {"password1": password, "password2": again})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not User.objects.filter(email="new@example.test").exists()
    for typed in (PASSWORD, "elevenchars", "seven loud rivers"):
        assert typed not in response.content.decode()


def test_who_is_signed_in_is_asked_to_sign_out_first(inviter, link):
    assert "sign out first" in inviter.get(link).content.decode()
    accept(inviter, link)
    assert not User.objects.filter(email="new@example.test").exists()


def test_trying_links_ends_on_a_page_that_says_to_wait(invitee, link):
    for number in range(20):
        assert (
            invitee.get(reverse("invitation-accept", args=[f"guess-{number}"])).status_code == 404
        )
    assert invitee.get(reverse("invitation-accept", args=["guess"])).status_code == 429
    assert invitee.get(link).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert elsewhere.get(link).status_code == 200


def test_the_link_is_not_sent_on_to_other_sites(invitee, link):
    response = invitee.get(link)
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store"
