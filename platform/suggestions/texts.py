"""What matching reads, and nothing else: works and keywords of teams that are matched, and the public words of needs.

Never the confidential note, an annex, a bid, or the answers to questions that a batch keeps from the public.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from matching import corpus
from needs.models import Need
from needs.states import LISTED, N
from teams.models import Team
from works.models import Work

# From where the zone first sees a need until it takes no more bids.
ON_THE_WAY = (N.SUBMITTED, N.RETURNED, N.SCREENED, N.APPROVED, N.SCHEDULED)
MOST_BACKGROUND = 5_000  # texts of listings, the newest
READ = 2_000  # rows fetched at once


# ── teams ───────────────────────────────────────────────────────────────────────
def teams(rows: QuerySet[Team]) -> Iterator[corpus.Team]:
    """Those of these teams that are matched and say something, with their works, in the order of their keys."""
    told = rows.filter(pk__in=Team.objects.matchable().values("pk")).order_by("pk")
    words = {pk: (name, keywords) for pk, name, keywords in told.values_list("pk", "name", "keywords")}
    found = Work.objects.filter(team__in=list(words)) if len(words) < READ else Work.objects.for_matching()
    columns = ("team", "title", "abstract", "keywords", "year")
    works = found.order_by("team", "pk").values_list(*columns).iterator(chunk_size=READ)
    left = dict(words)
    for pk, own in groupby(works, key=lambda row: row[0]):
        if pk in left:
            yield _team(pk, *left.pop(pk), [work(*row[1:]) for row in own])
    for pk, (name, keywords) in left.items():
        if keywords:
            yield _team(pk, name, keywords, [])


def work(title: str, abstract: str, keywords: list[str], year: int | None) -> corpus.Work:
    return corpus.Work(title, abstract, tuple(keywords), year)


def own_words(keywords: list[str]) -> corpus.Work:
    """What a team says of itself counts as one more work; without any works it is all there is."""
    return corpus.Work(keywords=tuple(keywords))


def _team(pk: Any, name: str, keywords: list[str], works: list[corpus.Work]) -> corpus.Team:
    own = (own_words(keywords),) if keywords else ()
    return corpus.Team(str(pk), name, (*works, *own))


# ── needs ───────────────────────────────────────────────────────────────────────
def in_sight() -> QuerySet[Need]:
    """The needs for which teams are looked for now."""
    open_now = Q(status=N.PUBLISHED, bid_deadline__gt=Now())
    return Need.objects.filter(Q(status__in=ON_THE_WAY) | open_now)


def readable(rows: QuerySet[Need]) -> QuerySet[Need]:
    """Without the columns that matching must not even load."""
    hidden = ("confidential", "wrapped_key", "typed", "answers", "search", "search_text")
    return rows.select_related("organisation").prefetch_related("indicators").defer(*hidden)


def need_text(need: Need) -> corpus.Need:
    """What is compared."""
    told = sentences(need)
    return corpus.Need(told.id, "\n".join([*filter(None, [" ".join(need.keywords)]), told.text]), need.title)


def sentences(need: Need) -> corpus.Need:
    """What an explanation quotes: the same without the bare keywords."""
    asked = [need.problem, need.goal, need.present]
    asked += [f"{one.name} {one.requirement}" for one in need.indicators.all()]
    return corpus.Need(str(need.pk), "\n".join(part for part in asked if part), need.title)


def background() -> list[str]:
    """Words of listings, which everybody may read: what others have not published never moves a score."""
    rows = Need.objects.filter(number__isnull=False, status__in=LISTED).order_by("-published_at")
    return [need_text(need).whole for need in readable(rows)[:MOST_BACKGROUND]]


def fingerprint(text: corpus.Need, indicators: Iterable[Any]) -> str:
    """Of everything an explanation is made of: other words, or other indicators, and it is made anew."""
    said = "\n".join([text.whole, *(str(one) for one in indicators)])
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
