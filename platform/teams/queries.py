"""Reads about teams that cross tables."""

from django.db.models import QuerySet

from accounts.models import User
from teams.models import Team


def people(team: Team) -> QuerySet[User]:
    """The people of a team today."""
    return User.objects.filter(is_active=True, team_places__team=team, team_places__left_at=None)
