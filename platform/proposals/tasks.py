"""The opener: the only process that holds the key. Its work is read from the database, so none can be lost."""

import hashlib
import logging
from pathlib import Path
from typing import Any
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import transaction

from core import files
from core.sealing import NotTheOpener, unseal, unwrap
from custody import ceremony
from needs.codes import Sealing
from needs.models import Need
from needs.states import N
from proposals.actions import OVER
from proposals.models import Proposal, SealedFile, Submission
from proposals.queries import awaiting_decryption, being_vetted
from proposals.sealing import Unreadable, break_seal
from proposals.states import P
from proposals.telling import tell_announced
from workflow.actions import perform
from workflow.machine import Refused, Stale

log = logging.getLogger(__name__)


@shared_task(name="proposals.tasks.tell_bidders")
def tell_bidders() -> int:
    """Tell whoever bids what has become of the listing."""
    return tell_announced()


@shared_task(name="proposals.tasks.decrypt_opened")
def decrypt_opened() -> int:
    """Bring every bid that may be read into the open, then end the rolling windows that have passed."""
    done = 0
    ceremony.check_brought()
    ceremony.join_opened()
    for pk in list(awaiting_decryption().values_list("pk", flat=True)):
        try:
            done += decrypt(pk)
        except Stale:
            log.info("bid %s was opened by another worker", pk)
        except NotTheOpener:
            raise
        except Exception:  # a key that does not fit here: the bid stays sealed, and must not hold up the others
            log.exception("bid %s could not be opened, it stays sealed", pk)
    settle_rolling()
    return done


@transaction.atomic
def decrypt(pk: UUID) -> int:
    """Open one bid: content, price and attachments appear together with its new status, or not at all."""
    proposal = _locked(pk, P.SUBMITTED)
    if proposal is None or (submission := proposal.latest) is None:
        return 0
    try:
        _reveal(proposal, submission)
    except Unreadable as why:
        log.error("bid %s cannot be read: %s", pk, why)
        submission.intact = False
        submission.save(update_fields=["intact"])
        perform(proposal, "spoil", by=None, driven=True)
    return 1


@transaction.atomic
def retry(pk: UUID) -> None:
    """Read a bid again that could not be read, say after its file came back from a backup. Raises `Unreadable`."""
    proposal = _locked(pk, P.UNREADABLE)
    if proposal is not None and (submission := proposal.latest) is not None:
        _reveal(proposal, submission)


def _locked(pk: UUID, status: str) -> Proposal | None:
    rows = Proposal.objects.select_for_update(of=("self",), skip_locked=True).select_related("need__batch")
    return rows.filter(pk=pk, status=status).first()


def _reveal(proposal: Proposal, submission: Submission) -> None:
    identity = unwrap(bytes(proposal.need.wrapped_key or b""))
    opened = break_seal(submission, identity)
    attachments = [_attachment(entry, identity) for entry in opened.content.get("files", [])]
    submission.intact = True
    submission.save(update_fields=["intact"])
    for data, entry in attachments:
        # What came in on time is never refused afterwards: whatever a scanner says of it now, it is kept and shown.
        facts = {"name": entry["name"], "content_type": entry["content_type"], "waits": True}
        files.store_bytes(data, **facts, subject=proposal, slot="bid", by=proposal.created_by)
    move = "vet" if proposal.need.batch.vetting else "open"
    perform(proposal, move, by=None, driven=True, facts={"content": opened.content})


def _attachment(entry: dict[str, Any], identity: object) -> tuple[bytes, dict[str, Any]]:
    """One attachment in the clear, its bytes checked against the hash that was sealed with the bid."""
    row = SealedFile.objects.filter(pk=entry["id"]).first()
    if row is None:
        raise Unreadable(f"attachment {entry['id']} is missing")
    try:
        data = unseal((Path(settings.MEDIA_ROOT) / row.path).read_bytes(), identity)
    except Exception as error:  # a damaged file spoils its bid, never the opening
        raise Unreadable(f"attachment {entry['id']}: {error}") from error
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise Unreadable(f"attachment {entry['id']} is not what was sealed")
    return data, entry


def settle_rolling() -> None:
    """A rolling need whose window is over goes to comparison, or to 流榜 when nobody ever came."""
    for need in Need.objects.filter(status=N.CLOSED, batch__sealing=Sealing.ROLLING):
        live = need.proposals.exclude(status__in=(P.DRAFT, *OVER)).count()
        checked = being_vetted(need).exists()
        try:
            perform(
                need, "vet" if checked else "open" if live else "lapse", by=None, driven=True, facts={"count": live}
            )
        except Refused as why:
            log.info("%s left alone: %s", need.number, why)
