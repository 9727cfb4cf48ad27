"""The score says how clear a need is by stated rules, and asks the one thing that would help most."""

from decimal import Decimal

from needs.clarity import RULES, clarity
from needs.models import Indicator, Need

STRENGTH = Indicator(name="拉伸强度", operator="ge", value=Decimal("25"), unit="MPa", test_method="GB/T 528")
STRETCH = Indicator(name="断裂伸长率", operator="ge", value=Decimal("300"), unit="%", test_method="GB/T 528")
SALT = Indicator(name="耐盐雾", operator="ge", value=Decimal("1000"), unit="h", test_method="GB/T 1771")
WORDS = Indicator(name="外观", operator="qual", text="无气泡")


def whole() -> Need:
    return Need(
        title="高强度抗爆弹性体",
        problem="现用聚脲涂层 −20 ℃ 冲击后开裂，三家供应商样品断裂伸长率均不到 200%，换过两种固化剂没有改善。",
        present="已能做到 18 MPa，换过两种固化剂。",
        goal="样板送第三方检测，全部硬指标合格后验收。",
        budget=Decimal("500000"),
        period_months=12,
        ownership="joint",
        keywords=["弹性体", "聚脲", "抗爆"],
        conditions="不能改动现有喷涂线。",
    )


def test_a_need_that_says_everything_has_a_hundred_points_and_no_question() -> None:
    clear = clarity(whole(), [STRENGTH, STRETCH, SALT])
    assert (clear.score, clear.next, str(clear.label)) == (100, None, "清楚")


def test_an_empty_need_has_none_and_is_asked_for_its_numbers_first() -> None:
    vague = clarity(Need(title="防腐涂料"), [])
    assert (vague.score, vague.key) == (0, "vague")
    assert vague.next is not None
    assert vague.next.key == "indicators"
    assert "数值" in str(vague.next.question)


def test_each_rule_can_be_lost_alone_and_is_then_the_one_that_is_asked() -> None:
    rows = [STRENGTH, STRETCH, SALT]
    bare = [Indicator(name=i.name, operator=i.operator, value=i.value, unit=i.unit) for i in rows]
    lost = {
        "indicators": (whole(), []),
        "tests": (whole(), bare),
        "problem": (_without("problem", ""), rows),
        "present": (_without("present", ""), rows),
        "acceptance": (_without("goal", "达到国内领先水平。"), rows),
        "budget": (_without("budget", None), rows),
        "period": (_without("period_months", None), rows),
        "ownership": (_without("ownership", ""), rows),
        "keywords": (_without("keywords", []), rows),
        "constraints": (_without("conditions", " "), rows),
    }
    assert set(lost) == {rule.key for rule in RULES}
    for key, (need, indicators) in lost.items():
        asked = clarity(need, indicators).next
        assert asked is not None
        assert asked.key == key
        assert clarity(need, indicators).score < 100


def test_numbers_beat_words_and_words_beat_nothing() -> None:
    need = Need(title="弹性体")
    scores = [
        clarity(need, rows).score for rows in ([], [WORDS], [STRENGTH], [STRENGTH, SALT], [STRENGTH, SALT, STRETCH])
    ]
    assert scores == sorted(set(scores))


def test_the_points_are_a_percentage() -> None:
    assert sum(rule.most for rule in RULES) == 100


def _without(name: str, value: object) -> Need:
    need = whole()
    setattr(need, name, value)
    return need
