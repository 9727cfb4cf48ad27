"""With whom is a need posted, and are they agreed? The app above knows; the listing and the lifecycle ask here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from needs.models import Need

Text = str | Promise


@dataclass(frozen=True)
class Company:
    names: Callable[[Need], list[str]]  # of the enterprises that post it together with its own, in their order
    people: Callable[[Need], Iterable[Any]]  # theirs, who are told what its own people are told
    why_not: Callable[[Need], Text]  # what keeps it from being handed in


_asked: list[Company] = []


def ask(company: Company) -> None:
    """Called once, when the app that knows is ready."""
    if company not in _asked:
        _asked.append(company)


def names(need: Need) -> list[str]:
    return [name for company in _asked for name in company.names(need)]


def people(need: Need) -> set[Any]:
    return {person for company in _asked for person in company.people(need)}


def partners_are_agreed(need: Need) -> Text:
    return next((reason for company in _asked if (reason := company.why_not(need))), "")
