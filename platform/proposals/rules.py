"""Who may bid, open and answer, and when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import members
from accounts.roles import Role
from accounts.rules import belongs
from core import clock
from core.text import clauses, listed
from custody.rules import why_not_readable
from needs.models import Need
from needs.states import N
from proposals.conflicts import why_team_conflicted
from proposals.content import missing
from proposals.joining import is_unsettled, those_beside, with_participants
from proposals.models import Opening, Proposal
from proposals.sealing import own_copy
from proposals.states import ParticipantStatus
from teams.queries import people
from teams.rules import in_team, leads
from workflow.machine import Text


def is_bidder(user: Any, proposal: Proposal) -> bool:
    return in_team(user, proposal.team)


def is_leader(user: Any, proposal: Proposal) -> bool:
    """Only the leader commits the team."""
    return leads(user, proposal.team)


def may_confirm(user: Any, proposal: Proposal) -> bool:
    """Only where there is something to confirm: the leader of a team whose bid answers an older wording."""
    return proposal.is_behind and is_leader(user, proposal)


def is_owner(user: Any, proposal: Proposal) -> bool:
    return belongs(user, proposal.need.organisation)


def owns_need(user: Any, need: Need) -> bool:
    return belongs(user, need.organisation)


def may_open(user: Any, obj: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.OFFICER, Role.REVIEWER, Role.LEADER)


def is_starter(user: Any, opening: Opening) -> bool:
    return opening.started_by_id == user.pk


def another_person(opening: Opening, user: Any) -> Text:
    """Two pairs of eyes on every opening."""
    return _("须由另一名工作人员确认开启。") if user is not None and opening.started_by_id == user.pk else ""


def shares_are_there(opening: Opening) -> Text:
    """Two of three, where the key is held in shares."""
    return why_not_readable(opening.need)


def is_inspector(user: Any, opening: Opening) -> bool:
    """纪检: may not open, so is never one of the two who do."""
    return user.is_authenticated and user.has_role(Role.INSPECTOR) and not may_open(user, opening)


def is_unwitnessed(opening: Opening) -> Text:
    return _("已有纪检人员登记在场见证。") if opening.witnessed_by_id else ""


def window_is_open(proposal: Proposal) -> Text:
    """Asked for the button; the database asks again, under lock, for the submission itself."""
    return "" if proposal.need.takes_bids else _("揭榜已截止，不能再提交、替换或撤回方案。")


def organisation_is_verified(proposal: Proposal) -> Text:
    return "" if proposal.team.organisation.is_verified else _("团队所在单位尚未通过核验，核验通过后即可提交。")


def not_own_need(proposal: Proposal) -> Text:
    return why_team_conflicted(proposal.need, proposal.team)


def draft_is_complete(proposal: Proposal) -> Text:
    gaps = missing(proposal.need, with_participants(proposal, proposal.draft))
    return _("还缺：%(gaps)s。") % {"gaps": clauses(gaps)} if gaps else ""


def consortium_is_confirmed(proposal: Proposal) -> Text:
    """Nobody is bound by what he has not confirmed himself."""
    open_ = (ParticipantStatus.INVITED, ParticipantStatus.WRITING)
    waiting = [row.organisation.name for row in proposal.participants.all() if row.status in open_]
    if waiting:
        return _("参加单位还没有确认：%(names)s。可以等对方确认，或取消邀请。") % {"names": listed(waiting)}
    draft = proposal.draft
    if moved := [row.organisation.name for row in proposal.participants.all() if is_unsettled(row, draft)]:
        return _("报价、周期或知识产权在参加单位确认之后改过：%(names)s要重新确认。请保存方案，平台会通知对方。") % {
            "names": listed(moved)
        }
    return ""


def has_unsealed_changes(proposal: Proposal) -> Text:
    """A second click on "replace" must not make a second version of the same."""
    if own_copy(proposal) is None:
        return ""
    return _("工作稿与已密封的版本一致，没有新的修改可以提交。")


def is_past_deadline(need: Need) -> Text:
    over = need.bid_deadline is not None and clock.now() >= need.bid_deadline
    return (
        ""
        if over and need.status in (N.PUBLISHED, N.CLOSED)
        else _("揭榜截止前不能开启方案（《批次规则》：密封至截止）。")
    )


# ── whom to tell ────────────────────────────────────────────────────────────────
def bidders(proposal: Proposal) -> Iterable[Any]:
    return {*people(proposal.team), *those_beside(proposal)}


def owners(proposal: Proposal) -> Iterable[Any]:
    return members(proposal.need.organisation)


def owners_as_they_come(proposal: Proposal) -> Iterable[Any]:
    """In a rolling batch bid by bid; the bids of a sealed one come together, and one notice tells how many."""
    return () if proposal.need.batch.sealed else owners(proposal)


def owners_of(need: Need) -> Iterable[Any]:
    return members(need.organisation)
