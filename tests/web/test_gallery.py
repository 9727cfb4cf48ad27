"""The components as people see and use them: the gallery in Chromium, in both themes, wide and narrow."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from browser import violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gallery(settings, live_server, page: Page) -> str:
    settings.DEMO = True
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    complaints: list[str] = []
    page.complaints = complaints
    return f"{live_server.url}/gallery/"


def prefer(page: Page, url: str, **cookies: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_the_gallery(gallery: str, page: Page, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    prefer(page, gallery, theme=theme)
    page.goto(gallery)
    assert violations(page) == []


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("width", [1440, 1366, 390, 320])
def test_nothing_is_wider_than_the_screen(gallery: str, page: Page, width: int, size: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    prefer(page, gallery, size=size)
    page.goto(gallery)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_strict_policy_stops_none_of_our_own_scripts_and_styles(gallery: str, page: Page) -> None:
    page.goto(gallery)
    expect(page.locator("html")).to_have_class("js")
    assert page.complaints == []


def test_the_gallery_is_not_for_the_public(client: Client, settings) -> None:
    settings.DEMO = settings.DEBUG = False
    assert client.get("/gallery/").status_code == 404


def test_theme_and_size_are_chosen_by_a_plain_form(gallery: str, browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(gallery)
    page.get_by_role("button", name="深色").click()
    page.get_by_role("button", name="大字").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("data-size") == "large"
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "18px"
    context.close()
