"""What moves a score besides the works: eight facts, each with its weight, together never more than a quarter.

A value lies between −1 and 1; weight × value is by how much the score moves. What is not known counts as nothing.
Everybody who sees a suggestion reads the same sentences, the team as well: they say no numbers of others' cases. One is
the zone's alone: what an enterprise said of the team earlier.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.regions import is_one, place
from needs.models import Need
from suggestions.facts import Facts

Text = str | Promise
Found = tuple[float, str]  # value, and which of the sentences says so
MOST = 0.25  # the sum of all weights


@dataclass(frozen=True)
class Factor:
    key: str
    weight: float
    label: Text
    value: Callable[[Need, Facts], Found]
    sentences: dict[str, Text]


def _field(need: Need, facts: Facts) -> Found:
    if not need.field or not facts.fields:
        return 0, ""
    return (1, "same") if need.field in facts.fields else (-0.5, "other")


def _trl(need: Need, facts: Facts) -> Found:
    if need.trl_target is None or facts.trl is None:
        return 0, ""
    short = need.trl_target - facts.trl
    return (1, "reached") if short <= 0 else (1 - short / 2, "near") if short < 2 else (-min(1, short / 4), "short")


def _region(need: Need, facts: Facts) -> Found:
    """Only ever for the near: nobody loses for being far away."""
    here, there = place(need.region), place(facts.region)
    if here.city and here == there:
        return 1, "near"
    if is_one(need.region, facts.region):
        return 1, "same"
    return (0.5, "province") if here.province and here.province == there.province else (0, "")


def _delivery(_need: Need, facts: Facts) -> Found:
    told = facts.on_time + facts.late
    if not told:
        return 0, ""
    value = (facts.on_time - facts.late) / (told + 2)  # one contract proves little
    return value, "on_time" if value >= 0 else "late"


def _response(_need: Need, facts: Facts) -> Found:
    asked = facts.answered + facts.silent
    if not asked:
        return 0, ""
    value = (facts.answered - facts.silent) / (asked + 2)
    return value, "answers" if value >= 0 else "silent"


def _load(_need: Need, facts: Facts) -> Found:
    load = facts.performing + facts.invited / 4
    return (-min(1, load / 4), "busy") if load >= 1 else (0, "")


def _fresh(_need: Need, facts: Facts) -> Found:
    if facts.recent is None:
        return 0, ""
    return 2 * facts.recent - 1, "recent" if facts.recent >= 0.5 else "old"


def _judged(_need: Need, facts: Facts) -> Found:
    """Set for each pair: how near this need is to one for which this team was called off its field."""
    return -facts.misplaced, "judged" if facts.misplaced else ""


FACTORS = (
    Factor(
        "field",
        0.05,
        _("技术领域"),
        _field,
        {"same": _("领域与需求相同。"), "other": _("登记的领域里没有需求的领域。")},
    ),
    Factor(
        "trl",
        0.03,
        _("技术成熟度"),
        _trl,
        {
            "reached": _("有成果已达到需求要的技术成熟度。"),
            "near": _("成果离需求要的技术成熟度差一级。"),
            "short": _("成果的技术成熟度离需求的要求还远。"),
        },
    ),
    Factor(
        "region",
        0.02,
        _("地区"),
        _region,
        {
            "near": _("与需求在同一城市。"),
            "same": _("登记的地区与需求相同。"),
            "province": _("与需求在同一省份。"),
        },
    ),
    Factor(
        "delivery",
        0.04,
        _("以往履约"),
        _delivery,
        {"on_time": _("在平台上的里程碑多数按期完成。"), "late": _("在平台上的里程碑多数晚于约定日期。")},
    ),
    Factor(
        "response",
        0.03,
        _("邀请回复"),
        _response,
        {"answers": _("一年内的邀请多数有回复。"), "silent": _("一年内的邀请多数没有回复。")},
    ),
    Factor("load", 0.03, pgettext_lazy("match", "在手任务"), _load, {"busy": _("手上有合同或邀请在办。")}),
    Factor(
        "fresh",
        0.02,
        _("成果新近程度"),
        _fresh,
        {"recent": _("成果多数是近五年的。"), "old": _("成果多数早于五年前。")},
    ),
    Factor("judged", 0.03, _("以往意见"), _judged, {"judged": _("在相近的需求上，曾被认为技术方向不符。")}),
)
BY_KEY = {factor.key: factor for factor in FACTORS}


def weighed(need: Need, facts: Facts) -> tuple[float, list[dict[str, Any]]]:
    """By how much the score is multiplied (0.75 to 1.25), and what each factor had to do with it, as it is kept."""
    moved, told = 0.0, []
    for factor in FACTORS:
        value, case = factor.value(need, facts)
        value = max(-1.0, min(1.0, value))
        if case and value:
            moved += factor.weight * value
            told.append({"key": factor.key, "value": round(value, 3), "weight": factor.weight, "said": {"case": case}})
    return 1 + max(-MOST, min(MOST, moved)), told
