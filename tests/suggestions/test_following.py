"""The worker keeps suggestions in step: learns, follows teams and needs, one at a time, and mends a lost folder."""

from typing import Any

import pytest

import corpus
import insider
import life
import world
from corpus import FIELDS, names, need_for, tick
from needs.models import Need
from people import Cast
from rescue.actions import invite
from suggestions import following, keeping, learning
from suggestions.actions import mark_shown
from suggestions.health import health
from suggestions.models import Following, Index, Suggestion
from suggestions.queries import suggested
from teams.actions import edit_team
from teams.matching import allow_matching, refuse_matching
from teams.models import Team
from workflow.actions import perform
from works.actions import edit_work, remove_work
from works.models import Work

pytestmark = pytest.mark.django_db


# ── it learns and writes rows ───────────────────────────────────────────────────
def test_a_need_that_is_handed_in_has_its_teams_after_one_tick(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.need(cast, status="submitted")
    assert tick() > 0
    row = Suggestion.objects.of_need(need).first()
    assert row is not None
    assert (row.team, row.place, row.strength, row.shown_at) == (cast.team, 1, "strong", None)
    (match, *_rest) = suggested(need, cast.guan)
    assert match.reasons[0].work in Work.objects.filter(team=cast.team)
    assert "弹性体" in match.reasons[0].asked
    assert "弹性体" in match.reasons[0].done
    assert [held for _indicator, held in match.covered][:1] == [True]


def test_a_draft_is_nobodys_business(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.need(cast, status="draft")
    tick()
    assert not Suggestion.objects.filter(need=need).exists()


def test_a_listing_that_takes_no_more_bids_is_left_as_it_was(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    before = list(Suggestion.objects.filter(need=need).values())
    world.close(need)
    edit_team(cast.team, by=cast.tao, name="弹性体课题组", intro="改了", field8=[], keywords=["弹性体"])
    tick()
    assert list(Suggestion.objects.filter(need=need).values()) == before
    assert before


def test_a_need_that_nobody_can_solve_has_no_good_match(cast: Cast, teams: dict[str, Team]) -> None:
    """A score is shared out among the teams there are: without `matching.support` one of them would look strong."""
    need = need_for(cast, "百蕊草种子休眠破除", "百蕊草种子休眠期长，出苗率低，寄生关系不清。", "发芽率")
    tick()
    assert set(Suggestion.objects.filter(need=need).values_list("strength", flat=True)) <= {"weak"}


# ── it follows ──────────────────────────────────────────────────────────────────
def test_a_new_work_finds_its_need_within_a_tick_even_by_words_nobody_used_before(
    cast: Cast, teams: dict[str, Team]
) -> None:
    need = need_for(cast, "百蕊草种子休眠破除", "百蕊草种子休眠期长，出苗率低，寄生关系不清。", "发芽率")
    tick()
    assert not Suggestion.objects.of_need(need).good().exists()
    corpus.work(cast.rival_team, "百蕊草种子休眠", "百蕊草种子休眠的破除方法，出苗率和发芽率提高。", by=cast.rui)
    tick()
    (best, *_rest) = Suggestion.objects.showable().good().of_need(need)
    assert best.team == cast.rival_team


def test_where_learning_is_slow_a_change_is_folded_in(
    cast: Cast, teams: dict[str, Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "QUICK", 0)
    need = world.listed(cast)
    tick()
    learnt = Index.objects.get().learnt_at
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高，不开裂。", by=cast.rui)
    tick()
    row = Index.objects.get()
    assert (row.learnt_at, row.followed) == (learnt, Team.objects.get(pk=cast.rival_team.pk).changed)
    assert "高分子所" in names(need)
    assert keeping.held().stale > 0


def test_new_words_of_a_need_are_ranked_even_while_the_worker_rests(cast: Cast, teams: dict[str, Team]) -> None:
    need = need_for(cast, "高强度抗爆弹性体材料", "涂层在强冲击下开裂。", "压差", status="submitted")
    tick()
    insider.execute("UPDATE suggestions_index SET rest_until = now() + interval '1 hour'")
    insider.execute("UPDATE needs_need SET title = %s, problem = %s, goal = '', revision = revision + 1 WHERE id = %s",
                    "储能电池循环寿命提升", "电池循环寿命短，电解质和离子膜要改进，储能系统用。", need.pk)  # fmt: skip
    following.carry_on()
    assert names(need)[0] == "储能所"


def test_the_worker_rests_after_following_teams(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    held = Following.objects.get().followed
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高。", by=cast.rui)
    insider.execute("UPDATE suggestions_index SET rest_until = now() + interval '1 hour'")
    assert following.carry_on() == 0
    assert Following.objects.get().followed == held
    tick()
    assert Following.objects.get().followed > held
    assert "高分子所" in names(need)
    row = Index.objects.get()
    assert row.rest_until is not None
    assert row.folded_at is not None
    assert row.rest_until > row.folded_at


def test_explanations_are_made_anew_only_where_somebody_says_something_new(
    cast: Cast, teams: dict[str, Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高。", by=cast.rui)
    world.listed(cast)
    tick()
    explained: list[str] = []
    from suggestions import writing

    real = writing.explain
    told = lambda *given: explained.extend(work.title for work in given[2]) or real(*given)  # noqa: E731
    monkeypatch.setattr(writing, "explain", told)
    assert tick() == 0
    assert explained == []
    corpus.work(cast.rival_team, "工业相机的镜头选型", "镜头畸变与景深。", by=cast.rui)
    tick()
    assert "工业相机的镜头选型" in explained
    assert FIELDS["elastomer"][0][0] not in explained


def test_what_was_shown_stays_shown_and_keeps_its_row(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    row = Suggestion.objects.get(need=need, team=cast.team)
    assert mark_shown([row], by=cast.guan) == 1
    edit_work(cast.team.works.first(), by=cast.tao, kind="paper", title="弹性体抗爆涂层再研究", year=2024)
    tick()
    again = Suggestion.objects.get(need=need, team=cast.team)
    assert again.pk == row.pk
    assert again.shown_at is not None
    assert again.read != row.read


def test_a_team_that_falls_out_leaves_a_row_without_reasons_where_it_was_shown(
    cast: Cast, teams: dict[str, Team]
) -> None:
    need = world.listed(cast)
    tick()
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高。", by=cast.rui)
    tick()
    shown, unseen = Suggestion.objects.filter(need=need).order_by("place")[:2]
    mark_shown([shown], by=cast.guan)
    for team in (shown.team, unseen.team):
        refuse_matching(team, by=team.leader)
    tick()
    kept = Suggestion.objects.get(pk=shown.pk)
    assert (kept.is_current, kept.reasons, kept.factors, kept.covered) == (False, [], [], [])
    assert not Suggestion.objects.filter(pk=unseen.pk).exists()
    allow_matching(shown.team, by=shown.team.leader)
    tick()
    kept.refresh_from_db()
    assert kept.is_current
    assert kept.reasons


def test_a_removed_work_is_quoted_nowhere(cast: Cast, teams: dict[str, Team]) -> None:
    need, over = world.listed(cast), world.listed(cast)
    tick()
    gone = Work.objects.get(pk=Suggestion.objects.get(need=over, team=cast.team).reasons[0]["work"])
    world.close(over)
    remove_work(gone, by=cast.tao)
    for match in suggested(need, cast.guan) + suggested(over, cast.guan):  # at once
        assert gone.title not in [reason.title for reason in match.reasons]
    tick()
    for row in Suggestion.objects.all():  # and within a tick it is not even kept
        assert str(gone.pk) not in str(row.reasons)


def test_a_need_that_is_withdrawn_is_ranked_no_more(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.need(cast, status="submitted")
    tick()
    perform(need, "withdraw", by=cast.alice, data=world.REASON)
    edit_team(cast.team, by=cast.tao, name="弹性体课题组", intro="改了", field8=[], keywords=["弹性体"])
    assert tick() == 0


@pytest.mark.django_db(transaction=True)
def test_a_need_that_vanishes_while_it_is_ranked_hinders_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.teams(cast)
    gone, stays = world.need(cast, status="submitted"), world.listed(cast)
    real = following.places

    def meanwhile(*given: Any) -> Any:
        insider.execute("DELETE FROM needs_need WHERE id = %s", gone.pk)
        return real(*given)

    monkeypatch.setattr(following, "places", meanwhile)
    tick()
    assert not Suggestion.objects.filter(need=gone.pk).exists()
    assert names(stays)[0] == "弹性体课题组"


def test_without_any_team_there_is_nothing_and_no_error(cast: Cast) -> None:
    need = world.listed(cast)
    assert tick(2) == 0
    assert not Suggestion.objects.filter(need=need).exists()
    assert health().said == ""


def test_when_the_last_team_refuses_nothing_is_left(cast: Cast) -> None:
    need = world.listed(cast)
    corpus.fill(cast.team, "elastomer", by=cast.tao)
    corpus.fill(cast.rival_team, "vision", by=cast.rui)
    tick()
    assert names(need)[0] == "弹性体课题组"
    refuse_matching(cast.team, by=cast.tao)
    refuse_matching(cast.rival_team, by=cast.rui)
    tick(2)
    assert not Suggestion.objects.exists()
    assert keeping.edition() == ""


# ── what moves besides words ────────────────────────────────────────────────────
def test_what_people_said_ranks_everything_anew(cast: Cast, teams: dict[str, Team]) -> None:
    from suggestions.actions import judge

    need, alike = world.listed(cast), world.listed(cast)
    tick()
    before = Suggestion.objects.get(need=alike, team=cast.team)
    judge(need, cast.team, side="need", code="field", by=cast.guan)
    tick()
    after = Suggestion.objects.get(need=alike, team=cast.team)
    assert after.score < before.score
    assert after.score >= before.score * 0.9  # bounded
    assert "judged" in [factor["key"] for factor in after.factors]


def test_invitations_count_from_the_next_day_on_at_the_latest(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    invite(need, [cast.team], by=cast.guan)
    life.question(cast, need)
    assert tick() == 0
    insider.execute("UPDATE suggestions_following SET ranked_at = ranked_at - interval '2 days'")
    tick()
    assert Need.objects.get(pk=need.pk).suggestions.filter(is_current=True).exists()


def test_a_restored_organisation_is_matched_again(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    perform(cast.university, "suspend", by=None, driven=True, data=world.REASON)
    tick()
    assert not Suggestion.objects.filter(need=need, team=cast.team, is_current=True).exists()
    perform(cast.university, "reinstate", by=None, driven=True, data=world.REASON)
    tick()
    assert "弹性体课题组" in names(need)
