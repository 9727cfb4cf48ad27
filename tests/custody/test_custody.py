"""A listing's key in three hands: none goes out before three proved theirs, none is read before two brought theirs."""

import base64
import json
from decimal import Decimal

import pyrage
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from pyrage.x25519 import Identity

import keeping
import world
from audit.models import Event
from core.sealing import unwrap
from custody import ceremony
from custody.dealing import name_custodian
from custody.holding import (
    bring_by_key,
    bring_by_text,
    issue,
    paper,
    prove_by_answer,
    prove_by_key,
    register,
    spelled,
)
from custody.models import Custodian
from needs.models import Need
from notifications.models import Notice
from people import Cast, organisation, person
from proposals.actions import begin_opening, start_proposal
from proposals.tasks import decrypt_opened
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(cast: Cast) -> Need:
    return keeping.listed(cast)


@pytest.fixture
def opening(cast: Cast, listed: Need):
    world.bid(cast, listed)
    world.close(listed)
    return begin_opening(listed, by=cast.guan)


def seat(need: Need, n: int) -> Custodian:
    return keeping.sitting(need)[n - 1]


# ── before it is published ──────────────────────────────────────────────────────
def test_a_small_listing_of_the_same_batch_has_a_key_like_any_other(cast: Cast):
    small = world.listed(cast, within=keeping.batch(cast), budget=Decimal("299999.99"))
    assert not small.key_dealt
    assert str(unwrap(bytes(small.wrapped_key)).to_public()) == small.public_key


def test_a_batch_may_ask_it_of_every_listing_even_of_one_without_a_budget(cast: Cast):
    made = world.need(cast, within=world.batch(cast, custody_from=Decimal(0)), budget=None, status="approved")
    with pytest.raises(Refused, match="三人分管"):
        world.publish(made, cast)


