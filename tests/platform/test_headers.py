"""What every answer carries, whatever the page: pages, errors and static files alike."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from roma_platform.middleware import ClientAddressMiddleware
from tests.factories import PASSWORD

EXPECTED = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ADDRESSES = ["/account/login/", "/healthz", "/no-such-page", "/static/platform.css", "/static/none"]


def policy(response) -> dict[str, list[str]]:
    """Return the Content-Security-Policy as {directive: sources}."""
    parts = response["Content-Security-Policy"].split("; ")
    return {name: sources for name, *sources in (part.split() for part in parts)}


def get(client, address: str):
    """Return the answer, with the file closed that a static one streams."""
    response = client.get(address)
    response.close()
    return response


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_protection_of_the_browser(client, db, address):
    response = get(client, address)
    assert {name: response.get(name) for name in EXPECTED} == EXPECTED
    assert "camera=()" in response["Permissions-Policy"]
    assert "Content-Security-Policy" in response


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_policy_allows_nothing_but_our_own_files(client, db, address):
    allowed = policy(get(client, address))
    nonces = {source for source in allowed["script-src"] if source.startswith("'nonce-")}
    assert set(allowed["script-src"]) - nonces == {"'self'"}
    assert allowed["default-src"] == allowed["frame-ancestors"] == allowed["base-uri"] == ["'none'"]
    assert allowed["style-src"] == allowed["form-action"] == ["'self'"]
    assert "unsafe" not in str(allowed)


def test_a_page_gives_its_scripts_a_nonce_of_its_own(client, db):
    first, second = (client.get("/account/login/") for _ in range(2))
    nonce = next(s for s in policy(first)["script-src"] if s.startswith("'nonce-"))
    assert f'nonce="{nonce[7:-1]}"' in first.content.decode()
    assert nonce not in policy(second)["script-src"]


def test_pages_are_never_stored(client, coordinator):
    client.force_login(coordinator)
    assert "no-store" in client.get("/account/password/change/")["Cache-Control"]
    assert "no-store" in client.get("/no-such-page")["Cache-Control"]
    client.logout()
    assert "no-store" in client.get("/account/login/")["Cache-Control"]


def test_static_files_may_be_stored(client, db):
    response = get(client, "/static/platform.css")
    assert response.status_code == 200
    assert "no-store" not in response["Cache-Control"]


def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(client, coordinator):
    client.get("/account/login/")
    client.post("/account/login/", {"login": coordinator.email, "password": PASSWORD})
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_a_server_speaks_https_only(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True
    client = Client()
    assert client.get("/account/login/").headers["Location"].startswith("https://")
    answer = client.get("/no-such-page", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),  # nobody we trust has written it
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (1, "", "127.0.0.1"),
        (1, "<script>", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_say_where_a_client_is(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXY = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    ClientAddressMiddleware(lambda request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == address


def test_a_form_from_another_site_is_refused():
    response = Client(enforce_csrf_checks=True).post(reverse("set-language"), {"language": "en"})
    assert response.status_code == 403


def test_an_unknown_host_is_refused(client, db):
    assert client.get("/account/login/", headers={"Host": "evil.example"}).status_code == 400
