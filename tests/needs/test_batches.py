"""Batches: when they take needs, what freezes, what the fingerprint covers, what a copy keeps, when they rest."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

import calls
import insider
import world
from audit.models import Event
from core import clock
from core.text import chinese_number
from needs.actions import clone_batch, next_title, save_batch, start_batch, start_need
from needs.listing import FIRST_FORM, LATEST_FORM, rules_content, rules_hash
from needs.models import Batch
from needs.terms import terms
from notifications.models import Notice
from people import Cast
from workflow.actions import perform
from workflow.machine import Refused, Stale
from workflow.tasks import tick

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)
OTHER: dict[str, Any] = {  # for every frozen setting another value than `contest` has
    "title": "另一个批次",
    "kind": "call",
    "edition": 8,
    "opens_at": MONTH,
    "collects_until": MONTH,
    "notice": "另一份通知",
    "guide": [],
    "contact": "另一个电话",
    "mode": "market",
    "sealing": "rolling",
    "bid_form": "full",
    "window": timedelta(days=31),
    "window_min": timedelta(days=14),
    "window_max": timedelta(days=90),
    "screening_days": 4,
    "approval_days": 4,
    "opening_days": 4,
    "answer_days": 4,
    "signing_days": 4,
    "reward_max": 1,
    "weights": [],
    "additions": [],
    "rules": "另一套规则",
    "two_deciders": True,
    **{"custody_from": 0, "custody_rescue": False},
    **{"vetting": False, "vetting_days": 4, "correcting_days": 5},
}


def contest(cast: Cast, **fields: Any) -> Batch:
    facts: dict[str, Any] = {
        "title": "第六届创新挑战赛",
        "kind": "contest",
        "edition": 6,
        "notice": "面向全区企业征集。",
        "guide": [{"title": "参赛须知", "text": "不收任何费用。"}],
        "contact": "0532-88880000",
        "mode": "fiscal",
        "reward_max": 500000,
        "weights": [{"name": "方案", "weight": 100}],
        "additions": [{"key": "q1", "label": "产业链", "kind": "short"}],
        **fields,
    }
    return calls.call(cast, **facts)


# ── when needs may be handed in ─────────────────────────────────────────────────
def test_nothing_is_handed_in_before_the_window_opens_though_it_may_be_written(cast: Cast) -> None:
    opens = clock.now() + timedelta(days=2)
    need = world.need(cast, within=calls.call(cast, opens_at=opens))
    with pytest.raises(Refused, match="开始征集，届时即可提交，草稿现在就可以写"):
        perform(need, "submit", by=cast.alice)
    assert need.batch in Batch.objects.open()
    assert need.batch.state_at(clock.now()) == "即将征集"


def test_nothing_is_handed_in_after_the_window_has_ended_whether_or_not_a_tick_has_run(cast: Cast) -> None:
    need = world.need(cast, within=calls.call(cast))
    calls.let_the_window_end(need.batch)
    with pytest.raises(Refused, match="不再接收新的提交，请换一个批次"):
        perform(need, "submit", by=cast.alice)
    assert (need.batch.status, need.batch.state_at(clock.now())) == ("open", "征集截止")
    assert need.batch not in Batch.objects.open()


def test_what_came_in_time_and_was_sent_back_may_return_until_the_batch_ends(cast: Cast) -> None:
    need = world.need(cast, within=calls.call(cast), status="returned")
    calls.let_the_window_end(need.batch)
    tick()
    need.refresh_from_db()
    assert need.batch.status == "collected"
    perform(need, "submit", by=cast.alice)
    perform(need, "return", by=cast.guan, data=world.REASON)
    perform(need.batch, "close", by=cast.shen)
    with pytest.raises(Refused, match="不在征集期"):
        perform(need, "submit", by=cast.alice)


def test_what_was_handed_in_elsewhere_is_not_in_time_here(cast: Cast) -> None:
    need = world.need(cast, within=world.batch(cast), status="returned")
    other = calls.call(cast)
    calls.let_the_window_end(other)
    insider.execute("UPDATE needs_need SET batch_id = %s WHERE id = %s", other.pk, need.pk)
    with pytest.raises(Refused, match="不再接收新的提交"):
        perform(need, "submit", by=cast.alice)


def test_the_clock_ends_the_collecting_once_and_tells_the_officers(cast: Cast) -> None:
    batch = calls.call(cast)
    world.need(cast, within=batch, status="submitted")
    tick()
    batch.refresh_from_db()
    assert batch.status == "open"
    calls.let_the_window_end(batch)
    tick()
    tick()
    batch.refresh_from_db()
    assert batch.status == "collected"
    event = Event.objects.get(stream=batch.audit_stream, action="batch.end_collecting")
    assert (event.actor, event.detail["needs"]) == ("", 1)
    assert {notice.recipient for notice in Notice.objects.filter(kind="batch.end_collecting")} == {cast.guan}


def test_an_announced_window_never_ends_early(cast: Cast) -> None:
    batch = calls.call(cast)
    with pytest.raises(Refused, match="已公布的时间不能提前"):
        perform(batch, "close", by=cast.shen)
    calls.collected(batch)
    perform(batch, "close", by=cast.shen)


# ── what must be there before it opens ──────────────────────────────────────────
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "call"}, "请先填写征集截止时间"),
        ({"kind": "contest", "collects_until": MONTH}, "请先填写创新挑战赛是第几届"),
        ({"kind": "call", "collects_until": -MONTH}, "征集截止时间 .* 已经过去"),
        ({"kind": "call", "opens_at": -MONTH, "collects_until": MONTH}, "征集开始时间 .* 已经过去"),
        ({"rules": " "}, "请先写明批次规则"),
    ],
)
def test_a_batch_that_promises_what_nobody_can_keep_does_not_open(
    cast: Cast, fields: dict[str, Any], sentence: str
) -> None:
    now = clock.now()
    dated = {k: now + v if isinstance(v, timedelta) else v for k, v in fields.items()}
    batch = start_batch(by=cast.guan, **{"title": "专项", "rules": "公开。", **dated})
    with pytest.raises(Refused, match=sentence):
        perform(batch, "open", by=cast.shen)


def test_without_a_beginning_it_begins_when_it_is_published(cast: Cast) -> None:
    batch = calls.call(cast)
    assert batch.opens_at == batch.published_at
    assert batch.due_at == batch.collects_until
    standing = world.batch(cast)
    assert (standing.opens_at, standing.collects_until, standing.due_at) == (None, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "standing", "collects_until": MONTH},
        {"kind": "call", "edition": 3},
        {"kind": "call", "opens_at": MONTH, "collects_until": MONTH},
        {"kind": "fair"},
    ],
)
def test_the_database_refuses_settings_that_contradict_each_other(cast: Cast, wrong: dict[str, Any]) -> None:
    now = clock.now()
    dated = {k: now + v if isinstance(v, timedelta) else v for k, v in wrong.items()}
    with pytest.raises(IntegrityError):
        start_batch(by=cast.guan, title="专项", **dated)


# ── what freezes ────────────────────────────────────────────────────────────────
def test_every_setting_is_frozen_by_the_database_once_the_batch_is_open(cast: Cast) -> None:
    batch = contest(cast)
    assert set(OTHER) == set(Batch.FROZEN)
    for name in (*Batch.FROZEN, "frozen_hash", "frozen_form", "published_at"):
        value = OTHER.get(name, {"frozen_hash": "0" * 64, "frozen_form": 1}.get(name, clock.now()))
        value = clock.now() + value if name in ("opens_at", "collects_until") else value
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(**{name: value})
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).delete()


def test_the_fingerprint_covers_every_frozen_setting(cast: Cast) -> None:
    batch = contest(cast)
    assert (batch.frozen_form, batch.frozen_hash) == (LATEST_FORM, rules_hash(batch))
    event = Event.objects.get(stream=batch.audit_stream, action="batch.open")
    assert event.detail["rules"] == batch.frozen_hash
    for name, value in OTHER.items():
        held = getattr(batch, name)
        setattr(batch, name, clock.now() + value if name in ("opens_at", "collects_until") else value)
        assert rules_hash(batch) != batch.frozen_hash, name
        setattr(batch, name, held)
    assert rules_hash(batch) == batch.frozen_hash


def test_the_bytes_that_are_hashed_say_every_setting_in_words_a_program_reads(cast: Cast) -> None:
    batch = contest(cast)
    batch.refresh_from_db()
    told = json.loads(rules_content(batch))
    assert set(told) == {"form", *Batch.FROZEN}
    assert (told["edition"], told["window"], told["reward_max"]) == (6, "P30DT00H00M00S", "500000.00")
    assert hashlib.sha256(rules_content(batch)).hexdigest() == batch.frozen_hash


def test_a_batch_that_was_frozen_before_there_were_kinds_keeps_its_fingerprint(cast: Cast) -> None:
    batch = world.batch(cast)
    batch.frozen_form = 1
    told = json.loads(rules_content(batch))
    assert set(told) == set(FIRST_FORM)
    assert (told["window"], told["mode"], told["reward_max"]) == ("30 days, 0:00:00", "market", "None")


def test_a_draft_that_was_published_meanwhile_is_not_written_over(cast: Cast) -> None:
    batch = world.batch(cast, status="draft")
    behind = Batch.objects.get(pk=batch.pk)
    perform(batch, "open", by=cast.shen)
    behind.title = "改名"
    with pytest.raises(Stale, match="规则冻结"):
        save_batch(behind, by=cast.guan)


# ── copies ──────────────────────────────────────────────────────────────────────
def test_a_copy_has_every_setting_but_the_dates_and_is_the_next_edition(cast: Cast) -> None:
    batch = contest(cast)
    copy = clone_batch(batch, by=cast.gao)
    differ = {name for name in Batch.FROZEN if getattr(copy, name) != getattr(batch, name)}
    assert differ == {"title", "edition", "opens_at", "collects_until"}
    assert (copy.title, copy.edition, copy.status, copy.created_by) == ("第七届创新挑战赛", 7, "draft", cast.gao)
    assert (copy.frozen_hash, copy.published_at) == ("", None)
    event = Event.objects.get(stream=copy.audit_stream, action="batch.clone")
    assert (event.actor, event.detail["from"]) == (str(cast.gao.pk), str(batch.pk))


@pytest.mark.parametrize(
    ("title", "edition", "copied"),
    [
        ("第 6 届挑战赛", 6, "第7届挑战赛"),
        ("第十九届挑战赛", 19, "第二十届挑战赛"),
        ("挑战赛", 6, "挑战赛（副本）"),
        ("批" * 80, None, "批" * 76 + "（副本）"),
    ],
)
def test_the_title_of_a_copy(title: str, edition: int | None, copied: str) -> None:
    assert next_title(Batch(title=title, edition=edition)) == copied


def test_chinese_numbers() -> None:
    assert [chinese_number(n) for n in (1, 9, 10, 11, 20, 35, 99)] == [
        "一", "九", "十", "十一", "二十", "三十五", "九十九",
    ]  # fmt: skip


# ── the archive ─────────────────────────────────────────────────────────────────
def test_a_batch_rests_when_all_its_needs_have_ended(cast: Cast) -> None:
    batch = world.batch(cast)
    world.need(cast, within=batch, status="returned")  # lies on the desk of the enterprise, and may go elsewhere
    world.need(cast, within=batch, status="draft")
    running = world.need(cast, within=batch, status="no_bid")
    perform(batch, "close", by=cast.shen)
    with pytest.raises(Refused, match="还有 1 项需求没有办结"):
        perform(batch, "archive", by=cast.shen)
    perform(running, "end_no_bid", by=cast.shen)
    perform(batch, "archive", by=cast.ling)
    assert batch.status == "archived"


def test_an_archive_takes_nothing_in(cast: Cast) -> None:
    archived, need = world.batch(cast, status="archived"), world.need(cast)
    with pytest.raises(DatabaseError, match="takes nothing in"), transaction.atomic():
        start_need(organisation=cast.enterprise, batch=archived, by=cast.alice, title="新的")
    need.batch = archived
    with pytest.raises(DatabaseError, match="takes nothing in"), transaction.atomic():
        need.save(update_fields=["batch"])


# ── the table of terms ──────────────────────────────────────────────────────────
def test_the_table_of_terms_says_what_the_clocks_do(cast: Cast) -> None:
    batch = world.batch(cast, screening_days=2, answer_days=7)
    rows = {str(term.step): term for term in terms(batch)}
    assert (rows["形式审查"].days, rows["比选与答复"].days) == (2, 7)
    assert rows["揭榜"].window.startswith("30 天")
    assert "开启方案" in rows
    assert "开启方案" not in {str(term.step) for term in terms(world.batch(cast, sealing="rolling"))}
