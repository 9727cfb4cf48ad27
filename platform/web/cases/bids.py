"""Opened bids laid side by side: each promise against its indicator, money, time, people, papers."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from clarifications.clarified import Clarified, Mark, clarified
from core.models import StoredFile
from decisions.comparing import Promise, Suggestion, over_budget, over_period, promises, suggest
from decisions.models import Judgement, Note, Shortlisting
from decisions.queries import ANSWERABLE
from needs.models import Indicator, Need
from proposals.content import TEXTS, money
from proposals.models import Proposal
from proposals.queries import comparable
from proposals.states import Outcome

SHOWN = ("summary", "risk")  # in rows of their own
MARKED = gettext_lazy(
    "标“已澄清”的内容在方案开启后改过：由团队按澄清要求改写，报价和付款计划不能改。密封时的原文见各项澄清。"
)
DRAFTED = {
    Outcome.SELECT: gettext_lazy("拟选定"),
    Outcome.RESERVE: gettext_lazy("拟备选"),
    Outcome.REFUSE: gettext_lazy("拟不选"),
}


def drafted(proposal: Proposal) -> str:
    """The result that is written to this bid and not told yet. For the people of the enterprise alone."""
    held = getattr(proposal, "answer", None)
    told = (held.public.outcome, held.public.rank) if held is not None and held.told else None
    if held is None or proposal.status not in ANSWERABLE or told == (held.outcome, held.rank):
        return ""
    return f"{DRAFTED[Outcome(held.outcome)]} {held.rank or ''}".strip()


@dataclass(frozen=True)
class Bid:
    proposal: Proposal
    promises: list[Promise]
    milestones: list[dict[str, Any]]
    members: list[dict[str, Any]]
    texts: list[tuple[Any, str, Mark | None]]
    files: list[StoredFile]
    form: Any = None
    notes: list[Note] = field(default_factory=list)
    shortlisted: bool = False
    clarified: Clarified = field(default_factory=Clarified)
    ours: bool = False  # whether the reader is of the enterprise, which also sees what is not told yet

    @property
    def answer_shown(self) -> Any:
        held = getattr(self.proposal, "answer", None)
        return held if held is None or self.ours else held.public

    @property
    def drafted(self) -> str:
        return drafted(self.proposal) if self.ours else ""

    @property
    def lines(self) -> list[tuple[Promise, Mark | None]]:
        """Every promise, and whether a clarification has changed it."""
        return [(one, self.clarified.of_indicator(one.indicator)) for one in self.promises]

    @property
    def summary_mark(self) -> Mark | None:
        return self.clarified.of_text("summary")

    @property
    def risk_mark(self) -> Mark | None:
        return self.clarified.of_text("risk")

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
        return sum(promise.is_missed for promise in self.promises)

    @property
    def may_be_answered(self) -> bool:
        return self.proposal.status in ANSWERABLE

    @property
    def over_budget(self) -> Decimal | None:
        return over_budget(self.proposal.need, self.proposal.price)

    @property
    def over_period(self) -> int | None:
        return over_period(self.proposal.need, self.content.get("period_months"))

    @property
    def suggestion(self) -> Suggestion | None:
        return suggest(self.proposal.need, self.proposal, self.promises)


@dataclass(frozen=True)
class Private:
    """What the people of the enterprise have written down about the bids; for everybody else there is nothing."""

    judgements: dict[Any, dict[Any, Judgement]]
    notes: dict[Any, list[Note]]
    shortlisted: set[Any]


def private(proposals: list[Proposal], user: Any) -> Private:
    found = Private(defaultdict(dict), defaultdict(list), set())
    wanted = {"proposal__in": [proposal.pk for proposal in proposals]}
    for row in Judgement.objects.visible_to(user).filter(**wanted).select_related("judged_by"):
        found.judgements[row.proposal_id][row.indicator_id] = row
    for note in Note.objects.visible_to(user).filter(**wanted).select_related("author"):
        found.notes[note.proposal_id].append(note)
    found.shortlisted.update(Shortlisting.objects.visible_to(user).filter(**wanted).values_list("proposal", flat=True))
    return found


def side_by_side(need: Need, user: Any) -> list[Bid]:
    """The bids this reader may compare, cheapest first; as many queries for one as for many."""
    proposals = list(comparable(need, user))
    papers, indicators, own = _papers(proposals), list(need.indicators.all()), private(proposals, user)
    asked, ours = clarified(proposals), need.organisation_id in user.positions
    return [_bid(one, indicators, papers[one.pk], asked[one.pk], own, ours) for one in proposals]


def _bid(
    proposal: Proposal,
    indicators: list[Indicator],
    files: list[StoredFile],
    asked: Clarified,
    own: Private,
    ours: bool,
) -> Bid:
    content = proposal.content or {}
    texts = [(key, label) for key, (label, _most) in TEXTS.items() if key not in SHOWN and content.get(key)]
    return Bid(
        proposal=proposal,
        promises=promises(indicators, content, own.judgements[proposal.pk]),
        milestones=[{**row, "amount": money(row.get("amount"))} for row in content.get("milestones") or []],
        members=content.get("members") or [],
        texts=[(label, content[key], asked.of_text(key)) for key, label in texts],
        files=files,
        clarified=asked,
        ours=ours,
        notes=own.notes[proposal.pk],
        shortlisted=proposal.pk in own.shortlisted,
    )


def _papers(proposals: list[Proposal]) -> dict[Any, list[StoredFile]]:
    found: dict[Any, list[StoredFile]] = defaultdict(list)
    for file in StoredFile.objects.filter(
        subject_type=Proposal._meta.label_lower, subject_id__in=[proposal.pk for proposal in proposals]
    ):
        found[file.subject_id].append(file)
    return found
