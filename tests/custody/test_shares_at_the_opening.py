"""The opening of a listing whose key three people hold: two bring their shares, or the key comes from the safe."""

import base64
import json

import pyrage
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from pyrage.x25519 import Identity

import keeping
import world
from core.sealing import unwrap
from custody import ceremony
from custody.holding import (
    bring_by_key,
    bring_by_text,
    paper,
)
from custody.models import Custodian
from needs.models import Need
from notifications.models import Notice
from people import Cast
from proposals.actions import begin_opening
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
    assert {row.seat for row in keeping.sitting(need) if row.accepted_at} == set(present)
    assert not Custodian.objects.exclude(sealed_share=None, brought=None, question=None).exists()


def test_the_bids_are_read_where_a_formal_check_follows_the_opening(cast: Cast):
    need = keeping.listed(cast, keeping.batch(cast, vetting=True))
    bid = world.bid(cast, need)
    world.close(need)
    opening = begin_opening(need, by=cast.guan)
    for n in (1, 2):
        keeping.bring(seat(need, n))
        decrypt_opened()
    perform(opening, "confirm", by=cast.shen)
    decrypt_opened()
    bid.refresh_from_db()
    assert bid.status == "vetting"
    assert {row.status for row in Custodian.objects.of(need)} == {"released"}


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
