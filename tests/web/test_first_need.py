"""How far it is to a submitted need: a stranger's whole way, and the two short ways of somebody who has it written."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect

import journey
import paper
from browser import come_in
from needs.models import Need
from people import PASSWORD, Cast, uscc
from walker import Walker

pytestmark = pytest.mark.django_db(transaction=True)
# More than this is a step back: say why in docs/interface.md.
MOST_TO_A_FIRST_NEED, MOST_WITH_A_TEXT, MOST_WITH_A_FORM = 24, 18, 8


@pytest.fixture(autouse=True)
def fresh(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def window(browser: Browser, live_server: Any, browser_context_args: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """An empty browser; with a user, one who has logged in."""
    made: list[BrowserContext] = []

    def open_for(user: Any = None) -> Page:
        context = browser.new_context(**{**browser_context_args, "base_url": live_server.url})
        made.append(context)
        if user:
            come_in(context, live_server, user)
        return context.new_page()

    yield open_for
    for context in made:
        context.close()


def begin(walk: Walker, title: str) -> None:
    page = walk.page
    walk.go(page.get_by_role("link", name="发布需求").first, page.get_by_label("需求名称"))
    walk.type(page.get_by_label("需求名称"), title)
    walk.go(page.get_by_role("button", name="开始填写"), page.locator("#part-what"))


def next_step(walk: Walker, key: str) -> None:
    walk.go(walk.page.get_by_role("link", name="下一步"), walk.page.locator(f"#part-{key}"))


def write_what(walk: Walker) -> None:
    page = walk.page
    walk.choose(page.locator("[name=field]"), "新材料")
    walk.type(
        page.locator("[name=problem]"),
        "现用三元乙丙胶条在高温高湿下两年内压缩永久变形超标，门窗气密性下降，返修率约 4%。",
        tab=True,
    )
    walk.type(page.locator("[name=goal]"), "得到可量产的配方和挤出工艺，样条经第三方检测达标后验收。")


def write_terms(walk: Walker) -> None:
    page = walk.page
    walk.type(page.locator("[name=period_months]"), "9")
    walk.click(page.get_by_label("委托研发", exact=True))
    walk.click(page.locator("[name=ownership]").first)


def send(walk: Walker) -> None:
    page = walk.page
    walk.go(page.get_by_role("button", name="提交审核"), page.get_by_text("待形式审查").first)
    expect(page.get_by_text("轮到：管委会")).to_be_visible()


def test_a_stranger_comes_from_the_home_page_to_a_submitted_need(
    cast: Cast, window: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    """Only what the pages say leads on; the officer verifies the company in between, in a window of his own."""
    journey.batch(cast)
    page = window()
    walk = Walker(page)
    page.goto("/")
    walk.look()
    walk.go(page.get_by_role("link", name="注册").first, page.get_by_label("设置密码"))
    walk.type(page.get_by_label("姓名"), "周工")
    walk.type(page.get_by_label("邮箱"), "zhou@example.com", tab=True)
    walk.type(page.get_by_label("设置密码"), PASSWORD, tab=True)
    walk.click(page.get_by_label("企业", exact=True))
    walk.type(page.get_by_label("单位名称"), "青岛海澜门窗科技有限公司", tab=True)
    walk.type(page.get_by_label("统一社会信用代码"), uscc(), tab=True)
    walk.type(page.get_by_label("所在地区"), "山东省青岛市高新区", tab=True)
    walk.type(page.get_by_label("地址", exact=True), "火炬路 100 号", tab=True)
    walk.go(page.get_by_role("button", name="注册"), page.get_by_label("验证码"))
    walk.type(page.get_by_label("验证码"), re.search(r"验证码：(\d{6})", mail.outbox[-1].body)[1])  # type: ignore[index]
    walk.go(page.get_by_role("button", name="确认"), page.get_by_role("link", name="请上传营业执照"))

    begin(walk, "系统窗密封胶条高温高湿耐久性提升")
    write_what(walk)
    next_step(walk, "indicators")
    walk.type(page.locator("[name=indicators-0-name]"), "压缩永久变形")
    walk.choose(page.locator("[name=indicators-0-operator]"), "≤")
    walk.type(page.locator("[name=indicators-0-value]"), "25", tab=True)
    walk.type(page.locator("[name=indicators-0-unit]"), "%", tab=True)
    next_step(walk, "terms")
    write_terms(walk)
    next_step(walk, "maturity")
    walk.type(page.locator("[name=contact_phone]"), "13800000000")
    next_step(walk, "private")
    walk.go(page.locator("button.step-last"), page.get_by_text("榜单发布后就是下面的样子"))
    expect(page.get_by_text("单位尚未通过核验").first).to_be_visible()

    desk = window(cast.guan)
    desk.goto("/office/todo/")
    desk.get_by_role("row", name="青岛海澜门窗科技有限公司").get_by_role("link", name="核验", exact=True).click()
    desk.get_by_role("button", name="核验通过").click()
    expect(desk.get_by_text("已核验").first).to_be_visible()

    page.reload()
    send(walk)
    assert Need.objects.get().status == "submitted"
    walk.tell(record_property, "first need")
    assert walk.clicks <= MOST_TO_A_FIRST_NEED


def test_indicators_pasted_as_text_are_read_and_the_need_goes_through(
    cast: Cast, window: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    """Three indicators with their standards by one paste; nothing asks afterwards which of two drafts is meant."""
    journey.batch(cast)
    page = window(cast.alice)
    walk = Walker(page)
    page.goto("/enterprise/")
    walk.look()
    begin(walk, "系统窗密封胶条高温高湿耐久性提升")
    write_what(walk)
    next_step(walk, "indicators")
    walk.click(page.get_by_text("从一段文字里拆出指标"))
    text = "压缩永久变形不大于 25%（GB/T 7759.1），拉伸强度不低于 8 MPa（GB/T 528），使用寿命不少于 10 年"
    walk.click(page.locator("[name=pasted]"))
    page.keyboard.insert_text(text)  # Ctrl+V
    walk.latin += 2
    walk.go(page.get_by_role("button", name="拆成指标行"), page.get_by_text("从文字里拆出 3 项指标"))
    expect(page.get_by_text("这台设备上留有")).to_have_count(0)
    next_step(walk, "terms")
    write_terms(walk)
    next_step(walk, "maturity")
    next_step(walk, "private")
    walk.go(page.locator("button.step-last"), page.get_by_text("内容齐全，可以提交"))
    send(walk)
    assert [(str(row), row.test_method) for row in Need.objects.get().indicators.all()] == [
        ("压缩永久变形 ≤ 25 %", "GB/T 7759.1"),
        ("拉伸强度 ≥ 8 MPa", "GB/T 528"),
        ("使用寿命 ≥ 10 年", ""),
    ]
    walk.tell(record_property, "need with a text")
    assert walk.clicks <= MOST_WITH_A_TEXT


def test_a_form_filled_in_in_word_is_a_need_after_a_few_clicks(
    cast: Cast, window: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    journey.batch(cast)
    page = window(cast.alice)
    walk = Walker(page)
    page.goto("/enterprise/")
    walk.look()
    walk.go(page.get_by_role("link", name="发布需求").first, page.get_by_label("填好的征集表"))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.get_by_label("填好的征集表").set_input_files({"name": "征集表.docx", "mimeType": kind, "buffer": paper.ours()})
    walk.clicks += 3  # the button, the file, “open”
    walk.thoughts += 1
    walk.go(page.get_by_role("button", name="上传并读入"), page.get_by_text("全部读懂了。"))
    walk.go(page.get_by_role("link", name="核对"), page.locator("#part-what"))
    walk.go(page.locator("#form-steps button"), page.get_by_text("内容齐全，可以提交"))
    send(walk)
    assert Need.objects.get().status == "submitted"
    walk.tell(record_property, "need with a form")
    assert walk.clicks <= MOST_WITH_A_FORM
