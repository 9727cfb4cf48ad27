"""Bids laid against what the listing asks: each promise judged, price and time beside budget and period.

A number that was promised is judged by the indicator itself. Anything else is unclear until a person of the enterprise
has looked at it; a person may also overrule the number, with a note.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.money import wan
from core.text import clauses
from decisions.models import Judgement
from needs.models import Indicator, Need
from proposals.content import Answer, answer_to, verdict
from proposals.models import Proposal
from proposals.states import AnswerReason

MET, UNMET, UNCLEAR = "met", "unmet", "unclear"
MOST_NAMED = 3  # indicators that a drafted sentence names
LONGEST = 480


@dataclass(frozen=True)
class Promise:
    """What one bid promises for one indicator, and how that compares."""

    indicator: Indicator
    value: str
    note: str
    own: str  # met | partly | unmet, as the bidder says
    computed: str  # by the number, or unclear
    judgement: Judgement | None = None

    @property
    def verdict(self) -> str:
        return self.judgement.verdict if self.judgement else self.computed

    @property
    def overruled(self) -> bool:
        return self.judgement is not None and self.computed != UNCLEAR and self.judgement.verdict != self.computed

    @property
    def is_missed(self) -> bool:
        return self.indicator.is_hard and self.verdict == UNMET


def computed(indicator: Indicator, value: str) -> str:
    """met | unmet where a plain number was promised for a number that is asked; else unclear."""
    return verdict(indicator, {"value": value})


def promises(
    indicators: list[Indicator], content: dict[str, Any], judgements: dict[Any, Judgement] | None = None
) -> list[Promise]:
    """Every indicator in its order, as this bid answers it."""
    return [_promise(row, answer_to(content, row), (judgements or {}).get(row.pk)) for row in indicators]


def _promise(indicator: Indicator, said: Answer, judgement: Judgement | None) -> Promise:
    return Promise(indicator, said.value, said.evidence, said.meets, computed(indicator, said.value), judgement)


def over_budget(need: Need, price: Decimal | None) -> Decimal | None:
    """By how much, in 元; None where it is not, or where there is no budget to compare with."""
    return price - need.budget if need.budget is not None and price is not None and price > need.budget else None


def over_period(need: Need, months: Any) -> int | None:
    wanted = need.period_months
    return months - wanted if isinstance(months, int) and wanted and months > wanted else None


# ── a sentence to begin with ────────────────────────────────────────────────────
@dataclass(frozen=True)
class Suggestion:
    """Reason and sentence as the comparison suggests them. A person edits or confirms both."""

    code: str
    sentence: str


def suggest(need: Need, proposal: Proposal, rows: list[Promise]) -> Suggestion | None:
    """What speaks against a bid, the heaviest first; or that nothing does. None of a bid nobody can read."""
    if proposal.content is None:
        return None
    missed = [row for row in rows if row.is_missed]
    dearer = over_budget(need, proposal.price)
    later = over_period(need, proposal.content.get("period_months"))
    said = [
        _("%(name)s承诺 %(value)s，要求 %(wanted)s")
        % {"name": row.indicator.name, "value": _with_unit(row), "wanted": row.indicator.requirement}
        for row in missed[:MOST_NAMED]
    ]
    if len(missed) > MOST_NAMED:
        said.append(_("另有 %(count)s 项硬指标未满足") % {"count": len(missed) - MOST_NAMED})
    if dearer:
        said.append(_("报价 %(price)s，高于榜额 %(over)s") % {"price": wan(proposal.price), "over": wan(dearer)})
    if later:
        said.append(_("周期比期望长 %(months)s 个月") % {"months": later})
    if said:
        code = AnswerReason.INDICATORS if missed else AnswerReason.PRICE if dearer else AnswerReason.PERIOD
        return Suggestion(code, (clauses(said) + _("。"))[:LONGEST])
    return Suggestion(AnswerReason.FIT, _nothing_against(need, proposal, rows))


def _nothing_against(need: Need, proposal: Proposal, rows: list[Promise]) -> str:
    hard = [row for row in rows if row.indicator.is_hard]
    met = sum(row.verdict == MET for row in hard)
    said = [_("硬指标 %(met)s / %(all)s 项满足") % {"met": met, "all": len(hard)}] if hard else []
    if need.budget is not None and proposal.price is not None:
        said.append(_("报价 %(price)s，未超榜额") % {"price": wan(proposal.price)})
    return (clauses(said) + _("。")) if said else ""


def _with_unit(row: Promise) -> str:
    return f"{row.value} {row.indicator.unit}".strip()
