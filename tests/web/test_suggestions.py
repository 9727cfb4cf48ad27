"""Who can solve a need, which listings fit a team, and what either side says of a match: policy, page by page."""

import io

import openpyxl
import pytest
from django.urls import reverse

import diagnosing
import suggesting
import world
from accounts.models import Organisation
from needs.models import Need
from people import Cast
from rescue.actions import invite
from rescue.models import Invite
from suggesting import another_team, page, status
from suggestions.models import Judgement, Suggestion
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


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


def test_what_a_work_says_is_text_and_a_title_that_is_the_sentence_is_said_once(cast: Cast) -> None:
    need, title = world.listed(cast), "<b>弹性体</b> & 强冲击"
    why = [suggesting.reason(suggesting.work(cast.team, by=cast.tao, title=title), done=title, asked="<i>强冲击</i>")]
    suggesting.suggest(need, cast.team, reasons=why)
    text = page(cast.guan, "need_suggestions", need.pk)
    assert "&lt;b&gt;<mark>弹性体</mark>&lt;/b&gt; &amp; <mark>强冲击</mark></a>" in text
    assert "&lt;i&gt;<mark>强冲击</mark>&lt;/i&gt;" in text
    assert text.count("&lt;b&gt;") == 1


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
    need, other = diagnosing.done(cast).need, another_team(cast, "乙组")
    publish(cast, need)
    suggesting.told(cast, need)
    kept = suggesting.work(other, by=other.leader, title="乙组没有公开的报告", visibility="matching")
    suggesting.suggest(need, other, place=2, reasons=[suggesting.reason(kept)])
    address = reverse("need_suggestions", args=[need.pk])
    for who, reads in ((cast.guan, True), (cast.alice, True), (cast.yun, False)):
        answer = as_(who).post(address, {"then": "export"})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert {"弹性体课题组", "乙组", "喷涂聚脲的抗爆性能", suggesting.DONE} <= set(said)
        assert (kept.title in said) is reads
        house = {cast.guan: "青岛高新区管委会", cast.alice: cast.enterprise.name, cast.yun: cast.agency.name}[who]
        assert sheet.cell(2, 1).value.startswith(f"{house}　{need.title}")  # whose sheet it is
    assert as_(cast.rui).post(address, {"then": "export"}).status_code == 404


def test_whoever_looks_reads_who_invited_a_team(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    invite(need, [cast.team], by=cast.guan)
    assert "由管委会邀请" in page(cast.alice, "need_suggestions", need.pk)
    answer = as_(cast.alice).post(reverse("need_suggestions", args=[need.pk]), {"then": "export"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert "由管委会邀请：待回复" in [cell.value for row in sheet.iter_rows() for cell in row]


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


def test_an_unverified_home_is_not_suggested(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    Organisation.objects.filter(pk=cast.university.pk).update(status="suspended")
    assert "弹性体课题组" not in page(cast.guan, "need_suggestions", need.pk)
