"""Signing in and out, as an invited person and as somebody who guesses."""

import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import AuditEvent
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


@pytest.fixture
def english(client):
    client.post(reverse("set-language"), {"language": "en"})
    return client


def sign_in(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def is_signed_in(client) -> bool:
    return client.get(reverse("profile")).status_code == 200


def trail() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", "object_id"))


def text_of(response) -> str:
    """The page without what differs in every answer, and without the address typed."""
    text = response.content.decode()
    return re.sub(r'(nonce|value|hx-headers)=("[^"]*"|\'[^\']*\')', "", text)


def test_the_right_password_leads_to_the_first_page(client, administrator):
    response = sign_in(client, administrator.email)
    assert response.status_code == 302
    assert response.url == reverse("home")
    assert client.get(response.url).url == reverse("user-list")
    assert trail() == [("signed_in", str(administrator.pk))]
    administrator.refresh_from_db()
    assert administrator.last_login is not None


def test_the_address_may_be_written_in_capitals_and_with_spaces(client, administrator):
    sign_in(client, f" {administrator.email.upper()} ")
    assert is_signed_in(client)


def test_the_page_asked_for_comes_after_signing_in(client, administrator):
    asked = client.get(reverse("audit-list"))
    assert asked.status_code == 302
    response = client.post(asked.url, {"login": administrator.email, "password": PASSWORD})
    assert response.status_code == 302
    here = client.post(f"{LOGIN}?next=//evil.example/", {"login": "x", "password": "y"})
    assert "evil.example" not in here.get("Location", "")


def test_a_wrong_password_signs_nobody_in_and_is_on_record(client, administrator):
    response = sign_in(client, administrator.email, "not the passphrase")
    assert response.status_code == 200
    assert not is_signed_in(client)
    assert trail() == [("sign_in_failed", str(administrator.pk))]


def test_an_unknown_address_answers_like_a_wrong_password(client, administrator):
    wrong = sign_in(client, administrator.email, "not the passphrase")
    unknown = sign_in(client, "nobody@example.test", "not the passphrase")
    assert wrong.status_code == unknown.status_code == 200
    assert text_of(wrong) == text_of(unknown)


def test_what_was_typed_as_address_is_not_kept_for_strangers(client):
    sign_in(client, "my password by mistake", "x")
    sign_in(client, "nobody@example.test", "x")
    assert {object_id for _, object_id in trail()} <= {""}
    assert not AuditEvent.objects.exclude(detail={}).exists()


def test_a_deactivated_user_is_refused(client, administrator):
    administrator.is_active = False
    administrator.save()
    response = sign_in(client, administrator.email)
    assert not is_signed_in(client)
    assert response.status_code in (200, 302)


def test_after_five_failures_the_page_says_to_wait(english, administrator):
    for n in range(5):
        assert (
            "Too many" not in sign_in(english, administrator.email, f"wrong {n}").content.decode()
        )
    assert "Too many" in sign_in(english, administrator.email, "wrong again").content.decode()
    sign_in(english, administrator.email)
    assert not is_signed_in(english), "the right password helps no more until the wait is over"


def test_a_flood_from_one_address_gets_a_page_that_says_how_long(english):
    answers = [sign_in(english, f"{n}@example.test", "x") for n in range(31)]
    assert answers[-1].status_code == 429
    assert "wait five minutes" in answers[-1].content.decode()


def test_many_failures_on_one_account_do_not_stop_another(administrator, coordinator):
    guesser = Client(REMOTE_ADDR="10.0.0.1")
    for n in range(6):
        sign_in(guesser, administrator.email, f"wrong {n}")
    office = Client(REMOTE_ADDR="10.0.0.2")
    sign_in(office, coordinator.email)
    assert is_signed_in(office)


def test_nobody_can_sign_up(client):
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert client.get("/account/signup/").status_code == 404
    assert "sign up" not in client.get(LOGIN).content.decode().lower()


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client, administrator):
    sign_in(client, administrator.email)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_in_gives_a_fresh_session(client, administrator):
    client.post(reverse("set-language"), {"language": "en"})
    session = client.session
    session["before"] = "a stranger's"
    session.save()
    before = client.session.session_key
    sign_in(client, administrator.email)
    assert client.session.session_key != before


def test_signing_out_needs_a_post_and_ends_the_session(client, administrator):
    sign_in(client, administrator.email)
    key = client.session.session_key
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)
    client.cookies["sessionid"] = key
    assert not is_signed_in(client)
    assert trail()[-1] == ("signed_out", str(administrator.pk))


def test_a_forged_form_signs_nobody_in(administrator):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, administrator.email).status_code == 403


def test_asking_for_a_new_password_answers_alike_for_strangers(client, administrator, mailoutbox):
    known = client.post(reverse("account_reset_password"), {"email": administrator.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.test"})
    assert known.status_code == unknown.status_code == 302
    assert known.url == unknown.url
    assert [mail.to for mail in mailoutbox] == [[administrator.email]]
