"""The rows of one need, written in one transaction; explained anew only where need or team says something new."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from core import clock
from matching import corpus
from matching.endpoint import EncodingFailed
from matching.engine import Engine
from matching.explaining import explain
from matching.support import Support
from needs.models import Indicator, Need
from suggestions import keeping, texts
from suggestions.models import Following, Suggestion
from suggestions.ranking import Placed
from teams.models import Team
from works.models import Work

FIELDS = ("place", "score", "near", "strength", "factors", "reasons", "covered", "made_at", "is_current", "read")
SAME = 1e-4  # a score that moved by less is the same
LOOKED_AT = 400  # works of one team that an explanation is looked for in: those whose titles are nearest

Told = tuple[list[UUID | None], list[corpus.Work]]


def write(
    voice: keeping.Voice,
    need: Need,
    asked: corpus.Need,
    found: Sequence[Placed],
    *,
    text: str,
    followed: int,
    works: "Works",
) -> int:
    """Returns how many rows are new or other than they were. What was shown once is kept, for the figures."""
    held = {row.team_id: row for row in Suggestion.objects.filter(need=need)}
    now, indicators = clock.now(), list(need.indicators.all())
    support = Support(*voice.for_need(need).note["support"])
    fresh, other, place = [], [], 0
    for one in found:
        row, read = held.get(one.team), f"{text[:40]}:{one.changed}:{voice.for_need(need).reader.speaks[:8]}"
        known = row is not None and row.is_current and row.read == read
        why = {} if known else _why(voice, support, need, indicators, works.of(one.team, asked))
        near = row.near if row is not None and known else why["near"]
        if one.score <= 0 and near < support.medium:
            continue  # nothing speaks for this team
        place += 1
        held.pop(one.team, None)
        values = {"place": place, "score": one.score, "factors": one.factors, **why}
        values |= {"strength": support.label(one.strength, near), "made_at": now, "is_current": True, "read": read}
        if row is None:
            fresh.append(Suggestion(need_id=need.pk, team_id=one.team, **values))
        elif not known or _differs(row, values):
            other.append(_set(row, **values))
    try:
        with transaction.atomic():
            Suggestion.objects.bulk_create(fresh)
            Suggestion.objects.bulk_update(other, FIELDS)
            _drop(Suggestion.objects.filter(pk__in=[row.pk for row in held.values()]))
            facts = {"text": text, "followed": followed, "ranked_at": now}
            facts["revision"] = need.revision + need.amendments
            Following.objects.update_or_create(need_id=need.pk, defaults=facts)
    except IntegrityError:  # need or team went while it was being ranked
        return 0
    return len(fresh) + len(other)


def forget(teams: Iterable[Any]) -> None:
    """These teams are matched no longer: nothing of what was found in their works is kept."""
    _drop(Suggestion.objects.filter(team__in=list(teams)))


def forget_works(teams: Iterable[Any]) -> None:
    """In rows of needs that nobody ranks any more: what these teams no longer say of themselves goes as well."""
    rows = Suggestion.objects.filter(team__in=list(teams)).exclude(need__in=texts.in_sight().values("pk"))
    rows = rows.exclude(reasons=[])
    named = {reason["work"] for row in rows for reason in row.reasons if reason["work"]}
    left = {str(pk): at for pk, at in Work.objects.filter(pk__in=named).values_list("pk", "updated_at")}
    for row in rows:
        kept = [one for one in row.reasons if one["work"] in left and left[one["work"]] <= row.made_at]
        if len(kept) < len(row.reasons):
            Suggestion.objects.filter(pk=row.pk).update(reasons=kept)


def _drop(rows: Any) -> None:
    shown = Q(shown_at__isnull=False) | Q(told_at__isnull=False)
    rows.exclude(shown).delete()
    rows.filter(shown, is_current=True).update(is_current=False, reasons=[], factors=[], covered=[], read="")


def _differs(row: Suggestion, values: dict[str, Any]) -> bool:
    """Whether more than a rounding moved."""
    told = all(getattr(row, name) == values[name] for name in ("place", "strength", "factors"))
    return not told or abs(row.score - values["score"]) >= SAME


def _set(row: Suggestion, **values: Any) -> Suggestion:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _why(voice: keeping.Voice, support: Support, need: Need, indicators: list[Indicator], told: Told) -> dict[str, Any]:
    (keys, works), asked = told, texts.sentences(need)
    asks = [f"{one.name} {one.requirement}" for one in indicators]
    try:
        found = explain(voice.for_need(need).reader, asked, works, asks)
    except EncodingFailed as failed:
        voice.is_silent(failed)
        found = explain(voice.for_need(need).reader, asked, works, asks)
    reasons = [
        {
            "work": str(keys[one.work]) if keys[one.work] else None,
            "title": works[one.work].title,
            "asked": one.asked,
            "done": one.done,
            "terms": list(one.terms),
            "by_meaning": one.by_meaning,
        }
        for one in found.reasons
    ]
    covered = [{"indicator": str(one.pk), "covered": held} for one, held in zip(indicators, found.covered, strict=True)]
    return {"reasons": reasons, "covered": covered, "near": support.near(found)}


class Works:
    """The works of teams, read once for all needs of a pass; all of them, or so many of the `newest`."""

    def __init__(self, engine: Engine, *, newest: int | None = None) -> None:
        self._engine, self._newest = engine, newest
        self._held: dict[UUID, Told] = {}

    def of(self, team: UUID, asked: corpus.Need) -> Told:
        """Keys and works; the key of a team's own words is None."""
        if team not in self._held:
            if len(self._held) > 2_000:
                self._held.clear()
            self._held[team] = self._read(team)
        keys, works = self._held[team]
        return self._nearest(keys, works, asked) if len(works) > LOOKED_AT else (keys, works)

    def _read(self, team: UUID) -> Told:
        own = Work.objects.for_matching().filter(team=team)
        rows = list(own.order_by("pk") if self._newest is None else own[: self._newest])
        keys: list[UUID | None] = [row.pk for row in rows]
        works = [texts.work(row.title, row.abstract, row.keywords, row.year) for row in rows]
        words = Team.objects.filter(pk=team).values_list("keywords", flat=True).first()
        if words:
            keys.append(None)
            works.append(texts.own_words(words))
        return keys, works

    def _nearest(self, keys: list[UUID | None], works: list[corpus.Work], asked: corpus.Need) -> Told:
        titles = [f"{work.title} {' '.join(work.keywords)}" for work in works]
        near = self._engine.reader.telling(titles) @ self._engine.reader.telling([asked.whole]).T
        best = (-near.toarray().ravel()).argsort(kind="stable")[:LOOKED_AT]
        return [keys[n] for n in best], [works[n] for n in best]
