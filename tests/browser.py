"""The browser of the tests: one Chromium, Chinese, in Shanghai, that asks nothing of the outside.

Whatever page a test opens, it fails where the page breaks the Content-Security-Policy, a script throws, or anything
is asked of another host.
"""

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in the thread of the test
PATIENCE = 60_000  # ms; generous, because it measures nothing: Playwright's own five seconds are over on a busy machine
expect.set_options(timeout=PATIENCE)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = {"executable_path": CHROMIUM} if CHROMIUM else {}
    return {**browser_type_launch_args, **found, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


STRAY = re.compile(r".{0,12}(?:[^\s] [，。；：、）》？]|[（《，。；：、][ ](?![.\d(]))[^\s]{0,8}")
LEADS = """() => [...document.querySelectorAll('main .btn-primary:not(:disabled)')]
  .filter(b => b.checkVisibility()).map(b => b.textContent.trim())"""
COMPLAINTS: list[str] = []


def listen(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(PATIENCE)

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            COMPLAINTS.append(message.text)

    def asked(request: Request) -> None:
        if (host := urlsplit(request.url).hostname) not in (None, "localhost", "127.0.0.1"):
            COMPLAINTS.append(f"asks {host} for {request.url}")

    context.on("console", said)
    context.on("request", asked)
    context.on("weberror", lambda thrown: COMPLAINTS.append(f"{thrown.page and thrown.page.url}: {thrown.error}"))
    return context


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Browser:
    """No page is opened but by this `new_context`, pytest-playwright's own ones included."""
    opened = browser.new_context
    browser.new_context = lambda **how: listen(opened(**how))  # type: ignore[method-assign]
    return browser


@pytest.fixture(autouse=True)
def nothing_is_complained_of() -> Iterator[None]:
    COMPLAINTS.clear()
    yield
    assert COMPLAINTS == []


def click(target: Locator) -> None:
    """A click is over when the next page begins to come; whoever counts what is on it waits until it is all there."""
    target.click()
    target.page.wait_for_load_state()


def violations(page: Page) -> list[str]:
    """What axe finds on this page, one line for each: rule, how bad, where."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{v['id']} ({v['impact']}): {node['target']}" for v in found for node in v["nodes"]]


def come_in(context: BrowserContext, live_server: Any, user: Any) -> None:
    """Logged in, without the page for it."""
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def look(page: Page) -> list[str]:
    """What is wrong with this page, drawn at a desk and on a phone."""
    page.set_viewport_size({"width": 1366, "height": 768})
    found = violations(page)
    if len(leads := page.evaluate(LEADS)) > 1:
        found.append(f"several primary actions: {leads}")
    found += [f"stray space: {match[0]}" for match in STRAY.finditer(page.locator("body").inner_text())]
    page.set_viewport_size({"width": 390, "height": 844})
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > 390:
        found.append(f"{wide} pixels wide on a phone")
    return found
