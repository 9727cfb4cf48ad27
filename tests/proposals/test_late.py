"""Whoever comes too late is refused, and can prove when he came: the moment is kept, signed, and his own."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

import insider
import world
from audit.models import Event
from core.sealing import verify
from documents.markup import grouped
from people import Cast
from proposals.actions import save_draft
from proposals.late import LATE, MOST, late_attempts, refusal
from proposals.models import Proposal
from proposals.receipts import paper
from proposals.tasks import decrypt_opened
from workflow.actions import perform
from workflow.machine import Refused
from workflow.tasks import tick

pytestmark = pytest.mark.django_db


def too_late(cast: Cast) -> Proposal:
    """A complete draft whose deadline passed an hour ago and that nobody has expired yet."""
    bid = world.draft(cast, world.listed(cast))
    world.let_the_deadline_pass(bid.need)
    return bid


def tried(bid: Proposal, name: str, by: Any) -> None:
    with pytest.raises(Refused):
        perform(bid, name, by=by)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_submission_after_the_deadline_is_refused_and_its_moment_kept(cast: Cast) -> None:
    bid = too_late(cast)
    tried(bid, "submit", cast.tao)
    (event,) = late_attempts(bid)
    bid.refresh_from_db()
    assert bid.status == "draft"
    assert not bid.submissions.exists()
    assert event.at >= bid.need.bid_deadline
    assert event.detail == {"move": "submit", "deadline": bid.need.bid_deadline.isoformat()}
    assert (event.stream, event.actor_user) == (f"bid:{bid.pk}", cast.tao)


def test_so_is_a_new_version_and_a_withdrawal_and_the_sealed_version_stands(cast: Cast) -> None:
    bid = world.bid(cast, world.listed(cast))
    world.let_the_deadline_pass(bid.need)
    tried(bid, "replace", cast.tao)
    tried(bid, "withdraw", cast.tao)
    assert [event.detail["move"] for event in late_attempts(bid)] == ["replace", "withdraw"]
    bid.refresh_from_db()
    assert (bid.status, bid.submissions.get().withdrawn_at) == ("submitted", None)


def test_a_withdrawal_that_the_database_refuses_at_the_last_statement_is_kept_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bid = world.bid(cast, world.listed(cast))
    world.let_the_deadline_pass(bid.need)
    monkeypatch.setattr("needs.models.Need.takes_bids", True)  # asked a moment ago, when it was still so
    tried(bid, "withdraw", cast.tao)
    assert [event.detail["move"] for event in late_attempts(bid)] == ["withdraw"]
    assert Proposal.objects.get(pk=bid.pk).status == "submitted"


def test_it_is_kept_too_once_the_platform_has_expired_the_draft(cast: Cast) -> None:
    bid = too_late(cast)
    tick()
    tried(bid, "submit", cast.tao)
    assert late_attempts(bid).count() == 1


def test_a_refusal_for_another_reason_is_no_late_one(cast: Cast) -> None:
    bid = world.draft(cast, world.listed(cast))
    save_draft(bid, {}, by=cast.tao)
    with pytest.raises(Refused) as why:
        perform(bid, "submit", by=cast.tao)
    assert "未接收凭证" not in str(why.value)
    assert not late_attempts(bid).exists()


def test_whoever_may_not_submit_leaves_no_trace_in_the_bid(cast: Cast) -> None:
    bid = too_late(cast)
    for other in (cast.rui, cast.guan, cast.alice):
        assert as_(other).post(reverse("move", args=["proposal", bid.pk, "submit"])).status_code == 404
    assert not late_attempts(bid).exists()


def test_of_one_bid_so_many_are_kept_and_no_more(cast: Cast) -> None:
    bid = too_late(cast)
    for _time in range(MOST + 2):
        tried(bid, "submit", cast.tao)
    assert late_attempts(bid).count() == MOST


def test_what_is_sent_from_the_form_after_the_deadline_counts_as_well(cast: Cast) -> None:
    bid = too_late(cast)
    client = as_(cast.tao)
    edit = reverse("proposal_edit", args=[bid.pk])
    client.post(edit, {"version": bid.revision, "then": "save"})
    assert not late_attempts(bid).exists()
    answer = client.post(edit, {"version": bid.revision, "then": "submit"}, follow=True)
    assert "揭榜已截止" in answer.content.decode()
    assert "方案页可以下载未接收凭证" in answer.content.decode()
    assert [event.detail["move"] for event in late_attempts(bid)] == ["submit"]


# ── the proof ───────────────────────────────────────────────────────────────────
def test_the_team_finds_a_signed_proof_on_its_page_and_anybody_can_check_it(cast: Cast) -> None:
    bid = too_late(cast)
    page = reverse("move", args=["proposal", bid.pk, "submit"])
    refused = as_(cast.tao).post(page)
    assert (refused.status_code, "方案页可以下载未接收凭证" in refused.content.decode()) == (409, True)
    (event,) = late_attempts(bid)
    address = reverse("proposal_refusal", args=[bid.pk, event.pk])
    assert address in as_(cast.ting).get(bid.get_absolute_url()).content.decode()
    signed = as_(cast.tao).get(address).json()
    assert verify(signed)
    assert (signed["number"], signed["move"], signed["event"]) == (bid.need.number, "submit", event.hash)
    said = Client().post(reverse("receipt_verify"), {"text": json.dumps(signed)}).content.decode()
    for words in ("签名有效", "未接收凭证：截止后的“提交方案”", bid.need.number):
        assert words in said
    assert "承诺值</" not in said
    forged = {**signed, "tried_at": signed["deadline"]}
    assert "签名无效" in Client().post(reverse("receipt_verify"), {"text": json.dumps(forged)}).content.decode()


def test_the_paper_says_what_the_signed_original_says(cast: Cast) -> None:
    bid = too_late(cast)
    tried(bid, "submit", cast.tao)
    signed = refusal(late_attempts(bid).get(), bid)
    said = "\n".join(block.text for block in paper(signed, title=bid.need.title).blocks)
    for words in ("未接收凭证", f"榜单编号：{bid.need.number}", "操作：提交方案", grouped(signed["event"])):
        assert words in said
    assert "{" not in said
    answer = as_(cast.tao).get(reverse("proposal_refusal", args=[bid.pk, late_attempts(bid).get().pk]) + "?as=pdf")
    assert answer.content.startswith(b"%PDF-")


def test_nobody_else_reads_it_nor_learns_from_the_log_that_somebody_came_late(cast: Cast) -> None:
    bid = too_late(cast)
    cast.everyone()  # who registers is in the log as well
    before = as_(cast.auditor).get(reverse("office_audit")).content.decode().count("<tr")
    tried(bid, "submit", cast.tao)
    address = reverse("proposal_refusal", args=[bid.pk, late_attempts(bid).get().pk])
    for other in (cast.rui, cast.guan, cast.alice, cast.auditor):
        assert as_(other).get(address).status_code == 404
    assert as_(cast.auditor).get(reverse("office_audit")).content.decode().count("<tr") == before
    tick()
    decrypt_opened()
    assert as_(cast.auditor).get(reverse("office_audit")).content.decode().find("未接收") == -1


def test_the_proof_of_one_bid_is_not_found_under_another(cast: Cast) -> None:
    one, other = too_late(cast), world.bid(cast, world.listed(cast))
    tried(one, "submit", cast.tao)
    address = reverse("proposal_refusal", args=[other.pk, late_attempts(one).get().pk])
    assert as_(cast.tao).get(address).status_code == 404


def test_an_insider_who_moves_the_moment_is_found_out(cast: Cast) -> None:
    bid = too_late(cast)
    tried(bid, "submit", cast.tao)
    signed = refusal(late_attempts(bid).get(), bid)
    insider.execute("UPDATE audit_event SET at = at - interval '2 hours' WHERE action = %s", LATE)
    altered = refusal(Event.objects.get(action=LATE), bid)
    assert (altered["tried_at"] != signed["tried_at"], altered["event"]) == (True, signed["event"])
    with pytest.raises(CommandError, match="does not verify"):
        call_command("audit_verify", "--stream", bid.audit_stream)
