"""The worker keeps the rows in step with PostgreSQL: what teams can do, what needs say, and what people said of it.

A tick does as much as fits into a few seconds and leaves the rest to the next: what has been done is in the database.
"""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from core import clock
from core.alone import LONG_WORK, alone
from matching import corpus
from matching.endpoint import EncodingFailed
from matching.engine import Engine
from needs.models import Need
from suggestions import keeping, learning, texts
from suggestions.learning import AGAIN, SHARE
from suggestions.models import Following, Index, Judgement, Suggestion
from suggestions.ranking import Placed, places
from suggestions.writing import Works, forget, forget_works, write
from teams.changes import touch
from teams.models import Team

log = logging.getLogger(__name__)
PASS = 10.0  # seconds of ranking in one tick
AT_ONCE = 20  # needs whose facts are read together
LONGEST = timedelta(days=1)  # contracts, answers and years move the facts: everything is ranked once a day
Due = tuple[Need, corpus.Need, str]


def carry_on() -> int:
    """One tick. Returns how many rows are new or other; 0 while another process is at long work."""
    with alone(LONG_WORK) as mine:
        if not mine:
            return 0
        row = learning.index()
        if row.failed_at and clock.now() - row.failed_at < AGAIN:
            return 0
        try:
            return step(row)
        except DatabaseError:
            raise
        except Exception as error:  # an index that cannot be made must not stop the clock of everything else
            log.exception("matching failed")
            Index.objects.filter(pk=1).update(failed_at=clock.now(), failure=f"{type(error).__name__}: {error}"[:300])
            return 0


def step(row: Index) -> int:
    began = time.monotonic()
    resting = row.rest_until is not None and clock.now() < row.rest_until
    engine = _followed(row, learning.usable(row), resting=resting)
    if engine is None or not engine.ids:
        return _nobody()
    changed = rank(row, engine, resting=resting)
    if row.failure:
        row.failed_at, row.failure = None, ""
        row.save(update_fields=["failed_at", "failure"])
    if not resting and (time.monotonic() - began > 1 or changed):
        _rest(row, time.monotonic() - began)
    return changed


def _followed(row: Index, engine: Engine | None, *, resting: bool) -> Engine | None:
    """What is known of teams, brought up to now where it is time."""
    if engine is not None and resting:
        return engine
    before = row.followed
    _notice_organisations(row)
    if engine is None or learning.is_due(row, engine) or (learning.lacks_meaning(row) and learning.encode_on(row)):
        engine = learning.learn(row)
    else:
        engine = learning.fold(row, engine)
    changed = set(Team.objects.filter(changed__gt=before, changed__lte=row.followed).values_list("pk", flat=True))
    left = set(Team.objects.matchable().filter(pk__in=changed).values_list("pk", flat=True))
    forget(changed - left)
    forget_works(left)
    return engine


def _notice_organisations(row: Index) -> None:
    """An organisation that was verified, suspended or reinstated changes its teams: each is given a number for it."""
    if row.folded_at is None:
        return
    theirs = Team.objects.filter(organisation__status_since__gt=row.folded_at, changed__lte=row.followed)
    with transaction.atomic():
        for team in theirs.select_for_update(of=("self",)).order_by("pk")[: learning.FOLDED]:
            touch(team)


def rank(row: Index, engine: Engine, *, resting: bool = False, seconds: float = PASS) -> int:
    """The needs that are due, new words first, for some seconds. Returns how many rows changed."""
    until, changed, works, voice = time.monotonic() + seconds, 0, Works(engine), keeping.Voice(engine)
    for some in filter(None, _due(row, resting=resting)):
        for (need, asked, text), placed in _places(voice, some):
            changed += write(voice, need, asked, placed, text=text, followed=row.followed, works=works)
            if time.monotonic() > until:
                return changed
    return changed


def _places(voice: keeping.Voice, some: list[Due]) -> Iterator[tuple[Due, list[Placed]]]:
    """What is not published yet is not sent to any service, and one that is silent is done without."""
    for listed in (True, False):
        group = [due for due in some if (due[0].number is not None) == listed]
        asked = [(need, told) for need, told, _text in group]
        try:
            found = list(places(voice.for_need(asked[0][0]), asked)) if asked else []
        except EncodingFailed as failed:
            voice.is_silent(failed)
            found = list(places(voice.for_need(asked[0][0]), asked))
        yield from zip(group, found, strict=True)


def _due(row: Index, *, resting: bool) -> Iterator[list[Due]]:
    """Needs that say something else than was ranked; then, unless the worker rests, those touched by other changes.

    Some at a time. Of the needs about which nothing changed not even the words are read.
    """
    fresh = list(_saved().values_list("pk", flat=True))
    later = [] if resting else list(_behind(row).exclude(pk__in=fresh).values_list("pk", flat=True))
    keys = fresh + later
    for start in range(0, len(keys), AT_ONCE):
        yield _read(keys[start : start + AT_ONCE])


def _saved() -> QuerySet[Need]:
    """Those that were saved or amended since they were ranked, or were never."""
    now = OuterRef("revision") + OuterRef("amendments")
    return texts.in_sight().filter(~Exists(Following.objects.filter(need=OuterRef("pk"), revision=now)))


def _behind(row: Index) -> QuerySet[Need]:
    """Those ranked longest ago first."""
    old = ~Q(followed=row.followed) | Q(ranked_at__lt=clock.now() - LONGEST)
    for at in (row.learnt_at, _last_word()):
        old |= Q(ranked_at__lt=at) if at is not None else Q()
    held = Following.objects.filter(need=OuterRef("pk"))
    ranked_at = Subquery(held.values("ranked_at"))
    return texts.in_sight().filter(Exists(held.filter(old))).order_by(ranked_at, "pk")


def _read(keys: list[Any]) -> list[Due]:
    """In this order, without those that went meanwhile."""
    needs = {need.pk: need for need in texts.readable(texts.in_sight().filter(pk__in=keys))}
    found = [(needs[key], texts.need_text(needs[key])) for key in keys if key in needs]
    return [(need, asked, texts.fingerprint(asked, need.indicators.all())) for need, asked in found]


def _last_word() -> Any:
    """When a judgement was last made or taken back."""
    found = Judgement.objects.aggregate(made=Max("made_at"), withdrawn=Max("withdrawn_at"))
    return max((at for at in found.values() if at), default=None)


def _rest(row: Index, spent: float) -> None:
    row.rest_until = clock.now() + timedelta(seconds=spent * (1 / SHARE - 1))
    row.save(update_fields=["rest_until"])


def _nobody() -> int:
    """No team is matched at all: what was suggested before holds no longer."""
    if Suggestion.objects.filter(is_current=True).exists():
        forget(Suggestion.objects.filter(is_current=True).values_list("team", flat=True))
    return 0
