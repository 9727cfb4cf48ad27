"""Why this team? Works that speak for it, passages that meet, terms they share, and what none of them covers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.corpus import Need, Work
from matching.lexicon import Matrix
from matching.space import Reader, languages
from matching.text import NO_LANGUAGE, legible, passages, readable

WORKS, TERMS = 3, 8
MEETING = 0.03  # nearness of two passages below which showing them side by side explains nothing
COVERED = 0.5  # of the weight of what is asked, so much must stand in one work


@dataclass(frozen=True)
class Reason:
    """One work that speaks for the team. `asked` and `done` are empty where no two passages meet."""

    work: int  # its place among the team's works
    near: float
    asked: str  # a passage of the need
    done: str  # the passage of the work that meets it
    terms: tuple[str, ...]  # what the two share, the rarest first; empty for a work in another language
    by_meaning: bool = False  # need and work are in two languages: how much nearer in meaning than by chance, 0 to 1


@dataclass(frozen=True)
class Explanation:
    reasons: tuple[Reason, ...]
    covered: tuple[bool, ...]  # for each thing that was asked about


def explain(reader: Reader, need: Need, works: Sequence[Work], asks: Sequence[str] = ()) -> Explanation:
    """`asks`: what must be met, such as the names of indicators with their values."""
    whole, texts = readable(need.whole), [readable(work.text) for work in works]
    if not any(text.strip() for text in texts):
        return Explanation((), (False,) * len(asks))
    read = reader.telling([whole, *texts, *map(readable, asks)])
    done, asked = read[1 : len(texts) + 1], read[len(texts) + 1 :]
    near = np.asarray((done @ read[:1].T).todense()).ravel()
    best = [int(n) for n in np.argsort(-near, kind="stable")[:WORKS] if near[n] > 0]
    ours = passages(legible(need.whole))
    left = reader.telling(list(map(readable, ours)))
    reasons = []
    for n in best:
        theirs = passages(legible(works[n].text))
        pair = _meeting(np.asarray((left @ reader.telling(list(map(readable, theirs))).T).todense()), ours, theirs)
        shared = _shared(reader, *map(readable, pair)) or _shared(reader, whole, texts[n])
        reasons.append(Reason(n, float(near[n]), *pair, shared))
    if len(reasons) < WORKS:
        others = {n: text for n, text in enumerate(texts) if text.strip() and n not in best}
        reasons += _by_meaning(reader, whole, ours, works, others)[: WORKS - len(reasons)]
    return Explanation(tuple(reasons), _covered(asked, done))


def _by_meaning(
    reader: Reader, whole: str, ours: list[str], works: Sequence[Work], others: dict[int, str]
) -> list[Reason]:
    """Works in another language than the need: the nearest in meaning, nearest first."""
    home, *theirs = languages([whole, *others.values()])
    foreign = [n for n, one in zip(others, theirs, strict=True) if NO_LANGUAGE not in (one, home) and one != home]
    places = reader.across([whole, *(others[n] for n in foreign)]) if foreign else None
    if places is None or reader.bridge is None:
        return []
    near = reader.bridge.above(places[1:] @ places[0])
    reasons = []
    for at in np.argsort(-near, kind="stable")[:WORKS]:
        if not near[at]:
            break
        done = passages(legible(works[foreign[at]].text))
        pair = _meeting(_alike(reader, ours, done), ours, done)
        reasons.append(Reason(foreign[at], float(near[at]), *pair, (), by_meaning=True))
    return reasons


def _alike(reader: Reader, ours: list[str], theirs: list[str]) -> np.ndarray:
    one, other = reader.across(list(map(readable, ours))), reader.across(list(map(readable, theirs)))
    return np.zeros((0, 0)) if one is None or other is None else one @ other.T


def _meeting(table: np.ndarray, ours: list[str], theirs: list[str]) -> tuple[str, str]:
    """The two passages that are nearest, of a table of all pairs; empty where none are near enough."""
    if not table.size or table.max() < MEETING:
        return "", ""
    row, column = np.unravel_index(int(table.argmax()), table.shape)
    return ours[int(row)], theirs[int(column)]


def _shared(reader: Reader, one: str, other: str) -> tuple[str, ...]:
    """Words both have, the rarest first; no word that is part of another one named."""
    both = reader.telling([one, other])
    products = np.asarray(both[0].multiply(both[1]).todense()).ravel()
    names = reader.lexicon.named([one])
    found: list[str] = []
    for column in np.argsort(-products, kind="stable"):
        if products[column] <= 0 or len(found) == TERMS:
            break
        word = names[int(column)]
        if not word.startswith("·") and not any(word in longer for longer in found):
            found = [*(shorter for shorter in found if shorter not in word), word]
    return tuple(found)


def _covered(asked: Matrix, done: Matrix) -> tuple[bool, ...]:
    if not asked.shape[0]:
        return ()
    held = (done > 0).astype(np.float32)  # of each thing asked, the weight of its terms that one work has
    squares = asked.multiply(asked)
    best = np.asarray((squares @ held.T).todense()).max(axis=1)
    return tuple(bool(one >= COVERED) for one in np.asarray(best).ravel())
