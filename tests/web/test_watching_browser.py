"""Save a search and follow a listing in a real browser: with scripts, without them, on a phone, by axe."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

import world
from browser import violations
from discovery.models import Follow, SavedSearch
from discovery.stopping import SIGNER
from people import PASSWORD, Cast, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader(cast: Cast) -> Any:
    world.listed(cast)
    return person("读者", email="reader@example.com", password=PASSWORD)


def log_in(page: Page) -> None:
    page.get_by_label("邮箱或手机号").fill("reader@example.com")
    page.get_by_label("密码").first.fill(PASSWORD)
    page.get_by_label("密码").first.press("Enter")


def test_a_visitor_saves_a_search_follows_a_listing_and_stops_by_mail(
    page: Page, browser: Browser, live_server: Any, reader: Any
) -> None:
    page.goto(live_server.url + reverse("listing_list") + "?field=4")
    page.get_by_role("link", name="保存这个搜索").click()
    log_in(page)
    expect(page.get_by_label("名称")).to_have_value("新材料")
    expect(page.get_by_text("每个工作日 08:30 最多发一封邮件到 reader@example.com")).to_be_visible()
    page.get_by_role("button", name="保存搜索").click()
    expect(page.get_by_role("link", name="新材料", exact=True)).to_be_visible()
    page.get_by_role("link", name="浏览榜单").click()
    page.get_by_role("link", name="高强度抗爆弹性体材料").click()
    address = page.url
    page.get_by_role("button", name="关注").click()
    expect(page.get_by_role("button", name="已关注，点此取消")).to_be_visible()
    assert page.url == address
    assert Follow.objects.get().user == reader
    stranger = browser.new_context(locale="zh-CN", java_script_enabled=False).new_page()
    stranger.goto(live_server.url + reverse("stop", args=[SIGNER.sign(f"alerts.{reader.pk}")]))
    assert SavedSearch.objects.get().alerts
    stranger.get_by_role("button", name="停止提醒").click()
    expect(stranger.get_by_role("heading", name="已停止")).to_be_visible()
    assert not SavedSearch.objects.get().alerts
    stranger.context.close()


def test_following_works_without_scripts(browser: Browser, live_server: Any, reader: Any) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + reverse("listing_list"))
    page.get_by_role("link", name="高强度抗爆弹性体材料").click()
    page.get_by_role("link", name="关注").click()
    log_in(page)
    page.get_by_role("button", name="关注").click()
    expect(page.get_by_role("button", name="已关注，点此取消")).to_be_visible()
    expect(page.get_by_text("已关注。有变化和快截止时会告诉您。")).to_be_visible()
    context.close()


def test_axe_finds_nothing_and_nothing_runs_over_the_edge_of_a_phone(
    browser: Browser, live_server: Any, reader: Any
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(live_server.url + reverse("search_new") + "?field=4")
    log_in(page)
    expect(page.get_by_role("button", name="保存搜索")).to_be_visible()
    found = [violations(page)]
    page.get_by_role("button", name="保存搜索").click()
    number = page.request.get(live_server.url + reverse("listing_json")).json()["listings"][0]["number"]
    stop = reverse("stop", args=[SIGNER.sign(f"alerts.{reader.pk}")])
    for address in (reverse("watching"), reverse("listing_follow", args=[number]), reverse("feeds"), stop):
        page.goto(live_server.url + address)
        found.append(violations(page))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    assert [what for what in found if what] == []
    context.close()
