"""What people said of earlier matches, carried over to needs that ask for nearly the same."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from matching.corpus import Need as Asked
from matching.engine import Engine
from matching.text import readable
from needs.models import Need
from suggestions import texts
from suggestions.models import Judgement
from suggestions.states import NeedCode, Side

NEAREST, LEAST = 0.5, 0.1  # nearness of two texts from which it counts in full, and below which it does not count
MOST = 1_000  # judgements, the newest


def misplaced(engine: Engine, needs: Sequence[Asked]) -> list[dict[Any, float]]:
    """For each need: team → 0 to 1, how near it is to a listing for which that team was said to be of another field.

    Listings alone: that something like it is being prepared elsewhere must not be read out of a place or a factor.
    """
    said = Judgement.objects.standing().filter(side=Side.NEED, code=NeedCode.FIELD, need__number__isnull=False)
    pairs = list(said.order_by("-made_at").values_list("need", "team")[:MOST])
    if not pairs or not needs:
        return [{} for _need in needs]
    judged = list(texts.readable(Need.objects.filter(pk__in={need for need, _team in pairs})))
    rows = {need.pk: n for n, need in enumerate(judged)}
    near = _near(engine, [need.whole for need in needs], [texts.need_text(need).whole for need in judged])
    found: list[dict[Any, float]] = []
    for line in near:
        weights: dict[Any, float] = {}
        for need, team in pairs:
            value = float(line[rows[need]])
            if value >= LEAST:
                weights[team] = max(weights.get(team, 0.0), min(1.0, value / NEAREST))
        found.append(weights)
    return found


def _near(engine: Engine, ours: list[str], theirs: list[str]) -> np.ndarray:
    """Cosines of the telling words of texts (ours × theirs)."""
    left, right = (engine.reader.telling([readable(text) for text in some]) for some in (ours, theirs))
    lengths = [np.sqrt(np.asarray(one.multiply(one).sum(axis=1)).ravel()) for one in (left, right)]
    found = np.asarray((left @ right.T).todense())
    return np.asarray(found / np.maximum(np.outer(*lengths), 1e-9))
