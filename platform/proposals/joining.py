"""Bidding together: who is asked, who writes which section, and what of it is sealed with the bid."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation, User
from accounts.queries import managers
from accounts.rules import belongs, manages
from audit.labels import name_actions
from core import clock
from core.text import clauses
from notifications.actions import notify
from notifications.kinds import register_kind
from proposals.conflicts import why_conflicted
from proposals.consortium import Participant
from proposals.content import money
from proposals.models import Proposal
from proposals.states import TAKING_PART, P, ParticipantStatus
from teams.queries import people
from teams.rules import leads as leads_team
from workflow.actions import begin, perform
from workflow.machine import Refused, Stale, Text

INVITED = register_kind("participant.invite")
MOST = 10
name_actions({"participant.create": gettext_lazy("邀请参加单位")})


# ── who ─────────────────────────────────────────────────────────────────────────
def leads(user: Any, participant: Participant) -> bool:
    return leads_team(user, participant.proposal.team)


def decides(user: Any, participant: Participant) -> bool:
    """A manager binds his organisation; the one who only writes does not."""
    return manages(user, participant.organisation)


def writes(user: Any, participant: Participant) -> bool:
    named = participant.writer_id == user.pk and belongs(user, participant.organisation)
    return decides(user, participant) or named


def lead(participant: Participant) -> Iterable[Any]:
    return people(participant.proposal.team)


def deciders(participant: Participant) -> Iterable[Any]:
    return managers(participant.organisation)


def acting(participant: Participant) -> set[Any]:
    """The managers of the participant, and the writer while he belongs to it."""
    named = Membership.objects.filter(user=participant.writer_id, organisation=participant.organisation, left_at=None)
    return {*managers(participant.organisation), *User.objects.filter(is_active=True, memberships__in=named)}


def those_beside(proposal: Proposal) -> set[Any]:
    """Everybody who acts for a participant of this bid."""
    rows = proposal.participants.taking_part().select_related("organisation")
    return {person for row in rows for person in acting(row)}


# ── when ────────────────────────────────────────────────────────────────────────
def bid_is_open(participant: Participant) -> Text:
    return "" if participant.proposal.is_editable else gettext_lazy("揭榜已截止，联合体不能再变。")


def is_verified(participant: Participant) -> Text:
    return "" if participant.organisation.is_verified else gettext_lazy("本单位尚未通过核验，核验通过后才能确认。")


def is_not_sealed(participant: Participant) -> Text:
    """What was sealed names it still: the one who leads has to replace or withdraw that first."""
    if participant.proposal.status == P.DRAFT:
        return ""
    return gettext_lazy("方案已经提交，本单位在已密封的版本里。请牵头单位撤回，或取消本单位后提交新版本。")


def lacks(section: dict[str, Any]) -> list[tuple[str, str]]:
    """What a section still lacks: the control, and a phrase for people."""
    found = [("part-typed", _("改正标出的填写错误"))] if section.get("typed") else []
    if not section.get("statement"):
        found.append(("id_statement", _("承担的任务")))
    if money(section.get("share")) is None:
        found.append(("id_share", _("经费份额（没有就填 0）")))
    rows = section.get("people") or []
    if not rows:
        found.append(("part-people", _("参加人员")))
    elif any(not row.get("name") for row in rows):
        found.append(("part-people", _("参加人员的姓名")))
    return found


def section_is_complete(participant: Participant) -> Text:
    found = [phrase for _place, phrase in lacks(participant.section)]
    return _("还缺：%(gaps)s。") % {"gaps": clauses(found)} if found else ""


# ── verbs ───────────────────────────────────────────────────────────────────────
@transaction.atomic
def invite_participant(proposal: Proposal, *, organisation: Organisation, note: str = "", by: Any) -> Participant:
    """Ask another organisation to bid together; what it is told of the bid before it agrees is this note alone."""
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("need", "team").get(pk=proposal.pk)
    if not leads_team(by, proposal.team):
        raise PermissionDenied("The leader of the team invites")
    if reason := why_not_invited(proposal, organisation):
        raise Refused(str(reason))
    made = Participant(proposal=proposal, organisation=organisation, invited_by=by)
    made.section = {"note": note}
    begin(made, by=by)
    notify(managers(organisation), kind=INVITED, subject=made, key=f"participant.invite:{made.pk}")
    return made


def why_not_invited(proposal: Proposal, organisation: Organisation) -> Text:
    if not proposal.is_editable:
        return _("揭榜已截止，联合体不能再变。")
    if organisation.pk == proposal.team.organisation_id:
        return _("牵头单位自己不用邀请。")
    if not organisation.is_verified or organisation.kind == Organisation.Kind.ZONE:
        return _("只能邀请已通过核验的单位。")
    held = proposal.participants.exclude(
        status__in=(ParticipantStatus.DECLINED, ParticipantStatus.LEFT, ParticipantStatus.REMOVED)
    )
    if held.filter(organisation=organisation).exists():
        return _("已经邀请过“%(name)s”。") % {"name": organisation.name}
    if held.count() >= MOST:
        return _("参加单位最多 %(most)s 家。") % {"most": MOST}
    return why_conflicted(proposal.need, organisation)


@transaction.atomic
def save_section(
    participant: Participant, section: dict[str, Any], *, by: Any, revision: int | None = None
) -> Participant:
    """Replace what a participant says of itself; as strict about who came first as `save_draft`."""
    rows = Participant.objects.select_for_update(of=("self",)).select_related("proposal__need", "organisation")
    locked = rows.get(pk=participant.pk)
    if not writes(by, locked):
        raise PermissionDenied("Each participant writes its own section")
    if not locked.is_editable:
        raise Refused(_("本单位部分已经确认或揭榜已截止，现在不能改。"))
    held = locked.section
    fresh = {**section, "note": held.get("note", "")}
    participant.revision, participant.working_saved_at = locked.revision, locked.working_saved_at
    if fresh == held:
        return participant
    if revision is not None and revision != locked.revision:
        raise Stale(_("这一部分刚刚在别处保存过（另一个窗口，或本单位的同事）。请刷新后再改，您写的内容还在本页。"))
    participant.section = fresh
    participant.working_saved_at, participant.revision = clock.now(), locked.revision + 1
    participant.save(update_fields=["working", "working_saved_at", "revision"])
    return participant


def part_of(participant: Participant) -> dict[str, Any]:
    """What it says of itself, its share as money."""
    section = participant.section
    return {**section, "share": money(section.get("share"))}


# ── what was confirmed ──────────────────────────────────────────────────────────
TERMS = ("price", "period_months", "ownership", "rights")  # of the lead's part: what a participant binds itself to


def terms_of(draft: dict[str, Any]) -> dict[str, Any]:
    return {name: draft.get(name) or "" for name in TERMS}


def is_unsettled(participant: Participant, draft: dict[str, Any]) -> bool:
    """Confirmed, and since then the lead has changed what it confirmed; older confirmations name no terms."""
    agreed = participant.section.get("agreed")
    return participant.status == ParticipantStatus.CONFIRMED and agreed is not None and agreed != terms_of(draft)


def unsettle(proposal: Proposal, draft: dict[str, Any], *, by: Any) -> None:
    """The lead has saved other terms: whoever confirmed the ones before is told, and asked again."""
    for row in confirmed_otherwise(proposal, draft):
        perform(row, "unsettle", by=by, driven=True)


def confirmed_otherwise(proposal: Proposal, draft: dict[str, Any]) -> list[Participant]:
    """Who has confirmed, and not these terms."""
    rows = proposal.participants.select_related("organisation").order_by("created_at", "pk")
    return [row for row in rows if is_unsettled(row, draft)]


def stands_elsewhere(participant: Participant, user: Any) -> bool:
    """In another consortium for the same need, as this very person may see: told to nobody else."""
    rows = Participant.objects.acting(user).filter(
        proposal__need=participant.proposal.need_id,
        organisation=participant.organisation_id,
        status__in=(ParticipantStatus.INVITED, *TAKING_PART),
    )
    return rows.exclude(pk=participant.pk).exists()


# ── what is sealed ──────────────────────────────────────────────────────────────
def with_participants(proposal: Proposal, draft: dict[str, Any]) -> dict[str, Any]:
    """The working copy with the section of every participant that has confirmed its own."""
    rows = [row for row in proposal.participants.all() if row.status == ParticipantStatus.CONFIRMED]
    sections = [_sealed(row) for row in sorted(rows, key=lambda row: (row.created_at, row.pk))]
    return {**draft, "participants": sections} if sections else draft


def _sealed(row: Participant) -> dict[str, Any]:
    home, section = row.organisation, row.section
    return {
        "organisation": {"id": str(home.pk), "name": home.name, "uscc": home.uscc},
        "statement": section.get("statement", ""),
        "share": section.get("share", ""),
        "people": section.get("people") or [],
        "confirmed_by": row.confirmed_by.name if row.confirmed_by else "",
        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else "",
    }
