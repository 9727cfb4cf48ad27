"""200 submitters around the cut-off against the real rule; and the rules one would write first, shown to fail.

Every transaction is held up for 0–250 ms before and after the deadline is checked, inside the database, so that
what is decided too early or without a lock has time to go wrong; the mutants are held up longer and begin well before
the cut-off, to be seen failing on any machine.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import F

import bids
from core import clock
from core.sealing import verify
from needs.models import Need
from people import Cast
from proposals.actions import begin_opening
from proposals.models import Opening, Proposal, Submission
from proposals.states import P
from proposals.tasks import decrypt_opened
from teams.models import Team, TeamMember
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db(transaction=True)
SUBMITTERS = 200

HELD_UP = """
CREATE FUNCTION test_hold_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(random() * %(hold)s); RETURN NEW; END $$;
CREATE TRIGGER a_hold_up BEFORE INSERT ON proposals_submission FOR EACH ROW EXECUTE FUNCTION test_hold_up();
CREATE TRIGGER z_hold_up AFTER INSERT ON proposals_submission FOR EACH ROW EXECUTE FUNCTION test_hold_up();
CREATE TRIGGER a_hold_up BEFORE UPDATE OF status ON proposals_proposal FOR EACH ROW
  WHEN (NEW.status = 'withdrawn') EXECUTE FUNCTION test_hold_up();
CREATE TRIGGER z_hold_up AFTER UPDATE OF status ON proposals_proposal FOR EACH ROW
  WHEN (NEW.status = 'withdrawn') EXECUTE FUNCTION test_hold_up();
"""
LET_GO = """
DROP FUNCTION IF EXISTS test_hold_up() CASCADE;
"""
# What the trigger is replaced with. Each stamps the true time, so that its mistakes can be counted.
NAIVE = """
CREATE OR REPLACE FUNCTION proposals_submission_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE cutoff timestamptz;
BEGIN
  SELECT n.bid_deadline INTO cutoff FROM needs_need n JOIN proposals_proposal p ON p.need_id = n.id
    WHERE p.id = NEW.proposal_id;
  NEW.received_at := clock_timestamp();
  %s
  RETURN NEW;
