"""How clear is a need, and what is the one thing to ask next?

Stated rules, a hundred points, each explained: the enterprise sees them while it writes, the screener when he reads.
The weights follow what gets needs solved: "防腐性能强" found nobody, "耐 150 ℃、盐雾 1000 h、VOC ≤ 100 g/L" was solved
in three months (domain.md 2.3), so measurable indicators weigh most.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from needs.models import Indicator, Need

Text = str | Promise
LONG_ENOUGH = 40  # characters of a problem that says more than its title
ACCEPTANCE = re.compile("验收|检测|测试|试验|第三方|样品|样件|样机|试运行|小试|中试|报告|标准|鉴定")
FIGURE = re.compile(r"\d")
CLEAR, FAIR = 75, 50
INDICATORS = "part-indicators"


@dataclass(frozen=True)
class Rule:
    key: str
    label: Text
    most: int
    earns: Callable[[Need, Sequence[Indicator]], float]  # the share of `most`, 0 to 1
    question: Text  # what to ask, in the words of somebody who wants to help
    field: str  # where the answer goes: an id on the form


@dataclass(frozen=True)
class Point:
    rule: Rule
    got: int

    @property
    def lost(self) -> int:
        return self.rule.most - self.got

    @property
    def state(self) -> str:
        return "full" if not self.lost else "part" if self.got else "none"


@dataclass(frozen=True)
class Clarity:
    points: tuple[Point, ...]

    @property
    def score(self) -> int:
        return sum(point.got for point in self.points)

    @property
    def label(self) -> Text:
        return _("清楚") if self.score >= CLEAR else _("基本清楚") if self.score >= FAIR else _("还不清楚")

    @property
    def key(self) -> str:
        return "clear" if self.score >= CLEAR else "fair" if self.score >= FAIR else "vague"

    @property
    def next(self) -> Rule | None:
        """The one question whose answer would help most."""
        worst = max(self.points, key=lambda point: point.lost)
        return worst.rule if worst.lost else None


def clarity(need: Need, indicators: Sequence[Indicator] | None = None) -> Clarity:
    """`indicators` as they stand in an unsaved form; else the need's own."""
    rows = list(need.indicators.all()) if indicators is None else indicators
    return Clarity(tuple(Point(rule, round(rule.most * min(1.0, rule.earns(need, rows)))) for rule in RULES))


def _quantified(need: Need, rows: Sequence[Indicator]) -> float:
    """One measurable indicator is half of it, three are all; one in words is better than none."""
    count = sum(row.is_quantified for row in rows)
    return 0.25 + count * 0.25 if count else 0.2 * bool(rows)


def _tested(need: Need, rows: Sequence[Indicator]) -> float:
    measured = [row for row in rows if row.is_quantified]
    return sum(bool(row.test_method) for row in measured) / len(measured) if measured else 0.0


def _problem(need: Need, rows: Sequence[Indicator]) -> float:
    length = min(1.0, len(need.problem) / LONG_ENOUGH)
    return 0.7 * length + (0.3 if FIGURE.search(need.problem) else 0.0)


def _present(need: Need, rows: Sequence[Indicator]) -> float:
    return (0.6 if len(need.present) >= 15 else 0.0) + (0.4 if need.trl_now or FIGURE.search(need.present) else 0.0)


def _acceptance(need: Need, rows: Sequence[Indicator]) -> float:
    return 1.0 if ACCEPTANCE.search(need.goal) else 0.4 if len(need.goal) >= LONG_ENOUGH else 0.0


def _constraints(need: Need, rows: Sequence[Indicator]) -> float:
    return 1.0 if need.conditions.strip() else 0.0


def _keywords(need: Need, rows: Sequence[Indicator]) -> float:
    return len(need.keywords) / 3


def _said(name: str) -> Callable[[Need, Sequence[Indicator]], float]:
    return lambda need, rows: 1.0 if getattr(need, name) else 0.0


RULES = (
    Rule(
        "indicators", _("量化指标"), 30, _quantified, _("做到多少算成功？把最要紧的两三项写成数值和单位。"), INDICATORS
    ),
    Rule("tests", _("测试方法"), 8, _tested, _("这些数值按什么标准或办法检测？"), INDICATORS),
    Rule("problem", _("难题描述"), 14, _problem, _("现在卡在哪里？写出出问题的部位、工况和数据。"), "id_problem"),
    Rule("present", _("现有水平"), 12, _present, _("目前做到了什么程度，试过哪些办法？"), "id_present"),
    Rule("acceptance", _("验收办法"), 12, _acceptance, _("最后怎么验收，谁来检测？"), "id_goal"),
    Rule(
        "budget",
        _("拟投入资金"),
        8,
        _said("budget"),
        _("准备投入多少资金？有个大致的数，揭榜方才好判断。"),
        "id_budget",
    ),
    Rule("period", _("期望周期"), 5, _said("period_months"), _("希望几个月内解决？"), "id_period_months"),
    Rule("ownership", _("知识产权"), 5, _said("ownership"), _("成果归谁？揭榜前说定，签约时少争议。"), "id_ownership"),
    Rule("keywords", _("关键词"), 4, _keywords, _("用哪几个词能找到懂行的人？写三个专业词。"), "id_keywords"),
    Rule(
        "constraints", _("约束条件"), 2, _constraints, _("有没有必须满足的条件，比如不能改动的工序？"), "id_conditions"
    ),
)
