"""Sealing a bid, breaking the seal, and the receipt in between. The bytes are `content.manifest`'s."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from core.sealing import canonical, commitment, seal, sign, unseal
from proposals.content import FIRST, LATEST, manifest
from proposals.joining import with_participants
from proposals.models import Confirmation, Proposal, Submission
from workflow.machine import Refused

DEADLINE = "P0D01"  # raised by the trigger on proposals_submission


class Unreadable(Exception):
    """What was opened is not what was committed to, or cannot be opened at all."""


@dataclass(frozen=True)
class Opened:
    content: dict[str, Any]
    intact: bool


def seal_submission(proposal: Proposal, *, by: Any) -> Submission:
    """Seal the working copy as the next version. The database decides, under lock, whether it is in time."""
    latest = proposal.latest
    version = latest.version + 1 if latest else 1
    draft = {key: value for key, value in proposal.draft.items() if key != "sealed"}
    salt, body = secrets.token_bytes(32), manifest(proposal, with_participants(proposal, draft), version=version)
    submission = Submission(
        proposal=proposal,
        version=version,
        ciphertext=seal(canonical({"salt": salt.hex(), "manifest": body.decode()}), proposal.need.public_key),
        commitment=commitment(body, salt),
        submitted_by=by,
    )
    try:
        with transaction.atomic():
            submission.save(force_insert=True)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == DEADLINE:
            raise Refused(_("揭榜已截止，本次提交没有被接收；您填写的内容仍在草稿中。")) from error
        raise
    submission.refresh_from_db(fields=["received_at"])
    submission.receipt = receipt(submission)
    submission.save(update_fields=["receipt"])
    kept = {"version": version, "salt": salt.hex(), "commitment": submission.commitment, "spelling": LATEST}
    proposal.draft = {**draft, "sealed": {**kept, "listing": proposal.need.published_hash}}
    proposal.save(update_fields=["working"])
    proposal.amendment = proposal.need.amendments
    return submission


def confirm_amendment(proposal: Proposal, *, by: Any) -> Confirmation:
    """The last sealed version stands under the wording as it is now. The database decides whether that is in time."""
    latest, need = proposal.submissions.latest("version"), proposal.need
    made = Confirmation(proposal=proposal, version=latest.version, amendment=need.amendments, confirmed_by=by)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == DEADLINE:
            raise Refused(_("揭榜已截止，本次确认没有被接收。")) from error
        raise
    made.refresh_from_db(fields=["received_at"])
    made.receipt = sign(
        {
            "format": "jiebang.confirmation/1",
            "site": settings.SITE_URL,
            "number": need.number,
            "proposal": str(proposal.pk),
            "version": latest.version,
            "commitment": latest.commitment,
            "amendment": need.amendments,
            "listing": need.published_hash,
            "received_at": made.received_at.isoformat(),
        }
    )
    made.save(update_fields=["receipt"])
    proposal.amendment = need.amendments
    return made


def receipt(submission: Submission) -> dict[str, Any]:
    """What the bidder keeps: signed by the platform, checkable by anybody, telling nothing of the content."""
    proposal = submission.proposal
    return sign(
        {
            "format": "jiebang.receipt/1",
            "site": settings.SITE_URL,
            "number": proposal.need.number,
            "proposal": str(proposal.pk),
            "version": submission.version,
            "received_at": submission.received_at.isoformat(),
            "deadline": str(proposal.need.bid_deadline and proposal.need.bid_deadline.isoformat()),
            "commitment": submission.commitment,
        }
    )


def own_copy(proposal: Proposal) -> dict[str, Any] | None:
    """What the bidder can later prove the content with: the sealed bytes and their salt, from the hidden working copy.

    None when the working copy was changed after sealing: only an exact copy is worth anything.
    """
    draft = proposal.draft
    sealed = draft.pop("sealed", None)
    if not sealed:
        return None
    told = {"version": sealed["version"], "listing": sealed.get("listing", "")}
    body = manifest(proposal, with_participants(proposal, draft), **told, spelling=sealed.get("spelling", FIRST))
    if commitment(body, bytes.fromhex(sealed["salt"])) != sealed["commitment"]:
        return None
    return {
        "format": "jiebang.bid-copy/1",
        "salt": sealed["salt"],
        "commitment": sealed["commitment"],
        "manifest": json.loads(body),
    }


def break_seal(submission: Submission, identity: Any) -> Opened:
    """The plaintext of a submission, checked against what was committed to. Raises `Unreadable`."""
    try:
        envelope = json.loads(unseal(bytes(submission.ciphertext), identity))
        body = envelope["manifest"].encode()
        intact = commitment(body, bytes.fromhex(envelope["salt"])) == submission.commitment
        content = json.loads(body)["content"]
    except Exception as error:  # whatever is wrong with the bytes, the bid is kept and reported, never dropped
        raise Unreadable(str(error)) from error
    if not intact:
        raise Unreadable("the plaintext does not match its commitment")
    return Opened(content=content, intact=intact)
