"""Who is shown which suggestion, whatever the index still says; what factors weigh; nothing of bids and annexes."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

import annex_world
import company
import corpus
import diagnosing
import journey
import world
from accounts.models import Membership
from core import clock
from corpus import names, tick
from diagnoses.models import Assignment
from needs.models import Need
from people import Cast, join
from suggestions import factors, feedback, keeping, live, ranking, texts
from suggestions.facts import Facts, facts_of
from suggestions.models import Suggestion
from suggestions.queries import experts, fitting, suggested, unmatched
from suggestions.ranking import Placed, diverse
from suggestions.states import Strength
from teams.matching import refuse_matching
from teams.models import Team
from workflow.actions import perform
from works.models import Work

pytestmark = pytest.mark.django_db


def seen(user: Any, need: Need) -> set[str]:
    return set(Suggestion.objects.visible_to(user).filter(need=need).values_list("team__name", flat=True))


# ── who sees it ─────────────────────────────────────────────────────────────────
def test_before_the_listing_the_zone_the_enterprise_and_nobody_else(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.need(cast, status="submitted")
    tick()
    for user in (cast.guan, cast.shen, cast.ling, cast.ji, cast.alice, cast.bob):
        assert "弹性体课题组" in seen(user, need)
    for user in (AnonymousUser(), cast.tao, cast.charlie, cast.xu, cast.yun, cast.sysadmin):
        assert seen(user, need) == set()
    assert suggested(need, cast.charlie) == []
    assert suggested(need, cast.tao) == []


def test_of_a_listing_a_team_sees_its_own_row_and_no_other(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高。", by=cast.rui)
    tick()
    assert len(seen(cast.guan, need)) > 1
    for user in (cast.tao, cast.ting):
        assert seen(user, need) == {"弹性体课题组"}
        assert [match.team for match in fitting(user, list(Team.objects.of(user)))] == [cast.team]
    assert seen(cast.rui, need) == {"高分子所"}
    assert fitting(cast.rui, [cast.team]) == []  # not his


def test_the_agency_sees_it_while_it_diagnoses_and_once_it_is_listed(cast: Cast, teams: dict[str, Team]) -> None:
    row = diagnosing.offered(cast)
    tick()
    assert seen(cast.yun, row.need) == set()
    perform(row, "accept", by=cast.yun)
    assert "弹性体课题组" in seen(cast.yun, row.need)
    done = diagnosing.done(cast)
    tick()
    assert seen(cast.yun, done.need) == set()  # its reading ended with the assignment


def test_a_listing_that_is_closed_fits_nobody_any_more(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    assert fitting(cast.tao, [cast.team])
    world.close(need)
    assert fitting(cast.tao, [cast.team]) == []


def test_what_was_bid_for_can_be_left_out(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    assert fitting(cast.tao, [cast.team], besides=[need.pk]) == []


# ── asked again at read ─────────────────────────────────────────────────────────
def test_a_team_that_refuses_is_shown_to_nobody_at_once_however_old_the_index(
    cast: Cast, teams: dict[str, Team]
) -> None:
    need = world.listed(cast)
    tick()
    assert names(need)[0] == "弹性体课题组"
    refuse_matching(cast.team, by=cast.tao)
    assert "弹性体课题组" not in names(need)
    assert fitting(cast.tao, [cast.team]) == []
    assert cast.team not in [match.team for match in suggested(need, cast.guan)]
    found = live.live("聚脲弹性体涂层的抗爆性能和拉伸强度，强冲击下不开裂。")
    assert cast.team not in [one.team for one in found.shown]


def test_a_suspended_organisation_is_shown_to_nobody_at_once(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    perform(cast.university, "suspend", by=None, driven=True, data=world.REASON)
    assert "弹性体课题组" not in names(need)


def test_the_enterprises_own_team_is_never_suggested_to_it(cast: Cast, teams: dict[str, Team]) -> None:
    corpus.another("自家研发部", "elastomer", home=cast.enterprise, by=cast.alice)
    need = world.listed(cast)
    tick()
    assert not Suggestion.objects.filter(need=need, team__name="自家研发部").exists()
    assert names(need)[0] == "弹性体课题组"


def test_nor_one_in_which_its_people_work(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    assert "弹性体课题组" in names(need)
    cast.ting.forget_rights()
    join(cast.ting, cast.enterprise, Membership.Role.MEMBER)
    assert "弹性体课题组" not in names(need)


def test_nor_the_team_of_an_enterprise_that_posts_it_together(cast: Cast, teams: dict[str, Team]) -> None:
    theirs = corpus.another("联合方研发部", "elastomer", home=cast.other_enterprise, by=cast.charlie)
    need = company.posted(cast).need
    alone = world.listed(cast)
    tick()
    assert theirs.name in names(alone)
    assert theirs.name not in names(need)
    assert not Suggestion.objects.filter(need=need, team=theirs).exists()


def test_nor_the_team_of_the_agency_that_looked_into_it(cast: Cast, teams: dict[str, Team]) -> None:
    theirs = corpus.another("中介技术部", "elastomer", home=cast.agency, by=cast.yun)
    row: Assignment = diagnosing.offered(cast)
    tick()
    assert theirs.name in names(row.need)  # not taken yet
    perform(row, "accept", by=cast.yun)
    assert theirs.name not in names(row.need)


# ── places ──────────────────────────────────────────────────────────────────────
def placed(house: str, score: float) -> Placed:
    return Placed(uuid4(), house, score, "strong", [], 1)


def test_in_the_first_five_places_a_house_has_two_at_most(cast: Cast) -> None:
    order = [placed("甲", 0.9), placed("甲", 0.8), placed("甲", 0.7), placed("乙", 0.6), placed("甲", 0.5),
             placed("丙", 0.4), placed("丁", 0.3), placed("甲", 0.2)]  # fmt: skip
    found = [(one.organisation, one.score) for one in diverse(order)]
    assert found[:5] == [("甲", 0.9), ("甲", 0.8), ("乙", 0.6), ("丙", 0.4), ("丁", 0.3)]
    assert found[5:] == [("甲", 0.7), ("甲", 0.5), ("甲", 0.2)]


def test_where_nobody_else_is_there_the_order_stays(cast: Cast) -> None:
    order = [placed("甲", 0.9 - n / 10) for n in range(6)]
    assert diverse(order) == order


# ── factors ─────────────────────────────────────────────────────────────────────
BEST = Facts("甲", frozenset("4"), "青岛高新区", trl=9, recent=1.0, on_time=99, answered=99)
WORST = Facts("甲", frozenset("1"), trl=1, recent=0.0, late=99, silent=99, performing=9, misplaced=1.0)


def test_all_factors_together_move_a_score_by_a_quarter_at_most_and_each_by_its_weight(cast: Cast) -> None:
    need = Need(field="4", trl_target=9, region="青岛高新区")
    assert sum(factor.weight for factor in factors.FACTORS) == pytest.approx(factors.MOST)
    best, told = factors.weighed(need, BEST)
    worst, untold = factors.weighed(need, WORST)
    assert 1.15 < best <= 1.25
    assert 0.75 <= worst < 0.85
    for line in told + untold:
        assert -1 <= line["value"] <= 1
        assert str(factors.BY_KEY[line["key"]].sentences[line["said"]["case"]])


def test_what_is_not_known_counts_as_nothing(cast: Cast) -> None:
    assert factors.weighed(Need(), Facts("甲")) == (1.0, [])


def test_one_late_contract_weighs_less_than_ten(cast: Cast) -> None:
    need = Need()
    one, _told = factors.weighed(need, replace(Facts("甲"), late=1))
    ten, _told = factors.weighed(need, replace(Facts("甲"), late=10))
    assert 1 > one > ten >= 1 - 0.04


def test_a_good_fact_never_makes_a_bad_score_worse(cast: Cast) -> None:
    ranked = ranking.Ranked("0" * 32, -0.2, 0.0, "weak")
    need = Need(field="4", trl_target=9, region="青岛高新区")
    (team,) = [one.team for one in [ranked]]
    from uuid import UUID

    good = ranking._placed(need, ranked, {UUID(str(team)): BEST}, {})
    bad = ranking._placed(need, ranked, {UUID(str(team)): WORST}, {})
    assert good.score > -0.2 > bad.score


def test_facts_come_from_what_happened_on_the_platform(cast: Cast) -> None:
    contract = world.contract(cast, status="performing")
    first = contract.milestones.first()
    perform(first, "report", by=cast.tao, data={"report": "样片三件已送检，强度 27 MPa。"})
    perform(first, "verify", by=cast.alice)
    corpus.work(cast.team, "中试技术", "常温喷涂。", by=cast.tao, kind="result", trl=7)
    corpus.work(cast.team, "旧作", "弹性体。", by=cast.tao, year=1999)
    found = facts_of([cast.team.pk])[cast.team.pk]
    assert (found.performing, found.on_time, found.late, found.trl, found.recent) == (1, 1, 0, 7, 0.5)


def test_words_about_a_team_fade_with_the_distance_of_the_needs(cast: Cast, teams: dict[str, Team]) -> None:
    from suggestions.actions import judge

    need = world.listed(cast)
    tick()
    judge(need, cast.team, side="need", code="field", by=cast.guan)
    engine = keeping.held()
    assert engine is not None
    same = texts.need_text(need)
    far = replace(same, title="黑臭水体生物膜治理", text="一体化生物膜反应器处理黑臭水体，出水氨氮低。")
    near = replace(same, title="密封圈耐油老化", text="弹性体密封圈在油中老化，电池厂房温度高，废水处理设备漏油。")
    values = [found.get(cast.team.pk, 0.0) for found in feedback.misplaced(engine, [same, near, far])]
    assert values[0] == 1.0
    assert 1.0 > values[1] > values[2] == 0.0


# ── other readings ──────────────────────────────────────────────────────────────
def test_needs_without_a_good_match_are_named_to_the_officer(cast: Cast, teams: dict[str, Team]) -> None:
    good = world.listed(cast)
    alone = corpus.need_for(cast, "百蕊草种子休眠破除", "百蕊草种子休眠期长，出苗率低，寄生关系不清。", "发芽率")
    tick()
    assert [one.need for one in unmatched(cast.guan)] == [alone]
    refuse_matching(cast.team, by=cast.tao)
    assert {one.need for one in unmatched(cast.guan)} == {alone, good}


def test_a_sentence_is_not_shown_any_more_once_its_work_was_reworded(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    row = Suggestion.objects.get(need=need, team=cast.team)
    quoted = [reason["work"] for reason in row.reasons if reason["work"]]
    assert quoted
    Work.objects.filter(pk__in=quoted).update(abstract="改过了。", updated_at=clock.now())
    (match,) = [one for one in suggested(need, cast.guan) if one.team == cast.team]
    assert [reason for reason in match.reasons if reason.work] == []


def test_experts_are_people_of_good_matches_for_the_zone_alone(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    cast.ting  # noqa: B018
    tick()
    (found,) = [one for one in experts(need, cast.guan) if one.team == cast.team]
    assert found.people == (cast.tao, cast.ting)
    assert found.reasons
    assert found.row.strength != Strength.WEAK
    for user in (cast.alice, cast.tao, cast.yun):
        assert experts(need, user) == []


# ── what it never reads ─────────────────────────────────────────────────────────
CANARY = "KX-77"  # as the note says it that annex_world protects


def test_no_word_of_a_note_a_bid_or_an_annex_is_in_any_row(cast: Cast, teams: dict[str, Team]) -> None:
    need = annex_world.offered(cast, own_text=f"{annex_world.OWN}{CANARY}")
    annex_world.asked(cast, need)
    bid = journey.bid(need, cast.team, by=cast.tao, summary=f"{CANARY}聚脲改性弹性体方案。")
    assert CANARY in Need.objects.get(pk=need.pk).confidential
    assert bid.pk
    tick()
    row = Suggestion.objects.get(need=need, team=cast.team)
    assert CANARY not in str(Suggestion.objects.values())
    for path in keeping.folder().rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()
    before = (row.score, row.place)
    journey.bid(need, cast.rival_team, by=cast.rui)
    tick()
    row.refresh_from_db()
    assert (row.score, row.place) == before  # a bid moves nothing


def test_the_columns_that_are_not_read_are_not_even_loaded(cast: Cast, django_assert_num_queries: Any) -> None:
    world.listed(cast, confidential=CANARY)
    (need,) = texts.readable(texts.in_sight())
    assert {"confidential", "answers", "wrapped_key", "typed"} <= need.get_deferred_fields()
    with django_assert_num_queries(0):
        assert CANARY not in texts.need_text(need).whole
