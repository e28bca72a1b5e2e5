"""Latvian until told otherwise; a choice follows the device, and the user wherever they sign in."""

import pytest
from django.urls import reverse

LOGIN = "/account/login/"


def language_of(client, page=LOGIN) -> str:
    response = client.get(page)
    assert f'<html lang="{response["Content-Language"]}"' in response.content.decode()
    return response["Content-Language"]


def choose(client, language):
    return client.post(reverse("set-language"), {"language": language, "next": LOGIN})


@pytest.mark.django_db
def test_the_portal_speaks_latvian_whatever_the_browser_prefers(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ru, en;q=0.9"
    assert language_of(client) == "lv"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ru", "lv"])
def test_a_choice_before_signing_in_holds_on_this_device(client, language):
    assert choose(client, language)["Location"] == LOGIN
    assert language_of(client) == language


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "", "../lv"])
def test_an_unknown_language_changes_nothing(client, language):
    choose(client, language)
    assert language_of(client) == "lv"


def test_a_signed_in_user_sees_the_own_language_on_every_device(client, coordinator):
    client.force_login(coordinator)
    choose(client, "ru")
    client.cookies.clear()
    client.force_login(coordinator)
    assert language_of(client, "/account/password/change/") == "ru"


def test_a_choice_never_leads_to_another_site(client, db):
    answer = client.post(reverse("set-language"), {"language": "en", "next": "//evil.example/"})
    assert answer["Location"] == "/"
