"""What a bid says: its fields, what must not be missing, and the exact bytes that are sealed.

The content is a plain JSON object, the same in the draft, in the sealed manifest and after the opening:

    summary, approach, basis, risk, rights      text
    price                                       元, as a string with two decimals
    period_months                               int
    answers      {indicator id: {"value": str, "meets": "met|partly|unmet", "note": str}}
    milestones   [{"title", "month", "amount", "deliverable"}]   amounts sum to the price
    members      [{"name", "title", "role"}]
    files        [{"id", "name", "size", "sha256", "content_type"}]

A working copy may also hold `typed`: the form as it was typed, while something in it is not right yet.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.sealing import canonical
from core.text import listed
from needs.models import Indicator, Need
from proposals.models import Proposal

TEXTS = {
    "summary": (gettext_lazy("方案概述"), 1000),
    "approach": (gettext_lazy("技术路线"), 3000),
    "basis": (gettext_lazy("研究基础"), 2000),
    "risk": (gettext_lazy("风险与对策"), 1000),
    "rights": (gettext_lazy("知识产权约定"), 500),
}
REQUIRED_TEXTS = ("summary", "approach")


def money(text: Any) -> Decimal | None:
    """A stored amount in 元, or None where it is empty or no number."""
    try:
        return Decimal(str(text)).quantize(Decimal("0.01")) if text not in (None, "") else None
    except InvalidOperation:
        return None


def gaps(need: Need, content: dict[str, Any]) -> list[tuple[str, str]]:
    """What a draft still lacks before it may be sealed: the part of the form, and a phrase for people."""
    found = [("typed", _("改正标出的填写错误"))] if content.get("typed") else []
    found += [(name, str(TEXTS[name][0])) for name in REQUIRED_TEXTS if not content.get(name)]
    answers = content.get("answers") or {}
    unanswered = [i.name for i in need.indicators.all() if not (answers.get(str(i.pk)) or {}).get("value")]
    if unanswered:
        found.append(("answers", _("对指标的响应（%(names)s）") % {"names": listed(unanswered)}))
    price = money(content.get("price"))
    if price is None or price <= 0:
        found.append(("price", _("报价")))
    if not content.get("period_months"):
        found.append(("period_months", _("周期")))
    milestones = content.get("milestones") or []
    if not milestones:
        found.append(("milestones", _("至少一个里程碑")))
    elif unnamed := [m for m in milestones if not m.get("title") or not m.get("month")]:
        found.append(("milestones", _("%(count)s 个里程碑的名称或月份") % {"count": len(unnamed)}))
    elif price is not None and total(milestones) != price:
        found.append(("milestones", _("里程碑金额合计须等于报价")))
    if not content.get("members"):
        found.append(("members", _("团队成员")))
    return found


def total(milestones: list[dict[str, Any]]) -> Decimal:
    return sum((money(milestone.get("amount")) or Decimal(0) for milestone in milestones), Decimal(0))


def missing(need: Need, content: dict[str, Any]) -> list[str]:
    return [phrase for _part, phrase in gaps(need, content)]


def manifest(proposal: Proposal, content: dict[str, Any], *, version: int, listing: str = "") -> bytes:
    """The canonical bytes that are sealed and committed to; `listing` is the hash of the wording they answer."""
    need, team = proposal.need, proposal.team
    return canonical(
        {
            "format": "jiebang.bid/1",
            "need": str(need.pk),
            "number": need.number,
            "published_hash": listing or need.published_hash,
            "proposal": str(proposal.pk),
            "version": version,
            "team": {"id": str(team.pk), "name": team.name},
            "organisation": {"id": str(team.organisation_id), "name": team.organisation.name},
            "content": content,
        }
    )


def _number(text: str) -> Decimal | None:
    """A plain number; to Decimal itself NaN and Infinity are numbers too."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    return Decimal(plain) if re.fullmatch(r"[-+]?\d{1,14}(\.\d{1,12})?", plain, re.ASCII) else None


def verdict(indicator: Indicator, answer: dict[str, Any] | None) -> str:
    """met | unmet | unclear: computed from the promised number where there is one, else as the bidder says."""
    value = (answer or {}).get("value", "")
    number = _number(str(value))
    if number is not None and (met := indicator.meets(number)) is not None:
        return "met" if met else "unmet"
    return {"met": "met", "unmet": "unmet"}.get((answer or {}).get("meets", ""), "unclear")
