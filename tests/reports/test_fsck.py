"""`manage.py fsck` finds nothing where everybody used the platform, and finds what was done behind its back."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.utils import InternalError

import company
import consortium
import diagnosing
import keeping
import life
import suggesting
import world
from annex_world import asked
from annexes.actions import save_terms
from clarifications.actions import ask as clarify
from contracts.models import Contract
from core import clock
from core.files import store, where
from core.models import StoredFile
from decisions.actions import inquire
from journey import pdf
from meetings.actions import invite
from needs.models import Need
from people import Cast
from proposals.models import Proposal
from reports.fsck import RECOMPUTED, findings, look
from reports.invariants import invariants
from rescue.actions import invite as invite_team
from suggestions.actions import judge, withdraw
from suggestions.models import Suggestion
from workflow.actions import perform
from works.importing import carry_on, confirm, send_file
from works.models import Import, ImportRow

# let_the_deadline_pass() of tests/world.py turns a listing's clock back, which is exactly what this one forbids.
TURNED = frozenset({"announced-deadline"})


def sql(statement: str, *values: object) -> None:
    """As somebody with the database in his hands would: no trigger fires, no constraint of ours is asked."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may be pending when a table is altered
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values or None)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def used(cast: Cast, media: None) -> Cast:
    """Two batches, needs in many states, bids, a contract, files."""
    open_batch = world.batch(cast)
    for status in ("draft", "returned", "scheduled", "no_bid", "opened", "vetting", "failed", "withdrawn"):
        world.need(cast, within=open_batch, status=status)
    listed = world.need(cast, within=world.batch(cast, sealing="rolling"), status="published")
    world.bid(cast, listed)
    sealed = world.need(cast, within=open_batch, status="published")
    world.bid(cast, sealed)
    world.draft(cast, sealed, team=cast.rival_team, by=cast.rui)
    life.amend(cast, sealed)
    life.answered(cast, sealed)
    life.invitation(cast, sealed)
    diagnosing.rewrite(cast)
    agreed = world.contract(cast, status="performing")
    first = agreed.milestones.first()
    perform(first, "report", by=cast.tao, data={"report": "样片三件已送检，强度 27 MPa。"})
    perform(first, "verify", by=cast.alice)
    store(pdf(), subject=listed, slot="public", by=cast.alice)
    company.consented(cast)
    consulted = company.amendment(cast)
    perform(consulted.consultations.get(), "agree", by=cast.charlie)
    life.approved(cast, consulted)
    opened = Need.objects.get(status="opened").proposals.get()
    at = clock.now() + timedelta(days=2)
    invite(opened, mode="onsite", starts_at=at, place="科创中心 3 楼", agenda="请带样件。", by=cast.alice)
    failed = Need.objects.get(status="failed")
    inquire(failed.proposals.get(), text="报价高出多少，能否告知榜额的测算口径？", by=cast.tao)
    consortium.invited(cast)
    keeping.listed(cast)
    clarify(Proposal.objects.filter(status="opened").first(), **world.UNCLEAR, by=cast.alice)
    save_terms(listed, offered=True, auto_grant=False, own_text="", by=cast.alice)
    asked(cast, listed)
    confirm(works_of(cast), with_near=True, by=cast.tao)
    carry_on()
    for team in (cast.team, cast.rival_team):
        suggesting.suggest(listed, team)
    withdraw(judge(listed, cast.team, side="need", code="place", by=cast.alice), by=cast.alice)
    Suggestion.objects.filter(team=cast.rival_team).update(is_current=False, factors=[], covered=[])
    invite_team(listed, [cast.rival_team], by=cast.alice)
    return cast


def works_of(cast: Cast) -> Import:
    """A file of works that waits to be confirmed."""
    file = SimpleUploadedFile("works.csv", "题名,年份\n甲乙丙,2020\n丁戊己,2021\n,2022\n".encode())
    job = send_file(cast.team, file, kind="paper", visibility="matching", by=cast.tao)
    carry_on()
    return job


@pytest.fixture
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


