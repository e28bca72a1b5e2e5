"""A session ends by itself: after half an hour of silence, and after twelve hours at the latest."""

import pytest
from django.urls import reverse

from roma_platform import middleware

PAGE = reverse_page = "/account/password/change/"
MINUTE, HOUR = 60, 3600


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that stands still until a test adds seconds to it."""

    class Clock:
        now = 1_790_000_000.0

    monkeypatch.setattr(middleware.time, "time", lambda: Clock.now)
    return Clock


@pytest.fixture
def signed_in(client, coordinator, clock):
    """Return a client whose session began now."""
    client.force_login(coordinator)
    assert client.get(PAGE).status_code == 200
    return client


def assert_signed_out(response) -> None:
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_a_session_in_use_goes_on(signed_in, clock):
    for _ in range(10):
        clock.now += 29 * MINUTE
        assert signed_in.get(PAGE).status_code == 200


def test_a_session_ends_after_half_an_hour_of_silence(signed_in, clock):
    clock.now += 30 * MINUTE + 1
    assert_signed_out(signed_in.get(PAGE))
    assert "_auth_user_id" not in signed_in.session


def test_a_session_in_use_ends_after_twelve_hours(signed_in, clock):
    for _ in range(25):
        clock.now += 28 * MINUTE
        signed_in.get(PAGE)
    clock.now += 28 * MINUTE
    assert_signed_out(signed_in.get(PAGE))


def test_the_sign_in_page_says_why_one_is_there(signed_in, clock):
    clock.now += 12 * HOUR
    page = signed_in.get(PAGE, follow=True)
    assert [str(message.level_tag) for message in page.context["messages"]] == ["info"]


def test_a_clock_that_was_set_back_ends_nothing_and_prolongs_nothing(signed_in, clock):
    clock.now -= 2 * HOUR
    assert signed_in.get(PAGE).status_code == 200
    clock.now += 31 * MINUTE
    assert_signed_out(signed_in.get(PAGE))


def test_requests_of_one_minute_write_the_session_once(signed_in, clock, django_assert_num_queries):
    clock.now += 61
    signed_in.get("/healthz")
    with django_assert_num_queries(3):  # session, user, SELECT 1
        signed_in.get("/healthz")
