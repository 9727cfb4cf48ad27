"""Which kinds of notice exist, and which may their readers decline? A system check asks for the words of each."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notifications.models import Notice

_kinds: set[str] = set()
_gathered: dict[str, Callable[[int], str]] = {}
_stops: dict[str, "Callable[[Notice], str]"] = {}


def register_kind(kind: str) -> str:
    _kinds.add(kind)
    return kind


def register_stop(ending: str, path: "Callable[[Notice], str]") -> None:
    """Mails of the kinds that end so are sent because somebody asked for them, and `path` is where they are ended."""
    _stops[ending] = path


def register_gathered(kind: str, title: Callable[[int], str]) -> None:
    """Several of this kind in a row are one line of the inbox, under a title that says how many. Mails stay single."""
    _gathered[kind] = title


def gathered_title(kind: str, count: int) -> str:
    """Empty for a kind whose notices stand each for itself."""
    return _gathered[kind](count) if kind in _gathered else ""


def kinds() -> list[str]:
    return sorted(_kinds)


def stop_path(notice: "Notice") -> str:
    """Where this reader ends mails like this one; "" for what belongs to a case and cannot be declined."""
    return next((path(notice) for ending, path in _stops.items() if notice.kind.endswith(ending)), "")
