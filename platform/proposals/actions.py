"""Verbs on bids: starting a draft, saving it, opening, telling the result."""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import office
from accounts.roles import Role
from audit.labels import name_actions
from core import clock, files
from core.sealing import seal
from custody.ceremony import call_custodians
from needs.models import Need
from needs.states import N
from notifications.actions import notify
from notifications.kinds import register_kind
from proposals import rules
from proposals.conflicts import why_team_conflicted
from proposals.joining import unsettle
from proposals.models import Opening, Proposal, SealedFile
from proposals.queries import opening_of
from proposals.states import Outcome, P
from teams.models import Team
from teams.rules import in_team
from workflow.actions import begin, perform
from workflow.machine import Refused, Stale

MOST_FILES = 20
OVER = (P.WITHDRAWN, P.EXPIRED, P.VOID, P.REJECTED)  # the team may write another
BEGUN = register_kind("opening.create")
name_actions({"proposal.create": gettext_lazy("开始写方案"), "opening.create": gettext_lazy("发起开启")})


@transaction.atomic
def start_proposal(*, need: Need, team: Team, by: Any) -> Proposal:
    """A new draft of `team` on `need`, or the live one it already has."""
    if not in_team(by, team):
        raise PermissionDenied(_("揭榜"))
    Team.objects.select_for_update().get(pk=team.pk)  # two tabs, one draft
    live = Proposal.objects.filter(need=need, team=team).exclude(status__in=OVER).first()
    if live:
        return live
    if not need.takes_bids:
        raise Refused(_("这项需求现在不接收方案。"))
    if reason := why_team_conflicted(need, team):
        raise Refused(str(reason))
    proposal = Proposal(need=need, team=team, created_by=by)
    proposal.draft = {}
    begin(proposal, by=by)
    return proposal


@transaction.atomic
def save_draft(
    proposal: Proposal, content: dict[str, Any], *, by: Any, revision: int | None = None, settle: bool = False
) -> Proposal:
    """Replace the working copy; what was sealed stays as it is until it is replaced.

    `revision` is the one the writer has in front of him: another one in the database means that a colleague, or
    his own other tab, has saved meanwhile. Saving what is there already changes nothing. `settle`: the writer means
    it, as nobody does while typing; participants that confirmed other terms are asked again.
    """
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not locked.is_editable:
        raise Refused(_("揭榜已截止，方案不能再改。"))
    held = locked.draft
    kept: dict[str, Any] = {key: held[key] for key in ("files", "sealed") if key in held}
    proposal.draft = fresh = {**content, **kept}
    proposal.revision, proposal.working_saved_at = locked.revision, locked.working_saved_at
    if settle:
        unsettle(proposal, fresh, by=by)
    if fresh == held:
        return proposal
    if revision is not None and revision != locked.revision:
        raise Stale(_("这份方案刚刚在别处保存过（另一个窗口，或团队里的同事）。请刷新后再改，您写的内容还在本页。"))
    proposal.working_saved_at, proposal.revision = clock.now(), locked.revision + 1
    proposal.save(update_fields=["working", "working_saved_at", "revision"])
    return proposal


def attach(proposal: Proposal, upload: UploadedFile, *, by: Any) -> dict[str, Any]:
    """Encrypt an attachment for the need's key as it passes through; only its hidden entry knows its name.

    Raises `core.files.FileRefused` with the sentence for the person.
    """
    content_type, name = files.check(upload), files.name_of(upload)
    plaintext = upload.read()
    digest = hashlib.sha256(plaintext).hexdigest()
    held = Proposal.objects.get(pk=proposal.pk).draft.get("files", [])
    if same := next((file for file in held if (file["name"], file["sha256"]) == (name, digest)), None):
        return same  # a second click, or the same form sent again
    if len(held) >= MOST_FILES:
        raise files.FileRefused(_("最多 %(most)s 个附件。请合并或打包成 ZIP 后再上传。") % {"most": MOST_FILES})
    path = Path("sealed") / f"{secrets.token_hex(24)}.age"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    blob = seal(plaintext, proposal.need.public_key)
    files.write(target, [blob])
    with transaction.atomic():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if not locked.is_editable:
            raise Refused(_("揭榜已截止，方案不能再改。"))
        row = SealedFile.objects.create(proposal=locked, path=str(path), size=len(blob))
        entry = {
            "id": str(row.pk),
            "name": name,
            "size": len(plaintext),
            "sha256": digest,
            "content_type": content_type,
        }
        draft = locked.draft
        locked.draft = {**draft, "files": [*draft.get("files", []), entry]}
        locked.save(update_fields=["working"])
    return entry


@transaction.atomic
def detach(proposal: Proposal, file_id: str, *, by: Any) -> None:
    """Take an attachment out of the working copy. The ciphertext stays while a sealed version may refer to it."""
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not locked.is_editable:
        raise Refused(_("揭榜已截止，方案不能再改。"))
    draft = locked.draft
    locked.draft = {**draft, "files": [f for f in draft.get("files", []) if f["id"] != file_id]}
    locked.save(update_fields=["working"])


# ── opening ─────────────────────────────────────────────────────────────────────
@transaction.atomic
def begin_opening(need: Need, *, by: Any) -> Opening:
    """The first of two people asks for the seal to be broken."""
    if not rules.may_open(by, need):
        raise PermissionDenied(_("开启方案"))
    need = Need.objects.select_for_update().get(pk=need.pk)
    if not need.batch.sealed:
        raise Refused(_("随到随送的批次不需要开启。"))
    if reason := rules.is_past_deadline(need):
        raise Refused(str(reason))
    if need.status == N.PUBLISHED:
        perform(need, "close", by=None)  # the deadline has passed whether or not the tick has run
    if opening_of(need):
        raise Refused(_("已有同事发起开启，请在待办中确认。"))
    opening = Opening(need=need, round=need.relists, started_by=by)
    begin(opening, by=by)
    notify(set(office(Role.INSPECTOR)), kind=BEGUN, subject=opening, key=f"opening:{opening.pk}:create")
    call_custodians(need, by=by)
    return opening


# ── the result ──────────────────────────────────────────────────────────────────
def tell_bidders_the_result(need: Need, *, code: str, reason: str, by: Any) -> dict[str, int]:
    """Every bidder gets the drafted answer in the same moment, and the need moves on; how many got which outcome.

    Inside the transaction of the decision that is published, with `need` locked.
    """
    told: dict[str, int] = {}
    for proposal in (
        need.proposals.filter(status__in=(P.OPENED, P.RESERVE, P.UNREADABLE)).select_related("answer").order_by("pk")
    ):
        outcome = proposal.answer.outcome
        told[outcome] = told.get(outcome, 0) + 1
        if outcome == Outcome.RESERVE and proposal.status == P.RESERVE:
            continue
        perform(proposal, outcome, by=by, driven=True)
    if Outcome.SELECT in told:
        perform(need, "select", by=by, driven=True)
    else:
        perform(need, "fail", by=by, driven=True, facts={"code": code, "reason": reason})
    return told
