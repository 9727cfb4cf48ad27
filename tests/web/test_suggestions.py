"""Who can solve a need, which listings fit a team, and what either side says of a match: policy, page by page."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse

import diagnosing
import life
import suggesting
import world
from accounts.models import Organisation
from needs.models import Need
from people import Cast, organisation, person
from rescue.models import Invite
from suggestions.models import Judgement, Suggestion
from teams.actions import create_team
from teams.matching import refuse_matching
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(who: Any, name: str, *args: Any, query: str = "", **headers: str) -> str:
    answer = as_(who).get(reverse(name, args=args) + query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def status(who: Any, name: str, *args: Any) -> int:
    return as_(who).get(reverse(name, args=args)).status_code


def another_team(cast: Cast, name: str) -> Any:
    leader = person(f"{name}负责人")
    home = organisation(f"{name}大学", manager=leader, kind="university")
    leader.forget_rights()
    return create_team(organisation=home, name=name, by=leader)


# ── 谁能解决 ────────────────────────────────────────────────────────────────────
def test_the_officer_reads_who_could_solve_it_and_why_in_words(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    text = page(cast.guan, "need_suggestions", need.pk)
    assert "弹性体课题组" in text
    assert "强匹配" in text
    assert "<mark>强冲击</mark>" in text
    assert "需求里说" in text
    assert "团队做过" in text
    assert suggesting.SECRET in text
    assert "成果里提到：拉伸强度" in text
    assert "没有提到：" in text
    assert "领域与需求相同。" in text
    assert "+5 %" in text
    assert "-3 %" in text
    assert (
        "1.0" not in text.split('<ol class="plain-list solvers">')[1].split("</ol>")[0]
    )  # the score is nobody's business


def test_a_match_is_never_drawn_by_colour_or_number_alone(cast: Cast) -> None:
    need = world.listed(cast)
    for place, (strength, name) in enumerate((("strong", "甲组"), ("medium", "乙组"), ("weak", "丙组")), start=1):
        suggesting.suggest(need, another_team(cast, name), place=place, strength=strength)
    text = page(cast.guan, "need_suggestions", need.pk)
    for key, label, bars in (("strong", "强匹配", 3), ("medium", "中匹配", 2), ("weak", "弱匹配", 1)):
        drawn = text.split(f'<span class="strength strength-{key}">')[1].split("</span>")[0]
        assert (label in drawn, drawn.count('class="is-on"')) == (True, bars)


def test_what_is_for_matching_only_is_shown_to_the_zone_the_team_and_who_asks_and_to_nobody_else(cast: Cast) -> None:
    need = diagnosing.done(cast).need
    publish(cast, need)
    row = suggesting.told(cast, need)
    for who in (cast.guan, cast.alice, cast.tao):
        text = page(who, "suggestion", row.pk)
        assert suggesting.SECRET in text
        assert "喷涂聚脲的抗爆性能" in text
    text = page(cast.yun, "suggestion", row.pk)
    assert "喷涂聚脲的抗爆性能" in text
    for hidden in (suggesting.SECRET, "配方报告里写到"):
        assert hidden not in text
        assert hidden not in page(cast.yun, "need_suggestions", need.pk)
    assert "团队填写的关键词" in page(cast.guan, "suggestion", row.pk)
    assert "团队填写的关键词" not in page(cast.alice, "suggestion", row.pk)


def publish(cast: Cast, need: Need) -> None:
    """A need that was on the desk, made a listing."""
    need.refresh_from_db()
    world.screen(need, cast)
    perform(need, "approve", by=cast.shen)
    world.publish(need, cast)


def test_rivals_strangers_and_other_enterprises_do_not_learn_who_was_suggested(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    for who in (cast.charlie, cast.rui, cast.yun, cast.auditor):
        assert status(who, "need_suggestions", need.pk) == 404
        assert status(who, "suggestion", row.pk) == 404
        assert status(who, "suggestion_judge", row.pk) == 404
    assert status(cast.tao, "need_suggestions", need.pk) == 404


def test_several_are_invited_at_once_and_what_became_of_it_stands_beside(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    other = another_team(cast, "乙组")
    suggesting.suggest(need, other, place=2, strength="medium")
    alice, address = as_(cast.alice), reverse("need_suggestions", args=[need.pk])
    assert alice.post(address, {}).status_code == 422
    assert "请至少选一个团队" in alice.post(address, {}).content.decode()
    assert alice.post(address, {"teams": [cast.rival_team.pk]}).status_code == 422
    answer = alice.post(address, {"teams": [cast.team.pk, other.pk], "message": "提供中试线。"}, follow=True)
    assert "已邀请 2 个团队" in answer.content.decode()
    assert Invite.objects.filter(need=need, organisation=cast.enterprise).count() == 2
    perform(Invite.objects.get(team=cast.team), "accept", by=cast.tao)
    text = page(cast.alice, "need_suggestions", need.pk)
    assert "已邀请：有兴趣" in text
    assert "0 个工作日回复" in text
    assert "已等 0 个工作日" in text
    assert 'name="teams"' not in text


def test_why_a_team_declined_is_told_to_the_zone_alone(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    as_(cast.alice).post(reverse("need_suggestions", args=[need.pk]), {"teams": [cast.team.pk]})
    made = Invite.objects.get()
    perform(made, "decline", by=cast.tao, data={"code": "budget"})
    for name, args in (("need_suggestions", need.pk), ("invite", made.pk)):
        assert "榜额偏低" in page(cast.guan, name, args)
        assert "榜额偏低" not in page(cast.alice, name, args)


def test_after_the_deadline_nobody_is_invited_and_the_page_says_why(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    world.close(need)
    text = page(cast.guan, "need_suggestions", need.pk)
    assert "揭榜已截止，不再邀请团队" in text
    assert 'name="teams"' not in text
    answer = as_(cast.guan).post(reverse("need_suggestions", args=[need.pk]), {"teams": [cast.team.pk]})
    assert answer.status_code == 409


def test_unsuitable_needs_a_reason_leaves_the_list_and_comes_back_when_it_is_taken_back(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    guan, address = as_(cast.guan), reverse("suggestion_judge", args=[row.pk])
    assert guan.post(address, {}).status_code == 422
    assert "请用一句话写明" in guan.post(address, {"code": "other"}).content.decode()
    text = guan.post(address, {"code": "field", "words": "做的是涂料。"}, follow=True).content.decode()
    assert "已把“弹性体课题组”从名单里去掉（技术方向不符）" in text
    assert "已判为不合适" in text
    assert "做的是涂料。" in text
    assert 'class="solver-name"' not in text
    made = Judgement.objects.get()
    assert "适合我们的榜单" in page(cast.tao, "team_suggestions")
    assert need.title not in page(cast.tao, "team_suggestions")
    text = guan.post(reverse("judgement_withdraw", args=[made.pk]), follow=True).content.decode()
    assert "已撤销" in text
    assert "弹性体课题组" in text
    assert guan.post(reverse("judgement_withdraw", args=[made.pk]), follow=True).status_code == 200


def test_what_one_side_said_is_not_read_by_the_other(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    as_(cast.alice).post(reverse("suggestion_judge", args=[row.pk]), {"code": "scale", "words": "人太少。"})
    for name, args in (("team_suggestions", ()), ("suggestion", (row.pk,))):
        assert "人太少" not in page(cast.tao, name, *args)
    made = Judgement.objects.get()
    assert as_(cast.tao).post(reverse("judgement_withdraw", args=[made.pk])).status_code == 404
    assert "人太少" in page(cast.guan, "office_judgements")


def test_the_leader_looks_and_neither_invites_nor_judges(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    text = page(cast.ling, "need_suggestions", need.pk)
    assert "不合适，因为…" not in text
    assert "邀请选中的团队" not in text
    assert status(cast.ling, "suggestion_judge", row.pk) == 403
    assert (
        as_(cast.ling).post(reverse("need_suggestions", args=[need.pk]), {"teams": [cast.team.pk]}).status_code == 403
    )
    row.refresh_from_db()
    assert row.shown_at is None  # the funnel begins with whoever could act on it


def test_the_first_look_of_somebody_who_could_invite_is_the_first_step_of_the_funnel(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    page(cast.alice, "need_suggestions", need.pk)
    first = Suggestion.objects.get(pk=row.pk).shown_at
    page(cast.guan, "need_suggestions", need.pk)
    assert Suggestion.objects.get(pk=row.pk).shown_at == first is not None


def test_an_empty_list_says_why_and_what_to_do(cast: Cast) -> None:
    need = world.listed(cast)
    assert "推荐还没有准备好" in page(cast.guan, "need_suggestions", need.pk)
    suggesting.suggest(need, cast.team).delete()
    text = page(cast.alice, "need_suggestions", need.pk)
    assert "没有找到合适的团队" in text
    assert "请服务机构诊断" in text
    fresh = world.listed(cast)
    suggesting.suggest(fresh, cast.team)
    draft = world.need(cast)
    from suggestions.models import Index

    Index.objects.update_or_create(pk=1, defaults={"folder": "learnt"})
    assert "这项需求还没有算" in page(cast.alice, "need_suggestions", draft.pk)


def test_the_sheet_says_what_the_page_shows_and_no_more(cast: Cast) -> None:
    need = diagnosing.done(cast).need
    publish(cast, need)
    suggesting.told(cast, need)
    address = reverse("need_suggestions", args=[need.pk])
    for who, reads in ((cast.guan, True), (cast.alice, True), (cast.yun, True)):
        answer = as_(who).post(address, {"then": "export"})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert ("弹性体课题组" in said) is reads
        assert suggesting.DONE in said
        assert suggesting.SECRET not in said  # the sheet carries the best reason, which is a public one
    assert as_(cast.rui).post(address, {"then": "export"}).status_code == 404


def test_the_cold_listing_offers_the_same_list(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    text = page(cast.guan, "need_rescue", need.pk)
    assert "<mark>强冲击</mark>" in text
    as_(cast.guan).post(reverse("need_rescue", args=[need.pk]), {"teams": [cast.team.pk]})
    assert Invite.objects.get().organisation is None
    assert "已邀请：待回复" in page(cast.guan, "need_rescue", need.pk)


def test_the_page_of_the_need_counts_them_for_whoever_may_look(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    suggesting.suggest(need, another_team(cast, "乙组"), place=2, strength="medium")
    address = reverse("need_suggestions", args=[need.pk])
    for who in (cast.alice, cast.guan, cast.ji):
        assert address in page(who, "need", need.pk)


# ── 适合我们的榜单 ──────────────────────────────────────────────────────────────
def test_the_team_reads_which_listings_fit_and_every_sentence_behind_it(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    for name in ("team_home", "team_suggestions"):
        text = page(cast.tao, name)
        assert need.title in text
        assert "强匹配" in text
        assert "<mark>强冲击</mark>" in text
        assert reverse("suggestion", args=[row.pk]) in text
        assert reverse("proposal_start", args=[need.number]) in text
    text = page(cast.tao, "suggestion", row.pk)
    assert suggesting.SECRET in text
    assert "手上有合同或邀请在办" in text
    assert reverse("team_matching", args=[cast.team.pk]) in text


def test_a_listing_the_team_bids_for_already_is_not_suggested(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    world.draft(cast, need)
    assert need.title not in page(cast.tao, "team_suggestions")


def test_the_team_contests_and_takes_it_back(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    assert status(cast.ting, "suggestion_judge", row.pk) == 403
    assert "不合适，因为…" not in page(cast.ting, "team_suggestions")
    tao = as_(cast.tao)
    text = page(cast.tao, "suggestion_judge", row.pk)
    assert "所列成果不是我们的" in text
    assert "技术方向不符" not in text
    text = tao.post(reverse("suggestion_judge", args=[row.pk]), {"code": "work"}, follow=True).content.decode()
    assert "不再推荐" in text
    assert "我们说过不合适的" in text
    assert reverse("suggestion", args=[row.pk]) not in text
    assert "强匹配" not in page(cast.guan, "need_suggestions", need.pk)
    assert "团队自己提出：" in page(cast.guan, "need_suggestions", need.pk)
    assert "团队自己提出：" not in page(cast.alice, "need_suggestions", need.pk)
    made = Judgement.objects.get()
    tao.post(reverse("judgement_withdraw", args=[made.pk]))
    assert reverse("suggestion", args=[row.pk]) in page(cast.tao, "team_suggestions")


def test_with_matching_off_nothing_is_suggested_and_the_page_says_so(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    refuse_matching(cast.team, by=cast.tao)
    text = page(cast.tao, "team_suggestions")
    assert "自动匹配已关闭" in text
    assert need.title not in text
    assert "弹性体课题组" not in page(cast.guan, "need_suggestions", need.pk).split('id="invited"')[0]


def test_without_a_team_or_a_listing_the_page_says_what_comes_first(cast: Cast) -> None:
    assert "还没有团队" in page(cast.charlie, "team_suggestions")
    _ = cast.team
    text = page(cast.tao, "team_suggestions")
    assert "现在没有合适的榜单" in text
    assert reverse("team_works", args=[cast.team.pk]) in text


def test_the_weekly_word_is_switched_off_and_on(cast: Cast) -> None:
    _ = cast.team
    assert "关闭每周提醒" in page(cast.tao, "team_suggestions")
    tao, address = as_(cast.tao), reverse("team_suggestions")
    assert "开启每周提醒" in tao.post(address, {"digest": "off"}, follow=True).content.decode()
    assert "关闭每周提醒" in tao.post(address, {"digest": "on"}, follow=True).content.decode()


# ── while it is being written ───────────────────────────────────────────────────
@pytest.fixture(autouse=True)
def fresh() -> Any:
    cache.clear()
    yield
    cache.clear()


def test_the_form_asks_beside_it_and_without_scripts_by_a_button_that_saves_first(cast: Cast) -> None:
    need = world.need(cast)
    text = page(cast.alice, "need_edit", need.pk)
    assert f'hx-get="{reverse("need_live", args=[need.pk])}"' in text
    assert 'value="live"' in text
    part = page(cast.alice, "need_live", need.pk, **HTMX)
    assert "<html" not in part
    assert "写好需求名称和技术难题" in part  # nothing is learnt yet


def test_who_asks_too_often_gets_no_new_answer(cast: Cast) -> None:
    need, alice = world.need(cast), as_(cast.alice)
    address = reverse("need_live", args=[need.pk])
    assert alice.get(address, headers=HTMX).status_code == 200
    assert alice.get(address, headers=HTMX).status_code == 204
    late = alice.get(address)
    assert late.status_code == 429
    assert "草稿已经保存" in late.content.decode()


def test_nobody_else_looks_over_the_shoulder(cast: Cast) -> None:
    need = world.need(cast)
    for who in (cast.charlie, cast.tao, cast.guan):
        assert status(who, "need_live", need.pk) == 404


# ── the same number of questions for one and for three ──────────────────────────
@pytest.mark.parametrize("where", ["need", "team", "rescue", "explained"])
def test_the_pages_ask_the_database_as_often_for_one_as_for_three(cast: Cast, where: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    batch = world.batch(cast)
    needs = [world.listed(cast, within=batch) for _n in range(3)]
    rows = [suggesting.told(cast, needs[0])]
    names = {"need": "need_suggestions", "rescue": "need_rescue", "team": "team_suggestions", "explained": "suggestion"}
    args = {"team": [], "explained": [rows[0].pk]}.get(where, [needs[0].pk])
    who = as_(cast.tao if where in ("team", "explained") else cast.guan)
    counted = []
    for n in (1, 3):
        for more in range(len(rows), n):
            team = another_team(cast, f"第{more}组")
            made = suggesting.work(team, by=team.leader)
            rows.append(suggesting.suggest(needs[0], team, place=more + 1, reasons=[suggesting.reason(made)]))
            suggesting.suggest(needs[more], cast.team, reasons=rows[0].reasons)
            life.invitation(cast, needs[0], team=team)
        who.get(reverse(names[where], args=args))  # the first look writes that it was one
        with CaptureQueriesContext(connection) as captured:
            assert who.get(reverse(names[where], args=args)).status_code == 200
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_an_unverified_home_is_not_suggested(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    Organisation.objects.filter(pk=cast.university.pk).update(status="suspended")
    assert "弹性体课题组" not in page(cast.guan, "need_suggestions", need.pk)
