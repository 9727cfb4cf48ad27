#!/usr/bin/env python3
"""How often is a mark of the redaction check a false alarm? Draws marks by a fixed seed, to be judged by eye.

FILES are collections, one JSON object a line; every text in it is read (title, problem, content, and lists of them).
Printed: how many texts and marks there are, by kind, then SAMPLE of them, each in its sentence. No database is needed.

    dev.py tool python tools/sample_redaction.py --sample 60 --seed 20261129 needs.jsonl abstracts.jsonl
"""

import argparse
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
UNUSED = {"SECRET_KEY": "bench", "DEBUG": "1", "DATABASE_URL": "postgres:///nowhere", "VALKEY_URL": "redis://nowhere"}
for name, value in UNUSED.items():
    os.environ.setdefault(name, value)  # nothing is connected to
READ = ("title", "problem", "content", "indicators")
AROUND = 22


def main() -> None:
    import django

    django.setup()
    from accounts.models import Organisation
    from needs.models import Need
    from needs.redaction import spans

    asked = arguments()
    need = Need(organisation=Organisation(name="一家不在文中的单位"))
    texts = [text for file in asked.files for text in said(file)]
    marks = [(kind, text, start, end) for text in texts for kind, start, end in spans(text, need)]
    kinds = Counter(kind for kind, *_place in marks)
    print(f"{len(texts)} texts, {sum(map(len, texts))} characters, {len(marks)} marks: {dict(kinds)}")
    drawn = random.Random(asked.seed).sample(marks, min(asked.sample, len(marks)))  # noqa: S311 - drawn to be judged
    for number, (kind, text, start, end) in enumerate(drawn, 1):
        before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        print(f"{number:3} {kind:13} {before}【{text[start:end]}】{after}".replace("\n", " "))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("files", nargs="+", type=Path)
    return parser.parse_args()


def said(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8").splitlines():
        yield from words(json.loads(line)) if line.strip() else ()


def words(row: dict[str, Any]) -> Iterator[str]:
    for key in READ:
        value = row.get(key)
        yield from (str(one) for one in (value if isinstance(value, list) else [value]) if one)


if __name__ == "__main__":
    main()