BREAKS: dict[str, Callable[[Cast], None]] = {
    "sealed-content": lambda c: (
        store(pdf(), subject=Proposal.objects.filter(status="draft").first(), slot="bid", by=c.rui) and None
    ),
    "opening-record": lambda c: sql(
        "UPDATE proposals_submission SET commitment = repeat('0', 64) WHERE id ="
        " (SELECT s.id FROM proposals_submission s JOIN proposals_proposal p ON p.id = proposal_id"
        " WHERE p.status = 'opened' AND EXISTS (SELECT FROM proposals_opening o WHERE o.need_id = p.need_id) LIMIT 1)"
    ),
    "in-time": lambda c: sql("UPDATE proposals_submission SET received_at = clock_timestamp() + interval '1 year'"),
    "announced-deadline": lambda c: sql(
        "UPDATE needs_need SET bid_deadline = bid_deadline - interval '1 hour' WHERE status = 'published'"
    ),
    "two-people": lambda c: sql("UPDATE needs_need SET screened_by_id = %s WHERE status = 'published'", c.shen.pk),
    "changed-by-two": lambda c: sql("UPDATE needs_need SET extensions = 1 WHERE status = 'published'"),
    "partners-agreed": lambda c: sql("UPDATE changes_consultation SET status = 'asked'"),
    "one-live-bid": lambda c: sql("UPDATE proposals_submission SET version = 2"),
    "published-is-approved": lambda c: sql("UPDATE needs_need SET published_hash = 'x' WHERE status = 'published'"),
    "decided-and-published": lambda c: sql("UPDATE decisions_decision SET status = 'withdrawn'"),
    "everyone-answered": lambda c: sql("DELETE FROM proposals_answer"),
    "vetted": lambda c: sql("UPDATE proposals_proposal SET status = 'opened' WHERE status = 'vetting'"),
    "single": lambda c: (
        sql("UPDATE needs_batch SET vetting = true"),
        sql(
            "UPDATE proposals_proposal SET status = 'opened', content = %s WHERE status IN ('draft', 'submitted')",
            json.dumps({"participants": [{"organisation": {"id": str(c.other_enterprise.pk)}}]}),
        ),
    ),
    "money": lambda c: sql("UPDATE contracts_payment SET amount = amount + 1"),
    "in-step": lambda c: sql("UPDATE contracts_contract SET status = 'offered'"),
    "numbers": lambda c: sql("UPDATE core_counter SET value = value + 1"),
    "imports": lambda c: sql("UPDATE works_import SET added = 1"),
    "followed": lambda c: sql("UPDATE teams_team SET changed = changed + 1000"),
    "suggested": lambda c: sql("UPDATE suggestions_suggestion SET factors = '[1]'"),
    "judged": lambda c: sql("UPDATE suggestions_judgement SET withdrawn_at = NULL, withdrawn_by_id = NULL"),
    "invited-by": lambda c: sql(
        "UPDATE rescue_invite SET organisation_id = %s WHERE organisation_id IS NOT NULL", c.rival_university.pk
    ),
    "chain": lambda c: sql("DELETE FROM audit_event WHERE seq = 2"),
    "chain-text": lambda c: sql("UPDATE audit_event SET actor = %s WHERE seq = 2", str(c.cai.pk)),
    "chain-end": lambda c: sql(
        "DELETE FROM audit_event e USING audit_head h WHERE h.stream = e.stream AND h.seq = e.seq AND e.seq > 5"
    ),
    "notes": lambda c: sql("UPDATE audit_note SET text = '{}'"),
    "notices": lambda c: sql("DELETE FROM notifications_delivery"),
    "duties-apart": lambda c: (
        c.zone
        and sql(
            "INSERT INTO accounts_appointment (id, user_id, role) SELECT gen_random_uuid(), user_id, 'officer'"
            " FROM accounts_membership m JOIN accounts_organisation o ON o.id = organisation_id"
            " WHERE o.kind = 'university'"
        )
    ),
    "somebody-in-charge": lambda c: sql("UPDATE accounts_membership SET role = 'member'"),
    "guards": lambda c: sql("ALTER TABLE proposals_submission DISABLE TRIGGER submission_in_time"),
    "path-annex": lambda c: sql("UPDATE annexes_annexrequest SET status = 'granted'"),
    "path-participant": lambda c: sql("UPDATE proposals_participant SET status = 'declined'"),
    "path-partnership": lambda c: sql("UPDATE partners_partnership SET status = 'declined'"),
    "path-batch": lambda c: sql("UPDATE needs_batch SET status = 'closed'"),
    "path-need": lambda c: sql("UPDATE needs_need SET status = 'approved' WHERE status = 'scheduled'"),
    "path-proposal": lambda c: sql("UPDATE proposals_proposal SET status = 'expired' WHERE status = 'draft'"),
    "path-change": lambda c: sql("UPDATE changes_change SET status = 'refused'"),
    "path-consultation": lambda c: sql("UPDATE changes_consultation SET status = 'lapsed'"),
    "path-question": lambda c: sql("UPDATE questions_question SET status = 'unanswered'"),
    "key-in-three-hands": lambda c: sql("UPDATE custody_custodian SET sealed_share = NULL"),
    "path-custodian": lambda c: sql("UPDATE custody_custodian SET status = 'lost'"),
    "path-clarification": lambda c: sql("UPDATE clarifications_clarification SET status = 'lapsed'"),
    "path-invite": lambda c: sql("UPDATE rescue_invite SET status = 'lapsed'"),
    "path-decision": lambda c: sql("UPDATE decisions_decision SET status = 'withdrawn'"),
    "path-inquiry": lambda c: sql(
        "UPDATE decisions_inquiry"
        " SET status = 'replied', reply = '是。', replied_by_id = asked_by_id, replied_at = now()"
    ),
    "path-meeting": lambda c: sql("UPDATE meetings_meeting SET status = 'held'"),
    "path-vetting": lambda c: sql("UPDATE proposals_vetting SET status = 'void'"),
    "path-opening": lambda c: sql("UPDATE proposals_opening SET status = 'cancelled'"),
    "path-intent": lambda c: sql("UPDATE meetings_intent SET status = 'abandoned'"),
    "path-assignment": lambda c: sql("UPDATE diagnoses_assignment SET status = 'withdrawn'"),
    "path-rewrite": lambda c: sql("UPDATE diagnoses_rewrite SET status = 'withdrawn'"),
    "path-contract": lambda c: sql("UPDATE contracts_contract SET status = 'refused'"),
    "path-milestone": lambda c: sql("UPDATE contracts_milestone SET status = 'rectify'"),
    "path-payment": lambda c: sql("UPDATE contracts_payment SET status = 'paid', paid_on = current_date"),
    "path-organisation": lambda c: sql("UPDATE accounts_organisation SET status = 'suspended'"),
    "listings": lambda c: sql("UPDATE needs_need SET goal = goal || '。' WHERE status = 'published'"),
    "rules": lambda c: sql("UPDATE needs_batch SET rules = rules || '。'"),
    "archive-at-rest": lambda c: sql("UPDATE needs_batch SET status = 'archived'"),
    "trees": lambda c: sql("UPDATE proposals_opening SET merkle_root = repeat('0', 64)"),
    "receipts": lambda c: sql(
        "UPDATE proposals_submission"
        """ SET receipt = jsonb_set(receipt, '{received_at}', '"2026-01-01T00:00:00+08:00"')"""
    ),
    "files": lambda c: where(StoredFile.objects.get()).unlink(),
}


