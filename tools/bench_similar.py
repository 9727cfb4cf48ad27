#!/usr/bin/env python3
"""How often is a reworded need recognised, and how often are unrelated ones taken for similar?

FILE is a collection of needs, one JSON object a line (id, title, problem, field_suggested, indicators); the rewordings
are tests/reworded.py, each of a row of that file. Without FILE the demo's own stories are the collection.
No database is needed: the comparison itself is measured; tests/needs/test_similar.py asks PostgreSQL.

    dev.py tool python tools/bench_similar.py needs.jsonl
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT / "tests")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
UNUSED = {"SECRET_KEY": "bench", "DEBUG": "1", "DATABASE_URL": "postgres:///nowhere", "VALKEY_URL": "redis://nowhere"}
for name, value in UNUSED.items():
    os.environ.setdefault(name, value)  # nothing is connected to
STEPS = [n / 100 for n in range(10, 61, 5)]


def main() -> None:
    import django

    django.setup()
    from needs.codes import Field
    from needs.models import Need
    from needs.similar import THRESHOLD, Profile, Rarity, compare
    from reworded import REWORDED

    fields = {str(field.label): field.value for field in Field}
    if len(sys.argv) > 1:
        lines = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() if line]
        rows = {
            one["id"]: Profile(
                Need(title=one["title"], problem=one["problem"] or "", field=fields.get(one["field_suggested"], "")),
                [str(name) for name in one["indicators"] or ()],
            )
            for one in lines
        }
        answers = {one: one.row for one in REWORDED}
    else:
        from demo.needs import STORIES, indicator

        rows = {
            one.title: Profile(
                Need(title=one.title, field=one.field, keywords=list(one.words), problem=one.problem, goal=one.goal),
                [indicator(line).name for line in one.indicators],
            )
            for one in STORIES
        }
        answers = {one: one.of for one in REWORDED}
    told = {one: _profile(Profile, Need, one) for one in REWORDED}
    terms = {term for profile in told.values() for term in profile.terms}
    terms |= {term for profile in rows.values() for term in profile.terms}
    rarity = Rarity(len(rows), {term: sum(term in row.text for row in rows.values()) for term in terms})

    ranks, right = [], []
    wrong: list[tuple[float, str, str]] = []
    for one, profile in told.items():
        scores = {key: compare(profile, row, rarity).score for key, row in rows.items()}
        order = sorted(scores, key=lambda key: -scores[key])
        ranks.append(order.index(answers[one]) + 1)
        right.append(scores[answers[one]])
        wrong += [(score, one.title, key) for key, score in scores.items() if key != answers[one]]
    keys = sorted(rows)
    among = [(compare(rows[a], rows[b], rarity).score, a, b) for n, a in enumerate(keys) for b in keys[n + 1 :]]
    print(f"{len(rows)} needs, {len(told)} reworded. The original is first {sum(r == 1 for r in ranks)} times,")
    print(f"among the first three {sum(r <= 3 for r in ranks)} times. Threshold {THRESHOLD}.")
    print("above   recall@3   false alarms among unrelated pairs")
    for step in [*STEPS, THRESHOLD]:
        hit = sum(score >= step and rank <= 3 for score, rank in zip(right, ranks, strict=True))
        false = sum(score >= step for score, *_rest in [*wrong, *among])
        print(f"{step:.2f}   {hit / len(told):8.2f}   {false} of {len(wrong) + len(among)}")
    for score, a, b in sorted([*wrong, *among], reverse=True)[:8]:
        print(f"  {score:.2f}  {a} ~ {b}")
    for score, rank, one in sorted(zip(right, ranks, answers, strict=True), key=lambda row: row[0])[:6]:
        print(f"  missed first: {score:.2f} (place {rank})  {one.title}")


def _profile(profile: Any, need: Any, one: Any) -> Any:
    made = need(title=one.title, field=one.field, problem=one.problem, keywords=list(one.keywords))
    return profile(made, one.names)


if __name__ == "__main__":
    main()
