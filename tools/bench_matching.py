#!/usr/bin/env python3
"""`make bench ARGS="--matching"`: learning from works and ranking one need, from 10⁴ to 10⁶ works that are made up.

Each size is a process of its own (its memory is its own), each need is asked alone, as a page does. Then, among
200,000 works, the same needs by other means (bench_matching_others). `vectors` encodes each need with the real encoder;
the works get vectors by chance, which cost the same once they are there: encoding a million would take three hours.
There, a third of the works are in Latin letters, so that works in another language are compared as well.

    make bench ARGS="--matching"                                  a quarter of an hour on a quiet machine, 9 GB
    dev.py tool python tools/bench_matching.py --sizes 10000 50000 --compare 0 --plot growth.svg
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT / "tools")]

import numpy as np  # noqa: E402

SIZES, COMPARED, NEEDS = (10_000, 100_000, 1_000_000), 200_000, 300
BARS = {"lexical": 50, "vectors": 150}  # ms, p95, among a million works
INDEXED = 200_000 / 60  # works a second


class ByChance:
    """Vectors that say nothing, for works; a single text is encoded by the real encoder as well, for its time."""

    name, size = "by chance", 512

    def __init__(self) -> None:
        from matching.encoders import SentenceEncoder

        self._real = SentenceEncoder()
        self._table = np.random.default_rng(0).standard_normal((4_096, self.size)).astype(np.float32)

    def encode(self, texts: Any) -> np.ndarray:
        if len(texts) == 1:
            self._real.encode(texts)
        rows = [zlib.crc32(text.encode()) % 4_096 for text in texts]
        return self._table[rows] if rows else np.zeros((0, self.size), np.float32)


def one(works: int, kind: str) -> dict[str, Any]:
    """What learning and asking cost at this size, in this process."""
    from matching_corpus import EACH, Maker

    from matching import learning
    from matching.engine import Engine

    maker, encoder = Maker(), ByChance() if kind == "vectors" else None
    learning.MEANINGS = (0.25,) if encoder else learning.MEANINGS
    teams = list(map(abroad, maker.teams(works)) if encoder else maker.teams(works))
    needs, about = maker.needs(NEEDS, works // EACH)
    before, began = memory(), time.monotonic()
    spent = processor()
    engine = Engine.of(teams, encoder=encoder)
    found: dict[str, Any] = {"works": works, "kind": kind, "index s": time.monotonic() - began}
    found["index cpu s"] = processor() - spent
    found["learning MB"] = memory() - before
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".state-matching-") as folder:
        engine.save(Path(folder))
        found["disk MB"] = sum(path.stat().st_size for path in Path(folder).rglob("*")) >> 20
        del engine, teams
        engine = Engine.load(Path(folder), encoder)
        for need in needs[:20]:
            next(engine.rank([need], 10))
        walls, cpus, right = [], [], 0
        for need, team in zip(needs, about, strict=True):
            began, here = time.perf_counter(), time.process_time()
            best = next(engine.rank([need], 10))
            walls.append((time.perf_counter() - began) * 1000)
            cpus.append((time.process_time() - here) * 1000)
            right += any(one.team == team for one in best)
    found["p50 ms"], found["p95 ms"] = np.percentile(walls, [50, 95])
    found["cpu p95 ms"] = np.percentile(cpus, 95)
    found["recall@10"] = right / len(needs)
    return found


def abroad(team: Any) -> Any:
    """The same team, every third of its works in Latin letters: a word for every two characters."""
    from matching.corpus import Team, Work

    def latin(text: str) -> str:
        return " ".join(f"w{ord(a):x}{ord(b):x}" for a, b in zip(text[::2], text[1::2], strict=False))

    works = [Work(abstract=latin(one.abstract)) if n % 3 == 2 else one for n, one in enumerate(team.works)]
    return Team(team.id, team.name, tuple(works))


def memory() -> int:
    """MB that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def processor() -> float:
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime


