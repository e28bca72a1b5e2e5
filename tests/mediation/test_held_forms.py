import re
import uuid
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mediation import held_forms
from mediation.models import Caseload, HeldForm, Visit
from mediation.services import void_visit
from tests.factories import PASSWORD, make_visit

from .posting import plan_fields, visit_fields

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


@pytest.fixture
def browser():
    """A client that checks CSRF as a real browser's requests are checked."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def url(family):
    return reverse("visit-create", args=[family.pk])


def secret_of(page) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]


def token_of(page) -> str:
    return re.search(r'name="held_token" value="([^"]+)"', page.content.decode())[1]


def open_form(browser, user, url) -> dict:
    """Sign in, open the form, and return what every sending of it carries along."""
    browser.force_login(user)
    page = browser.get(url)
    return {"csrfmiddlewaretoken": secret_of(page), "held_token": token_of(page)}


def end_session(browser):
    """As after thirty idle minutes: the session is gone, the other cookies stay."""
    browser.session.flush()


def sign_in(browser, user, next_url):
    page = browser.get(LOGIN)
    return browser.post(
        LOGIN,
        {
            "login": user.email,
            "password": PASSWORD,
            "next": next_url,
            "csrfmiddlewaretoken": secret_of(page),
        },
        follow=True,
    )


def next_of(response) -> str:
    address = urlsplit(response.url)
    assert address.path == LOGIN
    return parse_qs(address.query)["next"][0]


def test_a_form_open_when_the_session_ends_is_saved_after_signing_in_again(
    browser, mediator, family, url
):
    carried = open_form(browser, mediator.user, url)
    end_session(browser)
    fields = visit_fields(
        assisted=family.persons.all(), topics=["health"], note="Garā piezīme par slimnīcu"
    )
    response = browser.post(url, fields | carried)
    assert not Visit.objects.exists()
    page = sign_in(browser, mediator.user, next_of(response))
    visit = Visit.objects.get()
    assert page.redirect_chain[-1][0] == reverse("visit-detail", args=[visit.pk])
    assert "What you wrote was kept and is saved now." in page.content.decode()
    assert (str(visit.pk), visit.note) == (str(fields["visit"]), "Garā piezīme par slimnīcu")
    assert visit.assistance.count() == 2
    assert not HeldForm.objects.exists()


def test_a_change_and_a_plan_are_kept_as_well(browser, mediator, family):
    visit = make_visit(family, mediator, note="Pirms")
    edit, plan = reverse("visit-edit", args=[visit.pk]), reverse("visit-plan", args=[family.pk])
    sent = [
        (edit, visit_fields(visit=visit.pk, version=1, note="Pēc")),
        (plan, plan_fields(note="Skola")),
    ]
    for url, fields in sent:
        carried = open_form(browser, mediator.user, url)
        end_session(browser)
        sign_in(browser, mediator.user, next_of(browser.post(url, fields | carried)))
    assert {(row.status, row.note) for row in Visit.objects.all()} == {
        ("confirmed", "Pēc"),
        ("planned", "Skola"),
    }


def test_the_kept_form_lies_sealed_in_the_database(browser, mediator, url):
    carried = open_form(browser, mediator.user, url)
    end_session(browser)
    browser.post(url, visit_fields(note="Slepenais") | carried)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM mediation_heldform")
        (body,) = cursor.fetchone()
    assert "Slepenais" not in body
    assert HeldForm.objects.get().owner == mediator.user


def test_sending_it_twice_without_a_session_keeps_it_once(browser, mediator, url):
    carried = open_form(browser, mediator.user, url)
    end_session(browser)
    fields = visit_fields(note="Divreiz")
    first, second = (browser.post(url, fields | carried) for _ in range(2))
    assert first.url == second.url
    assert HeldForm.objects.count() == 1


def test_a_kept_form_that_does_not_validate_is_shown_filled_with_its_messages(
    browser, mediator, url
):
    carried = open_form(browser, mediator.user, url)
    end_session(browser)
    fields = visit_fields(note="Paliek", date="2099-01-01")
    page = sign_in(browser, mediator.user, next_of(browser.post(url, fields | carried)))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Paliek" in text
    assert "This day is still to come" in text
    assert f'action="{url}"' in text
    assert not Visit.objects.exists()
    # mended and sent, it is saved, and what was kept goes
    held = HeldForm.objects.get()
    mended = visit_fields(visit=fields["visit"], note="Paliek", held=held.pk)
    browser.post(url, mended | {"csrfmiddlewaretoken": secret_of(page)})
    assert Visit.objects.get().note == "Paliek"
    assert not HeldForm.objects.exists()


def test_somebody_else_who_signs_in_finds_nothing_and_the_owner_finds_it_on_today(
    browser, mediator, colleague, url
):
    carried = open_form(browser, mediator.user, url)
    end_session(browser)
    held_url = next_of(browser.post(url, visit_fields(note="Mans") | carried))
    page = sign_in(browser, colleague.user, held_url)
    assert page.status_code == 404
    assert "Mans" not in page.content.decode()
    assert not Visit.objects.exists()
    browser.force_login(mediator.user)
    assert held_url in browser.get(reverse("today")).content.decode()
    browser.get(held_url)
    assert Visit.objects.get().mediator == mediator


def test_a_form_older_than_the_present_session_is_saved_too(browser, mediator, url):
    carried = open_form(browser, mediator.user, url)
    end_session(browser)
    sign_in(browser, mediator.user, "/today/")  # in another window; the CSRF secret is new
    response = browser.post(url, visit_fields(note="No vecās lapas") | carried)
    held_url = response.url
    page = browser.get(held_url, follow=True)
    assert "What you wrote was kept and is saved now." in page.content.decode()
    assert Visit.objects.get().note == "No vecās lapas"


def test_opening_it_again_after_a_lost_answer_makes_no_second_visit(browser, mediator, url):
    carried = open_form(browser, mediator.user, url)
    fields = visit_fields(note="Saglabāta") | carried
    browser.post(url, fields)
    end_session(browser)
    sign_in(browser, mediator.user, next_of(browser.post(url, fields)))
    assert Visit.objects.count() == 1


def test_a_conflict_met_on_the_way_is_shown_and_the_form_stays_kept(browser, mediator, family):
    visit = make_visit(family, mediator, note="Pirms")
    url = reverse("visit-edit", args=[visit.pk])
    carried = open_form(browser, mediator.user, url)
    Visit.objects.filter(pk=visit.pk).update(version=2, content_digest="")
    end_session(browser)
    fields = visit_fields(visit=visit.pk, version=1, note="Pēc")
    page = sign_in(browser, mediator.user, next_of(browser.post(url, fields | carried)))
    assert page.status_code == 409
    assert HeldForm.objects.exists()
    mine = dict(page.context["typed"]) | {"version": 2, "csrfmiddlewaretoken": secret_of(page)}
    browser.post(url, mine)
    assert Visit.objects.get().note == "Pēc"
    assert not HeldForm.objects.exists()


def test_what_can_no_longer_be_saved_says_so_and_can_be_deleted(browser, mediator, url):
    carried = open_form(browser, mediator.user, url)
    end_session(browser)
    held_url = next_of(browser.post(url, visit_fields(note="Vairs ne mana") | carried))
    Caseload.objects.update(ended_on=timezone.localdate() - timedelta(days=1))
    page = sign_in(browser, mediator.user, held_url)
    assert page.status_code == 409
    assert "Vairs ne mana" in page.content.decode()
    discard = reverse("held-form-discard", args=[HeldForm.objects.get().pk])
    browser.post(discard, {"csrfmiddlewaretoken": secret_of(page)})
    assert not HeldForm.objects.exists()


def test_a_change_to_a_visit_voided_meanwhile_is_not_called_saved(browser, mediator, family):
    visit = make_visit(family, mediator)
    url = reverse("visit-edit", args=[visit.pk])
    carried = open_form(browser, mediator.user, url)
    end_session(browser)
    void_visit(visit, by=mediator.user, reason="Kļūda")
    fields = visit_fields(visit=visit.pk, version=1, note="Par vēlu") | carried
    page = sign_in(browser, mediator.user, next_of(browser.post(url, fields)))
    text = page.content.decode()
    assert page.status_code == 409
    assert "is saved now" not in text
    assert "voided or cancelled" in text
    assert "Par vēlu" in text


def test_a_foreign_kept_form_cannot_be_deleted(client, mediator, colleague):
    held = HeldForm.objects.create(owner=mediator.user, path="/", body="a=b")
    client.force_login(colleague.user)
    for pk in (held.pk, uuid.uuid4()):
        assert client.post(reverse("held-form-discard", args=[pk])).status_code == 404
    assert HeldForm.objects.exists()


# -- nothing is kept for whoever does not carry our word


def test_without_a_token_nothing_is_kept(client, url):
    response = client.post(url, visit_fields())
    assert next_of(response) == url
    assert not HeldForm.objects.exists()


@pytest.mark.parametrize(
    "kind", ["forged", "another page's", "old", "of nobody", "of the dismissed"]
)
def test_a_token_that_is_not_good_keeps_nothing(client, mediator, url, kind, monkeypatch):
    token = held_forms.token_for(mediator.user, url)
    if kind == "forged":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif kind == "another page's":
        token = held_forms.token_for(mediator.user, "/visits/new/")
    elif kind == "old":
        monkeypatch.setattr(held_forms, "TOKEN_SECONDS", -1)
    elif kind == "of nobody":
        token = signing.dumps([str(uuid.uuid4()), url], salt=held_forms.SALT)
    else:
        mediator.user.is_active = False
        mediator.user.save()
    client.post(url, visit_fields(held_token=token))
    assert not HeldForm.objects.exists()


def test_other_forms_are_not_kept(client, mediator, family):
    visit = make_visit(family, mediator)
    url = reverse("visit-void", args=[visit.pk])
    client.post(url, {"reason": "x", "held_token": held_forms.token_for(mediator.user, url)})
    assert not HeldForm.objects.exists()


def test_two_full_notes_are_kept_and_more_than_a_form_holds_is_not(client, mediator, url):
    token = held_forms.token_for(mediator.user, url)
    full = {"note": "ā" * 20_000, "confidential_note": "ж" * 20_000}
    client.post(url, visit_fields(**full, held_token=token))
    assert HeldForm.objects.count() == 1
    client.post(url, visit_fields(note="x" * 300_000, held_token=token))
    assert HeldForm.objects.count() == 1


def test_one_address_cannot_fill_the_database(client, mediator, url, monkeypatch):
    monkeypatch.setattr(held_forms, "MOST_PER_ADDRESS", 3)
    token = held_forms.token_for(mediator.user, url)
    for _ in range(5):
        client.post(url, visit_fields(held_token=token))
    assert HeldForm.objects.count() == 3


def test_a_cross_site_request_without_our_token_stays_refused(browser, mediator, url):
    browser.force_login(mediator.user)
    assert browser.post(url, visit_fields()).status_code == 403
    assert not HeldForm.objects.exists()
    assert not Visit.objects.exists()
