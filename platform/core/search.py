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
LONGEST = 100


def asked(text: str | None) -> str:
    """What a search box was sent, as one line that PostgreSQL can compare: an address may hold anything at all."""
    return clean_line(text or "")[:LONGEST]


def tokens(text: str) -> str:
    """The words of a text, separated by spaces, for `to_tsvector('simple', …)`."""
    plain = _plain(text)
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
    for run in RUNS.findall(_plain(text)):
        if IS_HAN.match(run):
            terms += [f"'{pair}'" for word in rjieba.cut(run) for pair in _pairs(word) or [word]]
        else:
            terms.append(f"'{run}':*")
    return Indexed(" & ".join(dict.fromkeys(terms)), config="simple", search_type="raw") if terms else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", clean_text(text))  # PostgreSQL itself ignores case


def _pairs(run: str) -> list[str]:
    return [a + b for a, b in pairwise(run)]
