"""The key bids of a need are sealed with: who keeps its private half? The app above knows where shares are dealt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from core.sealing import new_keypair
from needs.models import Need

Text = str | Promise


def is_dealt(need: Need) -> bool:
    """Whether the batch wants this need's key in shares; one without a budget counts as the smallest there is."""
    start = need.batch.custody_from
    return need.batch.sealed and start is not None and (need.budget or 0) >= start


@dataclass(frozen=True)
class Keeper:
    why_not: Callable[[Need], Text]  # what keeps the key from being dealt
    deal: Callable[[Need], dict[str, Any]]  # a new key for the need; what the event says of it


_asked: list[Keeper] = []


def ask(keeper: Keeper) -> None:
    """Called once, when the app that knows is ready."""
    if keeper not in _asked:
        _asked.append(keeper)


def is_kept(need: Need) -> Text:
    return _asked[0].why_not(need) if is_dealt(need) else ""


def new_key(need: Need) -> dict[str, Any]:
    """A key pair for this listing alone: wrapped for the worker, or dealt to three people."""
    need.key_dealt = is_dealt(need)
    if need.key_dealt:
        return _asked[0].deal(need)
    need.public_key, need.wrapped_key = new_keypair()
    return {}
