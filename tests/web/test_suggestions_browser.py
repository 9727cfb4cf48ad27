"""Suggestions in a real browser, wide and on a phone: inviting, judging, contesting, undoing, live while writing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

import suggesting
import world
from browser import come_in, violations
from people import Cast, organisation, person
from rescue.models import Invite
from suggestions.following import carry_on
from suggestions.models import Judgement
from teams.actions import create_team

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [1440, 390]
LEADS = """() => [...document.querySelectorAll('main .btn-primary:not(:disabled)')]
  .filter(b => b.checkVisibility()).map(b => b.textContent.trim())"""


@pytest.fixture(autouse=True)
def fresh(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MATCHING_DIR, settings.MATCHING_ENCODER = tmp_path / "matching", "none"
    cache.clear()
    yield
    cache.clear()


def holds(page: Page, width: int) -> None:
    """Nothing for axe to find, nothing over the edge, at most one thing that leads."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(page.evaluate(LEADS)) <= 1


@pytest.fixture
def listed(cast: Cast) -> Any:
    with transaction.atomic():
        need = world.listed(cast)
        suggesting.told(cast, need)
        suggesting.suggest(need, cast.rival_team, place=2, strength="medium")
    return need


@pytest.mark.parametrize("width", WIDTHS)
def test_two_teams_are_invited_and_one_is_called_unsuitable_and_comes_back(
    page: Page, live_server: Any, cast: Cast, listed: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    come_in(page.context, live_server, cast.guan)
    page.goto(live_server.url + reverse("need", args=[listed.pk]))
    page.get_by_role("link", name="查看团队和理由").click()
    expect(page.get_by_text("强匹配")).to_be_visible()
    holds(page, width)
    page.get_by_text("理由和其他因素").first.click()
    expect(page.get_by_text("领域与需求相同。").first).to_be_visible()
    holds(page, width)
    page.get_by_role("link", name="不合适，因为… 高分子所").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("技术方向不符")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_label("技术方向不符").check()
    dialog.get_by_role("button", name="从名单里去掉").click()
    expect(page.get_by_text("已把“高分子所”从名单里去掉（技术方向不符）。")).to_be_visible()
    expect(page.get_by_label("高分子所")).to_have_count(0)
    holds(page, width)
    page.locator("#undo").get_by_role("button", name="撤销").click()
    expect(page.get_by_label("高分子所")).to_be_visible()
    page.get_by_label("高分子所").check()
    page.get_by_label("弹性体课题组").check()
    page.get_by_label("附言").fill("企业愿意提供中试线。")
    page.get_by_role("button", name="邀请选中的团队").click()
    expect(page.get_by_text("已邀请 2 个团队。")).to_be_visible()
    expect(page.get_by_text("已邀请：待回复")).to_have_count(2)
    holds(page, width)
    assert Invite.objects.count() == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_the_team_reads_why_contests_and_takes_it_back(
    page: Page, live_server: Any, cast: Cast, listed: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    come_in(page.context, live_server, cast.tao)
    page.goto(live_server.url + reverse("team_home"))
    page.locator("#fits").get_by_role("link", name="全部").click()
    holds(page, width)
    page.get_by_role("link", name="为什么推荐").click()
    expect(page.get_by_text(suggesting.SECRET)).to_be_visible()
    holds(page, width)
    page.get_by_role("link", name="对这条推荐提出异议").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("其他原因").check()
    dialog.get_by_role("button", name="不再推荐这项榜单").click()
    expect(page.get_by_role("link", name="请用一句话写明", exact=False)).to_be_visible()  # a page now: nothing is lost
    holds(page, width)
    page.get_by_label("说明").fill("我们只做涂料。")
    page.get_by_role("button", name="不再推荐这项榜单").click()
    expect(page.get_by_text("现在没有合适的榜单")).to_be_visible()
    assert Judgement.objects.standing().get().words == "我们只做涂料。"
    holds(page, width)
    page.locator("#undo").get_by_role("button", name="撤销").click()
    expect(page.get_by_role("link", name=listed.title, exact=True)).to_be_visible()
    assert not Judgement.objects.standing().exists()


def test_inviting_and_judging_without_scripts(browser: Browser, live_server: Any, cast: Cast, listed: Any) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 844})
    come_in(context, live_server, cast.alice)
    page = context.new_page()
    page.goto(live_server.url + reverse("need_suggestions", args=[listed.pk]))
    page.get_by_role("link", name="不合适，因为… 高分子所").click()
    page.get_by_label("距离远，不便配合").check()
    page.get_by_role("button", name="从名单里去掉").click()
    expect(page.get_by_text("已把“高分子所”从名单里去掉")).to_be_visible()
    page.get_by_label("弹性体课题组").check()
    page.get_by_role("button", name="邀请选中的团队").click()
    expect(page.get_by_text("已邀请 1 个团队。")).to_be_visible()
    context.close()


