"""What a bid says: its fields, what must not be missing, and the exact bytes that are sealed.

The content is a plain JSON object, the same in the draft, in the sealed manifest and after the opening:

    summary, approach, basis, risk, rights                  text (the short form)
    background, innovation, guarantee, benefit              text (the full form besides)
    ownership    `needs.codes.Ownership`: what is proposed; `rights` says more
    price                                                   元, as a string with two decimals
    period_months                                           int
    trl_now, trl_target                                     int, GB/T 22900
    answers      {indicator id: {"value": str, "meets": "met|partly|unmet", "evidence", "method", "risk": str}}
    milestones   [{"title", "month", "amount", "deliverable"}]   amounts sum to the price
    budget       [{"item": `BudgetItem`, "asked", "own": 元, "note"}]   what is asked sums to the price
    members      [{"name", "title", "role", "months"}]   months: person-months, a string
    participants [{"organisation": {"id", "name", "uscc"}, "statement", "share": 元, "people": as `members`,
                   "confirmed_by", "confirmed_at"}]   only where there is a consortium, never in the working copy
    pledged      bool: what is said is true, no relation, secrecy
    files        [{"id", "name", "size", "sha256", "content_type"}]

Which of them a bid has to have is `ASKED`. Bids of the first spelling (jiebang.bid/1) have one `note` to an answer and
no budget: `answer_to` reads both. A working copy may also hold `typed`: the form as it was typed, while something in
it is not right yet.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.sealing import canonical
from core.text import listed
from needs.codes import BidForm
from needs.models import Indicator, Need
from proposals.models import Proposal

FIRST, LATEST = "jiebang.bid/1", "jiebang.bid/2"

TEXTS: dict[str, tuple[str | Promise, int]] = {
    "summary": (gettext_lazy("方案概述"), 1000),
    "background": (gettext_lazy("国内外现状"), 2000),
    "approach": (gettext_lazy("技术路线"), 3000),
    "innovation": (gettext_lazy("创新点"), 1000),
    "basis": (gettext_lazy("研究基础"), 2000),
    "risk": (gettext_lazy("风险与对策"), 1000),
    "guarantee": (gettext_lazy("组织保障"), 1000),
    "benefit": (gettext_lazy("预期效益"), 1000),
    "rights": (gettext_lazy("知识产权约定"), 500),
}


@dataclass(frozen=True)
class Asked:
    """What one form of a bid asks, and what of it must not be missing."""

    texts: tuple[str, ...]
    required: tuple[str, ...]
    full: bool = False  # maturity, budget, person-months, method and risk of every answer, the promises


SHORT_TEXTS = ("summary", "approach", "basis", "risk", "rights")
ASKED = {
    BidForm.SHORT: Asked(SHORT_TEXTS, ("summary", "approach")),
    BidForm.FULL: Asked(tuple(TEXTS), ("summary", "background", "approach", "innovation", "basis", "risk"), full=True),
}


def asked_of(need: Need) -> Asked:
    return ASKED[BidForm(need.batch.bid_form)]


def money(text: Any) -> Decimal | None:
    """A stored amount in 元, or None where it is empty or no number."""
    try:
        return Decimal(str(text)).quantize(Decimal("0.01")) if text not in (None, "") else None
    except InvalidOperation:
        return None


def total(rows: list[dict[str, Any]], of: str = "amount") -> Decimal:
    return sum((money(row.get(of)) or Decimal(0) for row in rows), Decimal(0))


def person_months(rows: list[dict[str, Any]]) -> Decimal:
    return sum((number_in(row.get("months")) or Decimal(0) for row in rows), Decimal(0))


# ── what is missing ─────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Gap:
    """Something a draft lacks: in which part of the form, at which control, and a phrase for people."""

    part: str
    place: str
    phrase: str


def gaps(need: Need, content: dict[str, Any]) -> list[Gap]:
    """What a draft still lacks before it may be sealed, in the order of the form."""
    asked = asked_of(need)
    found = [Gap("typed", "part-typed", _("改正标出的填写错误"))] if content.get("typed") else []
    found += [Gap(_part_of(n), f"id_{n}", str(TEXTS[n][0])) for n in asked.required if not content.get(n)]
    if asked.full:
        levels = (("trl_now", _("现有技术成熟度")), ("trl_target", _("目标技术成熟度")))
        found += [Gap("what", f"id_{name}", label) for name, label in levels if not content.get(name)]
    found += _unanswered(need, content, asked)
    found += _plan(content, asked)
    found += _people(content, asked)
    if asked.full and not content.get("ownership"):
        found.append(Gap("terms", "id_ownership", _("知识产权归属")))
    if asked.full and not content.get("pledged"):
        found.append(Gap("terms", "id_pledged", _("诚信、无关联和保密承诺")))
    return found


def _part_of(name: str) -> str:
    return {"basis": "team", "risk": "terms", "guarantee": "terms", "benefit": "terms"}.get(name, "what")


def _unanswered(need: Need, content: dict[str, Any], asked: Asked) -> list[Gap]:
    found, rows = [], list(need.indicators.all())
    columns = {"value": _("对指标的响应（%(names)s）")}
    if asked.full:
        columns |= {
            "evidence": _("指标的依据（%(names)s）"),
            "method": _("指标的实现方法（%(names)s）"),
        }
    for column, phrase in columns.items():
        empty = [row for row in rows if not getattr(answer_to(content, row), column)]
        if empty:
            place = f"id_answer-{empty[0].pk}-{column}"
            found.append(Gap("answers", place, phrase % {"names": listed(row.name for row in empty)}))
    return found


def _plan(content: dict[str, Any], asked: Asked) -> list[Gap]:
    found = []
    price = money(content.get("price"))
    if price is None or price <= 0:
        found.append(Gap("plan", "id_price", _("报价")))
    if not content.get("period_months"):
        found.append(Gap("plan", "id_period_months", _("周期")))
    milestones = content.get("milestones") or []
    if not milestones:
        found.append(Gap("plan", "part-milestones", _("至少一个里程碑")))
    elif unnamed := [m for m in milestones if not m.get("title") or not m.get("month")]:
        found.append(Gap("plan", "part-milestones", _("%(count)s 个里程碑的名称或月份") % {"count": len(unnamed)}))
    elif price is not None and total(milestones) != price:
        found.append(Gap("plan", "part-milestones", _("里程碑金额合计须等于报价")))
    budget = content.get("budget") or []
    if asked.full and not budget:
        found.append(Gap("plan", "part-budget", _("经费预算")))
    elif any(not row.get("item") for row in budget):
        found.append(Gap("plan", "part-budget", _("经费预算里没有选科目的行")))
    elif budget and price is not None and total(budget, "asked") != price:
        found.append(Gap("plan", "part-budget", _("经费预算中申请的金额合计须等于报价")))
    shared = total(content.get("participants") or [], "share")
    if shared and price is not None and shared > price:
        found.append(Gap("plan", "id_price", _("参加单位的经费份额合计不能超过报价")))
    return found


def _people(content: dict[str, Any], asked: Asked) -> list[Gap]:
    members = content.get("members") or []
    if not members:
        return [Gap("team", "part-members", _("团队成员"))]
    if not asked.full:
        return []
    found = []
    if idle := [str(row.get("name")) for row in members if not row.get("role") or not row.get("months")]:
        found.append(Gap("team", "part-members", _("成员的分工或投入人月（%(names)s）") % {"names": listed(idle)}))
    most = content.get("period_months")
    if most and (over := [str(m.get("name")) for m in members if (number_in(m.get("months")) or 0) > most]):
        found.append(Gap("team", "part-members", _("投入人月超过周期（%(names)s）") % {"names": listed(over)}))
    return found


def missing(need: Need, content: dict[str, Any]) -> list[str]:
    return [gap.phrase for gap in gaps(need, content)]


# ── the bytes that are sealed ───────────────────────────────────────────────────
def manifest(
    proposal: Proposal, content: dict[str, Any], *, version: int, listing: str = "", spelling: str = LATEST
) -> bytes:
    """The canonical bytes that are sealed and committed to; `listing` is the hash of the wording they answer.

    `spelling`: what was sealed in the first one is spelt in it for ever, or its commitment would no longer hold.
    """
    need, team = proposal.need, proposal.team
    later = {} if spelling == FIRST else {"form": need.batch.bid_form}
    return canonical(
        {
            "format": spelling,
            "need": str(need.pk),
            "number": need.number,
            "published_hash": listing or need.published_hash,
            "proposal": str(proposal.pk),
            "version": version,
            "team": {"id": str(team.pk), "name": team.name},
            "organisation": {"id": str(team.organisation_id), "name": team.organisation.name},
            "content": content,
            **later,
        }
    )


# ── what one promise is worth ───────────────────────────────────────────────────
@dataclass(frozen=True)
class Answer:
    """What a bid promises on one indicator."""

    value: str = ""
    meets: str = ""
    evidence: str = ""
    method: str = ""
    risk: str = ""

    @property
    def is_said(self) -> bool:
        return bool(self.value or self.meets)


def answer_to(content: dict[str, Any], indicator: Indicator) -> Answer:
    return answer_under(content, str(indicator.pk))


def answer_under(content: dict[str, Any], key: str) -> Answer:
    """In either spelling: the one `note` of the first was mostly the evidence. `key`: the indicator's id."""
    row = (content.get("answers") or {}).get(key) or {}
    said = {name: str(row.get(name) or "") for name in ("value", "meets", "evidence", "method", "risk")}
    return Answer(**{**said, "evidence": said["evidence"] or str(row.get("note") or "")})


def number_in(text: Any) -> Decimal | None:
    """A plain number; to Decimal itself NaN and Infinity are numbers too."""
    plain = unicodedata.normalize("NFKC", str(text or "")).strip().replace(",", "")
    return Decimal(plain) if re.fullmatch(r"[-+]?\d{1,14}(\.\d{1,12})?", plain, re.ASCII) else None


def verdict(indicator: Indicator, answer: dict[str, Any] | Answer | None) -> str:
    """met | unmet by the promised number; else own-met | own-partly | own-unmet, as the bidder says, or unclear."""
    said = answer if isinstance(answer, Answer) else Answer(**_told(answer or {}))
    number = number_in(said.value)
    if number is not None and (met := indicator.meets(number)) is not None:
        return "met" if met else "unmet"
    return f"own-{said.meets}" if said.meets in ("met", "partly", "unmet") else "unclear"


def _told(answer: dict[str, Any]) -> dict[str, str]:
    return {name: str(answer.get(name) or "") for name in ("value", "meets")}