@pytest.mark.django_db
def test_nothing_is_found_where_everybody_used_the_platform(used: Cast) -> None:
    assert Need.objects.count() > 9
    assert Contract.objects.exists()
    assert Proposal.objects.filter(status="draft").exists()
    assert [str(finding) for finding in look(leave_out=TURNED)] == []


class Undo(Exception):
    pass


@pytest.mark.django_db
def test_what_was_done_behind_the_platform_s_back_is_found(used: Cast) -> None:
    for name, break_it in BREAKS.items():
        kept = TURNED - {name}
        before = [finding for finding in look(leave_out=kept) if finding.invariant == name and name not in TURNED]
        with pytest.raises(Undo), transaction.atomic():
            break_it(used)
            after = [finding for finding in look(leave_out=kept) if finding.invariant == name]
            assert len(after) > len(before) == 0, name
            raise Undo


@pytest.mark.django_db
def test_a_file_that_waits_with_other_rows_than_were_shown_is_found(cast: Cast, media: None) -> None:
    works_of(cast)
    assert [finding for finding in look() if finding.invariant == "imports"] == []
    ImportRow.objects.filter(verdict="fresh").first().delete()
    assert [finding.why for finding in look() if finding.invariant == "imports"] == [
        "waits to be confirmed with other rows than were counted"
    ]


@pytest.mark.django_db
def test_two_teams_that_changed_with_one_number_are_found(cast: Cast) -> None:
    number = max(cast.team.changed, cast.rival_team.changed)
    sql("UPDATE teams_team SET changed = %s", number)
    found = [finding.why for finding in look() if finding.invariant == "followed"]
    assert found == [f"2 teams changed with number {number}"]


def test_every_invariant_has_been_seen_to_fail() -> None:
    assert {invariant.name for invariant in invariants()} | set(RECOMPUTED) == set(BREAKS)


@pytest.mark.django_db(transaction=True)
def test_the_command_says_how_many_it_asked_and_fails_on_a_finding(cast: Cast, capsys: pytest.CaptureFixture) -> None:
    world.listed(cast)
    call_command("fsck")
    assert capsys.readouterr().out.startswith(f"{len(BREAKS)} invariants, 0 findings")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE needs_need SET status = 'closed'")
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(CommandError, match="findings"):
        call_command("fsck")
    assert "path-need: needs.need:" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_looking_can_change_nothing(cast: Cast) -> None:
    world.listed(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE needs_need SET status = 'closed'")
        cursor.execute("SET session_replication_role = origin")
    walk = findings()
    assert next(walk).invariant == "path-need"
    with pytest.raises(InternalError, match="read-only"):
        Need.objects.update(title="改")
    walk.close()
