"""Who asks, answers and hides, and until when."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import members
from accounts.roles import Role
from accounts.rules import belongs
from core import clock
from needs.following import followers
from needs.models import Need
from needs.states import N
from questions.models import Question
from workflow.machine import Text

LAST_CALL = timedelta(hours=72)  # before the deadline: time for an answer, and for bidders to read it
MOST_OPEN = 5  # of one person on one listing


# ── who ─────────────────────────────────────────────────────────────────────────
def may_ask(user: Any, need: Need) -> bool:
    """Somebody of a verified organisation that is neither the challenge owner nor the zone."""
    if not user.is_authenticated or user.is_zone_staff or belongs(user, need.organisation):
        return False
    return any(one.is_verified for one in user.organisations())


def is_owner(user: Any, question: Question) -> bool:
    return belongs(user, question.need.organisation)


def is_officer(user: Any, question: Question) -> bool:
    return bool(user.is_authenticated and user.has_role(Role.OFFICER))


# ── when ────────────────────────────────────────────────────────────────────────
def last_call(need: Need) -> datetime | None:
    return need.bid_deadline - LAST_CALL if need.bid_deadline else None


def why_not_ask(need: Need) -> Text:
    deadline, until = need.bid_deadline, last_call(need)
    if need.status != N.PUBLISHED or deadline is None or until is None or (now := clock.now()) >= deadline:
        return _("揭榜已截止，不再接受提问。")
    return _("截止前 72 小时起不再接受提问。") if now >= until else ""


def still_taking_bids(question: Question) -> Text:
    return "" if question.need.takes_bids else _("揭榜已截止，答复不再影响揭榜。")


# ── whom to tell ────────────────────────────────────────────────────────────────
def owners(question: Question) -> Iterable[Any]:
    return members(question.need.organisation)


def listeners(question: Question) -> Iterable[Any]:
    """Who asked, among those who follow the listing: one letter for all of them, which names nobody."""
    return {question.asker, *followers(question.need)}
