"""What must be in order before a need passes the formal check? The apps above know, and say so here."""

from collections.abc import Callable
from dataclasses import dataclass

from needs.models import Need
from workflow.machine import Text


@dataclass(frozen=True)
class Finding:
    """What one of them has found: why the need cannot pass yet, and what to tell its enterprise if it goes back."""

    missing: Text = ""
    code: str = ""  # a ReturnReason
    reason: str = ""


_asked: list[Callable[[Need], Finding]] = []


def ask(finding_of: Callable[[Need], Finding]) -> None:
    """From now on this is asked, too. Called once, when the app that knows is ready."""
    if finding_of not in _asked:
        _asked.append(finding_of)


def is_in_order(need: Need) -> Text:
    return next((finding.missing for finding in _found(need) if finding.missing), "")


def objection(need: Need) -> Finding:
    """The first one that has something to say to the enterprise."""
    return next((finding for finding in _found(need) if finding.reason), Finding())


def _found(need: Need) -> list[Finding]:
    return [finding_of(need) for finding_of in _asked]
