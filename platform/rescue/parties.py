"""Who has a part in a need that nobody may have who solves it. The apps above know more, and say so here."""

from collections.abc import Callable
from typing import Any

from accounts.models import Membership
from needs.models import Need

_asked: list[Callable[[Any], Any]] = []


def ask(people_of: Callable[[Any], Any]) -> None:
    """From now on these people are no bidders either: a need, or an `OuterRef` to one → the keys of people, for `__in`.

    Called once, when the app that knows them is ready. Who is left out learns nothing of why.
    """
    if people_of not in _asked:
        _asked.append(people_of)


def named(need: Any) -> list[Any]:
    """The keys of these people, a query from each who was asked."""
    return [people_of(need) for people_of in _asked]


def houses_of(need: Need) -> set[Any]:
    """The organisations to which they belong today."""
    now = Membership.objects.filter(left_at=None)
    return {home for some in named(need) for home in now.filter(user__in=some).values_list("organisation", flat=True)}
