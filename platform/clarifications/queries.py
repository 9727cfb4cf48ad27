"""Reads about clarifications: what a bid said when it was sealed, and what it says now."""

from collections.abc import Iterable

from django.db.models import QuerySet

from clarifications.models import Clarification
from clarifications.parts import parts_of
from clarifications.states import C
from needs.models import Need
from needs.versions import Change, compared
from proposals.models import Proposal


def changes(row: Clarification) -> list[Change]:
    """Part by part, as it was sealed or last read, and as it reads since this answer."""
    return _side_by_side(row.proposal, [row])


def since_the_seal(proposal: Proposal, rows: Iterable[Clarification]) -> list[Change]:
    """Every part that reads otherwise than it was sealed, after all the clarifications `rows` of this bid."""
    return _side_by_side(proposal, [row for row in rows if row.status == C.ANSWERED])


def readings(rows: Iterable[Clarification]) -> tuple[dict[str, str], dict[str, str]]:
    """Part by part, before the first and after the last of these answers."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for row in rows:
        before = {**row.before, **before}  # the first of them is what was sealed
        after |= row.after
    return before, after


def _side_by_side(proposal: Proposal, rows: list[Clarification]) -> list[Change]:
    before, after = readings(rows)
    return [
        compared(part.label, before.get(part.code, ""), after[part.code])
        for part in (parts_of(proposal.need) if after else ())
        if part.code in after and after[part.code] != before.get(part.code, "")
    ]


def unanswered_by_teams(need: Need) -> QuerySet[Clarification]:
    """What teams were asked about their bids on `need` and have not answered: a decision would not wait for it."""
    found = Clarification.objects.filter(proposal__need=need, status=C.ASKED)
    return found.select_related("proposal__team").order_by("due_at")


def asked_about(row: Clarification) -> list[str]:
    """The labels of the parts that were opened."""
    return [part.label for part in parts_of(row.proposal.need) if part.code in row.parts]
