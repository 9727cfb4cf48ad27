"""The zone office in a real browser: every page by axe and on a phone, and an officer without a mouse."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import resolve, reverse
from playwright.sync_api import Browser, Page, expect

import people
import world
from accounts.models import User
from browser import come_in, violations
from people import Cast
from workflow.tasks import tick

pytestmark = pytest.mark.django_db(transaction=True)
# What an officer can reach without changing anything; a move is a page too where it asks for something.
PLACES = re.compile(r"^/(office|needs|batches|organisations|intents|contracts|moves|go|inbox|account|preferences)/")
LEAVES = ("logout", "file", "template", "download")  # addresses that give no page


@pytest.fixture
@transaction.atomic
def zone(cast: Cast) -> Any:
    """Something in every list: needs that wait for each office, an opening, an intent, a contract, a batch to come."""
    batch = world.batch(cast)
    for status in ("submitted", "screened", "approved", "closed", "opened", "no_bid"):
        world.need(cast, within=batch, status=status, title=f"需求 {status}")
    world.need(cast, within=batch, status="intended", title="有意向的需求")
    world.contract(cast, status="performing")
    world.batch(cast, status="draft", title="下一批次")
    people.organisation("待核验科技有限公司", manager=people.person("魏新人"), status="submitted")
    return batch


@pytest.fixture
def desk(browser: Browser, live_server: Any, browser_context_args: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    made = []

    def open_for(user: User, **viewport: int) -> Page:
        size = {"width": 1366, "height": 768, **viewport}
        context = browser.new_context(**{**browser_context_args, "viewport": size, "base_url": live_server.url})
        come_in(context, live_server, user)
        made.append(context)
        return context.new_page()

    yield open_for
    for context in made:
        context.close()


def kind_of(path: str) -> str:
    """Pages of one kind are looked at once: the view, and what of its address is a word rather than an id."""
    match = resolve(path)
    return " ".join([match.view_name, *(str(v) for v in match.kwargs.values() if re.fullmatch(r"[a-z_]+", str(v)))])


def pages_from(page: Page, start: str, seen: set[str]) -> Iterator[str]:
    """Walks from link to link, one page of each kind not seen before; yields with the page standing there."""
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        page.goto(path)
        yield path
        for href in page.locator("a[href]").evaluate_all("all => all.map(a => a.href)"):
            at = urlsplit(href).path
            if at.endswith((".docx", ".pdf", ".xlsx")):  # to be saved, not shown
                continue
            if PLACES.match(at) and not any(word in at for word in LEAVES) and (kind := kind_of(at)) not in seen:
                seen.add(kind)
                waiting.append(at)


def test_axe_finds_nothing_on_any_page_of_the_office_and_nothing_runs_over_the_edge_of_a_phone(
    desk: Any, cast: Cast, zone: Any
) -> None:
    seen: set[str] = set()
    wrong: dict[str, Any] = {}
    for person in (cast.guan, cast.ling, cast.secadmin, cast.auditor, cast.sysadmin):
        page = desk(person)
        for path in pages_from(page, reverse("office_home"), seen):
            page.set_viewport_size({"width": 390, "height": 844})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            page.set_viewport_size({"width": 1366, "height": 768})
            if found := violations(page) + ([f"{over} px over the edge"] if over > 0 else []):
                wrong[f"{person.name} {path}"] = found
    assert wrong == {}
    for view in (
        "office_needs",
        "office_audit",
        "office_staff",
        "office_letters",
        "move need return",
        "opening",
        "mfa_index",
    ):
        assert view in seen


def test_to_dos_funnel_lists_lamps_and_money_are_seen_without_scrolling(desk: Any, cast: Cast, zone: Any) -> None:
    page = desk(cast.guan)
    page.goto(reverse("office_home"))
    for part in ("#todo", "#funnel", "#lists", "#lamps", "#money"):
        box = page.locator(part).bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768, part


# ── without a mouse ─────────────────────────────────────────────────────────────
FOCUSED = "(document.activeElement.innerText || document.activeElement.value || '').trim()"


def tab_to(page: Page, words: str) -> None:
    """Tab until what has the focus says `words`; a hundred stops are more than any page has before its main action."""
    page.wait_for_load_state()  # of half a page Tab finds an end before it, and no style of it is there yet
    for _stop in range(100):
        if page.evaluate(FOCUSED) == words:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to “{words}” on {page.url}")


def act(page: Page, words: str) -> None:
    tab_to(page, words)
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", f"the focus on “{words}” cannot be seen"
    page.keyboard.press("Enter")


def test_an_officer_returns_a_need_with_a_reason_by_keyboard(desk: Any, cast: Cast) -> None:
    need = world.need(cast, status="submitted")
    page = desk(cast.guan)
    page.goto(reverse("office_home"))
    page.keyboard.press("j")
    expect(page.locator("#todo tr.is-here")).to_contain_text(need.title)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(need.get_absolute_url()))
    act(page, "退回修改")
    expect(page.locator("h1")).to_have_text("退回修改")
    while page.evaluate("document.activeElement.type") != "radio":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("请把“防腐性能强”改为耐盐雾小时数等可检测的数值。")
    act(page, "退回修改")
    expect(page.locator("#messages")).to_contain_text("已办理")
    expect(page.locator("#timeline")).to_contain_text("耐盐雾小时数")


def test_a_need_is_approved_published_and_opened_by_keyboard(desk: Any, cast: Cast) -> None:
    need = world.need(cast, status="screened")
    page = desk(cast.ling)
    page.goto(need.get_absolute_url())
    act(page, "批准")
    expect(page.locator(".page-head-status")).to_contain_text("待发榜")
    act(page, "发榜")
    expect(page.locator("h1")).to_have_text("发榜")
    act(page, "发榜")
    expect(page.locator("#messages")).to_contain_text("已办理")
    tick()
    page.reload()
    expect(page.locator(".page-head-number")).to_contain_text(re.compile(r"JB-\d{4}-Q\d-\d{4}"))
    need.refresh_from_db()
    with transaction.atomic():
        world.bid(cast, need)
        world.close(need)
    page.goto(reverse("opening", args=[need.pk]))
    act(page, "发起开启")
    expect(page.locator("#record")).to_contain_text("待第二人确认")
    second = desk(cast.guan)
    second.goto(reverse("opening", args=[need.pk]))
    act(second, "确认开启")
    expect(second.locator("main")).to_contain_text("不能撤销")
    act(second, "确认开启")
    expect(second.locator("#record")).to_contain_text("开启时间")