def test_only_sealed_batches_have_a_key_to_keep(cast: Cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        world.batch(cast, sealing="rolling", custody_from=Decimal(1))


def test_it_is_not_published_before_three_people_have_proved_their_keys(cast: Cast):
    need = keeping.approved(cast, ready=False)
    with pytest.raises(Refused, match="还没有指定"):
        world.publish(need, cast)
    rows = keeping.named(cast, need)
    for row in rows[:2]:
        keeping.proved(row)
    keeping.take(rows[2])
    with pytest.raises(Refused, match="待验证"):
        world.publish(need, cast)
    prove_by_key(rows[2], keeping.KEYS[rows[2].pk], by=rows[2].person)
    world.publish(need, cast)
    need.refresh_from_db()
    assert need.key_dealt
    assert need.wrapped_key is None  # no break-glass key is set here


def test_the_database_publishes_nothing_under_a_key_that_nobody_keeps(cast: Cast):
    need = keeping.approved(cast, ready=False)
    Need.objects.filter(pk=need.pk).update(status="scheduled")
    with pytest.raises(IntegrityError, match="three people"), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(status="published")


def test_the_seats_are_held_by_whom_they_are_for_and_by_three_people(cast: Cast):
    need = keeping.approved(cast, ready=False)
    notary = organisation("滨海公证处", manager=person("公证员"), kind="agency")
    wrong = [
        (1, cast.ji, "现在不是领导"), (2, cast.ling, "现在不是纪检"), (3, cast.guan, "不能是管委会人员"),
        (3, cast.alice, "服务机构"), (3, cast.tao, "服务机构"),
    ]  # fmt: skip
    for place, who, says in wrong:
        with pytest.raises(Refused, match=says):
            name_custodian(need, seat=place, person=who, by=cast.shen)
    for who in (cast.guan, cast.alice, cast.yun, cast.ji):
        with pytest.raises(PermissionDenied):
            name_custodian(need, seat=2, person=cast.ji, by=who)
    name_custodian(need, seat=1, person=cast.ling, by=cast.shen)
    with pytest.raises(Refused, match="已有保管人"):
        name_custodian(need, seat=1, person=cast.ling, by=cast.shen)
    assert notary.is_verified


def test_an_agency_that_handled_the_case_keeps_no_share_of_it(cast: Cast):
    import diagnosing

    given = diagnosing.done(cast)
    need = given.need
    from custody.rules import why_not_sit

    assert "经手过" in str(why_not_sit(need, 3, cast.yun))


def test_whoever_keeps_a_share_does_not_bid(cast: Cast, listed: Need):
    from proposals.conflicts import why_conflicted

    assert "保管" in str(why_conflicted(listed, cast.agency))
    assert why_conflicted(listed, cast.university) == ""
    start_proposal(need=listed, team=cast.team, by=cast.tao)


def test_a_key_is_proved_by_its_holder_alone_and_only_by_the_right_one(cast: Cast):
    row = keeping.named(cast, keeping.approved(cast, ready=False))[0]
    right = keeping.take(row)
    for who in (cast.ji, cast.shen, cast.alice):
        with pytest.raises(PermissionDenied):
            prove_by_key(row, right, by=who)
        with pytest.raises(PermissionDenied):
            issue(row, by=who)
    for typed, says in (
        ("", "抄得不对"), ("AGE-SECRET-KEY-1", "抄得不对"),
        (right[:-1] + ("P" if right[-1] == "Q" else "Q"), "不对"),
        (str(Identity.generate()), "另一把钥匙"), (row.recipient, "抄得不对"), ("\x00" * 90, "抄得不对"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            prove_by_key(row, typed, by=cast.ling)
    grouped = " - ".join(right.lower()[i : i + 5] for i in range(0, len(right), 5))
    prove_by_key(row, grouped, by=cast.ling)
    assert row.status == "proved"
    assert spelled(grouped) == right


def test_a_key_made_elsewhere_is_proved_by_an_answer_and_never_seen(cast: Cast):
    row = keeping.named(cast, keeping.approved(cast, ready=False))[1]
    mine = Identity.generate()
    for wrong in ("", "age1", str(mine), "ssh-ed25519 AAAA"):
        with pytest.raises(Refused, match="不是 age 公钥"):
            register(row, wrong, by=cast.ji)
    register(row, str(mine.to_public()), by=cast.ji)
    answer = pyrage.decrypt(base64.b64decode(paper(row)["question"]), [mine]).decode()
    for wrong in ("", "0" * 64, answer[:-1]):
        with pytest.raises(Refused, match="答案不对"):
            prove_by_answer(row, wrong, by=cast.ji)
    prove_by_answer(row, answer, by=cast.ji)
    assert (row.status, row.way) == ("proved", "own")
    with pytest.raises(Refused, match="答案不对"):
        prove_by_answer(row, answer, by=cast.ji)  # every proof asks anew


def test_one_key_is_not_kept_by_two(cast: Cast):
    first, second, _third = keeping.named(cast, keeping.approved(cast, ready=False))
    mine = str(Identity.generate().to_public())
    register(first, mine, by=cast.ling)
    with pytest.raises(Refused, match="三把不同的钥匙"):
        register(second, mine, by=cast.ji)


def test_before_publishing_another_may_take_the_seat_and_afterwards_nobody(cast: Cast):
    need = keeping.approved(cast)
    row = seat(need, 2)
    keeping.lose(row)
    with pytest.raises(Refused, match="已报失"):
        world.publish(need, cast)
    perform(row, "replace", by=cast.shen)
    keeping.proved(name_custodian(need, seat=2, person=cast.ji, by=cast.shen))
    world.publish(need, cast)
    with pytest.raises(Refused, match="不能再换人"):
        perform(seat(need, 2), "replace", by=cast.shen)
    with pytest.raises(Refused, match="不能再换人"):
        name_custodian(need, seat=2, person=cast.ji, by=cast.shen)
    with pytest.raises(IntegrityError), transaction.atomic():
        Custodian.objects.filter(pk=seat(need, 2).pk).update(person=cast.guan)


def test_who_proved_what_and_when_is_on_record(cast: Cast, listed: Need):
    proofs = Event.objects.filter(stream=listed.audit_stream, action="custodian.prove")
    assert {event.actor for event in proofs} == {str(who.pk) for who in keeping.people(cast).values()}
    live = Event.objects.get(stream=listed.audit_stream, action="need.go_live")
    assert [live.detail[f"share_{row.seat}"] for row in keeping.sitting(listed)] == [
        row.proof_key for row in keeping.sitting(listed)
    ]


# ── while it is sealed ──────────────────────────────────────────────────────────
def test_neither_the_worker_nor_any_one_custodian_can_open(cast: Cast, listed: Need):
    from core.sealing import opener_identity
    from core.shares import BadShare, join

    for row in keeping.sitting(listed):
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(bytes(row.sealed_share), [opener_identity()])
        share = pyrage.decrypt(bytes(row.sealed_share), [Identity.from_str(keeping.KEYS[row.pk])])
        with pytest.raises(BadShare):
            join(share, share)
        for other in keeping.sitting(listed):
            if other != row:
                with pytest.raises(pyrage.DecryptError):
                    pyrage.decrypt(bytes(other.sealed_share), [Identity.from_str(keeping.KEYS[row.pk])])
    with pytest.raises((pyrage.DecryptError, ValueError)):
        unwrap(bytes(listed.wrapped_key or b""))


def test_two_custodians_without_the_worker_hold_only_what_the_worker_opens(cast: Cast, listed: Need):
    from core.shares import join

    rows = keeping.sitting(listed)[:2]
    keys = [Identity.from_str(keeping.KEYS[row.pk]) for row in rows]
    shares = [pyrage.decrypt(bytes(row.sealed_share), [key]) for row, key in zip(rows, keys, strict=True)]
    joined = join(*shares)
    for key in keys:
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(joined, [key])
    assert str(unwrap(joined).to_public()) == listed.public_key


def test_a_share_is_taken_only_while_an_opening_waits_for_it(cast: Cast, listed: Need):
    row = seat(listed, 1)
    with pytest.raises(Refused, match="没有等您交出"):
        keeping.bring(row)
    world.close(listed)
    with pytest.raises(Refused, match="没有等您交出"):
        keeping.bring(row)


def test_a_key_can_be_tried_again_while_the_listing_runs(cast: Cast, listed: Need):
    row = seat(listed, 1)
    before = row.proved_at
    prove_by_key(row, keeping.KEYS[row.pk], by=cast.ling)
    assert row.proved_at > before
    with pytest.raises(Refused, match="另一把钥匙"):
        prove_by_key(row, keeping.KEYS[seat(listed, 2).pk], by=cast.ling)


# ── the opening ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("present", [(1, 2), (3, 1), (2, 3)])
def test_any_two_open_and_the_bids_are_read(cast: Cast, opening, present):
    need = opening.need
    for n in present:
        with pytest.raises(Refused, match="须有两人交出份额"):
            perform(opening, "confirm", by=cast.shen)
        keeping.bring(seat(need, n))
        decrypt_opened()
        assert seat(need, n).status == "accepted"
    perform(opening, "confirm", by=cast.shen)
    decrypt_opened()
    need.refresh_from_db()
    assert need.proposals.get().content["summary"]
    assert {row.status for row in keeping.sitting(need)} == {"released"}
    assert not Custodian.objects.exclude(sealed_share=None, brought=None, question=None).exists()


def test_whose_share_is_missing_is_said(cast: Cast, opening):
    keeping.bring(seat(opening.need, 2))
    decrypt_opened()
    with pytest.raises(Refused) as refused:
        perform(opening, "confirm", by=cast.shen)
    assert "现有 1 份" in str(refused.value)
    assert cast.ling.name in str(refused.value)
    assert cast.ji.name not in str(refused.value)


def test_the_database_opens_nothing_with_one_share(cast: Cast, opening):
    from proposals.models import Opening

    keeping.bring(seat(opening.need, 2))
    decrypt_opened()
    with pytest.raises(IntegrityError, match="two shares"), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(
            status="opened", confirmed_by=cast.shen, opened_at="2026-12-01T00:00Z", count=0, merkle_root="x"
        )


def test_a_wrong_key_is_told_apart_at_once_and_nothing_is_taken(cast: Cast, opening):
    row, other = seat(opening.need, 1), seat(opening.need, 2)
    for typed, says in ((keeping.KEYS[other.pk], "另一把钥匙"), ("AGE-SECRET-KEY-1XX", "抄得不对")):
        with pytest.raises(Refused, match=says):
            bring_by_key(row, typed, by=cast.ling)
    with pytest.raises(PermissionDenied):
        bring_by_key(row, keeping.KEYS[row.pk], by=cast.shen)
    row.refresh_from_db()
    assert (row.status, row.brought) == ("called", None)


def brought_elsewhere(row: Custodian, **changes: str) -> str:
    """What `tools/custodian.py bring` makes of the paper."""
    from custodian import hand_over

    return hand_over({**paper(row), **changes}, Identity.from_str(keeping.KEYS[row.pk]))


def test_a_share_brought_from_an_offline_machine_is_never_readable_here(cast: Cast, opening, settings, tmp_path):
    row = seat(opening.need, 1)
    bring_by_text(row, brought_elsewhere(row), by=cast.ling)
    decrypt_opened()
    row.refresh_from_db()
    assert row.status == "accepted"


def test_what_was_made_for_another_opening_or_of_another_share_is_refused(cast: Cast, opening):
    first, second = seat(opening.need, 1), seat(opening.need, 2)
    theirs = brought_elsewhere(second)
    stale = brought_elsewhere(first, ticket="0" * 32)
    right = json.loads(base64.b64decode(brought_elsewhere(first)))
    swapped = base64.b64encode(json.dumps({**right, "sealed": json.loads(base64.b64decode(theirs))["sealed"]}).encode())
    for pasted in (theirs, stale, swapped.decode()):
        with pytest.raises(Refused, match="没有收下"):
            bring_by_text(first, pasted, by=cast.ling)
    for pasted in ("", "x", "e30=", base64.b64encode(b"[]").decode(), "é" * 9000):
        with pytest.raises(Refused, match="不完整"):
            bring_by_text(first, pasted, by=cast.ling)


def test_a_signed_parcel_without_the_share_in_it_is_found_by_the_worker(cast: Cast, opening):
    """A custodian who signs rubbish: the pages cannot look inside, the worker does, before anybody confirms."""
    from core.sealing import opener_recipient, seal
    from core.shares import prove
    from custody.holding import statement

    row = seat(opening.need, 1)
    share = pyrage.decrypt(bytes(row.sealed_share), [Identity.from_str(keeping.KEYS[row.pk])])
    sealed = seal(b"rubbish", opener_recipient())
    signature = prove(share, statement(row, sealed))
    pasted = base64.b64encode(
        json.dumps({"sealed": base64.b64encode(sealed).decode(), "signature": signature}).encode()
    )
    bring_by_text(row, pasted.decode(), by=cast.ling)
    ceremony.check_brought()
    row.refresh_from_db()
    assert (row.status, row.brought) == ("called", None)
    assert Notice.objects.filter(kind="custodian.reject", recipient=cast.ling).exists()
    keeping.bring(row)
    ceremony.check_brought()
    assert seat(opening.need, 1).status == "accepted"


def test_an_opening_that_is_called_off_forgets_what_was_brought(cast: Cast, opening):
    row = seat(opening.need, 1)
    kept = brought_elsewhere(row)
    keeping.bring(row)
    decrypt_opened()
    perform(opening, "cancel", by=cast.guan)
    row.refresh_from_db()
    assert (row.status, row.brought, row.ticket) == ("proved", None, "")
    again = begin_opening(opening.need, by=cast.guan)
    row.refresh_from_db()
    with pytest.raises(Refused, match="没有收下"):
        bring_by_text(row, kept, by=cast.ling)
    assert again.status == "awaiting"


def test_a_listing_nobody_answered_lets_its_custodians_go(cast: Cast, listed: Need):
    from workflow.tasks import tick

    world.close(listed)
    opening = begin_opening(listed, by=cast.guan)
    for n in (1, 2):
        keeping.bring(seat(listed, n))
    decrypt_opened()
    perform(opening, "confirm", by=cast.shen)
    tick()
    listed.refresh_from_db()
    assert listed.status == "no_bid"
    assert {row.status for row in keeping.sitting(listed)} == {"released"}


def test_one_lost_share_leaves_two_that_are_both_needed(cast: Cast, opening):
    keeping.lose(seat(opening.need, 1))
    with pytest.raises(Refused, match="没有等您交出"):
        keeping.bring(seat(opening.need, 1))
    for n in (2, 3):
        keeping.bring(seat(opening.need, n))
    decrypt_opened()
    perform(opening, "confirm", by=cast.shen)
    decrypt_opened()
    assert opening.need.proposals.get().status == "opened"


def test_who_is_told(cast: Cast, opening):
    called = Notice.objects.filter(kind="custodian.call")
    assert {notice.recipient for notice in called} == set(keeping.people(cast).values())
    keeping.lose(seat(opening.need, 1))
    assert cast.shen in {notice.recipient for notice in Notice.objects.filter(kind="custodian.lose")}


# ── the key from the safe ───────────────────────────────────────────────────────
WHY = "两位保管人同时丢失了钥匙，份额凑不齐。"


@pytest.fixture
def safe(settings) -> Identity:
    key = Identity.generate()
    settings.BREAK_GLASS_RECIPIENT = str(key.to_public())
    return key


def test_two_lost_shares_are_answered_by_the_key_from_the_safe_and_everybody_reads_why(
    client, cast: Cast, safe, opening
):
    from custody.rescue import rescue

    need = opening.need
    for n in (1, 2):
        keeping.lose(seat(need, n))
    keeping.bring(seat(need, 3))
    decrypt_opened()
    with pytest.raises(Refused, match="须有两人交出份额"):
        perform(opening, "confirm", by=cast.shen)
    rescue(need, safe, reason=WHY, by=cast.guan, witness=cast.ji)
    perform(opening, "confirm", by=cast.shen)
    decrypt_opened()
    assert need.proposals.get().status == "opened"
    assert WHY in client.get(need.public_url).content.decode()
    assert {row.status for row in keeping.sitting(need)} == {"released"}


def test_the_key_from_the_safe_is_taken_out_by_two_of_whom_one_is_an_inspector(cast: Cast, safe, opening):
    from custody.rescue import rescue

    for by, witness, key, why, says in (
        (cast.ji, cast.ji, safe, WHY, "两个人"), (cast.guan, cast.shen, safe, WHY, "纪检"),
        (cast.ji, cast.alice, safe, WHY, "两个人"),
        (cast.ji, cast.guan, Identity.generate(), WHY, "打不开"), (cast.ji, cast.guan, safe, "丢了", "至少 10 个字"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            rescue(opening.need, key, reason=why, by=by, witness=witness)


def test_where_the_batch_keeps_no_key_in_the_safe_there_is_none(cast: Cast, safe):
    from custody.rescue import rescue

    need = keeping.listed(cast, keeping.batch(cast, custody_rescue=False))
    assert need.wrapped_key is None
    world.close(need)
    with pytest.raises(Refused, match="没有留应急密钥"):
        rescue(need, safe, reason=WHY, by=cast.guan, witness=cast.ji)


def test_the_rehearsal_tries_the_copy_in_the_safe_of_a_dealt_key_too(cast: Cast, safe):
    from proposals.rehearsal import keys_under_seal

    need = keeping.listed(cast)
    row = keys_under_seal().get(pk=need.pk)
    assert str(Identity.from_str(pyrage.decrypt(bytes(row.wrapped_key), [safe]).decode()).to_public()) == row.public_key
    with pytest.raises(pyrage.DecryptError):
        unwrap(bytes(row.wrapped_key))
