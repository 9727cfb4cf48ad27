"""Which reasons of a match a reader may read (docs/works.md): works that are for matching only are shown to few."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from accounts.roles import OPERATING
from accounts.rules import belongs, holds
from suggestions.models import Suggestion
from suggestions.queries import Match, Reason, matches
from suggestions.states import GOOD
from teams.models import Team


def readable(found: Iterable[Match], user: Any) -> list[Match]:
    """The zone and the team read all of it; the enterprise that asks what works say; who diagnosed it public ones."""
    if holds(user, *OPERATING):
        return list(found)
    own = set(Team.objects.of(user).values_list("pk", flat=True))
    return [
        one if one.team.pk in own else replace(one, reasons=tuple(r for r in one.reasons if _may(r, one, user)))
        for one in found
    ]


def _may(reason: Reason, match: Match, user: Any) -> bool:
    if reason.work is None:  # the team's own words: no form of theirs says that others read them
        return False
    return reason.work.is_public or belongs(user, match.need.organisation)


def good(found: Iterable[Match]) -> list[Match]:
    """Those worth a call. The weak ones share words more often than work: they are told apart, and folded away."""
    return [one for one in found if one.row.strength in GOOD]


def weak(found: Iterable[Match]) -> list[Match]:
    return [one for one in found if one.row.strength not in GOOD]


def explained(row: Suggestion, user: Any) -> Match:
    return readable(matches(Suggestion.objects.filter(pk=row.pk), user), user)[0]
