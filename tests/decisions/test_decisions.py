"""Deciding is one step and publishing another; where the batch says so, it takes two people; a reserve takes over."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

import world
from decisions.actions import answer, decide, reply_now
from decisions.models import Decision
from decisions.queries import why_not_decide
from needs.listing import SINCE_FORM, rules_content
from needs.models import Batch, Need
from notifications.models import Notice
from people import Cast
from proposals.actions import tell_bidders_the_result
from proposals.models import Answer, Proposal
from proposals.tasks import decrypt_opened
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import steps, todo
from workflow.tasks import tick
from wrong_forms import as_

pytestmark = pytest.mark.django_db


def opened(cast: Cast, *, two: bool = False, rival: bool = True) -> tuple[Need, Proposal, Proposal | None]:
    """A need with Tao's bid, and Rui's at a higher price."""
    need = world.listed(cast, within=world.batch(cast, two_deciders=two))
    first = world.bid(cast, need)
    second = world.bid(cast, need, team=cast.rival_team, by=cast.rui, price="520000.00") if rival else None
    world.open_bids(need, cast)
    for bid in (first, second):
        if bid is not None:
            bid.refresh_from_db()
    return need, first, second


def say(bid: Proposal, outcome: str, cast: Cast, code: str = "fit", **more: object) -> Answer:
    return answer(bid, outcome=outcome, code=code, sentence="关键指标逐项比较后的答复。", by=cast.alice, **more)


def told(user: object) -> set[str]:
    return set(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


# ── decided, then published ─────────────────────────────────────────────────────
def test_between_decision_and_publishing_neither_bidders_nor_the_public_learn_anything(cast: Cast) -> None:
    need, first, second = opened(cast)
    say(first, "select", cast)
    say(second, "refuse", cast, "price")
    pages = ((cast.tao, first.get_absolute_url()), (cast.rui, second.get_absolute_url()), (None, need.public_url))
    before = [plain(as_(user).get(url)) for user, url in pages]
    letters = [told(cast.tao), told(cast.rui)]
    decision = decide(need, by=cast.alice)
    assert (decision.status, decision.decided_at is not None, decision.published_at) == ("decided", True, None)
    assert [plain(as_(user).get(url)) for user, url in pages] == before
    assert [told(cast.tao), told(cast.rui)] == letters
    need.refresh_from_db()
    assert need.status == "opened"
    perform(decision, "publish", by=cast.alice)
    for row in (need, first, second):
        row.refresh_from_db()
    assert (need.status, first.status, second.status) == ("selected", "selected", "not_selected")
    assert "proposal.select" in told(cast.tao)
    assert "关键指标逐项比较后的答复" in as_(cast.rui).get(second.get_absolute_url()).content.decode()


def plain(answer: object) -> str:

    page = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r'csrfmiddlewaretoken" value="\w+|X-CSRFToken": "\w+|data-now="[^"]+"|(还剩|已) [^<"]*', "", page)


def test_a_decision_waits_for_its_publishing_with_a_term_and_takes_the_place_of_the_comparison(cast: Cast) -> None:
    need, first, _none = opened(cast, rival=False)
    say(first, "select", cast)
    decision = decide(need, by=cast.alice)
    waiting = {(item.machine.noun, item.action) for item in todo(cast.alice)}
    assert ("decision", "公布结果") in waiting
    assert decision.due_at is not None
    page = as_(cast.alice).get(need.get_absolute_url()).content.decode()
    assert decision.get_absolute_url() in page
    assert "比选方案" not in page
    home = as_(cast.alice).get("/enterprise/").content.decode()
    assert "比选方案" not in home.split('id="needs"')[0]
    assert decision.get_absolute_url().strip("/").split("/")[1] in home


def test_while_a_decision_stands_no_answer_changes_and_after_taking_it_back_it_may(cast: Cast) -> None:
    need, first, _none = opened(cast, rival=False)
    say(first, "select", cast)
    decision = decide(need, by=cast.alice)
    with pytest.raises(Refused, match="已有一个决定"):
        say(first, "refuse", cast, "price")
    with pytest.raises(Refused, match="已有一个决定"):
        decide(need, by=cast.bob)
    with pytest.raises(DatabaseError, match="a decision stands on it"), transaction.atomic():
        Answer.objects.update(sentence="偷偷改掉的答复。")
    assert as_(cast.alice).post(f"/needs/{need.pk}/compare/", {"then": "save"}).status_code == 403
    perform(decision, "take_back", by=cast.bob)
    assert say(first, "refuse", cast, "price").outcome == "refuse"


def test_nobody_else_decides_and_nothing_is_published_that_was_not_decided(cast: Cast) -> None:
    need, first, _none = opened(cast, rival=False)
    say(first, "select", cast)
    for user in (cast.tao, cast.guan, cast.ling, cast.charlie):
        with pytest.raises(PermissionDenied):
            decide(need, by=user)
    with pytest.raises(DatabaseError, match="nothing was decided"), transaction.atomic():
        tell_bidders_the_result(need, code="", reason="", by=cast.alice)
        transaction.get_connection().check_constraints()


def test_a_decision_that_was_overtaken_by_a_new_rolling_bid_is_not_published(cast: Cast) -> None:
    need = world.listed(cast, within=world.batch(cast, sealing="rolling"))
    first = world.bid(cast, need)
    decrypt_opened()
    say(first, "select", cast)
    decision = decide(need, by=cast.alice)
    world.bid(cast, need, team=cast.rival_team, by=cast.rui)
    decrypt_opened()
    with pytest.raises(Refused, match="还有 1 份方案没有答复"):
        perform(decision, "publish", by=cast.alice)
    with pytest.raises(Refused, match="已有一个决定"):
        reply_now(first, by=cast.alice)


def test_a_decision_about_a_listing_that_is_taken_down_lapses(cast: Cast) -> None:
    need = world.listed(cast, within=world.batch(cast, sealing="rolling"))
    first = world.bid(cast, need)
    decrypt_opened()
    say(first, "select", cast)
    decision = decide(need, by=cast.alice)
    perform(need, "take_down", by=cast.ling, data=world.REASON)
    tick()
    decision.refresh_from_db()
    assert decision.status == "withdrawn"


# ── two people ──────────────────────────────────────────────────────────────────
def test_where_the_batch_says_so_a_second_person_of_the_enterprise_confirms(cast: Cast) -> None:
    colleague = cast.bob
    need, first, _none = opened(cast, two=True, rival=False)
    say(first, "select", cast)
    decision = decide(need, by=cast.alice)
    assert decision.status == "proposed"
    assert {item.machine.noun for item in todo(cast.bob)} >= {"decision"}
    assert "decision" not in {item.machine.noun for item in todo(cast.alice)}
    assert "decision.create" in told(colleague)
    with pytest.raises(Refused, match="另一名同事"):
        perform(decision, "approve", by=cast.alice)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(status="decided")
    perform(decision, "approve", by=cast.bob)
    assert (decision.status, decision.approved_by) == ("decided", cast.bob)
    perform(decision, "publish", by=cast.alice)
    need.refresh_from_db()
    assert need.status == "selected"


def test_what_one_says_to_the_other_when_sending_it_back_stays_in_the_enterprise(cast: Cast) -> None:
    need, first, _none = opened(cast, two=True, rival=False)
    say(first, "select", cast)
    decision = decide(need, by=cast.alice)
    perform(decision, "send_back", by=cast.bob, data={"reason": "检测报告还没有核对，核对后再定。"})
    assert decision.status == "withdrawn"
    for user, reads in ((cast.alice, True), (cast.guan, False), (cast.tao, False)):
        pages = [
            as_(user).get(url, follow=True).content.decode()
            for url in (need.get_absolute_url(), decision_url(decision))
        ]
        assert any("检测报告还没有核对" in page for page in pages) is reads, user


def decision_url(decision: Decision) -> str:
    return decision.get_absolute_url()


def test_a_batch_that_was_frozen_before_it_had_these_settings_keeps_its_fingerprint(
    cast: Cast,
) -> None:
    batch = world.batch(cast)
    batch.frozen_form = 2
    assert set(json.loads(rules_content(batch))) == {"form", *Batch.FROZEN} - {*SINCE_FORM}
    batch.frozen_form = 3
    newer = {name for name, form in SINCE_FORM.items() if form > 3}
    assert set(json.loads(rules_content(batch))) == {"form", *Batch.FROZEN} - newer


# ── none will do ────────────────────────────────────────────────────────────────
def test_turning_down_every_bid_asks_for_a_code_and_a_sentence_that_everybody_reads(cast: Cast) -> None:
    need, first, _none = opened(cast, rival=False)
    say(first, "refuse", cast, "price")
    with pytest.raises(Refused, match="请写明原因和公开说明"):
        decide(need, by=cast.alice)
    alice, url = as_(cast.alice), f"/needs/{need.pk}/compare/conclude/"
    page = alice.post(url, {"reason": "都不行"})
    assert page.status_code == 422
    assert "请选择未选定的原因。" in page.content.decode()
    assert "都不行" in page.content.decode()
    alice.post(url, world.NONE_WILL_DO)
    perform(need.decisions.get(), "publish", by=cast.alice)
    need.refresh_from_db()
    assert (need.status, need.public_note) == ("failed", world.NONE_WILL_DO["reason"])
    assert world.NONE_WILL_DO["reason"] in as_(None).get(need.public_url).content.decode()


# ── reserves ────────────────────────────────────────────────────────────────────
def selected_with_a_reserve(cast: Cast) -> tuple[Need, Proposal, Proposal]:
    need, first, second = opened(cast)
    say(first, "select", cast)
    say(second, "reserve", cast)
    world.conclude(need, by=cast.alice)
    for row in (first, second):
        row.refresh_from_db()
    return need, first, second


def test_a_reserve_is_still_on_its_way(cast: Cast) -> None:
    _need, first, second = selected_with_a_reserve(cast)
    assert ("备选", "now") in [(str(step.label), step.state) for step in steps(second)]
    assert "备选" not in [str(step.label) for step in steps(first)], "it never was one"


def test_reserves_stand_in_an_order_and_two_never_share_a_place(cast: Cast) -> None:
    need, first, second = opened(cast)
    assert second is not None
    assert say(first, "reserve", cast).rank == 1
    assert say(second, "reserve", cast).rank == 2
    say(second, "reserve", cast, rank=1)
    assert why_not_decide(need) == "备选的顺序有重复，请逐份改成 1、2、3。"
    say(first, "select", cast)
    assert why_not_decide(need) == ""


def test_the_first_reserve_takes_over_when_the_chosen_one_will_not_sign(cast: Cast) -> None:
    need, _first, second = selected_with_a_reserve(cast)
    assert second.status == "reserve"
    perform(world.intent(cast, need), "abandon", by=cast.tao, data=world.REASON)
    decision = need.decisions.get(kind="takeover")
    assert (decision.status, decision.decided_by) == ("decided", None)
    second.refresh_from_db()
    assert second.status == "reserve"
    page = as_(cast.rui).get(second.get_absolute_url()).content.decode()
    assert "关键指标逐项比较后的答复" in page  # the old answer, not the one that is drafted
    assert "递补。" not in page
    perform(decision, "publish", by=cast.alice)
    second.refresh_from_db()
    need.refresh_from_db()
    assert (need.status, second.status) == ("selected", "selected")
    assert "由您的方案递补" in as_(cast.rui).get(second.get_absolute_url()).content.decode()


def test_the_enterprise_may_choose_anew_instead(cast: Cast) -> None:
    need, _first, second = selected_with_a_reserve(cast)
    perform(world.intent(cast, need), "abandon", by=cast.alice, data=world.REASON)
    perform(need.decisions.get(kind="takeover"), "take_back", by=cast.alice)
    say(second, "refuse", cast, "price")
    world.conclude(need, by=cast.alice)
    second.refresh_from_db()
    assert (need.status, second.status) == ("failed", "not_selected")


# ── the pages ───────────────────────────────────────────────────────────────────
def test_the_zone_sees_that_it_was_decided_and_what_only_once_it_is_told(cast: Cast) -> None:
    need, first, _none = opened(cast, rival=False)
    say(first, "select", cast)
    decision = decide(need, by=cast.alice)
    url = decision.get_absolute_url()
    page = as_(cast.guan).get(url).content.decode()
    assert "公布之前，管委会也看不到内容。" in page
    assert "关键指标逐项" not in page
    assert as_(cast.tao).get(url).status_code == 404
    perform(decision, "publish", by=cast.alice)
    assert "关键指标逐项" in as_(cast.guan).get(url).content.decode()
