"""Which needs ask for nearly the same? The words two needs share, weighed by how rare they are among the listings.

A score from 0 to 1 with its reason in words. It is made of what can be read in public (title, problem, goal, keywords,
indicators, field), never of the confidential notes; rarity is counted over listings alone, so that neither a score nor
a count says anything of what others have not published. Measured by `tools/bench_similar.py`.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.roles import OPERATING
from accounts.rules import belongs
from core.search import normal, salient, sought
from core.text import clauses, listed
from needs.models import Need
from needs.states import N

THRESHOLD = 0.30  # below it nothing is shown: see the figures of `tools/bench_similar.py`
MOST = 5
TITLE, BODY = 2.0, 1.0  # a word of the title or a keyword says more of a need than one of its text
WORDS, KEYWORDS, NAMES, FIELD = 0.66, 0.14, 0.12, 0.08  # parts of the score; what one of the two lacks does not count
MOST_TERMS, MOST_READ, MOST_OWN = 120, 30, 100
MOST_SAID = 5

RANKED = """
WITH word AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::float[]) AS w (term, query, weight)),
     hit AS (SELECT word.term, word.weight, n.id, n.listed
               FROM word, LATERAL (
                    SELECT id, true AS listed FROM needs_need
                     WHERE number IS NOT NULL AND search @@ word.query::tsquery
                    UNION ALL  -- an index each: with OR the planner takes neither
                    SELECT id, false FROM needs_need
                     WHERE number IS NULL AND search @@ word.query::tsquery) AS n
              WHERE n.id IN ({scope})),
     total AS (SELECT count(*) AS n FROM needs_need WHERE number IS NOT NULL),
     rare AS (SELECT term, count(*) FILTER (WHERE listed) AS df FROM hit GROUP BY term),
     best AS (SELECT hit.id, sum(hit.weight * ln(1 + (total.n + 1) / (rare.df + 0.5))) AS weight
                FROM hit JOIN rare USING (term), total GROUP BY hit.id ORDER BY 2 DESC LIMIT %s)
