"""While a need is being written: are there teams for such a text? By words alone, from what this process holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from matching import corpus, storing
from matching.engine import Engine, Ranked
from matching.explaining import explain
from matching.support import Support
from suggestions import keeping, texts
from suggestions.queries import passage
from suggestions.states import Strength
from suggestions.writing import Works
from teams.models import Team
from works.models import Work
from works.queries import with_public_works

SHORTEST, LONGEST = 20, 4_000  # characters: below, any answer would be chance; above, the field has been said
LOOKED_AT, COMPARED = 40, 12  # teams whose names are looked up, and whose works are compared
LIVE_WORKS = 200  # of a team, the newest, that are compared while somebody waits
STEPS = (1, 5, 10)  # as which their number is told
READ = 30  # public works of a team in which a sentence is looked for, the newest


@dataclass(frozen=True)
class Shown:
    """A team, and the sentence of a public work of its that meets the text best."""

    team: Team
    title: str
    done: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Live:
    """`ready`: something is learnt at all, and the text says enough.

    How many are never told exactly: with one word more or less somebody could count what teams keep to themselves.
    """

    ready: bool
    at_least: int = 0  # of STEPS; 0: nobody
    best: str = ""  # Strength
    shown: tuple[Shown, ...] = ()  # those whose public works say why, best first; the others are only counted


def live(text: str, *, title: str = "", organisation: Any = None, most: int = 3) -> Live:
    """Teams for a text that is not saved yet. Nothing of it is kept. `organisation`: whose teams do not count."""
    said = f"{title}\n{text}".strip()[:LONGEST]
    if len(said) < SHORTEST:
        return Live(ready=False)
    try:
        engine = keeping.held(words_only=True)
    except storing.Unusable:
        engine = None
    if engine is None:
        return Live(ready=False)
    found = [one for one in next(engine.rank([said], LOOKED_AT)) if one.strength != Strength.WEAK and one.score > 0]
    return _told(engine, said, found, organisation, most)


def _told(engine: Engine, said: str, found: Sequence[Ranked], organisation: Any, most: int) -> Live:
    ids = [UUID(str(one.team)) for one in found]
    rows = Team.objects.matchable().filter(pk__in=ids)
    if organisation is not None:
        rows = rows.exclude(organisation=organisation)
    held = rows.select_related("organisation").in_bulk()
    open_to_all = set(with_public_works().filter(pk__in=held).values_list("pk", flat=True))
    likely = [(pk, one) for pk, one in zip(ids, found, strict=True) if pk in held][:COMPARED]
    labelled = _labelled(engine, said, likely)
    kept = [(pk, strength) for pk, strength in labelled if strength != Strength.WEAK]
    shown = _shown(engine, said, [held[pk] for pk, _strength in kept if pk in open_to_all])[:most]
    return Live(
        ready=True,
        at_least=in_steps(len(kept)),
        best=min((strength for _pk, strength in kept), key=Strength.values.index, default=""),
        shown=shown,
    )


def in_steps(n: int) -> int:
    return max((step for step in STEPS if n >= step), default=0)


def _shown(engine: Engine, said: str, teams: Sequence[Team]) -> tuple[Shown, ...]:
    """From public works alone: whoever writes here could be anybody, and trying words until a team is named would tell
    him what it keeps to itself."""
    found = []
    for team in teams:
        rows = list(Work.objects.public().filter(team=team)[:READ])
        works = [texts.work(row.title, row.abstract, row.keywords, row.year) for row in rows]
        why = explain(engine.reader, corpus.Need("", said), works).reasons
        best = next((one for one in why if one.done), None)
        if best:
            row = rows[best.work]
            found.append(Shown(team, row.title, passage(best.done, row.keywords), best.terms))
    return tuple(found)


def _labelled(engine: Engine, said: str, likely: Sequence[tuple[UUID, Ranked]]) -> list[tuple[UUID, str]]:
    """With the label that works and text allow together, as a row would have it."""
    support, works, asked = Support(*engine.note["support"]), Works(engine, newest=LIVE_WORKS), corpus.Need("", said)
    return [
        (pk, support.label(one.strength, support.near(explain(engine.reader, asked, works.of(pk, asked)[1]))))
        for pk, one in likely
    ]
