"""Who may agree on an intent or give it up."""

from collections.abc import Iterable
from typing import Any

from accounts.queries import members
from accounts.rules import belongs
from meetings.models import Intent
from teams.queries import people
from teams.rules import leads


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