SELECT 'total', '', n FROM total
UNION ALL SELECT 'term', term, df FROM rare
UNION ALL SELECT 'need', id::text, 0 FROM best
"""


@dataclass(frozen=True)
class Match:
    """One similar need: how similar, and what the two share."""

    need: Need
    score: float
    words: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def reason(self) -> str:
        parts = [_("共有：%(words)s") % {"words": listed(self.words)}] if self.words else []
        if self.names:
            parts.append(_("指标：%(names)s") % {"names": listed(self.names)})
        return clauses(parts)

    @property
    def percent(self) -> int:
        return round(self.score * 100)

    @property
    def is_open(self) -> bool:
        return self.need.takes_bids


class Profile:
    """What a need says, as far as it is compared."""

    def __init__(self, need: Need, names: Iterable[str]) -> None:
        """`names`: of its indicators."""
        self.need = need
        self.keywords = [normal(word).casefold() for word in need.keywords]
        self.names = {name: _bare(name) for name in names}
        head, body = f"{need.title}；{'；'.join(need.keywords)}", f"{need.problem}；{need.goal}"
        self.said = normal(f"{head}；{body}；{'；'.join(self.names)}")
        self.text = self.said.casefold()
        self.terms: dict[str, float] = dict.fromkeys(salient(body), BODY)
        self.terms |= dict.fromkeys(salient(head), TITLE)

    def as_said(self, term: str) -> str:
        """VOC, where the comparison only knows voc."""
        found = re.search(re.escape(term), self.said, re.IGNORECASE)
        return found[0] if found else term

    @cached_property
    def heaviest(self) -> list[str]:
        return sorted(self.terms, key=lambda term: -self.terms[term])[:MOST_TERMS]


def profile_of(need: Need) -> Profile:
    return Profile(need, [row.name for row in need.indicators.all()])


@dataclass
class Rarity:
    """How many listings hold a word, of how many."""

    total: int
    found: dict[str, int]

    def of(self, term: str) -> float:
        return math.log(1 + (self.total + 1) / (self.found.get(term, 0) + 0.5))


def similar_to(need: Need, *, to: Any, most: int = MOST) -> list[Match]:
    """The needs closest to this one among those this reader may see of it, the closest first.

    For its enterprise: its own in any state, and every listing. For the zone also what others have submitted.
    """
    if not is_comparable(need):
        return []
    mine = profile_of(need)
    rarity, ids = _ranked(mine, scope(need, to))
    own = _readable(Need.objects.filter(organisation=need.organisation_id, number=None)).order_by("-created_at")
    others = _readable(scope(need, to).filter(pk__in=ids))
    rows = {row.pk: row for row in [*others, *(own[:MOST_OWN] if belongs(to, need.organisation) else ())]}
    rows.pop(need.pk, None)
    matches = [compare(mine, profile_of(row), rarity) for row in rows.values()]
    found = [match for match in matches if match.score >= THRESHOLD]
    return sorted(found, key=lambda match: (-match.score, match.need.pk))[:most]


def is_comparable(need: Need) -> bool:
    """With a title alone, everything about pumps would be similar to everything about pumps."""
    return bool(need.title.strip() and need.problem.strip())


def scope(need: Need, user: Any) -> QuerySet[Need]:
    """Where to look: the listings, and for the zone whatever has been submitted. Never the drafts of others."""
    among = Q(number__isnull=False)
    if user.has_role(*OPERATING):
        among |= Q(application_number__isnull=False) & ~Q(status__in=(N.WITHDRAWN, N.REJECTED))
    if belongs(user, need.organisation):
        among |= Q(organisation=need.organisation_id)
    return Need.objects.visible_to(user).filter(among).exclude(pk=need.pk)


def _readable(rows: QuerySet[Need]) -> QuerySet[Need]:
    wide = ("search", "search_text", "wrapped_key", "confidential", "typed")
    return rows.select_related("organisation", "batch").prefetch_related("indicators").defer(*wide)


def _ranked(mine: Profile, among: QuerySet[Need]) -> tuple[Rarity, list[UUID]]:
    terms = mine.heaviest
    inner, given = among.order_by().values("pk").query.sql_with_params()
    weights = [mine.terms[term] for term in terms]
    with connection.cursor() as cursor:
        sql = RANKED.format(scope=inner)
        cursor.execute(sql, [terms, [sought(term) for term in terms], weights, *given, MOST_READ])
        rows = cursor.fetchall()
    total = next(n for kind, _key, n in rows if kind == "total")
    found = {key: n for kind, key, n in rows if kind == "term"}
    return Rarity(total, found), [UUID(key) for kind, key, _n in rows if kind == "need"]


def compare(mine: Profile, other: Profile, rarity: Rarity) -> Match:
    shared = [term for term in mine.terms if term in other.text]
    names = [name for name, bare in mine.names.items() if bare in other.names.values()]
    same = [word for word in mine.keywords if word in other.text]
    parts = [(WORDS, _closeness(mine, other, shared, rarity))]
    if mine.keywords and other.keywords:
        theirs = [word for word in other.keywords if word in mine.text]
        parts.append((KEYWORDS, (len(same) + len(theirs)) / (len(mine.keywords) + len(other.keywords))))
    if mine.names and other.names:
        parts.append((NAMES, 2 * len(names) / (len(mine.names) + len(other.names))))
    if mine.need.field and other.need.field:
        parts.append((FIELD, float(mine.need.field == other.need.field)))
    score = sum(weight * share for weight, share in parts) / sum(weight for weight, _share in parts)
    said = sorted(shared, key=lambda term: -mine.terms[term] * rarity.of(term))
    words = [mine.as_said(term) for term in _whole(said)[:MOST_SAID]]
    return Match(other.need, round(score, 3), tuple(words), tuple(names)[:MOST_SAID])


def _closeness(mine: Profile, other: Profile, shared: list[str], rarity: Rarity) -> float:
    """Of what each of the two says, the part that the other says too: rare words count more."""

    def heard(terms: dict[str, float], text: str) -> float:
        whole = sum(weight * rarity.of(term) for term, weight in terms.items())
        return sum(weight * rarity.of(term) for term, weight in terms.items() if term in text) / whole if whole else 0.0

    return math.sqrt(heard(mine.terms, other.text) * heard(other.terms, mine.text))


def _whole(words: Iterable[str]) -> tuple[str, ...]:
    """Without the pieces of longer ones."""
    kept = list(words)
    return tuple(word for word in kept if not any(word != other and word in other for other in kept))


def _bare(name: str) -> str:
    return "".join(normal(name).casefold().split())
