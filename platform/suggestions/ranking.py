"""From the engine's scores to the places of a list: no parties, facts weighed, not five teams of one house in front."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from matching.corpus import Need as Asked
from matching.engine import Engine, Ranked
from needs.models import Need
from rescue.rules import parties_to
from suggestions.factors import weighed
from suggestions.facts import Facts, facts_of
from suggestions.feedback import misplaced

CANDIDATES = 150  # the engine's best; the facts move a score by a quarter at most
KEPT = 30
FRONT, OF_ONE_HOUSE = 5, 2  # of the first five places, so many for teams of one organisation


@dataclass(frozen=True)
class Placed:
    team: UUID
    organisation: Any
    score: float
    strength: str
    factors: list[dict[str, Any]]
    changed: int  # the team's change number


def places(engine: Engine, needs: Sequence[tuple[Need, Asked]]) -> Iterator[list[Placed]]:
    """For each need the best teams that may be shown for it, best first."""
    asked = [text for _need, text in needs]
    ranked = list(engine.rank(asked, CANDIDATES))
    facts = facts_of(list({UUID(str(one.team)) for found in ranked for one in found}))
    against = misplaced(engine, asked)
    for (need, _text), found, judged in zip(needs, ranked, against, strict=True):
        houses = parties_to(need)
        placed = [_placed(need, one, facts, judged) for one in found if UUID(str(one.team)) in facts]
        kept = [one for one in placed if one.organisation not in houses]
        yield diverse(sorted(kept, key=lambda one: (-one.score, str(one.team))))[:KEPT]


def _placed(need: Need, one: Ranked, facts: dict[Any, Facts], judged: dict[Any, float]) -> Placed:
    team = UUID(str(one.team))
    known = replace(facts[team], misplaced=judged.get(team, 0.0))
    moved, told = weighed(need, known)
    score = one.score * (moved if one.score > 0 else 2 - moved)  # a good fact never makes a score worse
    return Placed(team, known.organisation, round(score, 6), one.strength, told, known.changed)


def diverse(found: Iterable[Placed]) -> list[Placed]:
    """The same order, but in front no house has more than its share while there are teams of others."""
    front: list[Placed] = []
    later: list[Placed] = []
    for one in found:
        of_house = sum(other.organisation == one.organisation for other in front)
        if len(front) < FRONT and of_house >= OF_ONE_HOUSE:
            later.append(one)
        elif len(front) < FRONT:
            front.append(one)
        else:
            later.append(one)
    return front + sorted(later, key=lambda one: (-one.score, str(one.team)))
