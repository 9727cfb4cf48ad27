"""Which teams may have an answer to a listing, and why: the same field, or a keyword in common. Never by bids."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from core.text import clauses, listed
from needs.codes import Field
from needs.models import Need
from teams.models import Team

MOST = 30
LOOKED_AT = 300


@dataclass(frozen=True)
class Candidate:
    team: Team
    reason: str
    weight: int


def candidates(need: Need) -> list[Candidate]:
    """Teams that may be matched and were not invited yet, those with most in common first."""
    rows = (
        Team.objects.matchable()
        .filter(Q(field8__contains=[need.field]) | Q(keywords__overlap=need.keywords))
        .exclude(organisation=need.organisation_id)
        .exclude(invites__need=need)
        .select_related("organisation", "leader")
        .order_by("name_sort", "pk")[:LOOKED_AT]
    )
    found = [_candidate(need, team) for team in rows]
    return sorted(found, key=lambda one: -one.weight)[:MOST]


def _candidate(need: Need, team: Team) -> Candidate:
    shared = [word for word in team.keywords if word in need.keywords]
    same = need.field in team.field8
    reasons = [_("领域相同：%(field)s") % {"field": Field(need.field).label}] if same else []
    if shared:
        reasons.append(_("关键词：%(words)s") % {"words": listed(shared[:4])})
    return Candidate(team, clauses(reasons), 2 * len(shared) + same)
