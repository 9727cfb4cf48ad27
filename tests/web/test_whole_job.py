"""The whole job, in the browser: a need is posted, screened, published, bid on, opened, answered, signed, delivered.

Five people in five windows. Nothing is clicked for them and nothing is stubbed; the platform's own ticks run beside
them as Celery would run them, and only the waiting for the deadline is spared.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect

import world
from accounts.models import User
from browser import PATIENCE, click, come_in
from core import clock
from diagnoses.codes import Item
from needs.models import Need
from notifications.tasks import relay
from people import PASSWORD, Cast, person
from proposals.tasks import decrypt_opened
from workflow.tasks import tick

TITLE = "高强度抗爆弹性体材料研发（䶮𠮷）"


@pytest.fixture
def clockwork(transactional_db: None) -> Iterator[None]:
    """Beat and worker: what Celery does every five seconds, here as fast as it goes."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(0.2):
            close_old_connections()
            for task in (tick, decrypt_opened, relay):
                task()
        connection.close()

    beside = threading.Thread(target=run, daemon=True)
    beside.start()
    yield
    over.set()
    beside.join(PATIENCE / 1000)
    assert not beside.is_alive()


@pytest.fixture
def window(browser: Browser, live_server: Any, browser_context_args: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """A window of one's own for each person, already logged in."""
    made: list[BrowserContext] = []

    def open_for(user: User, locale: str = "zh-CN") -> Page:
        context = browser.new_context(**{**browser_context_args, "locale": locale, "base_url": live_server.url})
        made.append(context)
        if locale == "en":
            User.objects.filter(pk=user.pk).update(language="en")
        come_in(context, live_server, user)
        if locale == "en":
            context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
        return context.new_page()

    yield open_for
    for context in made:
        context.close()


def said(page: Page, text: str) -> str:
    """The words in the language this page is in."""
    language = page.locator("html").get_attribute("lang") or "zh-hans"
    with translation.override(language):
        return translation.gettext(text)


def press(page: Page, name: str) -> None:
    click(page.get_by_role("button", name=said(page, name), exact=True).first)


def follow(page: Page, name: str) -> None:
    click(page.get_by_role("link", name=said(page, name), exact=True).first)


def move(page: Page, name: str, **fields: str) -> None:
    """A lifecycle button: one click where it asks nothing, else its page, what it asks, and the same words again."""
    label = said(page, name)
    if page.get_by_role("button", name=label, exact=True).count():
        return press(page, name)
    if not page.get_by_role("link", name=label, exact=True).first.is_visible():
        page.get_by_label(said(page, "更多操作")).first.click()
    follow(page, name)
    for field, value in fields.items():
        if page.locator(f"[name={field}]").first.get_attribute("type") == "radio":
            page.locator(f"[name={field}][value={value}]").check()
        else:
            page.locator(f"[name={field}]").fill(value)
    click(page.locator("main").get_by_role("button", name=said(page, name), exact=True))


def step(page: Page, key: str) -> None:
    """To another step of the form, by the line of steps."""
    page.locator(f"#form-steps a[href='#part-{key}']").click()


def write_need(page: Page) -> None:
    page.goto("/enterprise/needs/new/")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=batch]").first.check()
    press(page, "开始填写")
    page.locator("[name=field]").select_option("4")
    page.locator("[name=problem]").fill("现有聚脲涂层在强冲击下开裂，延伸率和强度难以兼顾。")
    page.locator("[name=goal]").fill("样板经第三方检测达到全部硬指标后验收。")
    step(page, "terms")
    page.locator("[name=budget]").fill("50")
    page.locator("[name=period_months]").fill("12")
    page.locator("[name=cooperation][value=commissioned]").check()
    page.locator("[name=ownership][value=joint]").check()
    step(page, "maturity")
    page.locator("[name=contact_name]").fill("艾工")
    page.locator("[name=contact_phone]").fill("13800000000")
    step(page, "indicators")
    page.locator("[name='indicators-0-name']").fill("拉伸强度")
    page.locator("[name='indicators-0-value']").fill("25")


