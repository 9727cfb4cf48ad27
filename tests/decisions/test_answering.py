"""Every bidder gets a reasoned answer, may ask back once, and the public sees how an enterprise answers."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

import insider
import suggesting
import world
from core import clock
from decisions.actions import answer, inquire, reply_now
from decisions.answering import answer_record
from decisions.models import Inquiry
from needs.models import Need
from notifications.models import Notice
from people import Cast
from proposals.models import Answer
from proposals.tasks import decrypt_opened
from reports.stuck import stuck
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo
from workflow.tasks import tick
from wrong_forms import as_

pytestmark = pytest.mark.django_db
QUESTION = "低温指标是以哪份检测报告为准判定的？"


def told(user: object) -> list[str]:
    return list(Notice.objects.filter(recipient=user, kind__startswith="inquiry.").values_list("kind", flat=True))


# ── asking back ─────────────────────────────────────────────────────────────────
def test_a_bidder_asks_back_exactly_once_and_the_enterprise_replies(cast: Cast) -> None:
    bid = world.need(cast, status="failed").proposals.get()
    tao, url = as_(cast.tao), f"/proposals/{bid.pk}/inquire/"
    assert "追问一次" in tao.get(bid.get_absolute_url()).content.decode()
    short = tao.post(url, {"text": "为什么"})
    assert short.status_code == 422
    assert "太短，请至少写 10 个字。" in short.content.decode()
    tao.post(url, {"text": QUESTION})
    inquiry = Inquiry.objects.get()
    assert (inquiry.status, told(cast.alice)) == ("asked", ["inquiry.create"])
    assert tao.post(url, {"text": QUESTION + "另外还想问。"})["Location"] == bid.get_absolute_url()
    with pytest.raises(Refused, match="只能追问一次"):
        inquire(bid, text=QUESTION, by=cast.ting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.create(proposal=bid, text="第二问", asked_by=cast.tao, status="asked")
    assert ("inquiry", "回复追问") in {(item.machine.noun, item.action) for item in todo(cast.alice)}
    perform(inquiry, "reply", by=cast.bob, data={"reply": "以第三方检测报告为准。"})
    assert told(cast.tao) == ["inquiry.reply"]
    assert "以第三方检测报告为准。" in tao.get(inquiry.get_absolute_url()).content.decode()


def test_nobody_asks_before_the_answer_is_published_or_for_another_team(cast: Cast) -> None:
    need = world.need(cast, status="opened")
    bid = need.proposals.get()
    answer(bid, outcome="refuse", code="price", sentence="报价超出预算较多。", by=cast.alice)
    with pytest.raises(Refused, match="收到答复之后才能追问"):
        inquire(bid, text=QUESTION, by=cast.tao)
    for user in (cast.rui, cast.alice, cast.guan):
        with pytest.raises(PermissionDenied):
            inquire(bid, text=QUESTION, by=user)


def test_the_question_and_its_reply_are_read_by_both_sides_and_the_zone_alone(cast: Cast) -> None:
    bid = world.need(cast, status="failed").proposals.get()
    url = inquire(bid, text=QUESTION, by=cast.tao).get_absolute_url()
    for user, status in ((cast.ting, 200), (cast.bob, 200), (cast.guan, 200), (cast.rui, 404), (cast.charlie, 404)):
        assert as_(user).get(url).status_code == status, user


def test_a_question_that_nobody_answers_reminds_the_enterprise_and_then_the_zone(cast: Cast) -> None:
    bid = world.need(cast, status="failed").proposals.get()
    inquiry = inquire(bid, text=QUESTION, by=cast.tao)
    tick()
    assert told(cast.alice) == ["inquiry.create"]
    assert inquiry.due_at is not None
    insider.execute("UPDATE decisions_inquiry SET due_at = %s", clock.now() + timedelta(hours=20))
    for _n in range(2):
        tick()
    assert sorted(told(cast.alice)) == ["inquiry.create", "inquiry.remind"]
    assert told(cast.guan) == []
    insider.execute("UPDATE decisions_inquiry SET due_at = %s", clock.now() - timedelta(hours=1))
    for _n in range(2):
        tick()
    assert told(cast.guan) == ["inquiry.escalate"]
    assert "inquiry" in {row.machine.noun for row in stuck(cast.guan, why="overdue")}


# ── other needs ─────────────────────────────────────────────────────────────────
def test_who_was_not_chosen_is_shown_other_open_listings_that_fit(cast: Cast) -> None:
    need = world.need(cast, status="failed")
    other = world.listed(cast, title="耐候弹性体涂层", within=need.batch)
    suggesting.suggest(other, cast.team, strength="medium")
    page = as_(cast.tao).get(need.proposals.get().get_absolute_url()).content.decode()
    assert "还有适合您的榜单" in page
    assert other.number in page
    chosen = world.need(cast, status="selected", within=need.batch).proposals.get()
    assert "还有适合您的榜单" not in as_(cast.tao).get(chosen.get_absolute_url()).content.decode()


# ── the public record ───────────────────────────────────────────────────────────
def days_ago(need: Need, days: int) -> None:
    """The bids of `need` were opened so many days ago."""
    back = "UPDATE proposals_proposal SET opened_at = now() - %s * interval '1 day' WHERE need_id = %s"
    insider.execute(back, days, need.pk)


def test_what_is_counted_is_what_was_opened_and_answered_or_is_late(cast: Cast) -> None:
    batch = world.batch(cast)
    world.bid(cast, world.listed(cast, within=batch))
    assert answer_record(cast.enterprise).owed == 0  # sealed: nothing of it counts
    waiting = world.need(cast, within=batch, status="opened")
    assert answer_record(cast.enterprise).owed == 0  # opened, and still in time
    world.need(cast, within=batch, status="failed")
    record = answer_record(cast.enterprise)
    assert (record.given, record.owed, record.median) == (1, 1, 0)
    insider.execute("UPDATE needs_need SET due_at = now() - interval '1 day' WHERE id = %s", waiting.pk)
    record = answer_record(cast.enterprise)
    assert (record.given, record.owed) == (1, 2)
    assert sum(one.owed for one in record.listings) == record.owed


def test_a_rolling_bid_that_was_answered_counts_only_when_its_listing_is_over(cast: Cast) -> None:
    need = world.listed(cast, within=world.batch(cast, sealing="rolling"))
    bid = world.bid(cast, need)
    decrypt_opened()
    answer(bid, outcome="refuse", code="price", sentence="报价超出预算较多。", by=cast.alice)
    reply_now(bid, by=cast.alice)
    assert answer_record(cast.enterprise).owed == 0


def test_days_run_to_the_first_answer_whatever_a_reserve_is_told_later(cast: Cast) -> None:
    need = world.need(cast, status="failed")
    first = Answer.objects.get(proposal__need=need).first_at
    assert first is not None
    days_ago(need, 14)
    assert answer_record(cast.enterprise).median in range(8, 12)


def test_the_public_page_says_what_is_counted_and_opens_it(cast: Cast) -> None:
    url = f"/enterprises/{cast.enterprise.pk}/"
    assert as_(None).get(url).status_code == 404  # nothing of theirs is listed yet
    need = world.need(cast, status="failed")
    page = as_(None).get(url).content.decode()
    assert "100.0 %" in page
    assert ">当天</a>" in page  # answered on the day of the opening: neither 0 working days nor a dash
    assert "个工作日</span>" not in page
    assert need.public_url in page
    assert "没到时限、还没答复的不计" in page
    assert "弹性体课题组" not in page
    assert url in as_(None).get(need.public_url).content.decode()


def test_the_teams_first_page_says_what_it_was_answered_and_until_when_it_may_ask_back(cast: Cast) -> None:
    bid = world.need(cast, status="failed").proposals.get()
    page = as_(cast.ting).get("/team/").content.decode()
    assert bid.answer.public.sentence in page
    assert f"/proposals/{bid.pk}/inquire/" in page
    assert bid.answer.public.sentence not in as_(cast.rui).get("/team/").content.decode()
    inquire(bid, text="是以哪份检测报告为准判定的？", by=cast.tao)
    page = as_(cast.tao).get("/team/").content.decode()
    assert f"/proposals/{bid.pk}/inquire/" not in page
    assert "待回复" in page
    insider.execute("UPDATE proposals_answer SET published_at = now() - interval '31 days'")
    assert bid.answer.public.sentence not in as_(cast.tao).get("/team/").content.decode()


def test_a_drafted_answer_is_nowhere_on_the_teams_first_page(cast: Cast) -> None:
    bid = world.need(cast, status="opened").proposals.get()
    answer(bid, outcome="refuse", code="price", sentence="报价高出预算一倍。", by=cast.alice)
    assert "报价高出预算一倍" not in as_(cast.tao).get("/team/").content.decode()
