"""What the zone reads of suggestions: who is matched by nobody, who was asked, how far they come, who said no."""

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

import diagnosing
import insider
import life
import suggesting
import world
from people import Cast
from rescue.models import Invite
from suggestions.actions import judge, withdraw
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db
OFFICE = ("office_unmatched", "office_invites", "office_suggestions", "office_judgements")


def page(who: Any, name: str, *args: Any, query: str = "") -> str:
    answer = as_(who).get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def sheet(who: Any, name: str, *args: Any, query: str = "") -> list[str]:
    answer = as_(who).post(reverse(name, args=args) + query)
    rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows()
    return [str(cell.value) for row in rows for cell in row if cell.value is not None]


def test_the_pages_are_for_the_zones_business_roles(cast: Cast) -> None:
    for name in OFFICE:
        assert as_(cast.ji).get(reverse(name)).status_code == 200
        for who in (cast.sysadmin, cast.alice, cast.tao):
            assert as_(who).get(reverse(name)).status_code == 403


# ── nobody matches well ─────────────────────────────────────────────────────────
def test_a_need_with_weak_matches_alone_waits_on_the_list_with_what_to_do(cast: Cast) -> None:
    desk, listed = diagnosing.submitted(cast, title="膜片稳定性"), world.listed(cast, title="低噪风机")
    given = diagnosing.accepted(cast, diagnosing.submitted(cast, title="密封圈选型")).need
    for need in (desk, listed, given):
        suggesting.suggest(need, cast.team, strength="weak")
    text = page(cast.guan, "office_unmatched")
    assert all(need.title in text for need in (desk, listed, given))
    assert f"{reverse('need_assign', args=[desk.pk])}?duty=diagnosis" in text
    assert reverse("need_rescue", args=[listed.pk]) in text
    assert reverse("listing_document", args=[listed.number, "docx"]) in text
    assert reverse("need_assign", args=[given.pk]) not in text  # somebody is at it
    assert "海岳技术转移有限公司" in text
    assert "3 项需求没有合适的团队" in page(cast.guan, "office_home")


