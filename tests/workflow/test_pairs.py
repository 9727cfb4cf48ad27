"""Every two moves of every lifecycle, by two people at once: one wins, or both do in an order that was declared.

The pairs are derived from the lifecycles themselves: from each state every two moves that are possible there, each with
itself too. While the first has acted and not committed, the second acts on a connection of its own.
"""

import sys
from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

import world
from accounts.models import User
from audit.models import Event
from makers import DATA, MAKERS
from people import Cast
from proposals.actions import begin_opening, start_proposal
from races import DONE, REFUSED, Album, Ring
from reports.fsck import look
from role_table import EXCEPT, TABLE
from workflow import actions
from workflow.actions import perform
from workflow.machine import Refused
from workflow.registry import get_machine

pytestmark = pytest.mark.django_db(transaction=True)
TURNED = frozenset({"announced-deadline"})  # the tests turn clocks back; see tests/reports/test_fsck.py
FEWEST = 150  # races


class Undo(Exception):
    pass


class Case:
    """One row in one state, and what may be done to it there, by whom."""

    def __init__(self, cast: Cast, noun: str, status: str) -> None:
        self.noun, self.status, self.machine = noun, status, get_machine(noun)
        self.row = MAKERS[noun][status](cast)
        self.people = cast.everyone()
        self.looked = False
        self.moves = {name: who for name in self.machine.by_name if (who := self._who(name)) is not None}

    def _who(self, name: str) -> list[Any] | None:
        """Who can make this move now; [None] is the clock. None where nobody can."""
        move = self.machine.by_name[name]
        if move.driven or self.status not in move.source:
            return None
        _from, who = TABLE[self.noun].get(name, (set(), set()))
        who = EXCEPT.get((self.noun, name, self.status), who)
        able = [None] if move.auto is not None else [self.people[one] for one in sorted(who)]
        return able if able and self._goes(name, able[0]) else None

    def _goes(self, name: str, by: Any) -> bool:
        try:
            with transaction.atomic():
                self.act(name, by)
                raise Undo
        except Undo:
            return True
        except (Refused, PermissionDenied):
            return False

    def act(self, name: str, by: Any) -> None:
        row = type(self.row)._base_manager.get(pk=self.row.pk)
        user = None if by is None else User.objects.get(pk=by.pk)
        perform(row, name, by=user, data=DATA.get(name, lambda: world.REASON)())

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every two, the order turned in every other pair."""
        for n, (one, other) in enumerate(combinations_with_replacement(self.moves, 2)):
            yield (other, one) if n % 2 else (one, other)

    def problems(self, ring: Ring, first: str, second: str) -> list[str]:
        before = Event.objects.count()
        by, then = self.moves[first][0], self.moves[second][-1]
        came = ring.race(lambda: self.act(first, by), lambda: self.act(second, then))
        where = f"{self.noun} {self.status}: {first} × {second}: {came.words}"
        if {came.first, came.second} - {DONE, REFUSED}:
            return [f"{where}: broke"]
        if came.first != DONE:
            return [f"{where}: the first was refused"]
        after = self.machine.by_name[first].target
        legal = after in self.machine.by_name[second].source
        held = type(self.row)._base_manager.get(pk=self.row.pk)
        ended = self.machine.by_name[second].target if came.second == DONE else after
        found = []
        if came.second == DONE and not legal:
            found.append(f"{where}: both, and from {after} there is no {second}")
        if held.status != ended:
            found.append(f"{where}: ended as {held.status}")
        if Event.objects.count() == before:
            found.append(f"{where}: no event")
        if came.second == DONE and not self.looked:  # once for each case: it asks everything of the whole database
            self.looked = True
            found += [f"{where}: {finding}" for finding in look(leave_out=TURNED)]
        return found


def race_all(cast: Cast, nouns: Any = tuple(TABLE)) -> tuple[list[str], Ring]:
    ring, album, problems = Ring(), Album(), []
    try:
        for noun in nouns:
            for status in MAKERS[noun]:
                if not any(status in move.source for move in get_machine(noun).transitions if not move.driven):
                    continue
                empty = album.take()
                case = Case(cast, noun, status)
                made = album.take()
                for first, second in case.pairs():
                    problems += case.problems(ring, first, second)
                    album.put_back(made)
                album.put_back(empty)
    finally:
        ring.close()
    return problems, ring


def test_of_two_moves_at_once_one_wins_or_both_in_order(cast: Cast, record_property: Any) -> None:
    cast.everyone()
    problems, ring = race_all(cast)
    sys.stderr.write(f"{ring.races} races, in {ring.waits} of them the second waited for the first\n")
    record_property("races", ring.races)
    assert problems == []
    assert ring.races >= FEWEST
    assert ring.waits == ring.races, "every second move met the first one's lock"


def test_without_the_locks_two_win_where_one_may(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: nobody waits for the row, and nobody looks whether it is still as it was read."""

    def unlocked(self: QuerySet, *args: Any, **kwargs: Any) -> QuerySet:
        return self._chain()  # type: ignore[attr-defined,no-any-return]

    def overwritten(obj: Any, before: str, changed: dict[str, Any]) -> None:
        type(obj)._base_manager.filter(pk=obj.pk).update(status=obj.status, **changed)

    cast.everyone()
    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
    monkeypatch.setattr(actions, "_swap", overwritten)
    problems, _ring = race_all(cast, ("intent", "meeting"))
    assert problems != []


