"""The form of a need as steps: where one is, what each still lacks, back and forth without losing anything."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as Tab

import journey
from browser import come_in, violations
from forms_on_page import Page
from needs.models import Need
from people import Cast
from wrong_forms import as_

pytestmark = pytest.mark.django_db


def edit(need: Need) -> str:
    return f"/needs/{need.pk}/edit/"


def send(client: Client, need: Need, **typed: Any) -> Any:
    version = str(Need.objects.get(pk=need.pk).revision)
    return client.post(edit(need), {"version": version, **typed}, follow=True)


def states(html: str) -> dict[str, str]:
    """What the line of steps says of each."""
    line = html[html.index('id="form-steps"') : html.index("</nav>", html.index('id="form-steps"'))]
    found = re.findall(r'form-step-to is-(\w+)"><a href="[^"]*#part-(\w+)"', line)
    return {key: state for state, key in found}


# ── what a form does not carry ──────────────────────────────────────────────────
def test_a_form_that_carries_one_step_leaves_the_others_alone(cast: Cast) -> None:
    need = journey.draft(cast, keywords=["聚脲"], funding=["own"], confidential="配方")
    send(as_(cast.alice), need, problem="只改这一处。")
    held = Need.objects.get(pk=need.pk)
    assert held.problem == "只改这一处。"
    kept = ("title", "goal", "budget", "period_months", "cooperation", "ownership", "keywords", "funding")
    assert [getattr(held, name) for name in kept] == [getattr(need, name) for name in kept]
    assert held.confidential == "配方"
    assert held.indicators.count() == 3


def test_what_was_wrong_in_another_step_stays_as_it_was_typed(cast: Cast) -> None:
    need, alice = journey.draft(cast), as_(cast.alice)
    send(alice, need, budget="四十八万")
    send(alice, need, problem="后来改的难题。")
    html = alice.get(edit(need)).content.decode()
    assert Page(edit(need), html).form_with("budget").controls["budget"].values == ["四十八万"]
    assert states(html)["terms"] == "wrong"
    send(alice, need, budget="48")
    assert Need.objects.get(pk=need.pk).typed == []


def test_boxes_that_were_all_cleared_are_cleared(cast: Cast) -> None:
    """A browser sends nothing for a box without its tick; the hidden empty value says that it was there."""
    need, alice = journey.draft(cast, funding=["own", "loan"]), as_(cast.alice)
    page = Page(edit(need), alice.get(edit(need)).content.decode())
    assert "" in page.form_with("funding").controls["funding"].values
    send(alice, need, funding="")
    assert Need.objects.get(pk=need.pk).funding == []


# ── where one is ────────────────────────────────────────────────────────────────
def test_each_step_says_whether_it_is_done_lacks_something_or_has_something_wrong(cast: Cast) -> None:
    need, alice = journey.draft(cast, problem="", ownership=""), as_(cast.alice)
    send(alice, need, contact_phone="明天给")
    html = alice.get(edit(need)).content.decode()
    assert states(html) == {
        "what": "open", "indicators": "done", "terms": "open", "maturity": "wrong", "private": "optional",
    }  # fmt: skip
    assert "还差 1 处" in html
    assert states(alice.get(f"/needs/{need.pk}/check/").content.decode()) == states(html)  # drawn again as one types


def test_a_saved_form_comes_back_at_its_step_and_a_wrong_one_at_what_is_wrong(cast: Cast) -> None:
    need, alice = journey.draft(cast), as_(cast.alice)
    version = str(need.revision)
    answer = alice.post(edit(need), {"version": version, "step": "terms", "budget": "30"})
    assert answer["Location"] == f"{edit(need)}#part-terms"
    version = str(Need.objects.get(pk=need.pk).revision)
    answer = alice.post(edit(need), {"version": version, "step": "terms", "contact_phone": "明天给", "then": "review"})
    assert answer["Location"] == f"{edit(need)}#part-maturity"


def test_the_review_shows_what_will_be_published_and_what_will_not(cast: Cast) -> None:
    need = journey.draft(
        cast, confidential="配方编号 A-7", industry="26", deliverables=["sample", "test"], deliverables_note="各 3 份",
        funding=["own"], engagements=["centre"], improvements="shared", activity="development",
    )  # fmt: skip
    html = as_(cast.alice).get(f"/needs/{need.pk}/review/").content.decode()
    told, _head, kept = html.partition("不公开的部分")
    for words in (
        "26 化学原料和化学制品制造业", "样品或样件、第三方检测报告（各 3 份）", "自筹", "共建研发中心",
        "改进成果双方共有", "试验发展", "拉伸强度",
    ):  # fmt: skip
        assert words in told
    assert "配方编号 A-7" in kept
    assert "配方编号 A-7" not in told


def test_the_review_is_for_who_writes_the_need(client: Client, cast: Cast) -> None:
    need = journey.draft(cast)
    for user in (cast.charlie, cast.guan, cast.tao):
        client.force_login(user)
        assert client.get(f"/needs/{need.pk}/review/").status_code == 404


# ── in the browser ──────────────────────────────────────────────────────────────
def on_step(page: Tab, key: str) -> Locator:
    """The step is the only one shown, and the line of steps says so."""
    expect(page.locator(".form-step:visible")).to_have_count(1)
    expect(page.locator(f"#form-steps a[href='#part-{key}']")).to_have_attribute("aria-current", "step")
    return page.locator(f"#part-{key}")


@pytest.mark.django_db(transaction=True)
def test_a_newcomer_walks_through_the_steps_with_the_keyboard(page: Tab, live_server: Any) -> None:
    cache.clear()
    cast = Cast()
    journey.batch(cast)
    come_in(page.context, live_server, cast.alice)
    page.goto(f"{live_server.url}/enterprise/needs/new/")
    keys = page.keyboard
    page.get_by_label("需求名称").focus()
    keys.type("低温抗爆聚脲")
    keys.press("Enter")
    on_step(page, "what")

    def type_into(name: str, text: str) -> None:
        """Tab until the field has the focus, and write."""
        for _press in range(120):
            if page.evaluate("document.activeElement.name") == name:
                break
            keys.press("Tab")
        else:
            raise AssertionError(f"Tab never reaches {name}")
        keys.press("Control+A")
        keys.type(text)

    def on(name: str) -> None:
        """Tab to a link or a button by its words, and press it."""
        for _press in range(120):
            if page.evaluate("document.activeElement.innerText ?? ''").startswith(name):
                break
            keys.press("Tab")
        else:
            raise AssertionError(f"Tab never reaches {name}")
        keys.press("Enter")

    page.locator("#id_title").focus()
    type_into("field", "")
    for _choice in range(4):
        keys.press("ArrowDown")
    type_into("problem", "现用聚脲涂层 −20 ℃ 冲击后开裂。")
    type_into("goal", "样品经第三方检测达到指标。")
    on("下一步：技术指标")
    step = on_step(page, "indicators")
    expect(step.locator("h2")).to_be_focused()
    type_into("indicators-0-name", "断裂伸长率")
    type_into("indicators-0-value", "200")
    type_into("indicators-0-unit", "%")
    on("下一步：合作与资金")
    on_step(page, "terms")
    type_into("period_months", "12")
    while page.evaluate("document.activeElement.value") != "commissioned":
        keys.press("Tab")
    keys.press("Space")
    while page.evaluate("document.activeElement.name") != "ownership":
        keys.press("Tab")
    keys.press("Space")
    page.go_back()  # the browser's own way back goes through the steps
    on_step(page, "indicators")
    page.go_forward()
    expect(page.locator("#id_period_months")).to_have_value("12")
    page.locator("#part-terms h2").focus()
    on("下一步：单位与联系人")
    on_step(page, "maturity")
    expect(page.locator("#id_contact_name")).to_have_value("艾丽丝")
    on("下一步：非公开部分与附件")
    on_step(page, "private")
    on("核对并提交")
    page.wait_for_url(re.compile("/review/$"))
    expect(page.locator("main")).to_contain_text("断裂伸长率")
    expect(page.locator("main")).to_contain_text("内容齐全，可以提交")
    assert violations(page) == []
    on("提交审核")
    expect(page.locator(".banner")).to_contain_text("管委会")
    assert Need.objects.get().status == "submitted"


@pytest.mark.django_db(transaction=True)
def test_a_link_in_the_checklist_opens_the_step_and_the_fold_its_field_is_in(page: Tab, live_server: Any) -> None:
    cast = Cast()
    need = journey.draft(cast, ownership="")
    come_in(page.context, live_server, cast.alice)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + edit(need))
    on_step(page, "what")
    page.get_by_role("link", name="还没填写知识产权归属").click()
    on_step(page, "terms")
    page.goto(f"{live_server.url}{edit(need)}#id_improvements")
    page.reload()
    on_step(page, "terms")
    expect(page.locator("#id_improvements")).to_be_visible()
    dock = page.locator(".form-dock").bounding_box()
    assert dock is not None
    assert dock["y"] + dock["height"] <= 844, "what one does next is under the thumb"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.get_by_role("link", name="下一步", exact=True)).to_be_visible()
    page.locator("#id_period_months").fill("9")
    expect(page.locator("[data-saved-at]")).to_have_attribute("data-state", "saved")
    page.reload()  # the tab was killed, and opens where one was
    on_step(page, "terms")
    expect(page.locator("#id_period_months")).to_have_value("9")


@pytest.mark.django_db(transaction=True)
def test_the_line_of_steps_follows_what_has_been_saved(page: Tab, live_server: Any) -> None:
    cast = Cast()
    need = journey.draft(cast, problem="")
    come_in(page.context, live_server, cast.alice)
    page.goto(live_server.url + edit(need))
    first = page.locator(".form-step-to").first
    expect(first).to_contain_text("还差 1 处")
    page.locator("#id_problem").fill("涂层在冲击下开裂。")
    expect(first).to_contain_text("已填好")
    on_step(page, "what")


@pytest.mark.django_db(transaction=True)
def test_without_scripts_the_steps_are_one_page(browser: Browser, live_server: Any) -> None:
    cast = Cast()
    need = journey.draft(cast)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    come_in(context, live_server, cast.alice)
    page = context.new_page()
    page.goto(live_server.url + edit(need))
    expect(page.locator(".form-step:visible")).to_have_count(5)
    page.locator("#form-steps a[href='#part-terms']").click()
    page.locator("#id_budget").fill("31")
    page.locator(".form-dock").get_by_role("button", name="核对并提交").click()
    expect(page.locator("main")).to_contain_text("31.00 万元")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("body")).to_contain_text("已办理")
    context.close()