def write_bid(page: Page, need: Need) -> None:
    indicator = need.indicators.get()
    page.goto(f"/listings/{need.number}/")
    follow(page, "揭榜")
    press(page, "开始写方案")
    page.locator("[name=summary]").fill("以芳香族聚脲为基体，引入纳米增强相。")
    page.locator("[name=approach]").fill("先小试筛选配方，再中试放大并逐项检测。")
    page.locator(f"[name='answer-{indicator.pk}-value']").fill("27")
    page.locator("[name=price]").fill("48")
    page.locator("[name=period_months]").fill("10")
    for row, (title, month, amount) in enumerate((("小试配方", "3", "18"), ("中试交付", "10", "30"))):
        if not page.locator(f"[name='milestones-{row}-title']").count():
            press(page, "增加里程碑")
        page.locator(f"[name='milestones-{row}-title']").fill(title)
        page.locator(f"[name='milestones-{row}-month']").fill(month)
        page.locator(f"[name='milestones-{row}-amount']").fill(amount)
        page.locator(f"[name='milestones-{row}-deliverable']").fill("样件和检测报告")


@pytest.mark.usefixtures("clockwork")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_need_goes_from_its_first_sentence_to_the_last_milestone(
    cast: Cast, window: Callable[..., Page], language: str
) -> None:
    world.batch(cast)
    _ = cast.team
    alice, guan, shen, gao, tao = (
        window(getattr(cast, name), language) for name in ("alice", "guan", "shen", "gao", "tao")
    )

    # The enterprise writes; what is missing is said next to the field, and nothing typed is lost.
    write_need(alice)
    alice.locator("#form-steps button").click()
    expect(alice.locator("[name='indicators-0-unit']")).to_be_visible()
    expect(alice.locator(".field-error").first).to_be_visible()
    expect(alice.locator("[name=title]")).to_have_value(TITLE)
    alice.locator("[name='indicators-0-unit']").fill("MPa")
    alice.locator("#form-steps button").click()
    press(alice, "提交审核")
    need = _until(lambda: Need.objects.get(title=TITLE), "submitted")
    alice.goto(need.get_absolute_url())
    expect(alice.locator(".banner")).to_contain_text(said(alice, "管委会"))

    # The zone screens, returns once, approves by another person, publishes.
    guan.goto("/office/")
    follow(guan, TITLE)
    move(guan, "退回修改", code="problem", reason="请补充现有涂层的失效数据，便于揭榜方判断。")
    alice.goto(need.get_absolute_url())
    expect(alice.locator("main")).to_contain_text("请补充现有涂层的失效数据")
    move(alice, "提交审核")
    guan.goto(need.get_absolute_url())
    for item in Item:
        guan.locator(f"[name={item}][value=met]").check()
    press(guan, "保存并通过")
    shen.goto(need.get_absolute_url())
    move(shen, "批准")
    follow(shen, "发榜")
    deadline = shen.locator("[name=bid_deadline]").input_value()
    assert deadline, "the window of the batch is proposed"
    shen.locator("main").get_by_role("button", name=said(shen, "发榜"), exact=True).click()
    need = _until(lambda: need, "published")

    # A team bids under seal and keeps a receipt that anybody can check.
    write_bid(tao, need)
    press(tao, "保存并提交方案")
    if tao.get_by_role("button", name=said(tao, "提交方案"), exact=True).count():
        press(tao, "提交方案")
    bid = need.proposals.get()
    _until(lambda: bid, "submitted")
    tao.goto(bid.get_absolute_url())
    expect(tao.locator("main a[href*=receipt]").first).to_be_visible()
    alice.goto(need.get_absolute_url())
    expect(alice.locator("body")).not_to_contain_text("弹性体课题组")
    assert alice.goto(bid.get_absolute_url()).status == 404  # type: ignore[union-attr]

    # After the deadline two officers open; one alone cannot.
    with transaction.atomic():
        world.let_the_deadline_pass(need)
    _until(lambda: need, "closed")
    guan.goto(f"/needs/{need.pk}/opening/")
    press(guan, "发起开启")
    expect(guan.get_by_role("button", name=said(guan, "确认开启"))).to_be_disabled()
    gao.goto("/office/")
    follow(gao, TITLE)
    move(gao, "确认开启")
    _until(lambda: bid, "opened")
    gao.goto(f"/needs/{need.pk}/opening/")
    expect(gao.locator("main")).to_contain_text(need.openings.get().merkle_root)

    # The enterprise compares and answers with a reason; the result is public.
    alice.goto(f"/needs/{need.pk}/compare/")
    expect(alice.locator("main")).to_contain_text("48.00 万元" if language == "zh-CN" else "480,000.00")
    expect(alice.get_by_role("button", name=said(alice, "去决定")).first).to_be_disabled()
    alice.locator(f"[name='bid-{bid.pk}-outcome'][value=select]").first.check()
    alice.locator(f"[name='bid-{bid.pk}-code']").first.select_option("fit")
    alice.locator(f"[name='bid-{bid.pk}-sentence']").first.fill("指标响应完整，强度高于要求，报价合理。")
    press(alice, "保存答复")
    alice.goto(f"/needs/{need.pk}/compare/conclude/")
    press(alice, "记录决定")
    move(alice, "公布结果")
    _until(lambda: need, "selected")
    tao.goto(bid.get_absolute_url())
    expect(tao.locator("main")).to_contain_text("强度高于要求")

    # Intent, contract, both confirm.
    alice.goto(f"/needs/{need.pk}/intent/")
    alice.locator("[name=amount]").fill("48")
    alice.locator("[name=next_step]").fill("到企业对接，确定合同条款")
    alice.locator("[name=next_date]").fill(str(clock.today() + timedelta(days=14)))
    press(alice, "发出意向")
    intent = need.intents.get()
    tao.goto(intent.get_absolute_url())
    move(tao, "确认意向")
    alice.goto(intent.get_absolute_url())
    press(alice, "起草合同")
    contract = need.contracts.get()
    alice.goto(f"/contracts/{contract.pk}/edit/")
    alice.locator("[name=confidentiality]").fill("双方对技术资料保密三年。")
    press(alice, "保存并送乙方确认")
    if alice.get_by_role("button", name=said(alice, "甲方确认并送乙方"), exact=True).count():
        press(alice, "甲方确认并送乙方")
    _until(lambda: contract, "offered")
    tao.goto(contract.get_absolute_url())
    move(tao, "乙方确认签约")
    _until(lambda: need, "contracted")

    # Milestones reported with evidence, verified; done; the funnel counts it and opens its record.
    for milestone in contract.milestones.all():
        tao.goto(f"/moves/milestone/{milestone.pk}/report/")
        tao.locator("[name=report]").fill("样片三件已送检，拉伸强度 27 MPa，报告见附件。")
        tao.locator("[name=evidence]").set_input_files(
            [{"name": "报告.txt", "mimeType": "text/plain", "buffer": b"27 MPa"}]
        )
        press(tao, "报告完成")
        alice.goto(f"/moves/milestone/{milestone.pk}/verify/")
        press(alice, "核验通过")
        _until(lambda m=milestone: m, "verified")
    alice.goto(contract.get_absolute_url())
    move(alice, "确认履约完成")
    _until(lambda: need, "completed")
    guan.goto("/office/funnel/")
    guan.locator(".funnel a").first.click()
    expect(guan.locator("main")).to_contain_text(TITLE)


@pytest.mark.usefixtures("clockwork")
def test_a_newcomer_logs_in_and_lands_where_the_work_is(cast: Cast, browser: Browser, live_server: Any) -> None:
    user = person("新来的", email="new@example.com", password=PASSWORD)
    page = browser.new_context(base_url=live_server.url, locale="zh-CN").new_page()
    page.goto("/")
    follow(page, "登录")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "登录")
    expect(page.get_by_text("新来的").first).to_be_visible()
    page.context.close()


def _until(get: Callable[[], Any], status: str) -> Any:
    """The row once the platform has brought it to `status`; a browser only sees what was committed."""
    for _attempt in range(PATIENCE // 100):
        row = get()
        row.refresh_from_db()
        if row.status == status:
            return row
        threading.Event().wait(0.1)
    raise AssertionError(f"{row} is {row.status}, not {status}")
