"""Who decides and who publishes, and when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import members, office
from accounts.roles import Role
from accounts.rules import belongs
from core import clock
from decisions.models import Decision, Inquiry
from decisions.queries import why_not_decide
from decisions.states import ASK_WITHIN
from proposals.models import Proposal
from teams.queries import people
from workflow.machine import Text


def is_owner(user: Any, decision: Decision) -> bool:
    return belongs(user, decision.need.organisation)


def another_person(decision: Decision, user: Any) -> Text:
    """Where the batch asks for two people, the second is not the first."""
    return _("须由本单位的另一名同事确认。") if user is not None and decision.decided_by_id == user.pk else ""


def still_holds(decision: Decision) -> Text:
    """A rolling bid may have come in since: it too has to be answered."""
    return why_not_decide(decision.need)


# ── asking back ─────────────────────────────────────────────────────────────────
def why_not_inquire(proposal: Proposal) -> Text:
    """Why a bidder may not ask back about its answer now, or an empty string."""
    answer = getattr(proposal, "answer", None)
    if answer is None or answer.told is None or answer.published_at is None:
        return _("收到答复之后才能追问。")
    if hasattr(proposal, "inquiry"):
        return _("每份方案只能追问一次，已经问过。")
    return "" if clock.now() < answer.published_at + ASK_WITHIN else _("收到答复 30 天内可以追问，现在已经超过。")


def owns_inquired(user: Any, inquiry: Inquiry) -> bool:
    return belongs(user, inquiry.proposal.need.organisation)


# ── whom to tell ────────────────────────────────────────────────────────────────
def asked(inquiry: Inquiry) -> Iterable[Any]:
    return members(inquiry.proposal.need.organisation)


def askers(inquiry: Inquiry) -> Iterable[Any]:
    return people(inquiry.proposal.team)


def overseers(inquiry: Inquiry) -> Iterable[Any]:
    """Who handles the need; every officer while nobody does."""
    officers, handler = office(Role.OFFICER), inquiry.proposal.need.handler
    return (handler and officers.filter(pk=handler.pk)) or officers


def owners(decision: Decision) -> Iterable[Any]:
    return members(decision.need.organisation)
