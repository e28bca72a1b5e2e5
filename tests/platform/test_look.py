"""The files behind the look: libraries as they were published, colours that can be read."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parent.parent.parent
VENDOR = ROOT / "static" / "vendor"
STYLES = (ROOT / "static" / "platform.css").read_text()
SPRITE = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text()))
SIGHT = 5.5  # the contrast of every text; WCAG AA asks for 4.5
EDGE = 3.0  # the contrast of a control's border
GROUNDS = ["paper", "surface", "sunken"]
TEXTS = ["ink", "muted", "blue", "blue-dark", "green", "red", "red-dark", "amber"]
ON_TINTS = [
    ("ink", "blue-tint"),
    ("blue", "blue-tint"),
    ("blue-dark", "blue-tint"),
    ("ink", "green-tint"),
    ("green", "green-tint"),
    ("ink", "red-tint"),
    ("red", "red-tint"),
    ("red-dark", "red-tint"),
    ("ink", "amber-tint"),
    ("amber", "amber-tint"),
    *[("on-blue", solid) for solid in ("blue", "blue-dark", "green", "red", "red-dark")],
]
READ = [*((text, ground) for text in TEXTS for ground in GROUNDS), *ON_TINTS]


def tokens() -> dict[str, dict[str, str]]:
    """Return the colours of light and dark; dark inherits what it does not name."""
    light, dark = re.findall(r":root \{(.*?)\}", STYLES, re.S)[:2]
    colours = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, dark)]
    return {"light": colours[0], "dark": colours[0] | colours[1]}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_bad_light(scheme):
    colours = tokens()[scheme]
    weak = [pair for pair in READ if contrast(colours[pair[0]], colours[pair[1]]) < SIGHT]
    assert weak == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_a_control_can_be_seen(scheme):
    colours = tokens()[scheme]
    assert [
        ground for ground in GROUNDS if contrast(colours["control"], colours[ground]) < EDGE
    ] == []


def test_vendored_files_are_those_that_were_reviewed():
    for entry in json.loads((VENDOR / "vendor.json").read_text()):
        file = (VENDOR / entry["file"]).resolve()
        if "sha256" in entry:  # the sprite of icons is put together by us
            assert hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"], entry["file"]
        assert (VENDOR / entry["licence_file"]).resolve().is_file(), entry["name"]


def test_no_vendored_file_is_missing_from_the_list():
    listed = {entry["file"] for entry in json.loads((VENDOR / "vendor.json").read_text())}
    licences = {"LICENSE", "icons.LICENSE", "vendor.json"}
    found = {
        str(path.relative_to(VENDOR))
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in licences
    }
    assert found <= listed


def test_a_slow_phone_gets_little_to_load():
    fonts = sum(path.stat().st_size for path in (VENDOR / "fonts").glob("*.woff2"))
    assert fonts <= 120_000
    assert (ROOT / "static" / "platform.js").stat().st_size <= 5_000


def test_every_icon_that_a_template_names_is_drawn():
    named = {
        (path.name, icon)
        for path in ROOT.glob("**/templates/**/*.html")
        if "vendor" not in path.parts and ".venv" not in path.parts
        for icon in re.findall(
            r'icon\.html" with name="([\w-]+)"|\w*icon="([\w-]+)"', path.read_text()
        )
    }
    assert {
        (name, icon) for name, pair in named for icon in pair if icon and icon not in SPRITE
    } == set()


@pytest.mark.parametrize("page", ["400.html", "500.html", "503.html"])
def test_what_is_shown_when_something_failed_needs_nothing_that_could_fail(page):
    html = render_to_string(page)
    assert "<h1>" in html
    assert "platform.css" in html


@pytest.mark.parametrize("page", ["403.html", "403_csrf.html", "404.html", "405.html", "429.html"])
def test_a_refusal_is_a_page_of_ours_that_says_what_to_do(rf, page):
    request = rf.get("/")
    html = render_to_string(page, {"user": None}, request)
    assert html.count("<h1>") == 1
    assert 'class="btn btn-primary"' in html
