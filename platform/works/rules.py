"""Who keeps the list of a team's works."""

from typing import Any

from teams.models import Team
from teams.rules import in_team, runs


def keeps(user: Any, team: Team) -> bool:
    """May add, change, import and remove works: whoever works in the team, or runs it."""
    return in_team(user, team) or runs(user, team)
