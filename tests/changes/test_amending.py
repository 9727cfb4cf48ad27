"""A published listing changes only as one person proposed and another approved, word for word, with a version kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

import insider
import life
import world
from changes.actions import ask_to_take_down, propose_extension
from changes.models import Change
from core import clock
from core.workdays import closing_after
from needs.actions import publish_now
from needs.additions import Question, as_json
from needs.amending import AMENDABLE
from needs.listing import SINCE, content_hash, public_content
from needs.models import Indicator, Need
from people import Cast
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_approved_amendment_renews_words_fingerprint_search_and_version(cast: Cast) -> None:
    need = world.listed(cast)
    before = need.published_hash
    change = life.amend(cast, need, problem="现有涂层在零下二十度开裂。", title="低温抗爆弹性体材料")
    need = Need.objects.get(pk=need.pk)
    assert need.title == "低温抗爆弹性体材料"
    assert need.published_hash == content_hash(need) != before
    assert need.amendments == 1
    assert "低温" in need.search_text.replace(" ", "")
    last = need.versions.last()
    assert (last.event, last.reason, last.content_hash) == ("amend", change.reason, need.published_hash)


def test_an_indicator_that_keeps_its_name_stays_the_same_row(cast: Cast) -> None:
    """What bids promise refers to the row: a harder value is not another indicator."""
    need = world.listed(cast)
    kept = dict(need.indicators.values_list("name", "pk"))
    rows = [*life.harder(need)[:2], Indicator(name="耐盐雾", operator="ge", value=1000, unit="h")]
    life.amend(cast, need, rows=rows)
    now = dict(need.indicators.values_list("name", "pk"))
    assert now == {"拉伸强度": kept["拉伸强度"], "断裂伸长率": kept["断裂伸长率"], "耐盐雾": now["耐盐雾"]}
    assert need.indicators.get(name="拉伸强度").value == 30


def test_other_hard_indicators_start_the_window_again_and_others_leave_time_to_confirm(cast: Cast) -> None:
    need = world.listed(cast, within=world.batch(cast, window_min=timedelta(days=5)))
    old = need.bid_deadline
    life.amend(cast, need)
    need.refresh_from_db()
    assert need.bid_deadline == old  # twenty days are left: time enough
    begun = clock.now()
    life.amend(cast, need, rows=life.harder(need))
    need.refresh_from_db()
    assert need.bid_deadline in {closing_after(at + timedelta(days=30)) for at in (begun, clock.now())}
    assert need.due_at == need.bid_deadline


def test_a_last_minute_amendment_leaves_three_days(cast: Cast) -> None:
    need = world.need(cast, within=world.batch(cast, window_min=timedelta(days=5)), status="approved")
    publish_now(need, by=cast.ling, bid_deadline=clock.now() + timedelta(days=5, minutes=1))
    insider.execute("UPDATE needs_need SET bid_deadline = now() + interval '2 hours' WHERE id = %s", need.pk)
    need.refresh_from_db()
    begun = clock.now()
    life.amend(cast, need)
    need.refresh_from_db()
    assert need.bid_deadline in {closing_after(at + timedelta(days=3)) for at in (begun, clock.now())}


def test_everything_a_listing_says_can_be_amended(cast: Cast) -> None:
    need = world.listed(cast)
    for name in SINCE:
        setattr(need, name, "x")
    theirs = {"organisation", "indicators", "additions", "trl"}  # the batch asked for these, or they have names apart
    assert set(public_content(need)) - theirs == set(AMENDABLE) - {"trl_now", "trl_target"}
    made = life.amend(cast, need, deliverables=["sample"], deliverables_note="样品 3 组", industry="26")
    assert {found.label for found in made.differences} == {"交付物", "交付物说明", "应用行业"}
    assert Need.objects.get(pk=need.pk).deliverables == ["sample"]


def test_who_proposed_does_not_approve(cast: Cast) -> None:
    need = world.listed(cast)
    both = cast.staff("双职", "both@example.com", "officer", "leader")
    change = life.extension(cast, need, by=both)
    with pytest.raises(Refused, match="不同的人"):
        perform(change, "approve", by=both)
    with pytest.raises(DatabaseError, match="change_by_two_people"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(approved_by=both, approved_at=clock.now())


def test_answers_to_the_batchs_own_questions_are_amended_hashed_and_locked(cast: Cast) -> None:
    asked = [Question("qchain", "所属产业链"), Question("qwhom", "希望对接的单位", public=False)]
    batch = world.batch(cast, additions=as_json(asked))
    need = world.listed(cast, within=batch, answers={"qchain": "新材料", "qwhom": "某大学"})
    hashed = need.published_hash
    change = life.amend(cast, need, answers={**need.answers, "qchain": "高端装备"})
    need.refresh_from_db()
    assert [found.label for found in change.differences] == ["所属产业链"]
    assert need.answers == {"qchain": "高端装备", "qwhom": "某大学"}
    assert need.published_hash == content_hash(need) != hashed
    assert need.versions.last().content["additions"][0]["value"] == "高端装备"


def test_the_same_words_are_no_amendment_and_a_second_change_waits_for_the_first(cast: Cast) -> None:
    need = world.listed(cast)
    with pytest.raises(Refused, match="没有改动"):
        life.amendment(cast, need, problem=need.problem)
    life.amendment(cast, need)
    with pytest.raises(Refused, match="已有一项变更申请"):
        life.extension(cast, need)


def test_a_stranger_proposes_nothing(cast: Cast) -> None:
    need = world.listed(cast)
    for who in (cast.charlie, cast.tao, cast.shen, cast.ji):
        with pytest.raises(PermissionDenied):
            life.amendment(cast, need, by=who)


def test_a_refused_change_leaves_everything_as_it_was(cast: Cast) -> None:
    need = world.listed(cast)
    change = life.amendment(cast, need)
    perform(change, "refuse", by=cast.shen, data={"reason": "更正内容与原榜单无关，请另行申报。"})
    fresh = Need.objects.get(pk=need.pk)
    assert (fresh.amendments, fresh.problem, fresh.published_hash) == (0, need.problem, need.published_hash)
    assert need.versions.count() == 2


def test_what_waits_when_the_listing_closes_lapses(cast: Cast) -> None:
    need = world.listed(cast)
    change = life.amendment(cast, need)
    world.close(need)
    with pytest.raises(Refused, match="揭榜已截止"):
        perform(change, "approve", by=cast.ling)
    perform(change, "lapse", by=None)
    change.refresh_from_db()
    assert change.status == "lapsed"


# ── extension ───────────────────────────────────────────────────────────────────
def test_a_listing_is_extended_once_and_never_twice(cast: Cast) -> None:
    need = world.listed(cast)
    old = need.bid_deadline
    life.extend(cast, need, days=10)
    need.refresh_from_db()
    assert (need.bid_deadline, need.extensions) == (old + timedelta(days=10), 1)
    with pytest.raises(Refused, match="只能延期一次"):
        life.extension(cast, need)
    with pytest.raises(DatabaseError, match=r"need_extended_once|counted as they are approved"), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(extensions=2)


def test_the_database_refuses_a_second_extension_that_python_lets_through(cast: Cast, monkeypatch: Any) -> None:
    need = world.listed(cast)
    life.extend(cast, need, days=5)
    need.refresh_from_db()
    monkeypatch.setattr("changes.rules._extendable", lambda need: "")
    change = life.extension(cast, need, days=5)
    with pytest.raises(DatabaseError, match=r"need_extended_once|one_extension_per_need"), transaction.atomic():
        perform(change, "approve", by=cast.ling)


def test_an_extension_is_the_directors_alone(cast: Cast) -> None:
    change = life.extension(cast, world.listed(cast))
    for who in (cast.shen, cast.gao, cast.alice, cast.ji):
        with pytest.raises(PermissionDenied):
            perform(change, "approve", by=who)


def test_no_extension_beyond_the_longest_window(cast: Cast) -> None:
    need = world.listed(cast, within=world.batch(cast, window=timedelta(days=20), window_max=timedelta(days=20)))
    with pytest.raises(Refused, match="上限"):
        propose_extension(
            need, new_deadline=need.bid_deadline + timedelta(days=1), reason="样品周期较长，延期。", by=cast.alice
        )


# ── take-down ───────────────────────────────────────────────────────────────────
def test_the_enterprise_asks_for_a_take_down_and_the_director_decides(cast: Cast) -> None:
    need = world.listed(cast)
    change = ask_to_take_down(need, code="plan", reason="企业经营计划调整，本项暂缓。", by=cast.alice)
    with pytest.raises(PermissionDenied):
        perform(change, "approve", by=cast.shen)
    perform(change, "approve", by=cast.ling)
    need.refresh_from_db()
    assert (need.status, need.public_note) == ("withdrawn", change.reason)


# ── the database ────────────────────────────────────────────────────────────────
WORDS = (
    "UPDATE needs_need SET problem = 'x' WHERE id = %s",
    "UPDATE needs_need SET budget = 1 WHERE id = %s",
    "UPDATE needs_need SET deliverables_note = 'x' WHERE id = %s",
    """UPDATE needs_need SET answers = '{"qx": "x"}' WHERE id = %s""",
    "UPDATE needs_need SET published_hash = 'x' WHERE id = %s",
    "UPDATE needs_need SET amendments = 1 WHERE id = %s",
    "UPDATE needs_need SET bid_deadline = bid_deadline + interval '1 day' WHERE id = %s",
    "UPDATE needs_indicator SET value = 1 WHERE need_id = %s AND operator = 'ge'",
    "DELETE FROM needs_indicator WHERE need_id = %s",
    "INSERT INTO needs_indicator (id, need_id, position, name, operator, text, unit, test_method, is_hard)"
    " SELECT gen_random_uuid(), id, 9, 'x', 'qual', 'x', '', '', true FROM needs_need WHERE id = %s",
)


@pytest.mark.parametrize("statement", WORDS)
@pytest.mark.parametrize("stage", ["listed", "proposed", "refused"])
def test_nothing_changes_a_listing_by_hand(cast: Cast, statement: str, stage: str) -> None:
    need = world.listed(cast)
    if stage != "listed":
        change = life.amendment(cast, need, rows=life.harder(need))
    if stage == "refused":
        perform(change, "refuse", by=cast.shen, data={"reason": "更正内容与原榜单无关，请另行申报。"})
    with pytest.raises(DatabaseError, match=r"locked|deadline|fingerprint|counted"):
        sql(statement, need.pk)


@pytest.mark.parametrize("statement", WORDS)
def test_even_in_the_transaction_of_an_approval_only_the_approved_words_are_taken(cast: Cast, statement: str) -> None:
    need = world.listed(cast)
    life.amend(cast, need)
    if "amendments" in statement:
        statement = statement.replace("= 1", "= 5")
    if "published_hash" in statement:
        return  # the one column that is not compared: its value is computed, and `fsck` compares it with the version
    with pytest.raises(DatabaseError, match=r"locked|deadline|counted"):
        sql(statement, need.pk)


@pytest.mark.django_db(transaction=True)
def test_after_the_transaction_of_an_approval_the_lock_is_back(cast: Cast) -> None:
    need = world.listed(cast)
    with transaction.atomic():
        life.amend(cast, need, rows=life.harder(need))
    for statement in WORDS:
        with pytest.raises(DatabaseError, match=r"locked|deadline|fingerprint|counted"):
            sql(statement.replace("amendments = 1", "amendments = 2"), need.pk)


def test_what_was_proposed_and_approved_is_kept(cast: Cast) -> None:
    need = world.listed(cast)
    change = life.amendment(cast, need)
    for statement in (
        "UPDATE changes_change SET said = '{}' WHERE id = %s",
        "UPDATE changes_change SET reason = 'x' WHERE id = %s",
        "UPDATE changes_change SET new_deadline = now() + interval '9 days' WHERE id = %s",
        "DELETE FROM changes_change WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match=r"kept|what was proposed"):
            sql(statement, change.pk)


def test_an_approval_that_approves_nothing_does_not_commit(cast: Cast) -> None:
    change = life.amendment(cast, world.listed(cast))
    with pytest.raises(DatabaseError, match="still not approved"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(approved_by=cast.ling, approved_at=clock.now())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_deadline_falls_on_the_close_of_a_working_day_unless_the_window_is_short_or_full(cast: Cast) -> None:
    batch, now = world.batch(cast, window_max=timedelta(days=60)), clock.now()
    assert batch.deadline_from(now, timedelta(days=30)) == closing_after(now + timedelta(days=30))
    assert batch.deadline_from(now, timedelta(minutes=5)) == now + timedelta(minutes=5)  # a rehearsal
    assert batch.deadline_from(now, timedelta(days=60)) == now + timedelta(days=60)  # the longest there may be
