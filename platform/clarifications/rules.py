"""Who asks, who answers, and until when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import members
from accounts.roles import Role
from accounts.rules import belongs
from clarifications.models import Clarification
from clarifications.states import C
from decisions.queries import open_decision
from needs.states import N
from proposals.models import Proposal
from proposals.states import P
from teams.queries import people
from teams.rules import leads
from workflow.machine import Text

MOST = 3  # of one bid: a clarification is no second round of bidding
COMPARING = (N.PUBLISHED, N.CLOSED, N.OPENED)  # a rolling bid is read while its listing still runs


def may_ask(user: Any, proposal: Proposal) -> bool:
    """The enterprise that compares, and the zone's officers for the formal check."""
    if not user.is_authenticated:
        return False
    return belongs(user, proposal.need.organisation) or user.has_role(Role.OFFICER, Role.REVIEWER)


def why_not_ask(proposal: Proposal, rows: list[Clarification] | None = None) -> Text:
    """`rows`: the clarifications of the bid, where they have been read already."""
    if reason := why_not_compared(proposal):
        return reason
    if open_decision(proposal.need):
        return _("发榜方的决定还没有公布，撤回决定后再提澄清。")
    held = [row.status for row in (Clarification.objects.filter(proposal=proposal) if rows is None else rows)]
    if C.ASKED in held:
        return _("这份方案已有一项待答复的澄清，答复或撤回后再提。")
    if len(held) - held.count(C.WITHDRAWN) >= MOST:
        return _("一份方案最多澄清三次。")
    return ""


def why_not_compared(proposal: Proposal) -> Text:
    if proposal.status != P.OPENED or proposal.need.status not in COMPARING:
        return _("只有比选中的方案可以澄清。")
    return ""


def is_leader(user: Any, row: Clarification) -> bool:
    """Only the leader commits the team."""
    return leads(user, row.proposal.team)


def is_asking_side(user: Any, row: Clarification) -> bool:
    """Who asked, or a colleague: the enterprise's people for its own question, the zone's for theirs."""
    return may_ask(user, row.proposal) and belongs(user, row.proposal.need.organisation) == belongs(
        row.asked_by, row.proposal.need.organisation
    )


def is_compared(row: Clarification) -> Text:
    return why_not_compared(row.proposal)


# ── whom to tell ────────────────────────────────────────────────────────────────
def bidders(row: Clarification) -> Iterable[Any]:
    return people(row.proposal.team)


def askers(row: Clarification) -> Iterable[Any]:
    """Who asked, and the enterprise that compares."""
    return {row.asked_by, *members(row.proposal.need.organisation)}