def test_the_same_thing_begun_twice_is_there_once(cast: Cast) -> None:
    """What is no move: starting a bid, asking for an opening, recording a decision."""
    ring = Ring()
    cast.everyone()
    try:
        listed = world.listed(cast)
        came = ring.race(
            lambda: start_proposal(need=listed, team=cast.team, by=cast.tao),
            lambda: start_proposal(need=listed, team=cast.team, by=cast.ting),
        )
        assert (came.first, came.second, listed.proposals.count()) == (DONE, DONE, 1)
        world.bid(cast, listed)
        world.close(listed)
        came = ring.race(lambda: begin_opening(listed, by=cast.guan), lambda: begin_opening(listed, by=cast.shen))
        assert (came.first, came.second, listed.openings.count()) == (DONE, REFUSED, 1)
        opened = world.need(cast, status="opened")
        world.answer(opened.proposals.get(), outcome="select", code="fit", sentence="指标响应最好。", by=cast.alice)
        came = ring.race(lambda: world.decided(opened, by=cast.alice), lambda: world.decided(opened, by=cast.bob))
        assert (came.first, came.second, opened.decisions.count()) == (DONE, REFUSED, 1)
        decision = opened.decisions.get()
        bid = opened.proposals.get()
        came = ring.race(
            lambda: perform(decision, "publish", by=cast.alice),
            lambda: world.answer(bid, outcome="refuse", code="price", sentence="报价超出预算。", by=cast.bob),
        )
        assert (came.first, came.second) == (DONE, REFUSED)
    finally:
        ring.close()


def test_two_officers_who_pass_the_last_two_bids_at_once_leave_no_need_behind(cast: Cast) -> None:
    """Each sees the other's still waiting; whoever is second sends the need on to be compared."""
    from proposals.models import Vetting
    from proposals.vetting_moves import mark

    ring = Ring()
    listed = world.listed(cast, within=world.batch(cast, vetting=True))
    world.bid(cast, listed)
    world.bid(cast, listed, team=cast.rival_team, by=cast.rui, price="520000.00")
    world.open_bids(listed, cast)
    rows = list(Vetting.objects.filter(proposal__need=listed))
    for row in rows:
        mark(row, world.VOUCHED, by=cast.guan)
    try:
        came = ring.race(lambda: perform(rows[0], "pass", by=cast.guan), lambda: perform(rows[1], "pass", by=cast.gao))
    finally:
        ring.close()
    listed.refresh_from_db()
    assert (came.first, came.second, came.waited, listed.status) == (DONE, DONE, True, "opened")
