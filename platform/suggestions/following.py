"""The worker keeps the rows in step with PostgreSQL: what teams can do, what needs say, and what people said of it.

A tick does as much as fits into a few seconds and leaves the rest to the next: what has been done is in the database.
"""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Max

from core import clock
from core.alone import LONG_WORK, alone
from matching import corpus
from matching.endpoint import EncodingFailed
from matching.engine import Engine
from needs.models import Need
from suggestions import keeping, learning, texts
from suggestions.learning import SHARE
from suggestions.models import Following, Index, Judgement, Suggestion
from suggestions.ranking import Placed, places
from suggestions.writing import Works, forget, forget_works, write
from teams.changes import touch
from teams.models import Team

log = logging.getLogger(__name__)
PASS = 10.0  # seconds of ranking in one tick
AT_ONCE = 20  # needs whose facts are read together
LONGEST = timedelta(days=1)  # contracts, answers and years move the facts: everything is ranked once a day
AGAIN = timedelta(minutes=1)  # after a failure
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
    until, changed, works = time.monotonic() + seconds, 0, Works(engine)
    due = list(_due(row, resting=resting))
    for start in range(0, len(due), AT_ONCE):
        some = due[start : start + AT_ONCE]
        for (need, asked, text), placed in zip(some, _places(engine, some), strict=True):
            changed += write(engine, need, asked, placed, text=text, followed=row.followed, works=works)
        if time.monotonic() > until:
            break
    return changed


def _places(engine: Engine, some: list[Due]) -> list[list[Placed]]:
    """What is not published yet is not sent to any service, and one that is silent is done without."""
    asked = [(need, told) for need, told, _text in some]
    inside = keeping.sends_texts() and any(need.number is None for need, _told in asked)
    try:
        return list(places(keeping.words_of(engine) if inside else engine, asked))
    except EncodingFailed as failed:
        log.warning("%s", failed)
        return list(places(keeping.words_of(engine), asked))


def _due(row: Index, *, resting: bool) -> Iterator[Due]:
    """Needs that say something else than was ranked; then, unless the worker rests, those touched by other changes."""
    held = {one.need_id: one for one in Following.objects.all()}
    judged = _last_word()
    later: list[tuple[Any, Due]] = []
    for need in texts.readable(texts.in_sight()):
        asked = texts.need_text(need)
        text = texts.fingerprint(asked, need.indicators.all())
        known = held.get(need.pk)
        if known is None or known.text != text:
            yield need, asked, text
        elif not resting and _is_behind(known, row, judged):
            later.append((known.ranked_at, (need, asked, text)))
    yield from (one for _at, one in sorted(later, key=lambda pair: pair[0]))


def _is_behind(known: Following, row: Index, judged: Any) -> bool:
    learnt = row.learnt_at is not None and known.ranked_at < row.learnt_at
    said = judged is not None and known.ranked_at < judged
    return learnt or said or known.followed != row.followed or clock.now() - known.ranked_at > LONGEST


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
