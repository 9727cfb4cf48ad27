"""Whoever bids is told of a change and confirms; nobody else learns from it that anybody bids."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

import life
import world
from core.sealing import verify
from discovery.actions import follow
from needs.models import Need
from notifications.models import Delivery, Notice
from people import Cast
from proposals.actions import save_draft
from proposals.models import Confirmation, Proposal
from proposals.sealing import own_copy
from proposals.tasks import decrypt_opened
from web.office.oversight import shown_letters
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import offers

pytestmark = pytest.mark.django_db


def told(user: Any, kind: str) -> int:
    return Notice.objects.filter(recipient=user, kind=kind).count()


def fresh(bid: Proposal) -> Proposal:
    return Proposal.objects.select_related("need__batch", "team").get(pk=bid.pk)


def test_everybody_with_a_live_bid_is_told_and_nobody_else(cast: Cast) -> None:
    need = world.listed(cast)
    world.bid(cast, need)
    world.draft(cast, need, team=cast.rival_team, by=cast.rui)
    follow(need, by=cast.charlie)
    life.amend(cast, need)
    assert [told(who, "proposal.listing_amend") for who in (cast.tao, cast.ting, cast.rui, cast.charlie)] == [
        1,
        0,
        1,
        0,
    ]
    assert told(cast.charlie, "need.amend.followed") == 1
    assert set(Notice.objects.filter(kind="proposal.listing_amend").values_list("subject_type", flat=True)) == {
        "proposals.proposal"  # so that the letter stays as sealed as the bid
    }


def test_a_letter_to_a_bidder_that_the_mail_could_not_bring_is_not_shown_to_the_zone(cast: Cast) -> None:
    need = world.listed(cast)
    world.bid(cast, need)
    life.amend(cast, need)
    Delivery.objects.update(dead=True, attempts=9, last_error="550 mailbox full")
    kinds = {letter.notice.kind for letter in shown_letters().select_related("notice")}
    assert "need.submit" in kinds
    assert not {kind for kind in kinds if kind.startswith("proposal.")}


def test_an_extension_moves_the_deadline_of_every_bid_and_needs_no_confirmation(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.bid(cast, need)
    life.extend(cast, need)
    bid = fresh(bid)
    assert told(cast.tao, "proposal.listing_extend") == 1
    assert bid.due_at == bid.need.bid_deadline
    assert not bid.is_behind
    assert "confirm" not in [offer.transition.name for offer in offers(bid, cast.tao)]


def test_the_leader_confirms_with_a_receipt_that_can_be_verified(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.bid(cast, need)
    life.amend(cast, need)
    assert fresh(bid).is_behind
    with pytest.raises(PermissionDenied):
        perform(fresh(bid), "confirm", by=cast.ting)
    event = perform(bid, "confirm", by=cast.tao)
    assert not fresh(bid).is_behind
    kept = bid.confirmations.get()
    assert verify(kept.receipt)
    assert kept.receipt["listing"] == Need.objects.get(pk=need.pk).published_hash
    assert kept.receipt["commitment"] == bid.latest.commitment
    assert event.detail["amendment"] == 1
    with pytest.raises(PermissionDenied):
        perform(bid, "confirm", by=cast.tao)  # once is enough
    with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
        Confirmation.objects.update(version=9)


def test_a_new_version_confirms_too_and_the_second_amendment_asks_again(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.bid(cast, need)
    life.amend(cast, need)
    save_draft(fresh(bid), world.bid_content(need, price="470000.00"), by=cast.tao)
    perform(bid, "replace", by=cast.tao)
    assert not fresh(bid).is_behind
    need.refresh_from_db()
    life.amend(cast, need, goal="形成配方和低温喷涂工艺。")
    assert fresh(bid).is_behind


def test_the_teams_own_copy_survives_an_amendment(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.bid(cast, need)
    life.amend(cast, need)
    copy = own_copy(fresh(bid))
    assert copy["commitment"] == bid.latest.commitment
    assert copy["manifest"]["published_hash"] == need.published_hash  # of the wording it answered


def test_nobody_confirms_after_the_deadline(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.bid(cast, need)
    life.amend(cast, need)
    world.let_the_deadline_pass(need)
    with pytest.raises(Refused, match="揭榜已截止"):
        perform(bid, "confirm", by=cast.tao)
    with pytest.raises(DatabaseError, match="DEADLINE"), transaction.atomic():
        Confirmation.objects.create(proposal=bid, version=1, amendment=1, confirmed_by=cast.tao)


def test_an_unconfirmed_bid_is_opened_and_marked(cast: Cast) -> None:
    need = world.listed(cast)
    bid, other = world.bid(cast, need), world.bid(cast, need, team=cast.rival_team, by=cast.rui)
    life.amend(cast, need)
    perform(other, "confirm", by=cast.rui)
    need.refresh_from_db()
    world.open_bids(need, cast)
    assert (fresh(bid).status, fresh(bid).is_behind) == ("opened", True)
    assert (fresh(other).status, fresh(other).is_behind) == ("opened", False)


def test_a_rolling_bid_that_was_read_already_can_be_confirmed_too(cast: Cast) -> None:
    need = world.listed(cast, within=world.batch(cast, sealing="rolling"))
    bid = world.bid(cast, need)
    decrypt_opened()
    life.amend(cast, need)
    bid.refresh_from_db()
    perform(bid, "confirm_opened", by=cast.tao)
    assert not fresh(bid).is_behind


def test_a_taken_down_listing_asks_nothing_of_its_bidders(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.bid(cast, need)
    life.amend(cast, need)
    need.refresh_from_db()
    perform(need, "take_down", by=cast.ling, data=world.REASON)
    with pytest.raises(Refused):
        perform(bid, "confirm", by=cast.tao)
