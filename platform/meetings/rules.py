"""Who may agree on an intent or give it up."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import members
from accounts.rules import belongs
from core import clock
from decisions.queries import ANSWERABLE
from meetings.models import Intent, Meeting
from teams.queries import people
from teams.rules import in_team, leads
from workflow.machine import Text


def is_owner(user: Any, intent: Intent) -> bool:
    return belongs(user, intent.need.organisation)


def is_team_leader(user: Any, intent: Intent) -> bool:
    return leads(user, intent.proposal.team)


def is_party(user: Any, intent: Intent) -> bool:
    return is_owner(user, intent) or is_team_leader(user, intent)


def owners(intent: Intent) -> Iterable[Any]:
    return members(intent.need.organisation)


def team(intent: Intent) -> Iterable[Any]:
    return people(intent.proposal.team)


# ── meetings ────────────────────────────────────────────────────────────────────
def is_invited(user: Any, meeting: Meeting) -> bool:
    return in_team(user, meeting.proposal.team)


def invites(user: Any, meeting: Meeting) -> bool:
    return belongs(user, meeting.proposal.need.organisation)


def is_ahead(meeting: Meeting) -> Text:
    return "" if clock.now() < meeting.starts_at else _("约定的时间已经过去。")


def is_talked_about(meeting: Meeting) -> Text:
    """A bid that has been answered is not talked about at another time."""
    return "" if meeting.proposal.status in ANSWERABLE else _("这份方案已经不在比选，不能改期。可以取消对接。")


def is_opposed(meeting: Meeting) -> Text:
    return "" if meeting.objection else _("对纪要没有异议。")


def is_unopposed(meeting: Meeting) -> Text:
    return _("对纪要提过异议，异议与纪要一并存记。") if meeting.objection else ""


def hosts(meeting: Meeting) -> Iterable[Any]:
    return members(meeting.proposal.need.organisation)


def guests(meeting: Meeting) -> Iterable[Any]:
    return people(meeting.proposal.team)
