"""Reads about works that cross teams."""

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from teams.models import Team
from works.codes import Visibility
from works.models import Work


def elsewhere(work: Work) -> QuerySet[Team]:
    """The other teams that show the same work in public: it was done together, and that is no mistake."""
    same = Q(kind=work.kind, title_key=work.title_key, year=work.year)
    if work.number_key:
        same |= Q(kind=work.kind, number_key=work.number_key)
    found = Work.objects.filter(same, visibility=Visibility.PUBLIC).exclude(team=work.team_id)
    return Team.objects.filter(pk__in=found.values("team")).select_related("organisation")[:10]


def with_public_works() -> QuerySet[Team]:
    """The teams that have a page in public: those that chose to show something, while nothing is held against them."""
    shown = Team.objects.filter(pk__in=Work.objects.public().order_by().values("team"))
    return shown.exclude(organisation__status=Organisation.Status.SUSPENDED)
