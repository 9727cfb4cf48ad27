"""Who sees the inside of a need besides its enterprise and the zone? The apps above know, and say so here."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

_asked: list[Callable[[Any], Q]] = []


def ask(needs_of: Callable[[Any], Q]) -> None:
    """From now on these people read the whole need, too: `user -> Q` over needs, as `Q(pk__in=…)`, never a join.

    Called once, when the app that knows them is ready.
    """
    if needs_of not in _asked:
        _asked.append(needs_of)


def invited(user: Any) -> Q:
    """The needs this person was let into by somebody who may."""
    rows = Q(pk__in=[])
    for needs_of in _asked:
        rows |= needs_of(user)
    return rows
