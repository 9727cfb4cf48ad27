"""Reads about clarifications."""

from dataclasses import dataclass

from clarifications.models import Clarification
from clarifications.parts import parts_of


@dataclass(frozen=True)
class Change:
    """One part of a bid, as it was sealed or last read, and as it reads since the answer."""

    label: str
    before: str
    after: str


def changes(row: Clarification) -> list[Change]:
    return [
        Change(part.label, row.before.get(part.code, ""), row.after[part.code])
        for part in parts_of(row.proposal.need)
        if part.code in row.after
    ]


def asked_about(row: Clarification) -> list[str]:
    """The labels of the parts that were opened."""
    return [part.label for part in parts_of(row.proposal.need) if part.code in row.parts]
