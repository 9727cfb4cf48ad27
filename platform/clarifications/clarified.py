"""What a bid says otherwise than it was sealed, as a mark beside it wherever bids are compared."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from clarifications.models import Clarification
from clarifications.parts import COLUMNS, parts_of
from clarifications.queries import readings
from clarifications.states import C
from core.text import clauses
from needs.models import Indicator, Need
from proposals.models import Proposal


@dataclass(frozen=True)
class Mark:
    """One cell that was clarified: which columns of an answer, and what the promised value was, if it is another."""

    row: Clarification
    columns: list[Any] = field(default_factory=list)
    was: str | None = None


@dataclass(frozen=True)
class Clarified:
    """The clarifications of one bid. Of the parts that read otherwise than sealed: how each did, and who changed it."""

    rows: list[Clarification] = field(default_factory=list)
    sealed: dict[str, str] = field(default_factory=dict)
    by: dict[str, Clarification] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.sealed)

    @property
    def answered(self) -> list[Clarification]:
        return [row for row in self.rows if row.status == C.ANSWERED]

    @property
    def waiting(self) -> Clarification | None:
        return next((row for row in self.rows if row.status == C.ASKED), None)

    @property
    def url(self) -> str:
        """The one answer there was, or all of them on the page of the bid."""
        rows = self.answered
        return rows[0].get_absolute_url() if len(rows) == 1 else f"{rows[0].proposal.get_absolute_url()}#clarifications"

    def of_text(self, name: str) -> Mark | None:
        row = self.by.get(f"text:{name}")
        return Mark(row) if row else None

    def of_indicator(self, indicator: Indicator) -> Mark | None:
        code = f"answer:{indicator.pk}:"
        found = {name: self.by[code + name] for name in COLUMNS if code + name in self.by}
        if not found:
            return None
        latest = max(found.values(), key=self.rows.index)
        return Mark(latest, [COLUMNS[name] for name in found], self.sealed.get(f"{code}value"))

    def in_words(self, need: Need) -> str:
        """Every part by its name, a promised value with what was sealed."""
        return clauses(
            _with_sealed(part.label, was) if part.is_line else part.label
            for part in parts_of(need)
            if (was := self.sealed.get(part.code)) is not None
        )


def clarified(proposals: Iterable[Proposal]) -> dict[Any, Clarified]:
    """By bid; a bid nobody asked about has nothing in it."""
    held = {one.pk: one for one in proposals}
    rows: dict[Any, list[Clarification]] = defaultdict(list)
    for row in Clarification.objects.filter(proposal__in=list(held)):
        row.proposal = held[row.proposal_id]
        rows[row.proposal_id].append(row)
    return {pk: _clarified(rows[pk]) for pk in held}


def _clarified(rows: list[Clarification]) -> Clarified:
    answered = [row for row in rows if row.status == C.ANSWERED]
    before, after = readings(answered)
    sealed = {code: before.get(code, "") for code, text in after.items() if text != before.get(code, "")}
    return Clarified(rows, sealed, {code: row for row in answered for code in row.after if code in sealed})


def _with_sealed(label: str, was: str) -> str:
    if not was:
        return _("%(label)s（密封时未填）") % {"label": label}
    return _("%(label)s（密封时为 %(value)s）") % {"label": label, "value": was}
