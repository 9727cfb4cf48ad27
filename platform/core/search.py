"""Chinese full text in PostgreSQL's `simple` configuration: we cut the words, it keeps the index.

jieba knows the words, but a new term is unknown to it. So every two neighbouring characters are indexed as well,
and any fragment of two characters or more is found, which trigrams cannot do.
"""

import re
import unicodedata
from itertools import pairwise
from typing import Any

import rjieba
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from core.text import clean_line, clean_text

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN = re.compile(rf"[{HAN}]")
WIDE = {"，": ",", "（": "(", "）": ")", "：": ":", "；": ";", "！": "!", "？": "?"}
LONGEST = 100
# What every technical need says, whatever it is about: it makes no two of them alike.
COMMONPLACE = frozenset(
    [
        "需要",
        "需求",
        "现有",
        "目前",
        "技术",
        "研究",
        "研发",
        "开发",
        "关键",
        "关键技术",
        "提高",
        "提升",
        "降低",
        "解决",
        "问题",
        "实现",
        "达到",
        "完成",
        "形成",
        "满足",
        "要求",
        "产品",
        "企业",
        "公司",
        "生产",
        "应用",
        "进行",
        "具有",
        "能够",
        "可以",
        "以及",
        "不能",
        "不足",
        "影响",
        "导致",
        "较高",
        "较低",
        "高效",
        "方案",
        "项目",
        "指标",
        "合格",
        "验收",
        "检测",
        "第三方",
        "样品",
        "样机",
        "连续",
        "运行",
        "验证",
        "国内",
        "国外",
        "进口",
        "依赖",
        "目标",
        "性能",
        "工艺",
        "系统",
        "设备",
        "使用",
        "采用",
        "通过",
        "一种",
        "相关",
        "方法",
        "过程",
        "条件",
        "情况",
        "水平",
        "成本",
        "效率",
        "质量",
        "稳定",
        "性能指标",
        "技术水平",
        "技术难题",
        "产品质量",
        "降低成本",
        "生产成本",
        "智能",
        "智能化",
        "智慧",
        "平台",
        "自动",
        "自动化",
        "数据",
        "管理",
        "之后",
        "同时",
        "或者",
        "没有",
        "其中",
        "目前",
        "容易",
        "难以",
        "困难",
        "希望",
        "并且",
        "交付",
        "报告",
        "小时",
        "个月",
    ]
)
PARTICLES = frozenset(
    "的了和与及或在为对从到由以可不需要无有是其且并将使等后前中上下内外一二三四五六七八九十两个项台条套"
)


def asked(text: str | None) -> str:
    """What a search box was sent, as one line that PostgreSQL can compare: an address may hold anything at all."""
    return clean_line(text or "")[:LONGEST]


def tokens(text: str) -> str:
    """The words of a text, separated by spaces, for `to_tsvector('simple', …)`."""
    plain = normal(text)
    words = [word for word in rjieba.cut_for_search(plain) if RUNS.fullmatch(word)]
    for run in RUNS.findall(plain):
        words += [*run, *_pairs(run)] if IS_HAN.match(run) else [run]
    return " ".join(words)


def vector(*texts: tuple[str, str]) -> SearchVector | CombinedExpression:
    """What to store, of texts with their weights: `vector((title, "A"), (description, "C"))`."""
    (text, weight), *rest = texts
    first = SearchVector(Value(tokens(text)), config="simple", weight=weight)
    return first if not rest else first + vector(*rest)


class Indexed(SearchQuery):
    """A query the planner cannot look into, so that it always takes the index.

    For a frequent word it would read the whole table instead, and unpack the words of every row: 60 ms for 10,000.
    """

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(*args, **kwargs)
        return f"(SELECT {sql})", params


def query(text: str) -> Indexed | None:
    """All words that were typed, in any order; the last letters of a Latin word may be missing. None for no word."""
    terms: list[str] = []
    for run in RUNS.findall(normal(text)):
        if IS_HAN.match(run):
            terms += [f"'{pair}'" for word in rjieba.cut(run) for pair in _pairs(word) or [word]]
        else:
            terms.append(f"'{run}':*")
    return Indexed(" & ".join(dict.fromkeys(terms)), config="simple", search_type="raw") if terms else None


def salient(text: str) -> list[str]:
    """The words that say what a text is about, each once: of two characters or more, without the commonplace.

    Where jieba knows no word it cuts single characters: two that stand together are taken for a new term (聚脲).
    """
    words: list[str] = []
    for run in RUNS.findall(normal(text).casefold()):
        if not IS_HAN.match(run):
            words += [run] if len(run) > 1 and not run.isdecimal() else []
            continue
        cut = [*rjieba.cut(run), ""]
        words += [word for word in cut if len(word) > 1]
        words += [a + b for a, b in pairwise(cut) if len(a) == len(b) == 1 and not {a, b} & PARTICLES]
    return [word for word in dict.fromkeys(words) if word not in COMMONPLACE]


def sought(word: str) -> str:
    """The query that finds one such word wherever it stands, however it was cut there."""
    parts = _pairs(word) if IS_HAN.match(word) else [word]
    return " & ".join(f"'{part}'" for part in parts or [word])


def normal(text: str) -> str:
    """PostgreSQL itself ignores case."""
    text = clean_text(text)
    for wide, narrow in WIDE.items():  # or these few make the whole text go the slow way, twenty times as long
        text = text.replace(wide, narrow)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def _pairs(run: str) -> list[str]:
    return [a + b for a, b in pairwise(run)]
