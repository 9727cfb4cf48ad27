"""Who acts for a team."""

from typing import Any

from accounts.rules import is_anyone, manages
from teams.models import Team, TeamMember


def in_team(user: Any, team: Team) -> bool:
    return is_anyone(user) and TeamMember.objects.now().filter(team=team, user=user).exists()


def leads(user: Any, team: Team) -> bool:
    return is_anyone(user) and team.leader_id == user.pk and in_team(user, team)


def runs(user: Any, team: Team) -> bool:
    """May change who is in the team: its leader, or a manager of its organisation when the leader is gone or busy."""
    return leads(user, team) or manages(user, team.organisation)
