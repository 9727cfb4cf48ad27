"""How good is a ranking? Measures over labelled needs, with intervals, and the few-works protocol they are taken by."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.corpus import Id, Need, Team, Work
from matching.encoders import Encoder
from matching.engine import Engine

RESAMPLED = 1_000


@dataclass(frozen=True)
class Measure:
    """A mean over needs with the interval that holds 95 of 100 resamplings of the needs (percentile bootstrap)."""

    name: str
    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.name:<12}{self.mean * 100:6.1f}   [{self.low * 100:.1f}, {self.high * 100:.1f}]"


def measures(ranks: Sequence[Sequence[int]]) -> list[Measure]:
    """`ranks`: of each need, the places (from 1) at which its right teams stand."""
    best = np.array([min(places, default=10**9) for places in ranks], dtype=float)
    return [
        _measure("accuracy@1", best <= 1),
        _measure("accuracy@5", best <= 5),
        _measure("MRR", 1 / best),
        _measure("nDCG@10", np.array([_ndcg(places) for places in ranks])),
    ]


def ranks(engine: Engine, needs: Sequence[Need], right: Sequence[set[Id]]) -> list[list[int]]:
    return [
        [place for place, one in enumerate(found, start=1) if one.team in wanted]
        for found, wanted in zip(engine.rank(needs), right, strict=True)
    ]


def drawn(rows: Iterable[dict[str, Any]], *, text: str, label: str, each: int, seed: int) -> list[Team]:
    """A team for each label, with `each` of its works drawn at random: the few-works protocol."""
    by_label: dict[str, list[Work]] = {}
    for row in rows:
        by_label.setdefault(str(row[label]), []).append(Work(abstract=str(row[text])))
    dice = random.Random(seed)  # noqa: S311 - a draw that anyone can repeat
    return [
        Team(name, works=tuple(dice.sample(works, min(each, len(works))))) for name, works in sorted(by_label.items())
    ]


def few_works(
    works: Sequence[dict[str, Any]],
    needs: Sequence[dict[str, Any]],
    *,
    encoder: Encoder | None,
    text: str = "content",
    label: str = "label",
    each: int = 8,
    draws: int = 5,
) -> list[list[list[int]]]:
    """Of each draw, the ranks of every need. They are the background too, as a zone's published needs are."""
    asked = [Need(n, str(row[text])) for n, row in enumerate(needs)]
    right: list[set[Id]] = [{str(row[label])} for row in needs]
    found = []
    for seed in range(draws):
        teams = drawn(works, text=text, label=label, each=each, seed=seed)
        engine = Engine.of(teams, background=[need.whole for need in asked], encoder=encoder)
        found.append(ranks(engine, asked, right))
    return found


def _measure(name: str, values: np.ndarray) -> Measure:
    values = np.asarray(values, dtype=float)
    if not len(values):
        return Measure(name, 0.0, 0.0, 0.0)
    picks = np.random.default_rng(0).integers(0, len(values), (RESAMPLED, len(values)))
    low, high = np.quantile(values[picks].mean(axis=1), (0.025, 0.975))
    return Measure(name, float(values.mean()), float(low), float(high))


def _ndcg(places: Sequence[int], depth: int = 10) -> float:
    gained = sum(1 / np.log2(place + 1) for place in places if place <= depth)
    best = sum(1 / np.log2(place + 1) for place in range(1, min(len(places), depth) + 1))
    return float(gained / best) if best else 0.0
