"""What others do before the opening is the same work for none, one and seven bids, so that no clock tells them apart.

The work behind every page is compared in test_sealed_pages.py; here, that of what the enterprise and the zone do with
the need meanwhile. What is put off to the worker is no part of an answer.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

import life
import world
from audit import checkpoints
from bids import bidders
from changes import lifecycle as changing
from core import clock
from needs.models import Need
from notifications.models import Delivery
from people import Cast
from proposals.actions import begin_opening
from proposals.models import Proposal
from proposals.telling import tell_announced
from test_sealed_pages import Work, bid, looks, noted, told
from workflow.actions import perform

pytestmark = pytest.mark.django_db

# An amendment is witnessed at once. A checkpoint reads what moved since the last one, in all cases together and whether
# or not it is a bid: of its statements only that they are sent is compared.
CHECKPOINT = re.compile(r"(?s)LOCK TABLE audit_checkpoint.*?INSERT INTO \"audit_entry\"[^\n]*")


# ── what others do while bids are sealed ────────────────────────────────────────
def amend(cast: Cast, need: Need) -> Callable[[], Any]:
    change = life.amendment(cast, need, goal="样件经第三方检测达到全部指标，并提供检测报告原件。")
    return lambda: perform(change, "approve", by=cast.ling)


def harder(cast: Cast, need: Need) -> Callable[[], Any]:
    change = life.amendment(cast, need, rows=life.harder(need))
    return lambda: perform(change, "approve", by=cast.ling)


def extend(cast: Cast, need: Need) -> Callable[[], Any]:
    change = life.extension(cast, need)
    return lambda: perform(change, "approve", by=cast.ling)


def take_down(cast: Cast, need: Need) -> Callable[[], Any]:
    return lambda: perform(need, "take_down", by=cast.ling, data=world.REASON)


def answer_a_question(cast: Cast, need: Need) -> Callable[[], Any]:
    asked = life.question(cast, need, by=cast.charlie, text="样件的尺寸公差是多少，现场能否测量？")
    return lambda: perform(asked, "answer", by=cast.alice, data={"answer": "公差 0.1 毫米，现场可测。"})


def ask_for_the_opening(cast: Cast, need: Need) -> Callable[[], Any]:
    world.let_the_deadline_pass(need)
    perform(need, "close", by=None)
    return lambda: begin_opening(need, by=cast.guan)


DOINGS = (amend, harder, extend, take_down, answer_a_question, ask_for_the_opening)


def done(cast: Cast, need: Need) -> dict[tuple[str, str], str]:
    """Each done and undone: the next one finds what this one found."""
    seen = {}
    for doing in DOINGS:
        work: Work = []
        with transaction.atomic():
            act = doing(cast, Need.objects.get(pk=need.pk))
            with noted(work):
                act()
            transaction.set_rollback(True)
        seen["doing", doing.__name__] = CHECKPOINT.sub("a checkpoint", "\n".join(work))
    return seen


def works(cast: Cast) -> list[dict[tuple[str, str], str]]:
    """With none, one and seven. Once before that, for what is read once and kept."""
    need = world.listed(cast)
    life.amend(cast, need)
    life.answered(cast, need)
    cast.team, cast.everyone()
    others = bidders()
    Delivery.objects.update(done_at=clock.now())
    checkpoints.make()
    done(cast, need)
    seen = []
    for these in ([], [(cast.team, cast.tao)], others):
        for team, leader in these:
            bid(cast, need, team, leader, mail_fails=False)
        seen.append(done(cast, need))
    return seen


def test_the_same_work_is_done_for_no_bid_for_one_and_for_seven(cast: Cast, record_property: Any) -> None:
    seen = works(cast)
    record_property("doings whose work was compared", sum(map(len, seen)))
    assert told(seen) == []
    assert len(seen[0]) == len(DOINGS)


def told_at_once(patch: pytest.MonkeyPatch) -> None:
    """The mutant: the letters to the bidders are written before whoever approved has his answer."""
    announce = changing.announce

    def at_once(*args: Any, **kwargs: Any) -> None:
        announce(*args, **kwargs)
        tell_announced()

    patch.setattr(changing, "announce", at_once)


def counted_and_thrown_away(patch: pytest.MonkeyPatch) -> None:
    """The mutant: a page that shows nothing of the bids, but has read them."""

    def read(need: Need) -> str:
        list(Proposal.objects.filter(need=need))
        return ""

    patch.setattr("web.public.listings.public_state", read)


def test_letters_written_in_the_request_are_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told_at_once(monkeypatch)
    assert {line.split(":")[0] for line in told(works(cast))} >= {"doing amend", "doing extend"}


def test_a_page_that_reads_what_it_does_not_show_is_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    counted_and_thrown_away(monkeypatch)
    assert told(looks(cast, only="listing")) != []
