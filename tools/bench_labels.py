"""What is a label worth where half of the needs have nobody? Every second team is left out; its needs stay.

    dev.py tool python tools/bench_labels.py WORKS.jsonl NEEDS.jsonl [--encoder] [--draws N]

Of the first team of each need, by label: how many needs, how often it was the right one. With the score alone, and
with what need and works must share (`matching.support`), as suggestions are labelled.
"""

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from matching.corpus import Need, Team, Work
from matching.encoders import chosen
from matching.engine import Engine
from matching.explaining import explain
from matching.support import LABELS, Support

WORKS, NEEDS = 8, 800


def rows(path: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line.strip()]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("works")
    asked.add_argument("needs")
    asked.add_argument("--encoder", action="store_true")
    asked.add_argument("--draws", type=int, default=3)
    given = asked.parse_args()
    works, needs = rows(given.works), rows(given.needs)
    encoder = chosen(lexical=not given.encoder)
    score, both = Counter[tuple[str, bool]](), Counter[tuple[str, bool]]()
    for draw in range(given.draws):
        _draw(random.Random(draw), works, needs, encoder, score, both)  # noqa: S311 - a sample, no secret
    for name, found in (("by the score alone", score), ("by the score and what they share", both)):
        print(name)
        for label in reversed(LABELS):
            n = found[label, True] + found[label, False]
            print(f"  {label:7} {n:5} needs, {found[label, True] / max(n, 1):.0%} right")


def _draw(rng: random.Random, works: list, needs: list, encoder: object, score: Counter, both: Counter) -> None:
    by_label: dict[str, list[str]] = {}
    for work in works:
        by_label.setdefault(work["label"], []).append(work["content"])
    labels = sorted(by_label)
    rng.shuffle(labels)
    here = sorted(labels[: len(labels) // 2])
    teams = [Team(one, works=tuple(Work(abstract=text) for text in rng.sample(by_label[one], WORKS))) for one in here]
    some = rng.sample(needs, min(NEEDS, len(needs)))
    engine = Engine.of(teams, background=[need["content"] for need in some], encoder=encoder)  # type: ignore[arg-type]
    support, own = Support.of(engine.reader, teams), {team.id: team.works for team in teams}
    for need, (best, *_rest) in zip(some, engine.rank([need["content"] for need in some], 1), strict=True):
        why = explain(engine.reader, Need("", need["content"]), own[best.team])
        label = support.label(best.strength, support.near(why))
        right = best.team == need["label"]
        score[best.strength, right] += 1
        both[label, right] += 1


if __name__ == "__main__":
    main()
