"""Reads about teams that cross tables."""

from django.db.models import QuerySet

from accounts.models import User
from teams.models import Team, TeamMember


def people(team: Team) -> QuerySet[User]:
    """The people of a team today; who left the organisation he stood for has left the team."""
    return User.objects.filter(is_active=True, pk__in=TeamMember.objects.now().filter(team=team).values("user"))
