"""Which open listings fit my teams, and why: the same field, or a keyword of the team in the listing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.text import clauses, listed
from needs.codes import Field
from needs.models import Need
from proposals.models import Proposal
from proposals.states import P
from teams.models import Team

LOOKED_AT = 200  # the soonest to close; a team with many keywords still gets an answer at once


@dataclass(frozen=True)
class Fit:
    need: Need
    reason: str
    weight: int


def fits(user: Any, teams: list[Team], *, most: int = 6) -> list[Fit]:
    """The open listings with most reasons first, then the soonest to close."""
    fields = {field for team in teams for field in team.field8}
    words = list(dict.fromkeys(word for team in teams for word in team.keywords))[:40]
    if not fields and not words:
        return []
    found = [_fit(need, fields, words) for need in _candidates(user, fields, words)]
    return sorted(found, key=lambda fit: (-fit.weight, fit.need.bid_deadline))[:most]


def _candidates(user: Any, fields: set[str], words: list[str]) -> QuerySet[Need]:
    said = Q(keywords__overlap=words)
    for word in words:
        said |= Q(title__icontains=word)
    begun = Proposal.objects.of_team(user).exclude(status__in=(P.WITHDRAWN, P.EXPIRED, P.VOID))
    return (
        Need.objects.taking_bids()
        .filter(Q(field__in=fields) | said)
        .exclude(organisation__in=user.positions)
        .exclude(pk__in=begun.values("need"))
        .select_related("organisation", "batch")
        .order_by("bid_deadline")[:LOOKED_AT]
    )


def _fit(need: Need, fields: set[str], words: list[str]) -> Fit:
    same_field = need.field in fields
    title = need.title.casefold()
    shared = [word for word in words if word in need.keywords or word.casefold() in title]
    reasons = []
    if same_field:
        reasons.append(_("领域相同：%(field)s") % {"field": Field(need.field).label})
    if shared:
        reasons.append(_("关键词：%(words)s") % {"words": listed(shared[:4])})
    return Fit(need, clauses(reasons), 2 * len(shared) + same_field)