def test_one_good_match_is_enough_and_an_unsuitable_one_is_none(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.suggest(need, cast.team, strength="medium")
    assert need.title not in page(cast.guan, "office_unmatched")
    assert "没有合适的团队" not in page(cast.guan, "office_home")
    made = judge(need, cast.team, side="need", code="scale", by=cast.guan)
    assert need.title in page(cast.guan, "office_unmatched")
    withdraw(made, by=cast.guan)
    assert need.title not in page(cast.guan, "office_unmatched")
    assert row.strength == "medium"


def test_what_was_not_ranked_yet_is_not_called_unmatched(cast: Cast) -> None:
    world.listed(cast)
    assert "没有要另找团队的需求" in page(cast.guan, "office_unmatched")


# ── who was asked ───────────────────────────────────────────────────────────────
def asked_three(cast: Cast) -> None:
    first, second = world.listed(cast), world.listed(cast, title="低噪风机")
    answered = life.invitation(cast, first)
    life.invitation(cast, first, team=cast.rival_team)
    perform(life.invitation(cast, second), "decline", by=cast.tao, data={"code": "busy"})
    insider.execute("UPDATE rescue_invite SET created_at = created_at - interval '14 days' WHERE id = %s", answered.pk)
    perform(Invite.objects.get(pk=answered.pk), "accept", by=cast.tao)


def test_who_was_asked_and_who_answered_in_how_many_working_days(cast: Cast) -> None:
    asked_three(cast)
    text = page(cast.guan, "office_invites")
    assert "近期没有人手" in text
    assert "已等 0" in text
    assert "占邀请的 66.7 %" in text
    assert "占回复的 50.0 %" in text
    waiting = page(cast.guan, "office_invites", query="?state=waiting").split("<tbody>")[1]
    assert "高分子所" in waiting
    assert "弹性体课题组" not in waiting
    said = sheet(cast.guan, "office_invites")
    assert said.count("弹性体课题组") == 2
    assert "10" in said  # two weeks are ten working days, unless there are holidays in between: none are here


def test_by_need_the_one_that_waits_longest_for_answers_comes_first(cast: Cast) -> None:
    asked_three(cast)
    body = page(cast.guan, "office_invites", query="?by=need").split("<tbody>")[1]
    assert body.index("高强度抗爆弹性体材料") < body.index("低噪风机")
    assert "低噪风机" in sheet(cast.guan, "office_invites", query="?by=need")


def test_a_batch_has_its_own_figures(cast: Cast) -> None:
    asked_three(cast)
    other = world.batch(cast, title="另一批次")
    text = page(cast.guan, "office_invites", query=f"?batch={other.pk}")
    assert "这段时间没有邀请过团队" in text


# ── how far they come ───────────────────────────────────────────────────────────
def test_each_number_of_the_funnel_opens_exactly_its_records(cast: Cast) -> None:
    assert "这段时间还没有人看过推荐" in page(cast.guan, "office_suggestions")
    need, other = world.listed(cast), world.listed(cast, title="低噪风机")
    suggesting.told(cast, need)
    suggesting.suggest(need, cast.rival_team, place=2, strength="medium")
    suggesting.suggest(other, cast.rival_team)
    page(cast.guan, "need_suggestions", need.pk)
    as_(cast.guan).post(reverse("need_suggestions", args=[need.pk]), {"teams": [cast.team.pk]})
    perform(Invite.objects.get(), "accept", by=cast.tao)
    text = page(cast.guan, "office_suggestions")
    for key, label, n in (
        ("shown", "推荐被看到", 2),
        ("invited", "已邀请", 1),
        ("answered", "已回复", 1),
        ("met", "已对接", 0),
    ):
        address = reverse("office_suggestion_records", args=[key])
        assert f'href="{address}"' in text
        assert label in text
        rows = page(cast.guan, "office_suggestion_records", key)
        assert rows.count('class="row-link"') == n
    assert "50.0 %" in text
    assert "低噪风机" not in page(cast.guan, "office_suggestion_records", "shown")  # nobody has looked at it yet
    assert as_(cast.guan).get(reverse("office_suggestion_records", args=["sold"])).status_code == 404


def test_quality_is_read_from_what_was_called_unsuitable_by_strength_and_code(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    suggesting.suggest(need, cast.rival_team, place=2, strength="medium")
    page(cast.guan, "need_suggestions", need.pk)
    judge(need, cast.rival_team, side="need", code="field", by=cast.guan)
    judge(need, cast.team, side="team", code="work", words="同名的另一位老师。", by=cast.tao)
    text = page(cast.guan, "office_suggestions").split('id="unsuitable"')[1]
    assert "技术方向不符" in text
    assert "所列成果不是我们的" in text
    assert "100.0 %" in text
    listed = page(cast.guan, "office_judgements", query="?side=team")
    assert "同名的另一位老师。" in listed
    assert "技术方向不符" not in listed
    assert "所列成果不是我们的" in page(cast.guan, "office_judgements", query="?side=team&code=work")
    assert "同名的另一位老师。" in sheet(cast.ji, "office_judgements", query="?side=team")


def test_a_contest_taken_back_stays_readable_for_the_zone(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    withdraw(judge(need, cast.team, side="team", code="busy", by=cast.tao), by=cast.tao)
    text = page(cast.guan, "office_judgements")
    assert "近期没有力量承担" in text
    assert "撤销</span>" in text


# ── experts ─────────────────────────────────────────────────────────────────────
def test_experts_are_people_of_matched_teams_that_are_no_party_and_only_the_zone_reads_them(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    _ = cast.ting
    text = page(cast.guan, "need_experts", need.pk)
    assert text.index("陶教授") < text.index("婷")
    assert "<mark>强冲击</mark>" in text
    for who in (cast.alice, cast.tao):
        assert as_(who).get(reverse("need_experts", args=[need.pk])).status_code == 403
    judge(need, cast.team, side="need", code="known", by=cast.guan)
    assert "没有找到能评的专家" in page(cast.guan, "need_experts", need.pk)
