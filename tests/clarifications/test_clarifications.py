"""A clarification opens the parts it asks about, for its team and for a while; the price and the rest stay shut."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

import journey
from audit.models import Event
from clarifications.actions import ask
from clarifications.models import Clarification
from clarifications.parts import parts_of
from clarifications.queries import since_the_seal
from core import clock
from decisions.comparing import promises
from notifications.models import Notice
from people import Cast
from proposals.models import Proposal
from workflow.actions import perform
from workflow.machine import Invalid, Refused
from workflow.tasks import tick

pytestmark = pytest.mark.django_db
QUESTION = "拉伸强度的依据写的是 20 MPa，与响应值不一致，请说明。"


@pytest.fixture
def bid(cast: Cast) -> Proposal:
    return journey.opened(cast).proposals.get(team=cast.team)


def strength(bid: Proposal, column: str) -> str:
    return f"answer:{bid.need.indicators.first().pk}:{column}"


def asked(bid: Proposal, cast: Cast, *parts: str, by: Any = None) -> Clarification:
    return ask(bid, question=QUESTION, parts=list(parts), days=5, by=by or cast.alice)


def answered(
    row: Clarification, cast: Cast, reply: str = "依据是旧样品，已改为新样品的检测报告。", **given: str
) -> Clarification:
    perform(row, "answer", by=cast.tao, data={"reply": reply, **given})
    return Clarification.objects.get(pk=row.pk)


def test_a_team_puts_right_what_was_asked_about_and_both_readings_are_kept(cast: Cast, bid):
    code = strength(bid, "evidence")
    before = bid.content["answers"][code.split(":")[1]].get("evidence", "")
    row = answered(asked(bid, cast, code), cast, **{code.replace(":", "-"): "检测报告 2026-118 号"})
    bid.refresh_from_db()
    assert bid.content["answers"][code.split(":")[1]]["evidence"] == "检测报告 2026-118 号"
    assert (row.before, row.after) == ({code: before}, {code: "检测报告 2026-118 号"})
    assert Event.objects.get(action="clarification.answer").detail["parts"] == code


def test_what_was_not_asked_about_is_not_in_the_form_and_changes_nothing(cast: Cast, bid):
    was = dict(bid.content)
    answered(asked(bid, cast), cast, **{"text-approach": "别的路线", "price": "1.00"})
    bid.refresh_from_db()
    assert bid.content == was


def test_the_price_and_all_that_sums_to_it_can_never_be_asked_about(cast: Cast, bid):
    codes = {part.code for part in parts_of(bid.need)}
    assert not [code for code in codes if any(word in code for word in ("price", "budget", "milestone", "members"))]
    with pytest.raises(Refused, match="没有这些部分"):
        asked(bid, cast, "text:price")


@pytest.mark.parametrize("field", ["price", "milestones", "members", "period_months"])
def test_the_database_itself_keeps_the_terms_of_an_opened_bid(bid, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=bid.pk).update(content={**bid.content, field: "1.00"})


def test_a_part_that_is_emptied_or_too_long_comes_back_with_what_was_typed(client, cast: Cast, bid):
    row = asked(bid, cast, "text:approach")
    client.force_login(cast.tao)
    address = f"/moves/clarification/{row.pk}/answer/"
    for text, why in (("", "不能清空"), ("长" * 3001, "3000")):
        answer = client.post(address, {"reply": "已经改正。", "text-approach": text})
        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert "已经改正。" in answer.content.decode()
    with pytest.raises(Invalid):
        perform(row, "answer", by=cast.tao, data={"reply": ""})


def test_only_the_leader_answers_and_only_once(cast: Cast, bid):
    row = asked(bid, cast)
    for other in (cast.alice, cast.guan, cast.rui):
        with pytest.raises(PermissionDenied):
            perform(row, "answer", by=other, data={"reply": "不是我们的方案。"})
    answered(row, cast)
    with pytest.raises(Refused):
        perform(row, "answer", by=cast.tao, data={"reply": "再改一次。"})


def test_the_enterprise_and_the_officers_ask_and_nobody_else(client, cast: Cast, bid):
    for other in (cast.charlie, cast.rui, cast.tao, cast.ji):
        with pytest.raises(PermissionDenied):
            asked(bid, cast, by=other)
    asked(bid, cast, by=cast.guan)


def test_a_bid_under_its_seal_is_asked_nothing(client, cast: Cast):
    need = journey.published(cast)
    sealed = journey.bid(need, cast.team, by=cast.tao)
    with pytest.raises(Refused, match="只有比选中的方案"):
        asked(sealed, cast)
    client.force_login(cast.alice)
    assert client.get(reverse("proposal_clarify", args=[sealed.pk])).status_code == 404


def test_one_at_a_time_and_three_at_most(cast: Cast, bid):
    for _round in range(3):
        row = asked(bid, cast)
        with pytest.raises(Refused, match="已有一项待答复"):
            asked(bid, cast)
        answered(row, cast)
    with pytest.raises(Refused, match="最多澄清三次"):
        asked(bid, cast)


def test_a_withdrawn_question_counts_for_nothing_and_the_team_is_told(cast: Cast, bid):
    row = asked(bid, cast)
    with pytest.raises(PermissionDenied):
        perform(row, "withdraw", by=cast.guan)
    perform(row, "withdraw", by=cast.alice)
    assert Notice.objects.filter(kind="clarification.withdraw", recipient=cast.tao).exists()
    for _round in range(3):
        answered(asked(bid, cast), cast)


def test_an_unanswered_question_lapses_with_its_term_and_the_bid_is_compared_as_it_was(cast: Cast, bid):
    row, was = asked(bid, cast, "text:approach"), dict(bid.content)
    Clarification.objects.filter(pk=row.pk).update(due_at=clock.now() - timedelta(minutes=1))
    tick()
    row.refresh_from_db()
    bid.refresh_from_db()
    assert row.status == "lapsed"
    assert bid.content == was


def test_a_question_about_a_bid_that_has_its_answer_lapses(cast: Cast, bid):
    row = asked(bid, cast)
    journey.choose(cast, bid.need)
    tick()
    row.refresh_from_db()
    assert row.status == "lapsed"


def test_what_was_said_is_kept_by_the_database(cast: Cast, bid):
    row = answered(asked(bid, cast), cast)
    for fields in (
        {"question": "别的问题，别的问题，别的。"},
        {"reply": "别的答复"},
        {"after": {"text:approach": "x"}},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Clarification.objects.filter(pk=row.pk).update(**fields)


def test_the_pages_lead_from_the_bid_to_the_question_to_the_two_readings(client, cast: Cast, bid):
    client.force_login(cast.alice)
    assert reverse("proposal_clarify", args=[bid.pk]) in client.get(bid.get_absolute_url()).content.decode()
    answer = client.post(
        reverse("proposal_clarify", args=[bid.pk]), {"question": QUESTION, "parts": ["text:approach"], "days": "3"}
    )
    row = Clarification.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    assert row.days == 3
    assert Notice.objects.filter(kind="clarification.create", recipient=cast.tao).exists()
    client.force_login(cast.tao)
    assert QUESTION[:20] in client.get(bid.get_absolute_url()).content.decode()
    form = client.get(f"/moves/clarification/{row.pk}/answer/").content.decode()
    assert bid.content["approach"][:10] in form
    was = bid.content["approach"]
    client.post(f"/moves/clarification/{row.pk}/answer/", {"reply": "补充了步骤。", "text-approach": "新的路线"})
    client.force_login(cast.alice)
    page = client.get(row.get_absolute_url()).content.decode()
    assert was[:10] in page
    assert "新的路线" in page
    client.force_login(cast.rui)
    assert client.get(row.get_absolute_url()).status_code == 404


def test_an_empty_or_short_question_comes_back_beside_its_field(client, cast: Cast, bid):
    client.force_login(cast.alice)
    for question, days, why in (
        ("", "5", "请写下要澄清的问题"),
        ("为什么", "5", "至少写 10 个字"),
        (QUESTION, "99", "10"),
    ):
        answer = client.post(reverse("proposal_clarify", args=[bid.pk]), {"question": question, "days": days})
        assert answer.status_code == 422
        assert why in answer.content.decode()
    assert not Clarification.objects.exists()


def test_a_bid_sealed_in_the_first_spelling_is_compared_by_what_it_reads_since(cast: Cast, bid):
    """There the evidence stood in a note; the clarified one takes its place wherever the bid is read."""
    code, first = strength(bid, "evidence"), bid.need.indicators.first()
    answers = {**bid.content["answers"], str(first.pk): {"value": "27", "meets": "met", "note": "旧样品的报告"}}
    Proposal.objects.filter(pk=bid.pk).update(content={**bid.content, "answers": answers})
    row = answered(asked(bid, cast, code), cast, **{code.replace(":", "-"): "新样品的报告"})
    bid.refresh_from_db()
    assert row.before == {code: "旧样品的报告"}
    assert promises([first], bid.content)[0].note == "新样品的报告"


def test_the_page_of_a_bid_sets_what_it_says_now_beside_what_was_sealed(client, cast: Cast, bid):
    """After two clarifications of one part the middle reading is in neither column."""
    sealed = bid.content["approach"]
    answered(asked(bid, cast, "text:approach"), cast, **{"text-approach": "中间的说法，后来又改了。"})
    answered(asked(bid, cast, "text:approach"), cast, **{"text-approach": "最后的说法。"})
    bid.refresh_from_db()
    [change] = since_the_seal(bid, Clarification.objects.filter(proposal=bid))
    assert ("".join(p.text for p in change.before), "".join(p.text for p in change.after)) == (sealed, "最后的说法。")
    client.force_login(cast.alice)
    assert "与密封时相比改了哪里" in client.get(bid.get_absolute_url()).content.decode()


def test_whoever_decides_is_told_what_a_team_has_not_answered_yet(client, cast: Cast, bid):
    row = asked(bid, cast)
    client.force_login(cast.alice)
    page = client.get(reverse("need_conclude", args=[bid.need_id])).content.decode()
    assert "项澄清没有答复" in page
    assert row.get_absolute_url() in page
    perform(row, "withdraw", by=cast.alice)
    assert "项澄清没有答复" not in client.get(reverse("need_conclude", args=[bid.need_id])).content.decode()
