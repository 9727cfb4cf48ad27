"""Who acts for a team."""

from typing import Any

from accounts.rules import is_anyone
from teams.models import Team


def leads(user: Any, team: Team) -> bool:
    return is_anyone(user) and team.leader_id == user.pk and in_team(user, team)


def in_team(user: Any, team: Team) -> bool:
    return is_anyone(user) and team.members.filter(user=user, left_at=None).exists()