END $$;
"""
NO_CHECK = NAIVE % ""
SQL_NOW = NAIVE % "IF now() >= cutoff THEN RAISE EXCEPTION 'DEADLINE' USING ERRCODE = 'P0D01'; END IF;"


@dataclass
class Race:
    """What came of it: who was told yes, who was told no and when, and what the opening found."""

    accepted: list[Any] = field(default_factory=list)
    refused: list[datetime] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    opening: Opening | None = None


def sql(text: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params or None)


@pytest.fixture(autouse=True)
def put_back(cast: Cast) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('proposals_submission_in_time'::regproc)")
        real = cursor.fetchone()[0]
    yield
    sql(LET_GO)
    sql(real)


def many_drafts(cast: Cast, need: Need, count: int) -> list[Proposal]:
    """As many teams, each with a complete bid ready to be submitted."""
    facts = {"organisation": cast.university, "leader": cast.tao, "name_sort": "dui"}
    teams = Team.objects.bulk_create(Team(name=f"第 {n} 队", **facts) for n in range(count))
    TeamMember.objects.bulk_create(TeamMember(team=t, user=cast.tao, organisation=cast.university) for t in teams)
    return [bids.drafted(need, team) for team in teams]


def closes_soon(need: Need, seconds: float) -> None:
    """Preparations take as long as they take: the window that is raced against is set when they are over."""
    with transaction.atomic():
        sql("SET LOCAL session_replication_role = replica")
        sql(
            "UPDATE needs_need SET bid_deadline = clock_timestamp() + %s WHERE id = %s",
            timedelta(seconds=seconds),
            need.pk,
        )
        sql("SET LOCAL session_replication_role = origin")
    need.refresh_from_db()


def run(
    cast: Cast,
    need: Need,
    proposals: list[Proposal],
    act: Callable[[Proposal], Any],
    *,
    hold: float = 0.25,
    away: float = 0.5,
) -> Race:
    """A fifth act in peace; then the cut-off is some time away and all the others come, a fifth of them at a time.

    Two officers open as soon as they may. How many are in time depends on the machine; that none is wrong does not.
    """
    people, race, lock = (cast.guan, cast.shen), Race(), threading.Lock()

    def one(proposal: Proposal) -> None:
        try:
            result = act(proposal)
            with lock:
                race.accepted.append(result)
        except Refused:
            with lock:
                race.refused.append(clock.now())
        except Exception as error:  # whatever it is, the race tells
            with lock:
                race.broken.append(repr(error))
        finally:
            connections.close_all()

    fifth = len(proposals) // 5
    with ThreadPoolExecutor(fifth) as pool:
        list(pool.map(one, proposals[:fifth]))
        sql(HELD_UP % {"hold": hold})
        closes_soon(need, away)
        others = [pool.submit(one, proposal) for proposal in proposals[fifth:]]
        time.sleep(max(0.0, (need.bid_deadline - clock.now()).total_seconds()))
        race.opening = begin_opening(need, by=people[0])
        perform(race.opening, "confirm", by=people[1])
    assert all(done.exception() is None for done in others)
    return race


def submit(proposal: Proposal) -> Proposal:
    perform(proposal, "submit", by=proposal.team.leader)
    return proposal


def late(need: Need) -> int:
    return Submission.objects.filter(proposal__need=need, received_at__gte=F("proposal__need__bid_deadline")).count()


def after_opening(need: Need, race: Race) -> int:
    assert race.opening is not None
    found = Submission.objects.filter(proposal__need=need).exclude(commitment__in=race.opening.commitments)
    return found.count()


def test_no_late_bid_is_accepted_none_is_lost_and_none_appears_after_the_opening(cast: Cast):
    need = bids.published(cast)
    race = run(cast, need, many_drafts(cast, need, SUBMITTERS), submit)
    assert race.broken == []
    assert len(race.accepted) + len(race.refused) == SUBMITTERS
    assert min(len(race.accepted), len(race.refused)) > 20, "both sides of the cut-off were tried"
    kept = Submission.objects.filter(proposal__need=need)
    assert late(need) == 0
    assert {row.proposal_id for row in kept} == {proposal.pk for proposal in race.accepted}, "acknowledged is kept"
    assert all(verify(row.receipt) and row.receipt["commitment"] == row.commitment for row in kept)
    assert after_opening(need, race) == 0
    assert race.opening.count == len(race.accepted)
    assert all(at >= need.bid_deadline for at in race.refused), "nobody was refused before the cut-off"
    assert decrypt_opened() == len(race.accepted)
    assert Proposal.objects.filter(need=need, status=P.OPENED).count() == len(race.accepted)


def test_a_withdrawal_in_flight_is_over_before_anything_is_counted(cast: Cast):
    need = bids.published(cast)
    proposals = [submit(proposal) for proposal in many_drafts(cast, need, 60)]

    def withdraw(proposal: Proposal) -> Any:
        return perform(proposal, "withdraw", by=proposal.team.leader)

    race = run(cast, need, proposals, withdraw)
    assert race.broken == []
    assert min(len(race.accepted), len(race.refused)) > 5
    standing = Proposal.objects.filter(need=need, status=P.SUBMITTED)
    assert race.opening.count == standing.count() == len(race.refused)
    assert set(race.opening.commitments) == {proposal.latest.commitment for proposal in standing}


def test_the_database_refuses_a_late_row_whatever_the_program_believes(cast: Cast):
    need = bids.published(cast)
    (proposal,) = many_drafts(cast, need, 1)
    closes_soon(need, 0.05)
    time.sleep(0.1)
    row = Submission(proposal=proposal, version=1, ciphertext=b"x", commitment="0" * 64, submitted_by=cast.tao)
    with pytest.raises(DatabaseError, match="DEADLINE"):
        row.save()
    assert not Submission.objects.exists()


# ── the mutants: rules that look right ──────────────────────────────────────────
def by_the_clock_of_the_host(need: Need) -> Callable[[Proposal], Any]:
    """`if datetime.now() < deadline: save()`, on several hosts, one of which is two seconds slow."""
    slow = timedelta(seconds=2)

    def act(proposal: Proposal) -> Any:
        host = datetime.now(UTC) - (slow if proposal.pk.int % 8 == 0 else timedelta(0))
        if host >= need.bid_deadline:
            raise Refused("too late")
        row = Submission(
            proposal=proposal, version=1, ciphertext=b"x", commitment=proposal.pk.hex, submitted_by=proposal.team.leader
        )
        row.save()
        return proposal

    return act


def test_mutant_the_application_clock_accepts_late_bids(cast: Cast):
    need = bids.published(cast)
    sql(NO_CHECK)
    proposals = many_drafts(cast, need, 100)
    race = run(cast, need, proposals, by_the_clock_of_the_host(need), hold=1.5, away=3)
    assert race.broken == []
    assert late(need) > 0


def test_mutant_the_start_of_the_transaction_without_a_lock_is_late_and_surfaces_after_the_opening(cast: Cast):
    need = bids.published(cast)
    sql(SQL_NOW)
    race = run(cast, need, many_drafts(cast, need, 100), submit, hold=1.5, away=3)
    assert race.broken == []
    assert late(need) > 0
    assert after_opening(need, race) > 0
