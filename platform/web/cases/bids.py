"""Opened bids laid side by side: each promise against its indicator, money, time, people, papers."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.models import StoredFile
from decisions.queries import ANSWERABLE
from needs.models import Indicator, Need
from proposals.content import TEXTS, money, verdict
from proposals.models import Proposal
from proposals.queries import comparable


@dataclass(frozen=True)
class Promise:
    indicator: Indicator
    value: str
    note: str
    verdict: str  # met | unmet | unclear


@dataclass(frozen=True)
class Bid:
    proposal: Proposal
    promises: list[Promise]
    milestones: list[dict[str, Any]]
    members: list[dict[str, Any]]
    texts: list[tuple[Any, str]]
    files: list[StoredFile]
    form: Any = None
    ours: bool = False  # whether the reader is of the enterprise, which also sees what is not told yet

    @property
    def answer_shown(self) -> Any:
        held = getattr(self.proposal, "answer", None)
        return held if held is None or self.ours else held.public

    @property
    def content(self) -> dict[str, Any]:
        return self.proposal.content or {}

    @property
    def readable(self) -> bool:
        return self.proposal.content is not None

    @property
    def met(self) -> int:
        return sum(promise.verdict == "met" for promise in self.promises)

    @property
    def missed_hard(self) -> int:
        return sum(promise.verdict == "unmet" and promise.indicator.is_hard for promise in self.promises)

    @property
    def may_be_answered(self) -> bool:
        return self.proposal.status in ANSWERABLE

    @property
    def over_budget(self) -> Decimal | None:
        budget, price = self.proposal.need.budget, self.proposal.price
        return price - budget if budget is not None and price is not None and price > budget else None


def side_by_side(need: Need, user: Any, forms: dict[Any, Any] | None = None) -> list[Bid]:
    """The bids this reader may compare, cheapest first; as many queries for one as for many."""
    proposals = list(comparable(need, user))
    papers, indicators = _papers(proposals), list(need.indicators.all())
    ours = need.organisation_id in user.positions
    return [_bid(one, indicators, papers[one.pk], (forms or {}).get(one.pk), ours) for one in proposals]


def _bid(proposal: Proposal, indicators: list[Indicator], files: list[StoredFile], form: Any, ours: bool) -> Bid:
    content = proposal.content or {}
    answers = content.get("answers") or {}
    return Bid(
        proposal=proposal,
        promises=[_promise(indicator, answers.get(str(indicator.pk)) or {}) for indicator in indicators],
        milestones=[{**row, "amount": money(row.get("amount"))} for row in content.get("milestones") or []],
        members=content.get("members") or [],
        texts=[
            (label, content[name]) for name, (label, _most) in TEXTS.items() if name != "summary" and content.get(name)
        ],
        files=files,
        form=form,
        ours=ours,
    )


def _promise(indicator: Indicator, answer: dict[str, Any]) -> Promise:
    return Promise(indicator, str(answer.get("value", "")), answer.get("note", ""), verdict(indicator, answer))


def _papers(proposals: list[Proposal]) -> dict[Any, list[StoredFile]]:
    found: dict[Any, list[StoredFile]] = defaultdict(list)
    for file in StoredFile.objects.filter(
        subject_type=Proposal._meta.label_lower, subject_id__in=[proposal.pk for proposal in proposals]
    ):
        found[file.subject_id].append(file)
    return found
