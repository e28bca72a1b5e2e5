"""Every address × method × member of the cast × own, foreign and absent record.

The table in `tests/access_table.py` is kept by hand; an address that it does not list fails.
"""

import re
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import access_table
from tests.access_table import TABLE, Address

pytestmark = pytest.mark.django_db

ABSENT = UUID(int=0)
CAST = access_table.CAST
ALLAUTH = {name for name, address in TABLE.items() if address.is_self_service and not address.of}
METHODS = ["get", "post", "put", "patch", "delete"]


def named_patterns(patterns=None) -> dict[str, URLPattern]:
    """Every address of the portal by name; one without a name counts as unlisted."""
    found = {}
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            found |= named_patterns(pattern.url_patterns)
        else:
            found[pattern.name or f"(nameless) {pattern.pattern}"] = pattern
    return found


def test_every_address_is_listed_and_every_listed_address_exists():
    assert set(named_patterns()) == set(TABLE)


@pytest.fixture
def world(request):
    """The cast, a record of each kind in Jelgava (own) and one in Dobele (foreign)."""
    actors = {name: request.getfixturevalue(name) for name in CAST}
    users = {name: getattr(actor, "user", actor) for name, actor in actors.items()}
    disabled = access_table.make_disabled_user()
    own = access_table.make_records(
        request.getfixturevalue("family"), actors["mediator"], users, "Own"
    )
    foreign = access_table.make_records(
        request.getfixturevalue("foreign_family"), actors["stranger"], users, "Foreign"
    )
    clients = {name: signed_in(user) for name, user in users.items()}
    return SimpleNamespace(
        users=users,
        own=own,
        foreign=foreign,
        clients=clients | {"disabled": signed_in(disabled), "anonymous": Client()},
    )


def signed_in(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def url_of(name: str, record) -> str:
    kwargs = TABLE[name].address_of(record) if record is not None else {}
    return reverse(name, kwargs=kwargs)


def absent_url(name: str, own) -> str:
    """The own record's address with an id that does not exist."""
    kwargs = TABLE[name].address_of(own)
    nowhere = {
        key: ABSENT if isinstance(value, UUID) else (0 if isinstance(value, int) else "absent")
        for key, value in kwargs.items()
    }
    return reverse(name, kwargs=nowhere)


def expected(address: Address, actor: str) -> int:
    """The status of GET for this member of the cast on the own record."""
    if actor in ("anonymous", "disabled"):
        return address.answer if address.is_public else 302
    if actor in address.cast | address.blind and address.is_post_only:
        return 405
    if actor in address.cast:
        return address.answer
    return 404 if actor in address.blind else 403


def tame(response, url: str) -> str:
    """The page without what differs in every answer: tokens, nonces and its own address."""
    text = response.content.decode().replace(url, "")
    text = re.sub(r'nonce="[^"]*"|"X-CSRFToken": "[^"]*"', "", text)
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_who_gets_which_answer(name, world):
    address = TABLE[name]
    own_url = url_of(name, world.own if address.has_arguments else None)
    answers = {
        actor: world.clients[actor].get(own_url).status_code
        for actor in [*CAST, "anonymous", "disabled"]
        if not address.is_self_service
    }
    assert answers == {actor: expected(address, actor) for actor in answers}


PRIVATE = sorted(
    name for name, address in TABLE.items() if not (address.is_public or name in ALLAUTH)
)


@pytest.mark.parametrize("name", PRIVATE)
def test_nobody_is_let_in_without_signing_in(name, world):
    address = TABLE[name]
    url = url_of(name, world.own if address.has_arguments else None)
    for method in METHODS:
        for actor in ("anonymous", "disabled"):
            response = getattr(world.clients[actor], method)(url)
            assert response.status_code == 302, (method, actor)
            assert response.url.startswith(reverse(settings.LOGIN_URL)), (method, actor)


@pytest.mark.parametrize("name", sorted(name for name in TABLE if TABLE[name].of))
def test_a_foreign_record_answers_like_an_absent_one(name, world):
    address = TABLE[name]
    foreign_url = url_of(name, world.foreign)
    absent = absent_url(name, world.own)
    for actor in [actor for actor in CAST if actor not in address.sees_foreign]:
        for method in ("get", "post"):
            client = world.clients[actor]
            foreign_answer = getattr(client, method)(foreign_url)
            absent_answer = getattr(client, method)(absent)
            where = (actor, method)
            assert foreign_answer.status_code in (403, 404, 405), where
            assert foreign_answer.status_code == absent_answer.status_code, where
            assert tame(foreign_answer, foreign_url) == tame(absent_answer, absent), where


@pytest.mark.parametrize("name", sorted(TABLE))
def test_no_method_of_anybody_breaks_or_passes_a_closed_gate(name, world):
    address = TABLE[name]
    url = url_of(name, world.own if address.has_arguments else None)
    for actor in CAST:
        for method in METHODS[1:]:
            if address.is_self_service or (method == "post" and actor in address.cast):
                continue
            status = getattr(world.clients[actor], method)(url).status_code
            assert status < 500, (actor, method)
            if actor not in address.cast:
                assert status in (403, 404, 405), (actor, method)


@pytest.mark.parametrize("name", sorted(set(TABLE) - ALLAUTH))
def test_an_empty_form_never_breaks_a_page(name, world):
    address = TABLE[name]
    for actor in sorted(address.cast)[:1]:
        url = url_of(name, world.own if address.has_arguments else None)
        status = world.clients[actor].post(url).status_code
        assert status in (200, 302, 400, 405, 409, 410, 422), (actor, status)
