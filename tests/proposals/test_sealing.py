"""A bid is sealed as it arrives, opened by two people, and whatever happened to it in between is found."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

import insider
import world
from bids import batch, content, drafted, fresh, opened, published, submitted
from core import clock
from core.files import files_of
from core.sealing import verify
from needs.models import Need
from proposals.actions import attach, begin_opening, detach, save_draft, start_proposal
from proposals.models import Opening, Proposal, SealedFile, Submission
from proposals.sealing import own_copy
from proposals.states import P
from proposals.tasks import decrypt_opened
from workflow.actions import perform
from workflow.machine import Refused, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def until(need) -> None:
    """Its deadline passes; a real one would be missed on a busy machine."""
    world.let_the_deadline_pass(need)


def test_the_receipt_is_signed_and_tells_nothing_of_the_content(cast):
    proposal = submitted(published(cast), cast.team)
    receipt = proposal.latest.receipt
    assert verify(receipt)
    assert not verify({**receipt, "received_at": "2026-01-01T00:00:00+00:00"})
    assert receipt["commitment"] == proposal.latest.commitment
    assert not any(
        word in json.dumps(receipt, ensure_ascii=False) for word in ("聚脲", "480000", "陶教授", "弹性体课题组")
    )


def test_the_bidder_can_prove_later_what_was_sealed_until_the_working_copy_changes(cast):
    need = published(cast)
    proposal = submitted(need, cast.team)
    copy = own_copy(proposal)
    assert copy["commitment"] == proposal.latest.commitment
    assert copy["manifest"]["content"]["price"] == "480000.00"
    save_draft(proposal, content(need, price="470000.00"), by=cast.tao)
    assert own_copy(fresh(proposal)) is None
    save_draft(proposal, content(need), by=cast.tao)
    assert own_copy(fresh(proposal)) == copy, "back to what was sealed, it is worth something again"


def test_two_different_people_open_and_the_database_insists(cast):
    need = published(cast)
    submitted(need, cast.team)
    with pytest.raises(Refused, match="截止前不能开启"):
        begin_opening(need, by=cast.guan)
    until(need)
    opening = begin_opening(need, by=cast.guan)
    with pytest.raises(Refused, match="另一名"):
        perform(opening, "confirm", by=cast.guan)
    with pytest.raises(DatabaseError, match="opening_by_two_people"), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(confirmed_by=cast.guan)
    perform(opening, "confirm", by=cast.shen)
    opening.refresh_from_db()
    assert (opening.count, opening.confirmed_by) == (1, cast.shen)


def test_no_one_sees_the_content_by_moving_the_status_alone(cast):
    proposal = submitted(published(cast), cast.team)
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(status=P.OPENED)
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(content={"summary": "聚脲"})


def test_what_was_received_cannot_be_changed_or_removed(cast):
    row = submitted(published(cast), cast.team).latest
    for change in ({"ciphertext": b"x"}, {"commitment": "0" * 64}, {"received_at": clock.now()}, {"receipt": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Submission.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.objects.filter(pk=row.pk).delete()


def test_opening_brings_content_price_and_files_into_the_open(cast):
    need = published(cast)
    proposal = drafted(need, cast.team)
    attach(proposal, SimpleUploadedFile("检测报告.txt", "拉伸强度 27.5 MPa".encode()), by=cast.tao)
    perform(proposal, "submit", by=cast.tao)
    until(need)
    opening = opened(need, cast)
    assert decrypt_opened() == 1
    proposal = fresh(proposal)
    assert (proposal.status, str(proposal.price)) == (P.OPENED, "480000.00")
    assert opening.commitments == [proposal.latest.commitment]
    assert proposal.latest.intact
    (file,) = files_of(proposal, "bid")
    assert file.name == "检测报告.txt"
    assert decrypt_opened() == 0, "a second worker finds nothing to do"


def test_a_spoiled_ciphertext_is_kept_and_reported_and_the_others_are_opened(cast, caplog):
    need = published(cast)
    spoiled, sound = submitted(need, cast.team), submitted(need, cast.rival_team)
    insider.spoil(spoiled)
    until(need)
    assert opened(need, cast).count == 2
    assert decrypt_opened() == 2
    spoiled, sound = fresh(spoiled), fresh(sound)
    assert (spoiled.status, sound.status) == (P.UNREADABLE, P.OPENED)
    assert (spoiled.latest.intact, sound.latest.intact) == (False, True)
    assert spoiled.content is None
    assert str(spoiled.pk) in caplog.text
    assert spoiled in Proposal.objects.visible_to(cast.guan)


def test_a_bid_that_comes_back_from_a_backup_is_read_again(cast, capsys):
    need = published(cast)
    bid = submitted(need, cast.team)
    kept = bytes(bid.latest.ciphertext)
    insider.spoil(bid)
    until(need)
    opened(need, cast)
    decrypt_opened()
    with pytest.raises(CommandError, match="1 of 1 still cannot be read"):
        call_command("retry_bids")
    assert fresh(bid).status == P.UNREADABLE
    insider.execute("UPDATE proposals_submission SET ciphertext = %s WHERE proposal_id = %s", kept, bid.pk)
    call_command("retry_bids")
    bid = fresh(bid)
    assert (bid.status, str(bid.price), bid.latest.intact) == (P.OPENED, "480000.00", True)
    call_command("retry_bids")
    assert "No bid is unreadable" in capsys.readouterr().out


def test_a_key_that_does_not_fit_holds_up_its_own_listing_only(cast, caplog):
    lost, sound = (published(cast, title=title) for title in ("钥匙不对", "钥匙完好"))
    behind, beside = submitted(lost, cast.team), submitted(sound, cast.team)
    kept = bytes(Need.objects.get(pk=lost.pk).wrapped_key)
    insider.execute("UPDATE needs_need SET wrapped_key = %s WHERE id = %s", b"not a key", lost.pk)
    for need in (lost, sound):
        until(need)
    for need in (lost, sound):
        opened(need, cast)
    assert decrypt_opened() == 1
    assert (fresh(behind).status, fresh(beside).status) == (P.SUBMITTED, P.OPENED)
    assert str(behind.pk) in caplog.text
    insider.execute("UPDATE needs_need SET wrapped_key = %s WHERE id = %s", kept, lost.pk)
    assert decrypt_opened() == 1
    assert fresh(behind).status == P.OPENED


def test_an_attachment_swapped_for_another_is_found(cast):
    need = published(cast)
    proposal = drafted(need, cast.team)
    attach(proposal, SimpleUploadedFile("a.txt", b"what was promised"), by=cast.tao)
    perform(proposal, "submit", by=cast.tao)
    other = drafted(need, cast.rival_team)
    attach(other, SimpleUploadedFile("b.txt", b"something else"), by=cast.rui)  # sealed with the same key: it decrypts
    mine, theirs = (SealedFile.objects.get(proposal=p) for p in (proposal, other))
    Path(need_media(theirs)).replace(need_media(mine))
    until(need)
    opened(need, cast)
    decrypt_opened()
    assert fresh(proposal).status == P.UNREADABLE


def need_media(row: SealedFile) -> str:
    from django.conf import settings

    return str(Path(settings.MEDIA_ROOT) / row.path)


def test_in_a_rolling_batch_a_bid_reaches_the_enterprise_at_once_and_no_other_team(cast):
    need = published(cast, of=batch(cast, sealing="rolling"))
    proposal = submitted(need, cast.team)
    assert proposal not in Proposal.objects.visible_to(cast.alice), "sealed until the worker has read it"
    assert decrypt_opened() == 1
    assert verify(proposal.latest.receipt)
    seen_by = {name: proposal in Proposal.objects.visible_to(user) for name, user in cast.everyone().items()}
    assert {name for name, seen in seen_by.items() if seen} == {
        "alice", "bob", "tao", "ting", "guan", "gao", "shen", "ling", "ji",
    } | ({"cai"} if seen_by["cai"] else set())  # fmt: skip
    assert not any(seen_by[name] for name in ("charlie", "xu", "wei", "rui", "sysadmin", "secadmin", "auditor"))


def test_submitting_twice_makes_one_version(cast):
    proposal = drafted(published(cast), cast.team)
    perform(proposal, "submit", by=cast.tao)
    with pytest.raises(Stale):
        perform(fresh(proposal), "submit", by=cast.tao)
    with pytest.raises(Refused, match="没有新的修改"):
        perform(fresh(proposal), "replace", by=cast.tao)
    assert proposal.submissions.count() == 1


def test_a_new_version_replaces_the_old_one_which_is_kept(cast):
    need = published(cast)
    proposal = submitted(need, cast.team)
    save_draft(proposal, content(need, summary="改了主意。"), by=cast.ting)
    perform(proposal, "replace", by=cast.tao)
    until(need)
    opened(need, cast)
    decrypt_opened()
    assert fresh(proposal).content["summary"] == "改了主意。"
    assert [s.version for s in proposal.submissions.all()] == [1, 2]


def test_only_the_leader_commits_the_team_and_a_withdrawn_bid_is_not_opened(cast):
    need = published(cast)
    proposal = submitted(need, cast.team)
    kept = submitted(need, cast.rival_team)
    perform(proposal, "withdraw", by=cast.tao)
    until(need)
    with pytest.raises(Refused, match="已截止"):
        perform(kept, "withdraw", by=cast.rui)
    opening = opened(need, cast)
    assert opening.commitments == [kept.latest.commitment]
    assert decrypt_opened() == 1
    assert fresh(proposal).status == P.WITHDRAWN


def test_saving_an_older_revision_over_a_newer_one_is_refused(cast):
    need = published(cast)
    proposal = drafted(need, cast.team)
    seen = proposal.revision
    save_draft(fresh(proposal), content(need, summary="甲窗口"), by=cast.tao, revision=seen)
    with pytest.raises(Stale, match="别处保存过"):
        save_draft(fresh(proposal), content(need, summary="乙窗口"), by=cast.ting, revision=seen)
    assert fresh(proposal).draft["summary"] == "甲窗口"
    saved = save_draft(fresh(proposal), content(need, summary="甲窗口"), by=cast.ting, revision=seen)
    assert saved.revision == seen + 1, "saving the same again changes nothing and harms nobody"


def test_the_same_file_twice_is_one_attachment_and_it_can_be_taken_out(cast):
    proposal = drafted(published(cast), cast.team)
    first = attach(proposal, SimpleUploadedFile("a.txt", b"promised"), by=cast.tao)
    assert attach(proposal, SimpleUploadedFile("a.txt", b"promised"), by=cast.tao) == first
    detach(proposal, first["id"], by=cast.tao)
    assert fresh(proposal).draft["files"] == []


def test_a_team_has_one_live_bid_on_a_need_and_strangers_start_none_for_it(cast):
    need = published(cast)
    proposal = drafted(need, cast.team)
    assert start_proposal(need=need, team=cast.team, by=cast.ting) == proposal
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        start_proposal(need=need, team=cast.team, by=cast.rui)
