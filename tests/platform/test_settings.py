"""What the environment may say, and what is refused in one sentence."""

import base64
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from roma_platform.environment import DEVELOPMENT

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
SECRETS = {"SECRET_KEY": KEY[::-1] + KEY, "VAULT_KEYS": f"k1:{KEY}", "BLIND_INDEX_KEY": KEY}


def manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run manage.py with nothing in the environment but what the test gives."""
    bare = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), "ENV_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=bare | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_refused(result: subprocess.CompletedProcess, *words: str) -> None:
    assert result.returncode == 1
    assert result.stderr.startswith("Roma Platform cannot start: ")
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize("missing", SECRETS)
@pytest.mark.parametrize("value", [None, ""])
def test_without_a_secret_nothing_starts(tmp_path, missing, value):
    environment = {name: secret for name, secret in SECRETS.items() if name != missing}
    if value is not None:
        environment[missing] = value
    result = manage(tmp_path, "check", **environment)
    assert_refused(result, f"{missing} is not set", "scripts/make_keys.py", ".env.example")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("VAULT_KEYS", KEY, "id:key"),
        ("VAULT_KEYS", f"k1:{KEY},k1:{KEY}", "id:key"),
        ("VAULT_KEYS", f":{KEY}", "id:key"),
        ("VAULT_KEYS", "k1:c2hvcnQ=", "32 bytes"),
        ("VAULT_KEYS", f"k1:{KEY},k2:ā", "32 bytes"),
        ("BLIND_INDEX_KEY", "c2hvcnQ=", "32 bytes"),
        ("DEBUG", "perhaps", "DEBUG"),
        ("REPORT_GRACE_DAYS", "soon", "REPORT_GRACE_DAYS"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL"),
        ("DATABASE_URL", "somewhere", "DATABASE_URL"),
        ("EMAIL_URL", "pigeon://loft", "EMAIL_URL"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(tmp_path, name, value, word):
    assert_refused(manage(tmp_path, "check", **SECRETS | {name: value}), name, word)


@pytest.mark.parametrize("name", SECRETS)
def test_the_keys_of_development_are_refused_on_a_server(tmp_path, name):
    result = manage(tmp_path, "check", **SECRETS | {name: DEVELOPMENT[name]})
    assert_refused(result, f"{name} is the one for development")


def test_development_needs_no_secrets(tmp_path):
    assert manage(tmp_path, "check", DEBUG="1").returncode == 0


def test_an_unknown_command_of_a_portal_without_secrets_is_refused_alike(tmp_path):
    assert_refused(manage(tmp_path, "indicators", "--help"), "SECRET_KEY")


def test_printed_keys_are_accepted(tmp_path):
    printed = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_keys.py"],
        capture_output=True,
        text=True,
        check=True,
    )
    environment = dict(line.split("=", 1) for line in printed.stdout.splitlines())
    assert environment.keys() == SECRETS.keys()
    assert manage(tmp_path, "check", **environment).returncode == 0


def test_keys_of_the_first_start_are_found_again(tmp_path):
    (tmp_path / "var").mkdir()
    lines = "".join(f"{name}={value}\n" for name, value in SECRETS.items())
    (tmp_path / "var" / "keys.env").write_text(lines)
    assert manage(tmp_path, "check").returncode == 0


def test_the_environment_wins_over_the_file(tmp_path):
    file = tmp_path / "settings.env"
    file.write_text("SECRET_KEY=from the file\nLOG_LEVEL=LOUD\nREDIS_URL=\n")
    result = manage(tmp_path, "check", **SECRETS, LOG_LEVEL="INFO", ENV_FILE=str(file))
    assert result.returncode == 0


def test_a_server_passes_the_deployment_checklist(tmp_path):
    environment = SECRETS | {"SITE_URL": "https://platform.example", "TRUSTED_PROXY": "1"}
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **environment)
    assert result.returncode == 0, result.stderr


def test_what_the_portal_writes_is_for_its_owner_only(tmp_path):
    manage(tmp_path, "check", **SECRETS)
    folders = [tmp_path / "var", *(tmp_path / "var").rglob("*")]
    assert len(folders) > 3
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_any_name_of_a_folder_will_do(tmp_path):
    folder = tmp_path / "Mūsu dati #1, 100%20 droši?"
    assert manage(tmp_path, "migrate", **SECRETS, VAR_DIR=str(folder)).returncode == 0
    assert (folder / "roma.sqlite3").exists()


def test_every_variable_is_explained():
    sources = [ROOT / "roma_platform" / "settings.py", ROOT / "scripts" / "serve.py"]
    reading = re.compile(r"""(?:\benv\.\w+|environ\.get)\(\s*"([A-Z_]+)\"""")
    read = {name for path in sources for name in reading.findall(path.read_text())}
    explained = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert len(read) > 20
    assert read - {"ENV_FILE"} == explained  # ENV_FILE says where such a file is
