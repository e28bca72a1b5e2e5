"""`make run`, for real: the launcher starts everything, and leaves nothing behind."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 90
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends orphans for us")


class Portal:
    """A launcher in a process of its own, with its own folder and port and no environment."""

    def __init__(self, folder: Path) -> None:
        self.var_dir = folder / "var"
        self.output = folder / "output"
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def launch(self, **environment: str) -> "Portal":
        """Start the launcher and return at once."""
        bare = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            "DEMO": "0",
        }
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "scripts/serve.py"],
                cwd=ROOT,
                env=bare | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return self

    def wait_until_running(self) -> "Portal":
        """Wait for the printed address; fail with the output when the launcher gives up."""
        wait_until(lambda: "is running" in self.text or self.process.poll() is not None)
        assert self.process.poll() is None, self.text
        return self

    def wait_for_exit(self) -> int:
        """Return the launcher's exit status."""
        return self.process.wait(SECONDS)

    @property
    def text(self) -> str:
        return self.output.read_text()

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=30) as answer:
            return answer.read().decode()

    def processes(self) -> dict[int, str]:
        """Return every living process that was started with our folder: {id: command}."""
        mark = f"VAR_DIR={self.var_dir}\0".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue  # it ended while we looked, or belongs to somebody else
        return found

    def master(self, name: str) -> int:
        """Return the id of the process that the launcher has started under this name."""
        parents = f"PPid:\t{self.process.pid}\n"
        return next(
            number
            for number, command in self.processes().items()
            if name in command and parents in Path(f"/proc/{number}/status").read_text()
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@pytest.fixture
def portal(tmp_path) -> Iterator[Portal]:
    portal = Portal(tmp_path)
    yield portal
    for number in portal.processes() if sys.platform == "linux" else []:
        os.kill(number, signal.SIGKILL)
    if portal.process:
        portal.process.kill()
        portal.process.wait()


def test_one_command_serves_the_portal_and_ctrl_c_leaves_nothing_behind(portal):
    portal.launch().wait_until_running()
    page = portal.get("/account/login/")
    assert '<form method="post"' in page
    stylesheet = re.search(r'href="(/static/platform\.\w+\.css)"', page)
    assert portal.get(stylesheet[1])
    assert f"http://localhost:{portal.port}" in portal.text
    assert {"gunicorn", "celery"} <= set(re.findall("gunicorn|celery", str(portal.processes())))

    portal.process.send_signal(signal.SIGINT)
    assert portal.wait_for_exit() == 0
    assert portal.processes() == {}
    assert "Traceback" not in portal.text

    keys = portal.var_dir / "keys.env"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    written = keys.read_text()
    portal.launch().wait_until_running()
    assert keys.read_text() == written
    assert "static files" not in portal.text  # nothing changed, nothing to do
    portal.process.send_signal(signal.SIGTERM)
    assert portal.wait_for_exit() == 0
    assert portal.processes() == {}


@on_linux
@pytest.mark.parametrize(("part", "name"), [("gunicorn", "web server"), ("celery", "worker")])
def test_when_one_part_dies_the_rest_is_stopped_and_the_dead_one_named(portal, part, name):
    portal.launch().wait_until_running()
    os.kill(portal.master(part), signal.SIGKILL)
    assert portal.wait_for_exit() == 1
    assert f"{name} has stopped" in portal.text
    assert portal.processes() == {}


@on_linux
def test_a_launcher_that_is_killed_takes_everything_with_it(portal):
    portal.launch().wait_until_running()
    portal.process.kill()
    portal.process.wait()
    wait_until(lambda: portal.processes() == {})


def test_a_second_start_in_the_same_folder_is_refused(portal, tmp_path):
    portal.launch().wait_until_running()
    (tmp_path / "second").mkdir()
    second = Portal(tmp_path / "second").launch(VAR_DIR=str(portal.var_dir))
    assert second.wait_for_exit() == 1
    assert "already running" in second.text


def assert_refused(portal: Portal, *words: str) -> None:
    assert portal.wait_for_exit() == 1
    assert portal.text.splitlines()[-1].startswith("Roma Platform cannot start: ")
    assert "Traceback" not in portal.text
    for word in words:
        assert word in portal.text


def test_a_taken_port_is_said_before_anything_starts(portal):
    with socket.socket() as other:
        other.bind(("127.0.0.1", portal.port))
        other.listen()
        assert_refused(portal.launch(), f"port {portal.port} is taken", "make run PORT=")
    assert not portal.var_dir.exists()


@pytest.mark.parametrize("port", ["eight thousand", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(portal, port):
    assert_refused(portal.launch(PORT=port), f"PORT={port} is not a port number")


def test_a_database_without_its_keys_is_not_given_new_ones(portal):
    portal.var_dir.mkdir()
    (portal.var_dir / "roma.sqlite3").touch()
    assert_refused(portal.launch(), "keys are not", "VAULT_KEYS")
    assert not (portal.var_dir / "keys.env").exists()


def test_a_database_that_does_not_answer_is_one_sentence(portal):
    assert_refused(portal.launch(DATABASE_URL="postgres://x@127.0.0.1:1/x"), "does not answer")


def test_a_wrong_setting_is_one_sentence(portal):
    assert_refused(portal.launch(VAULT_KEYS="wrong"), "VAULT_KEYS must read")
