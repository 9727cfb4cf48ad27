"""A listing that nobody bid on may run once more: a second round with a seal of its own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

import world
from core import clock
from needs.actions import publish_now
from people import Cast
from proposals.actions import begin_opening
from proposals.models import Proposal
from proposals.queries import opening_of
from proposals.states import P
from proposals.tasks import decrypt_opened
from workflow.actions import perform
from workflow.machine import Refused


def relisted(cast: Cast) -> tuple[object, Proposal]:
    need = world.need(cast, status="no_bid")
    perform(need, "relist", by=cast.shen)
    publish_now(need, by=cast.ling, bid_deadline=clock.now() + timedelta(days=20))
    return need, world.bid(cast, need)


@pytest.mark.django_db
def test_the_opening_of_the_first_round_does_not_break_the_seal_of_the_second(cast: Cast) -> None:
    _need, bid = relisted(cast)
    assert decrypt_opened() == 0
    bid.refresh_from_db()
    assert bid.status == P.SUBMITTED
    assert not Proposal.objects.visible_to(cast.alice).exists()
    with pytest.raises(IntegrityError, match="sealed until two people open it"), transaction.atomic():
        Proposal.objects.filter(pk=bid.pk).update(status=P.OPENED)


@pytest.mark.django_db
def test_the_second_round_is_opened_by_two_people_again(cast: Cast) -> None:
    need, bid = relisted(cast)
    assert opening_of(need) is None
    with pytest.raises(Refused):
        begin_opening(need, by=cast.guan)
    world.open_bids(need, cast)
    bid.refresh_from_db()
    assert bid.status == P.OPENED
    assert [(o.round, o.count) for o in need.openings.order_by("round")] == [(0, 0), (1, 1)]


@pytest.mark.django_db
def test_a_listing_runs_twice_at_most(cast: Cast) -> None:
    need = world.need(cast, status="no_bid")
    perform(need, "relist", by=cast.shen)
    publish_now(need, by=cast.ling, bid_deadline=clock.now() + timedelta(days=20))
    world.open_bids(need, cast)
    assert need.status == "no_bid"
    with pytest.raises(Refused, match="每项需求只能重新发榜一次"):
        perform(need, "relist", by=cast.shen)