# ── while it is being written ───────────────────────────────────────────────────
FIELDS = {
    "高分子": ("弹性体", "喷涂聚脲", "抗爆涂层", "延伸率", "冲击开裂"),
    "风电": ("叶片", "声发射", "损伤监测", "齿轮箱", "载荷谱"),
    "种业": ("水稻", "耐高温", "花粉育性", "分子标记", "杂交组合"),
    "焊接": ("低温韧性", "高强钢", "热影响区", "焊缝", "冲击功"),
    "视觉": ("点云", "位姿估计", "相机标定", "抓取", "深度图"),
    "电池": ("隔膜", "磷酸铁锂", "电解液", "循环寿命", "压实密度"),
}


@pytest.fixture
def learnt(cast: Cast) -> None:
    """Six teams of different trades, each with works in its words, and an index that has read them."""
    for name, words in FIELDS.items():
        leader = person(f"{name}负责人")
        home = organisation(f"{name}大学", manager=leader, kind="university")
        leader.forget_rights()
        team = create_team(organisation=home, name=f"{name}课题组", by=leader, keywords=[name])
        for n in range(6):
            first, second, third = (words[(n + k) % len(words)] for k in range(3))
            told = f"研究了{first}与{second}的关系，提出{third}的新方法，{first}的{third}提高了百分之十。"
            suggesting.work(team, by=leader, title=f"{first}对{second}的影响之{n}", abstract=told)
    for _pass in range(3):
        carry_on()


def test_the_panel_answers_while_the_need_is_written_and_never_stops_a_save(
    page: Page, live_server: Any, cast: Cast, learnt: None
) -> None:
    need = world.need(cast, title="水稻耐高温品种", problem="花粉育性差，要分子标记。", goal="", keywords=[])
    come_in(page.context, live_server, cast.alice)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("need_edit", args=[need.pk]))
    panel = page.locator("#live-teams")
    expect(panel.get_by_role("link", name="种业课题组")).to_be_visible()
    page.get_by_label("需求名称").fill("弹性体涂层")
    page.get_by_label("要解决的技术难题").fill("喷涂聚脲弹性体的抗爆涂层冲击开裂，延伸率不够，需要提高弹性体的延伸率。")
    expect(page.get_by_text("已保存")).to_be_visible()
    expect(panel.get_by_role("link", name="高分子课题组")).to_be_visible()
    expect(panel.get_by_text("目前有团队做过相近的工作，不足 5 个")).to_be_visible()
    expect(panel.locator("mark").first).to_be_visible()
    assert violations(page) == []


def test_without_scripts_a_button_saves_and_answers_on_a_page(
    browser: Browser, live_server: Any, cast: Cast, learnt: None
) -> None:
    need = world.need(cast, title="弹性体涂层", problem="", goal="", keywords=[])
    context = browser.new_context(locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 844})
    come_in(context, live_server, cast.alice)
    page = context.new_page()
    page.goto(live_server.url + reverse("need_edit", args=[need.pk]))
    said = "喷涂聚脲弹性体的抗爆涂层冲击开裂，延伸率不够，需要提高弹性体的延伸率。"
    page.get_by_label("要解决的技术难题").fill(said)
    page.get_by_role("button", name="保存并看看有没有团队做过").click()
    expect(page.get_by_role("heading", name="有没有团队做过")).to_be_visible()
    expect(page.get_by_role("link", name="高分子课题组")).to_be_visible()
    need.refresh_from_db()
    assert need.problem == said
    context.close()


# ── the zone ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("width", WIDTHS)
def test_what_the_zone_reads_holds_wide_and_on_a_phone(
    page: Page, live_server: Any, cast: Cast, listed: Any, width: int
) -> None:
    suggesting.suggest(world.need(cast, status="submitted"), cast.team, strength="weak")
    page.set_viewport_size({"width": width, "height": 844})
    come_in(page.context, live_server, cast.guan)
    page.goto(live_server.url + reverse("need_suggestions", args=[listed.pk]))
    page.get_by_label("弹性体课题组").check()
    page.get_by_role("button", name="邀请选中的团队").click()
    expect(page.get_by_text("已邀请 1 个团队。")).to_be_visible()
    for name, args in (
        ("office_unmatched", []), ("office_invites", []), ("office_suggestions", []), ("office_judgements", []),
        ("office_suggestion_records", ["invited"]), ("need_experts", [listed.pk]), ("need_rescue", [listed.pk]),
    ):  # fmt: skip
        page.goto(live_server.url + reverse(name, args=args))
        holds(page, width)
    page.goto(live_server.url + reverse("office_home"))
    page.get_by_role("link", name="1 项需求没有合适的团队").click()
    expect(page.get_by_role("heading", name="没有合适团队的需求")).to_be_visible()
