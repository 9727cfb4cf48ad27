"""Similar needs: found among what one may see, with a reason. What others keep to themselves is not even counted."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

import journey
import world
from core.search import salient, sought
from demo.needs import STORIES, indicator
from needs.actions import save_need, start_need
from needs.asks import SubmitForm
from needs.merging import merge
from needs.models import Indicator, Need
from needs.similar import THRESHOLD, Profile, Rarity, compare, similar_to
from people import Cast
from reworded import REWORDED, Reworded
from workflow.actions import perform
from workflow.machine import Invalid, Refused

pytestmark = pytest.mark.django_db

POLYUREA, WINDING = REWORDED[0], REWORDED[7]


def rewritten(cast: Cast, one: Reworded = POLYUREA, *, by: Any = None, **fields: Any) -> Need:
    """A draft of Alice's, or of `by`, in the words of one rewording."""
    by = by or cast.alice
    home = by.memberships.get().organisation
    said = {"title": one.title, "field": one.field, "problem": one.problem, "keywords": list(one.keywords), **fields}
    need = start_need(organisation=home, batch=world.batch(cast), by=by, **said)
    rows = [Indicator(name=name, operator="ge", value=Decimal(1), unit="%") for name in one.names]
    return save_need(need, indicators=rows, by=by)


def shown_to(user: Any, need: Need) -> list[Need]:
    return [match.need for match in similar_to(need, to=user)]


# ── what is found, and why ──────────────────────────────────────────────────────
def test_a_listing_in_other_words_is_found_with_what_both_share(cast: Cast):
    listed = world.listed(cast)
    need = rewritten(cast, by=cast.charlie)
    [match] = similar_to(need, to=cast.charlie)
    assert match.need == listed
    assert THRESHOLD <= match.score <= 1
    assert match.reason.startswith("共有：")
    assert "抗爆" in match.words
    assert "弹性体" in match.words
    assert match.names == ("拉伸强度", "断裂伸长率")
    assert match.reason.endswith("；指标：拉伸强度、断裂伸长率")
    assert match.is_open


def test_an_unrelated_need_is_not_similar(cast: Cast):
    world.listed(cast)
    assert similar_to(rewritten(cast, WINDING, by=cast.charlie), to=cast.charlie) == []


def test_a_title_alone_is_too_little_to_compare(cast: Cast):
    world.listed(cast)
    assert similar_to(rewritten(cast, by=cast.charlie, problem=""), to=cast.charlie) == []


def test_the_same_need_again_is_as_similar_as_can_be(cast: Cast):
    first = world.need(cast)
    [match] = similar_to(world.need(cast), to=cast.alice)
    assert (match.need, match.score) == (first, 1.0)


def test_the_closest_comes_first(cast: Cast):
    near = world.listed(cast)
    far = world.listed(cast, title="弹性体密封件", problem="弹性体密封件在强冲击下开裂。", goal="密封可靠。")
    found = similar_to(rewritten(cast, by=cast.charlie), to=cast.charlie)
    assert found[0].need == near
    assert far in [match.need for match in found]
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


@pytest.mark.parametrize("status", ["contracted", "no_bid", "failed", "withdrawn"])
def test_past_listings_are_found_with_their_outcome(cast: Cast, status: str):
    past = world.need(cast, status=status)
    [match] = similar_to(rewritten(cast, by=cast.charlie), to=cast.charlie)
    assert (match.need, match.need.status, match.is_open) == (past, status, False)


def test_what_is_confidential_makes_nothing_similar(cast: Cast):
    listed = world.listed(cast, title="常温密封工艺", problem="密封件泄漏。", goal="不泄漏。", keywords=[], field="8")
    Need.objects.filter(pk=listed.pk).update(confidential=POLYUREA.problem)
    assert listed not in shown_to(cast.charlie, rewritten(cast, by=cast.charlie, keywords=[]))


def test_every_rewording_is_nearest_to_its_original_and_nothing_else_reaches_the_threshold_often():
    """The demo's stories against tests/reworded.py; `tools/bench_similar.py` has more figures."""
    stories = [
        Profile(
            Need(title=s.title, field=s.field, keywords=list(s.words), problem=s.problem, goal=s.goal),
            [indicator(line).name for line in s.indicators],
        )
        for s in STORIES
    ]
    told = {
        one.of: Profile(
            Need(title=one.title, field=one.field, keywords=list(one.keywords), problem=one.problem), one.names
        )
        for one in REWORDED
    }
    terms = {term for profile in (*stories, *told.values()) for term in profile.terms}
    rarity = Rarity(len(stories), {term: sum(term in story.text for story in stories) for term in terms})
    alarms = 0
    for title, profile in told.items():
        found = sorted((compare(profile, s, rarity) for s in stories), key=lambda match: -match.score)
        assert found[0].need.title == title
        assert found[0].score >= THRESHOLD, title
        alarms += sum(match.score >= THRESHOLD for match in found[1:])
    assert alarms <= 2


