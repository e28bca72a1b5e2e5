"""Start the whole portal on this machine: database, web server, Celery worker and beat.

`make run` calls it. It prepares what is missing (keys, tables, static files, on a new database
the demo data), starts the processes, prints the address, and stops them all together.
"""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(BASE_DIR), str(BASE_DIR / "scripts")]

from make_keys import as_lines, fresh_keys  # noqa: E402

from roma_platform.environment import Environment  # noqa: E402

STOP_SECONDS = 15
START_SECONDS = 60
KEYS_COMMENT = """\
# Made by the first start. Keep a copy apart from the database: without these keys the names in
# it can never be read again.
"""
DEMO_LINES = """\
# Invented people and their sign-ins. Take this line away before real use.
DEMO=1
"""


class CannotStart(Exception):
    """The portal cannot start; the text says why and what to do, in one or two sentences."""


def main() -> int:
    """Prepare, serve until told to stop, and return the exit status."""
    os.umask(0o077)
    if "MAKELEVEL" in os.environ:
        end_with_parent()  # a killed `make run` must not leave us behind
    try:
        Environment.load_file(Path(os.environ.get("ENV_FILE", BASE_DIR / ".env")))
        host, port = os.environ.get("HOST") or "127.0.0.1", chosen_port()
        refuse_taken_port(host, port)
        var_dir = prepare_environment(port)
        lock = lock_folder(var_dir)
        prepare_installation(var_dir)
    except CannotStart as reason:
        print(f"Roma Platform cannot start: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    with lock:
        return Processes(commands(host, port)).serve(host, port)


# -- before anything is written


def chosen_port() -> int:
    """Return PORT, or 8000; raise CannotStart when it is no port number."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT={text} is not a port number. Example: make run PORT=8001")
    return int(text)


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CannotStart when another program answers there, or when it may not be used."""
    taken = (
        f"port {port} is taken by another program. "
        f"Stop that program or choose another port: make run PORT={port + 1}"
    )
    with contextlib.suppress(OSError), socket.create_connection(("localhost", port), timeout=2):
        raise CannotStart(taken)  # on IPv4 or IPv6: the address we print must be ours
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(taken) from error
            raise CannotStart(f"{host}:{port} cannot be used: {error.strerror}.") from error


# -- what a first start makes, and a later one finds


def prepare_environment(port: int) -> Path:
    """Complete os.environ for this process and its children; return the folder of our files.

    The environment wins over .env, and .env over the keys that the first start has made.
    """
    var_dir = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()
    os.environ["VAR_DIR"] = str(var_dir)
    (var_dir / "tmp").mkdir(mode=0o700, parents=True, exist_ok=True)
    make_keys_once(var_dir)
    defaults = {
        "SITE_URL": f"http://localhost:{port}",
        "SECURE_SSL": "0",  # plain HTTP on this machine; a server behind TLS sets it to 1
        "TMPDIR": str(var_dir / "tmp"),  # the embedded broker moves its messages through it
        "PYTHONUNBUFFERED": "1",
        # The worker takes JSON only, so what Celery fears for root cannot happen.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        "DJANGO_SETTINGS_MODULE": "roma_platform.settings",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    return var_dir


def make_keys_once(var_dir: Path) -> None:
    """Write keys.env when nobody has given the secrets; a new database gets the demo data.

    Raises CannotStart rather than giving new keys to a database that old ones have written.
    """
    path, database = var_dir / "keys.env", var_dir / "roma.sqlite3"
    if path.exists():
        return
    embedded = not os.environ.get("DATABASE_URL")
    keys = {name: key for name, key in fresh_keys().items() if not os.environ.get(name)}
    if keys and embedded and database.exists():
        raise CannotStart(
            f"{database} is there, but its keys are not. Put {path} back, "
            f"or set {', '.join(keys)} to the values it was written with."
        )
    is_demo = embedded and not database.exists() and not os.environ.get("DEMO")
    if keys or is_demo:
        text = KEYS_COMMENT + as_lines(keys) + (DEMO_LINES if is_demo else "")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)


def lock_folder(var_dir: Path) -> IO[str]:
    """Return the open lock of our folder; raise CannotStart when another start holds it."""
    lock = (var_dir / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotStart(f"it is already running from {var_dir}.") from error
    return lock


def prepare_installation(var_dir: Path) -> None:
    """Bring tables, cache, static files and demo data up to date; quick when they are."""
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import OperationalError, connections

    try:
        django.setup()
        say("Preparing the database")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    except ImproperlyConfigured as error:
        raise CannotStart(str(error)) from error
    except OperationalError as error:
        reason = str(error).partition("\n")[0]
        raise CannotStart(f"the database does not answer: {reason}") from error
    collect_static_files(var_dir)
    if settings.DEMO and not has_users():
        say("Inventing the demo data; this happens once and takes a moment")
        call_command("load_demo", verbosity=0)
    connections.close_all()


def has_users() -> bool:
    """Return whether anybody can sign in yet."""
    from django.contrib.auth import get_user_model

    return get_user_model().objects.exists()


def collect_static_files(var_dir: Path) -> None:
    """Hash and compress the static files, unless they are those of the last time."""
    from django.core.management import call_command

    digest = hashlib.sha256((BASE_DIR / "requirements.txt").read_bytes())
    for path in sorted((BASE_DIR / "static").rglob("*")):
        stat = path.stat()
        digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns};".encode())
    stamp = var_dir / "static.sha256"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say("Preparing the static files")
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(digest.hexdigest())


# -- serving


def commands(host: str, port: int) -> dict[str, list[str]]:
    """Return the processes by the name we use for them when speaking to people."""
    web = ["gunicorn", "roma_platform.wsgi:application", "--bind", f"{host}:{port}"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    web += ["--log-level", "warning", "--graceful-timeout", "10", "--no-control-socket"]
    worker = ["celery", "--quiet", "-A", "roma_platform", "worker", "--beat"]
    worker += ["--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return {
        "web server": [sys.executable, "-m", *web],
        "background worker": [sys.executable, "-m", *worker],
    }


class Processes:
    """The running parts of the portal: started together, stopped together."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self.commands = commands
        self.running: dict[str, subprocess.Popen] = {}
        self.told_to_stop = False

    def serve(self, host: str, port: int) -> int:
        """Run until a signal or until a part dies; return 0 for the first, 1 for the second."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        try:
            for name, command in self.commands.items():
                self.running[name] = start(command)
            if self.wait_until(lambda: answers(host, port), START_SECONDS):
                greet(port)
                self.wait_until(lambda: False, None)
            elif not self.told_to_stop and not self.dead():
                print(f"The web server did not answer in {START_SECONDS} s.", file=sys.stderr)
            return 0 if self.told_to_stop else 1
        finally:
            self.stop()

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Note that we are to stop; the loop does it."""
        self.told_to_stop = True

    def wait_until(self, condition: Callable[[], bool], seconds: float | None) -> bool:
        """Wait for the condition; return False when told to stop, on a death, or too late."""
        deadline = time.monotonic() + seconds if seconds else None
        while not self.told_to_stop and (deadline is None or time.monotonic() < deadline):
            if name := self.dead():
                status = self.running[name].returncode
                print(f"The {name} has stopped (status {status}); stopping all.", file=sys.stderr)
                return False
            if condition():
                return True
            time.sleep(0.2)
        return False

    def dead(self) -> str | None:
        """Return the name of a part that has ended, if there is one."""
        return next((name for name, part in self.running.items() if part.poll() is not None), None)

    def stop(self) -> None:
        """Ask every process group to end, and kill what is left of it after a while."""
        say("Stopping")
        for part in self.running.values():
            signal_group(part, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for part in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                part.wait(max(0, deadline - time.monotonic()))
            signal_group(part, signal.SIGKILL)  # a dead leader may have left children
            part.wait()


def start(command: list[str]) -> subprocess.Popen:
    """Start a process in a group of its own, which ends with us even when we are killed."""
    return subprocess.Popen(
        command,
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )


def end_with_parent() -> None:
    """Ask Linux to send SIGTERM to this process when its parent dies, however it dies."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def signal_group(part: subprocess.Popen, number: int) -> None:
    """Send the signal to the process and to all it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(part.pid, number)


def answers(host: str, port: int) -> bool:
    """Return whether the web server answers that it is healthy."""
    request = urllib.request.Request(f"http://{host}:{port}/healthz", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


# -- what people read


def greet(port: int) -> None:
    """Print the address and, with the demo data, how to sign in."""
    from django.conf import settings
    from django.core.management import call_command

    print(f"\nRoma Platform is running: http://localhost:{port}\nStop it with Ctrl-C.\n")
    if settings.DEMO:
        call_command("demo_sign_ins")
    sys.stdout.flush()


def say(text: str) -> None:
    """Print what is going on."""
    print(f"{text} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
