"""How much interest does a listing find? The apps above can count it, and say so here. Never by bids.

`rescue` adds up what they count; it stands below `proposals`, so that nothing here can be derived from a bid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from workflow.machine import Text


@dataclass(frozen=True)
class Signal:
    """`least`: so many, and the listing is not cold. `count`: how many, as an expression over needs; see `counted`."""

    key: str
    label: Text
    least: int
    count: Callable[[], Any]


_signals: dict[str, Signal] = {}


def ask(signal: Signal) -> None:
    """From now on this counts, too. Called once, when the app that can count it is ready."""
    _signals[signal.key] = signal


def signals() -> list[Signal]:
    return list(_signals.values())


def counted(rows: QuerySet[Any], total: Any = None) -> Any:
    """How many of these rows, which have a `need`, each need has; or another aggregate of them."""
    own = rows.filter(need=OuterRef("pk")).order_by().values("need").annotate(total=total or Count("pk"))
    return Coalesce(Subquery(own.values("total")), Value(0))
