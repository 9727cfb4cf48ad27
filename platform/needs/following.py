"""Who follows a listing? The apps above know; the lifecycle, which tells these people, is below and asks here."""

from collections.abc import Callable, Iterable
from typing import Any

from needs.models import Need

_asked: list[Callable[[Need], Iterable[Any]]] = []


def ask(audience: Callable[[Need], Iterable[Any]]) -> None:
    """From now on these people are told, too. Called once, when the app that knows them is ready."""
    if audience not in _asked:
        _asked.append(audience)


def followers(need: Need) -> Iterable[Any]:
    """People outside the matter who asked to be told what becomes of the listing."""
    return {user for audience in _asked for user in audience(need)}
