#!/usr/bin/env python3
"""Teams and needs that are made up, in any number: to see how matching grows, and whether the right team is found.

Words are as frequent as in a language (Zipf). A team works in one or two of a thousand fields, each with words of its
own, and has a few terms that only it uses. A need is written about one team: words of its field, and one to three of
its terms. Nobody wrote these texts; how good a ranking is says docs/matching.md, from real ones.

    dev.py tool python tools/matching_corpus.py FOLDER --works 200000 --needs 1000      T.jsonl, N.jsonl
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from sys import path

import numpy as np

path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from matching.corpus import Need, Team, Work

FIELDS, FIELD_WORDS, OWN_TERMS, EACH = 1_000, 150, 6, 10
LENGTH = 88  # words: about 200 characters
COMMON, OWN = 0.5, 0.08  # shares of the words that are anybody's, and the team's alone


class Maker:
    def __init__(self, seed: int = 0) -> None:
        from pypinyin.phrases_dict import phrases_dict

        self.dice = np.random.default_rng(seed)
        words = sorted(word for word in phrases_dict if 2 <= len(word) <= 3)
        self.words = np.array([words[n] for n in self.dice.permutation(len(words))], dtype=object)
        self.characters = np.array(sorted({one for word in words for one in word}), dtype=object)
        self.fields = self.dice.integers(500, len(words), (FIELDS, FIELD_WORDS))
        self.common, self.inner = _zipf(len(words)), _zipf(FIELD_WORDS)

    def teams(self, works: int, each: int = EACH) -> Iterator[Team]:
        """Teams of so many works in all; `team.name` is empty, its fields and terms follow from its number."""
        for number in range(works // each):
            texts = self._texts(number, each, LENGTH, OWN)
            yield Team(number, works=tuple(Work(title=text[:18], abstract=text[18:], year=2020) for text in texts))

    def needs(self, number: int, teams: int, seed: int = 1) -> tuple[list[Need], np.ndarray]:
        """Needs, and the number of the team that each was written about."""
        about = np.random.default_rng(seed).integers(0, teams, number)
        return [Need(n, self._texts(int(team), 1, 40, 0.0, said=1 + n % 3)[0]) for n, team in enumerate(about)], about

    def _texts(self, team: int, texts: int, length: int, own: float, said: int = 0) -> list[str]:
        dice = np.random.default_rng([team, said])
        who = np.random.default_rng(team)  # the same for its works and for a need about it
        fields = self.fields[who.integers(0, FIELDS, 1 + team % 2)].ravel()
        terms = ["".join(self.characters[row]) for row in who.integers(0, len(self.characters), (OWN_TERMS, 3))]
        common = self.words[np.searchsorted(self.common, dice.random((texts, length)))]
        inner = self.words[fields[np.searchsorted(self.inner, dice.random((texts, length))) % len(fields)]]
        kind = dice.random((texts, length))
        found = np.where(kind < COMMON, common, inner)
        if own:
            found = np.where(
                kind > 1 - own, np.array(terms, dtype=object)[dice.integers(0, OWN_TERMS, kind.shape)], found
            )
        for n in range(said):
            found[:, 7 + 9 * n] = terms[int(dice.integers(0, OWN_TERMS))]
        found[:, 9::10] += "，"
        return ["".join(row) + "。" for row in found.tolist()]


def _zipf(number: int) -> np.ndarray:
    shares = 1 / np.arange(3, number + 3)
    return np.cumsum(shares / shares.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--works", type=int, default=200_000)
    parser.add_argument("--each", type=int, default=EACH, help="works of a team")
    parser.add_argument("--needs", type=int, default=1_000)
    asked = parser.parse_args()
    maker = Maker()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with (asked.folder / "T.jsonl").open("w", encoding="utf-8") as lines:
        for team in maker.teams(asked.works, asked.each):
            lines.write(json.dumps(asdict(team), ensure_ascii=False) + "\n")
    with (asked.folder / "N.jsonl").open("w", encoding="utf-8") as lines:
        for need, team in zip(*maker.needs(asked.needs, asked.works // asked.each), strict=True):
            lines.write(json.dumps({**asdict(need), "teams": [int(team)]}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