def table(rows: list[dict[str, Any]]) -> None:
    columns = (
        "index s",
        "index cpu s",
        "works/s",
        "learning MB",
        "disk MB",
        "p50 ms",
        "p95 ms",
        "cpu p95 ms",
        "recall@10",
    )
    print(f"\n{'works':>10} {'kind':<9}" + "".join(f"{column:>13}" for column in columns))
    for row in rows:
        row["works/s"] = row["works"] / row["index s"]
        cells = (
            f"{row[column]:>13,.{2 if column == 'recall@10' else 0 if row[column] > 99 else 1}f}" for column in columns
        )
        print(f"{row['works']:>10,} {row['kind']:<9}" + "".join(cells))


def plot(rows: list[dict[str, Any]], path: Path) -> None:
    """Two pictures side by side, both scales logarithmic. Of processor time: what else runs changes that little."""
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 330" font-family="sans-serif" font-size="13">']
    parts.append('<rect width="860" height="330" fill="#fff"/>')
    for left, column, title, low, high in (
        (70, "index cpu s", "seconds of a processor to learn from the works", 1, 1000),
        (500, "cpu p95 ms", "ms of a processor for one need (95 of 100)", 1, 1000),
    ):
        parts += _axes(left, title, low, high)
        for kind, colour, dash in (("lexical", "#1f5fa8", ""), ("vectors", "#b3541e", ' stroke-dasharray="7 4"')):
            points = [(_x(left, row["works"]), _y(row[column], low, high)) for row in rows if row["kind"] == kind]
            if points:
                line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
                parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
                parts += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>' for x, y in points]
    parts.append('<g fill="#1f5fa8"><circle cx="300" cy="316" r="4"/><text x="310" y="321">words alone</text></g>')
    parts.append(
        '<g fill="#b3541e"><circle cx="440" cy="316" r="4"/><text x="450" y="321">with vectors (dashed)</text></g>'
    )
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


def _axes(left: int, title: str, low: float, high: float) -> list[str]:
    parts = [f'<text x="{left}" y="24" font-weight="bold">{title}</text>']
    for power in range(round(np.log10(low)), round(np.log10(high)) + 1):
        y = _y(10**power, low, high)
        parts.append(f'<line x1="{left}" x2="{left + 320}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{10**power:,}</text>')
    for works, text in ((10_000, "10⁴"), (100_000, "10⁵"), (1_000_000, "10⁶ works")):
        parts.append(f'<text x="{_x(left, works):.0f}" y="292" text-anchor="middle">{text}</text>')
    return parts


def _x(left: int, works: float) -> float:
    return left + 20 + 140 * (np.log10(works) - 4)


def _y(value: float, low: float, high: float) -> float:
    share = (np.log10(max(value, low)) - np.log10(low)) / (np.log10(high) - np.log10(low))
    return float(270 - 230 * share)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many works")
    parser.add_argument("--kinds", nargs="+", default=list(BARS), choices=list(BARS))
    parser.add_argument("--compare", type=int, default=COMPARED, help="works for the other means; 0: leave them out")
    parser.add_argument("--plot", type=Path, help="write the growth as a picture (SVG)")
    parser.add_argument("--one", nargs=2, metavar=("WORKS", "KIND"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        print(json.dumps(one(int(asked.one[0]), asked.one[1])))
        return 0
    print(f"Load before: {' '.join(f'{n:.1f}' for n in os.getloadavg())}, {os.cpu_count()} cores", flush=True)
    rows = []
    for size in asked.sizes:
        for kind in asked.kinds:
            done = subprocess.run([sys.executable, __file__, "--one", str(size), kind], capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(done.stderr)
            rows.append(json.loads(done.stdout.splitlines()[-1]))
            print(f"{size:,} {kind}: {rows[-1]['index s']:.0f} s, p95 {rows[-1]['p95 ms']:.0f} ms", flush=True)
    table(rows)
    print(f"\nAsked: {INDEXED:,.0f} works/s from words; p95 among 1,000,000: {BARS} ms.")
    print(f"Load after: {os.getloadavg()[0]:.1f}", flush=True)
    if asked.plot:
        plot(rows, asked.plot)
    if asked.compare:
        from bench_matching_others import compare

        compare(asked.compare)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
