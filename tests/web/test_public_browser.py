"""The public portal in a real browser: searching with and without JavaScript, on a phone, on paper, by axe."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

import world
from browser import violations
from needs.models import Indicator
from people import Cast

FULL = {"problem": 1000, "present": 1000, "goal": 1000, "conditions": 500}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def listing(cast: Cast) -> Any:
    batch = world.batch(cast)
    world.listed(cast, within=batch, title="瓦线横切机结构优化", field="8")
    return world.listed(
        cast,
        within=batch,
        problem="现有涂层在强冲击下开裂，需要高强度、高延伸率的弹性体材料。" * 8,
        goal="形成配方和喷涂工艺，第三方检测合格后验收。" * 8,
        present="已有小试线一条，年产能 20 吨。" * 8,
        conditions="有同类业绩，可在青岛开展中试。" * 4,
        source_note="据公开报道整理：第六届中国创新挑战赛（青岛）",
    )


def test_a_visitor_searches_filters_and_opens_a_listing(page: Page, live_server: Any, listing: Any) -> None:
    page.goto(live_server.url)
    page.get_by_role("searchbox", name="搜索榜单").last.fill("横切")
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_role("link", name="瓦线横切机结构优化")).to_be_visible()
    expect(page.get_by_role("link", name="高强度抗爆弹性体材料")).to_have_count(0)
    page.get_by_role("link", name=re.compile("去掉条件")).click()
    expect(page.get_by_role("link", name="高强度抗爆弹性体材料")).to_be_visible()
    page.get_by_role("link", name=re.compile("新材料")).click()
    expect(page).to_have_url(re.compile(r"field=4"))
    expect(page.get_by_role("link", name="瓦线横切机结构优化")).to_have_count(0)
    expect(page.locator("#live")).to_have_text("共 1 项")  # said aloud to those who do not see the rows change
    page.go_back()
    expect(page.get_by_role("link", name="瓦线横切机结构优化")).to_be_visible()
    page.get_by_role("link", name="高强度抗爆弹性体材料").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(listing.number)


def test_filters_work_without_javascript(browser: Browser, live_server: Any, listing: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(live_server.url + reverse("listing_list"))
    page.get_by_role("link", name=re.compile("新材料")).click()
    expect(page).to_have_url(re.compile(r"field=4"))
    expect(page.get_by_role("link", name="瓦线横切机结构优化")).to_have_count(0)
    page.locator("#listing-q").fill("横切")
    page.locator("#listing-q").press("Enter")
    expect(page).to_have_url(re.compile(r"field=4"))  # the filter stays with the new word
    expect(page.get_by_text("没有符合条件的榜单")).to_be_visible()
    context.close()


@pytest.mark.parametrize("share", [0.05, 0.25, 0.4, 0.6, 0.8, 1.0])
def test_a_listing_prints_on_one_sheet_however_full_its_form_is(
    page: Page, live_server: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """All four texts to their last character and ten indicators still fit."""
    row = {"name": "高温高湿环境下的拉伸强度保持率", "unit": "MPa", "test_method": "GB/T 528-2009 硫化橡胶"}
    rows = [Indicator(operator="ge", value=Decimal(n + 1), **row) for n in range(max(1, int(10 * share)))]
    monkeypatch.setattr(world, "indicators", lambda: rows)
    text = "现有涂层在强冲击下开裂，需要高强度、高延伸率的弹性体材料。" * 40
    texts = {name: text[: int(most * share)] for name, most in FULL.items()}
    need = world.listed(cast, title=text[: max(8, int(100 * share))], source_note="据公开报道整理：挑战赛", **texts)
    page.goto(live_server.url + reverse("listing", args=[need.number]))
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))) == 1


def test_one_listing_prints_on_one_sheet_of_a4(page: Page, live_server: Any, listing: Any) -> None:
    page.goto(live_server.url + reverse("listing", args=[listing.number]))
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1
    page.emulate_media(media="print")
    for words in ("技术指标", "榜额", "揭榜截止时间", listing.published_hash):
        expect(page.get_by_text(words).first).to_be_visible()
    for gone in ("nav", ".page-head-actions", ".foot"):
        expect(page.locator(gone).first).to_be_hidden()


def test_a_phone_shows_rows_before_filters_and_nothing_runs_over_the_edge(
    browser: Browser, live_server: Any, listing: Any
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    for address in (
        reverse("home"),
        reverse("listing_list"),
        reverse("listing", args=[listing.number]),
        reverse("funnel"),
    ):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.goto(live_server.url + reverse("listing_list"))
    expect(page.get_by_role("link", name="高强度抗爆弹性体材料")).to_be_in_viewport()
    expect(page.get_by_role("link", name=re.compile("新材料"))).to_be_hidden()
    page.get_by_text("筛选", exact=True).click()
    page.get_by_role("link", name=re.compile("新材料")).click()
    expect(page).to_have_url(re.compile(r"field=4"))
    context.close()


def test_axe_finds_nothing_on_any_public_page(page: Page, live_server: Any, cast: Cast, listing: Any) -> None:
    with transaction.atomic():  # in which time can be moved
        opened = world.need(cast, status="selected", within=listing.batch)
    world.need(cast, status="withdrawn", within=listing.batch)
    names = (
        "home listing_list result_list notice_list funnel how_to checkpoints receipt_verify privacy accessibility feeds"
    )
    addresses = [reverse(name) for name in names.split()]
    addresses += [reverse("listing", args=[number]) for number in (listing.number, opened.number)]
    addresses += [reverse("listing_list") + "?field=4&q=弹性体", reverse("listing_list") + "?q=没有的词"]
    found = {}
    for address in addresses:
        page.goto(live_server.url + address)
        found[address] = violations(page)
    assert {address: what for address, what in found.items() if what} == {}


def test_no_page_asks_anything_of_a_foreign_host(page: Page, live_server: Any, listing: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for address in (reverse("home"), reverse("listing_list"), reverse("listing", args=[listing.number])):
        page.goto(live_server.url + address)
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert errors == []
