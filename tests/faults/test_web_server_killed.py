"""The web server is killed while visits are being saved; whoever sends them tries again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from mediation.models import Visit
from tests.factories import make_family, make_mediator
from tests.mediation.posting import visit_fields
from tests.worker import environment, wait_for

from .processes import children_of, free_port

VISITS, PHONES = 60, 4
CSRF = "c" * 32


class WebServer:
    """gunicorn as it serves people, on the test's database."""

    def __init__(self, log: Path) -> None:
        self.log, self.port = log, free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [sys.executable, "-m", "gunicorn", "roma_platform.wsgi:application"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread"]
        command += ["--workers", "2", "--threads", "4", "--no-control-socket"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment(), stdout=log, stderr=log, start_new_session=True
            )
        wait_for(self.listens)

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill_worker(self) -> None:
        """Kill one of the processes that answer; the master starts another."""
        wait_for(lambda: children_of(self.process.pid))
        os.kill(children_of(self.process.pid)[0], signal.SIGKILL)

    def kill(self) -> None:
        """Kill master and workers at once, as a power cut would."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        self.process = None


@pytest.fixture
def web_server(transactional_db, tmp_path) -> Iterator[WebServer]:
    server = WebServer(tmp_path / "web.log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def mediator(transactional_db):
    return make_mediator("Mediator")


@pytest.fixture
def family(mediator):
    return make_family(mediator, "Kalniņi", ("Anna", "Kalniņa"), ("Jānis", "Kalniņš"))


class Phone:
    """Sends visits and tries again, with the same id, until the server has named each of them."""

    def __init__(self, server: WebServer, mediator, family) -> None:
        client = Client()
        client.force_login(mediator.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.port = server.port
        self.path = reverse("visit-create", args=[family.pk])
        self.people = list(family.persons.all())
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: CSRF}
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.acknowledged: list[uuid.UUID] = []
        self.tries = 0

    def send(self, visit_id: uuid.UUID) -> None:
        """Send the visit until it is acknowledged; raise AssertionError for any other answer."""
        fields = visit_fields(
            visit=visit_id, present=self.people, assisted=self.people, topics=["housing"]
        )
        body = urlencode(fields | {"csrfmiddlewaretoken": CSRF}, doseq=True)
        wait_for(lambda: self._is_acknowledged(visit_id, body), seconds=120)
        self.acknowledged.append(visit_id)

    def _is_acknowledged(self, visit_id: uuid.UUID, body: str) -> bool:
        self.tries += 1
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("POST", self.path, body, self.headers)
            answer = line.getresponse()
            said = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        if answer.status >= 500:
            return False
        assert answer.status == 302, (answer.status, said)
        assert answer.headers["Location"] == reverse("visit-detail", args=[visit_id])
        return True


def test_every_visit_is_saved_once_though_the_server_is_killed_again_and_again(
    web_server, mediator, family
):
    phone = Phone(web_server, mediator, family)
    ids = [uuid.uuid4() for _ in range(VISITS)]
    with ThreadPoolExecutor(PHONES) as pool:
        sending = [pool.submit(phone.send, visit_id) for visit_id in ids]
        try:
            for number in range(1, 10):
                wait_for(lambda enough=number * 5: len(phone.acknowledged) >= enough)
                if number % 4:
                    web_server.kill_worker()
                else:
                    web_server.kill()
                    web_server.start()
        except AssertionError:
            for future in sending:
                future.cancel()
            raise
        for future in sending:
            future.result(timeout=120)
    assert phone.tries > VISITS  # some answers were lost on the way
    assert_saved_once(ids)


def assert_saved_once(ids: list[uuid.UUID]) -> None:
    """Each visit is there whole, in one version and with one event on the audit trail."""
    visits = Visit.objects.prefetch_related("versions", "assistance", "present")
    assert sorted(visit.pk for visit in visits) == sorted(ids)
    for visit in visits:
        assert [version.version for version in visit.versions.all()] == [1]
        assert len(visit.assistance.all()) == len(visit.present.all()) == 2
    created = AuditEvent.objects.filter(action="created", object_type="visit")
    assert sorted(created.values_list("object_id", flat=True)) == sorted(map(str, ids))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
