"""Chromium on the real pages: a phone and a desk, signed-in users, and axe."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
CHROMIUM = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
)
QUIET = [
    "--no-sandbox",  # root, as in containers, has no sandbox
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}

# Playwright's loop runs in the thread of the tests, and Django would refuse it the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests; without one they are skipped, but never in CI."""
    if not CHROMIUM:
        assert not os.environ.get("CI"), "Chromium must be installed where CI runs"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Open a page of its own session: `open_page(PHONE, user)`; no user means nobody signed in.

    Afterwards the test fails if any page said something on the console, such as a violation of
    the Content-Security-Policy or an error of a script.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(device: dict = DESK, user: object = None, **options: object) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="lv-LV", **device, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: note(message, complaints))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page as wide as a phone, nobody signed in."""
    return open_page(PHONE)


@pytest.fixture
def desk(open_page: Callable[..., Page]) -> Page:
    """A page as wide as a desk's screen, nobody signed in."""
    return open_page(DESK)


def note(message, complaints: list[str]) -> None:
    """Remember an error of the console; answers such as 404 are the business of the tests."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        complaints.append(message.text)


def session_cookie(user: object, url: str) -> dict:
    """Return the cookie of a fresh session of the user."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Return a function that lists the accessibility violations of a page (WCAG 2.2 A and AA)."""
    return violations


def violations(page: Page) -> list[str]:
    """Return one line per fault: the rule, what it says, and where."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
    return [
        f"{fault['id']}: {fault['help']}: {node['target']}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    root = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return max(0, root[0] - root[1])