# ── who sees which ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "approved", "scheduled", "rejected"])
def test_what_others_have_not_published_is_neither_shown_nor_counted(cast: Cast, status: str):
    listed = world.listed(cast)
    need = rewritten(cast, by=cast.charlie)
    before = [(match.need, match.score, match.reason) for match in similar_to(need, to=cast.charlie)]
    hidden = world.need(cast, status=status)
    assert [(match.need, match.score, match.reason) for match in similar_to(need, to=cast.charlie)] == before
    assert shown_to(cast.charlie, need) == [listed] != [hidden]


@pytest.mark.parametrize("status", ["draft", "submitted", "rejected", "published"])
def test_an_enterprise_finds_its_own_in_any_state(cast: Cast, status: str):
    own = world.need(cast, status=status)
    assert shown_to(cast.alice, rewritten(cast)) == [own]


def test_the_zone_also_finds_what_others_have_submitted_but_no_draft(cast: Cast):
    need = rewritten(cast, by=cast.charlie)
    submitted, draft = world.need(cast, status="submitted"), world.need(cast)
    assert shown_to(cast.guan, need) == [submitted] != [draft]


def test_as_many_queries_for_two_similar_needs_as_for_one(cast: Cast, django_assert_num_queries: Any):
    need = Need.objects.select_related("organisation").prefetch_related("indicators").get(pk=rewritten(cast).pk)
    for n in range(3):
        cast.alice.positions  # noqa: B018 - read once a request
        with django_assert_num_queries(3 + 2 * bool(n)):
            assert len(similar_to(need, to=cast.alice)) == n
        world.need(cast, status="submitted")


# ── handing in ──────────────────────────────────────────────────────────────────
def test_whoever_is_shown_a_similar_need_says_why_this_one_is_another(cast: Cast):
    world.listed(cast)
    need = journey.draft(cast)
    form = SubmitForm()
    form.for_object(need, cast.alice)
    assert list(form.fields) == ["shown", "different"]
    with pytest.raises(Invalid, match="请用一句话写明不同在哪里"):
        perform(need, "submit", by=cast.alice, data={"shown": "True"})
    event = perform(need, "submit", by=cast.alice, data={"shown": "True", "different": "这一项做可浇注的板材。"})
    assert event.note_data == {"different": "这一项做可浇注的板材。"}


def test_who_is_shown_nothing_is_asked_nothing(cast: Cast):
    need = journey.draft(cast)
    form = SubmitForm()
    form.for_object(need, cast.alice)
    assert list(form.fields) == []
    assert perform(need, "submit", by=cast.alice).note_data == {}


# ── merging ─────────────────────────────────────────────────────────────────────
def test_merging_withdraws_the_newer_draft_with_a_coded_reason(cast: Cast):
    older, newer = world.need(cast), rewritten(cast)
    older.problem += newer.problem
    merge(newer, into=older, indicators=list(older.indicators.all()), by=cast.alice)
    older.refresh_from_db()
    assert newer.problem in older.problem
    assert (newer.status, newer.title) == ("withdrawn", POLYUREA.title)
    assert (older.status, older.indicators.count()) == ("draft", 3)


def test_a_draft_is_merged_only_into_another_draft_of_its_enterprise(cast: Cast):
    newer = rewritten(cast)
    for other, why in (
        (newer, "另一份草稿"),
        (rewritten(cast, by=cast.charlie), "另一份草稿"),
        (world.need(cast, status="submitted"), "已经提交"),
    ):
        with pytest.raises(Refused, match=why):
            merge(newer, into=other, indicators=[], by=cast.alice)
    newer.refresh_from_db()
    assert newer.status == "draft"


def test_a_stranger_merges_nothing(cast: Cast):
    older, newer = world.need(cast), rewritten(cast)
    with pytest.raises(PermissionDenied):
        merge(newer, into=older, indicators=list(older.indicators.all()), by=cast.charlie)
    older.refresh_from_db()
    assert older.status == newer.status == "draft"


# ── words ───────────────────────────────────────────────────────────────────────
def test_what_says_nothing_of_its_own_is_left_out():
    assert salient("需要解决生产技术问题，降低成本，提高产品质量") == []
    assert salient("PVB 膜片 150") == ["pvb", "膜片"]


def test_a_term_no_dictionary_knows_is_kept_together():
    assert "聚脲" in salient("一种聚脲涂层")
    assert sought("弹性体") == "'弹性' & '性体'"
    assert sought("pvb") == "'pvb'"
