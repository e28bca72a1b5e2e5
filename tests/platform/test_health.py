"""What the portal says when something it stands on is away: wait, never "500"."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from django.db import InterfaceError, OperationalError
from django.urls import path

from roma_platform import urls, views

ROOT = Path(__file__).resolve().parent.parent.parent
AWAY = [
    OperationalError("database is locked"),
    InterfaceError("connection already closed"),
    redis.ConnectionError("refused"),
    redis.TimeoutError("silent"),
    OSError(errno.ENOSPC, "No space left on device"),
]


class Failing:
    """Addresses of the portal and one more, whose page fails with the error of the test."""

    handler500 = staticmethod(urls.handler500)

    def __init__(self, error: Exception) -> None:
        def page(request):
            raise error

        self.urlpatterns = [*urls.urlpatterns, path("failing", views.login_not_required(page))]


@pytest.fixture
def failing_page(client, settings, db):
    """Return a function that answers what a page failing with an error answers."""

    def answer(error: Exception):
        settings.ROOT_URLCONF = Failing(error)
        client.raise_request_exception = False
        return client.get("/failing")

    return answer


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_while_a_service_is_away_pages_ask_to_come_back(failing_page, error):
    response = failing_page(error)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert str(error) not in response.content.decode()


@pytest.mark.parametrize("error", [ValueError("Anna Kalniņa"), OSError(errno.EACCES, "no")])
def test_a_fault_of_ours_stays_a_fault_and_tells_nothing(failing_page, error):
    response = failing_page(error)
    assert response.status_code == 500
    assert "Retry-After" not in response
    assert str(error) not in response.content.decode()


def test_health_is_answered_without_signing_in(client, db):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"database": "up"}
    assert "no-store" in response["Cache-Control"]


def test_health_cannot_be_posted(client, db):
    assert client.post("/healthz").status_code == 405


VISITOR = """
import django, json
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
answers = [client.get("/healthz")]
client.cookies["sessionid"] = "x" * 32
answers += [client.get("/account/password/change/"), client.post("/account/login/", {})]
print(json.dumps([[answer.status_code, answer.get("Retry-After")] for answer in answers]))
"""


def test_with_the_database_really_away_every_answer_is_503():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }
    result = subprocess.run(
        [sys.executable, "-c", VISITOR], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert json.loads(result.stdout) == [[503, "5"]] * 3
