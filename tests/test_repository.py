"""Rules about the files themselves, which no page would show when they are broken."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "families", "mediation", "activities", "reports"]  # imports run to the left
TOPS = [*APPS, "roma_platform", "scripts", "templates", "static", "tests", "docs", ".ci"]
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
TRANSLATED = ["lv", "ru"]  # English is what the texts are written in
DOTTED = re.compile(rf"({'|'.join(APPS)})(\.\w+)+")


def files(*suffixes: str, tops: list[str] = TOPS) -> list[Path]:
    """Return the project's own files with such an ending; vendored ones are left out."""
    found = [path for top in tops for path in (ROOT / top).rglob("*") if path.is_file()]
    found += [path for path in ROOT.iterdir() if path.is_file() and path.name != ".env"]
    return [
        path
        for path in found
        if path.suffix in suffixes
        and not {"vendor", "__pycache__"} & set(path.relative_to(ROOT).parts)
    ]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# -- imports run one way


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Yield (dotted name, line, whether it stands in a function) for every import of the file."""
    package = path.relative_to(ROOT).parts[:-1]
    tree = ast.parse(path.read_text())
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        and getattr(function, "name", "") != "ready"  # Django's place for late imports
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            names = [".".join([*base, *filter(None, [node.module])])]
        else:
            continue
        for name in names:
            yield name, node.lineno, id(node) in inside


def dotted_texts(path: Path) -> Iterator[tuple[str, int]]:
    """Yield texts such as "families.Family", which import by another door."""
    for node in ast.walk(ast.parse(path.read_text())):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and DOTTED.fullmatch(text):
            yield text, node.lineno


def app_of(name: str) -> str | None:
    """Return the app that a dotted name belongs to, if it is one of ours."""
    top = name.partition(".")[0]
    return top if top in APPS else None


@pytest.mark.parametrize("app", APPS)
def test_no_app_imports_one_that_stands_above_it(app):
    above = APPS[APPS.index(app) + 1 :]
    faults = [
        f"{name_of(path)}:{line} {name}"
        for path in files(".py", tops=[app])
        if path.is_relative_to(ROOT / app)
        for name, line in [*((n, at) for n, at, _ in imports(path)), *dotted_texts(path)]
        if app_of(name) in above
    ]
    assert faults == []


@pytest.mark.parametrize("app", APPS)
def test_no_import_of_ours_hides_in_a_function(app):
    faults = [
        f"{name_of(path)}:{line} {name}"
        for path in files(".py", tops=[app])
        if path.is_relative_to(ROOT / app)
        for name, line, hidden in imports(path)
        if hidden and app_of(name)
    ]
    assert faults == []


def test_the_platform_names_apps_by_text_only():
    faults = [
        f"{name_of(path)}:{line} {name}"
        for path in files(".py", tops=["roma_platform"])
        if path.is_relative_to(ROOT / "roma_platform")
        for name, line, _ in imports(path)
        if app_of(name)
    ]
    assert faults == []


# -- templates obey the Content-Security-Policy

UNSAFE_MARKUP = {
    "an inline style does not apply": re.compile(r"\sstyle\s*="),
    "an inline handler does not run": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "a style element does not apply": re.compile(r"<style\b"),
    "a script needs src or the nonce": re.compile(r"<script(?![^>]*\b(src|nonce)=)[^>]*>"),
    "a javascript: address does not run": re.compile(r"javascript:"),
    "nothing is loaded from elsewhere": re.compile(r"\b(src|srcset)\s*=\s*[\"'](https?:)?//"),
}


@pytest.mark.parametrize("fault", UNSAFE_MARKUP)
def test_templates_hold_nothing_that_the_policy_would_block(fault):
    pages = [path for path in files(".html", ".svg") if "email" not in path.parts]
    assert [name_of(path) for path in pages if UNSAFE_MARKUP[fault].search(path.read_text())] == []


# -- requirements, and words that have no business here


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_says_why_it_is_there(name):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line.strip()]
    packages = [line for line in lines if not line.startswith(("#", "-r "))]
    assert [line for line in packages if not re.match(r"[\w\[\],-]+==[\w.]+\s+# \w", line)] == []


def test_no_file_names_a_package_registry_or_a_path_of_one_machine():
    words = ["/".join(["", "work", folder]) for folder in ("main", "shared")]
    words += [".".join(parts) for parts in (("pypi", "org"), ("npmjs", "org"))]
    words += ["/".join(["", "tmp", "rv"]), "/".join(["", "root", ""])]
    texts = files(".py", ".html", ".txt", ".md", ".toml", ".sh", ".js", ".css", ".svg", ".csv", "")
    faults = [
        f"{name_of(path)}: {word}"
        for path in texts
        for word in words
        if word in path.read_text(errors="replace")
    ]
    assert faults == []


# -- translations


def test_pages_are_translated_into_every_language():
    translated = {path.parts[-3] for path in CATALOGUES if path.stem == "django"}
    assert translated >= {*TRANSLATED}


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_the_compiled_catalogue_is_that_of_the_written_one(path):
    written, compiled = polib.pofile(str(path)), polib.mofile(str(path.with_suffix(".mo")))

    def texts(catalogue) -> dict:
        return {
            (entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr
            for entry in catalogue.translated_entries()
        }

    assert texts(written) == texts(compiled)


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_every_text_is_translated(path):
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    if path.parts[-3] in TRANSLATED:
        assert [entry.msgid for entry in catalogue.untranslated_entries()] == []


@pytest.mark.slow
def test_the_catalogues_hold_every_text_of_pages_and_scripts(tmp_path):
    if not shutil.which("xgettext"):
        assert not os.environ.get("CI"), "gettext must be installed where CI runs"
        pytest.skip("gettext is not installed")
    for top in [*APPS, "roma_platform", "templates", "static", "locale", "scripts", "manage.py"]:
        if (ROOT / top).is_dir():
            shutil.copytree(ROOT / top, tmp_path / top)
        elif (ROOT / top).exists():
            shutil.copy(ROOT / top, tmp_path / top)
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("vendor"))
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(
        ["bash", "scripts/messages.sh"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )
    for path in CATALOGUES:
        now, fresh = polib.pofile(str(path)), polib.pofile(str(tmp_path / path.relative_to(ROOT)))
        assert {e.msgid for e in fresh if not e.obsolete} == {
            e.msgid for e in now if not e.obsolete
        }
