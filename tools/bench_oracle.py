#!/usr/bin/env python3
"""T4 of the design: does the time of an answer tell of rows that the reader may not see?

Among 10,000 listings stand 1,000 needs that are only handed in; each says one word that no listing says. Whoever may
not see them searches for that word, and for one that stands nowhere, in turns; the medians of the two may differ by a
fifth. Then the pages around one open need, with none, one and seven sealed bids (`bench_sealed`). Fails where medians
differ by more, or where the answers differ in anything but the word itself.

    make bench ARGS="--oracle"                          about four minutes
"""

import argparse
import sys
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT / "tests")]

import bench_sealed  # noqa: E402
from bench_search_fill import fill  # noqa: E402
from bench_stack import bench, load  # noqa: E402

HIDDEN, ABSENT = "紫晶冕", "橙铅瓮"  # of one length and one make; the first in 1,000 needs, the second nowhere
ROWS, TIMES, MOST = 1_000, 60, 0.20
SEARCHES = ("?q=", "?sort=newest&q=", "?status=open&field=4&q=")
PAGES = {
    None: (*(f"/listings/{search}" for search in SEARCHES), "/listings.json?q=", "/listings/feed.rss?q=",
           "/listings/deadlines.ics?q="),
    "tao": ("/listings/?q=", "/listings.json?q="),
    "charlie": ("/listings/?q=", "/enterprise/needs/?q="),
}  # fmt: skip


def first() -> Any:
    """The listing that was made the proper way, beside which the others stand; it takes bids."""
    from needs.models import Need

    return Need.objects.exclude(number=None).earliest("created_at")


def hide() -> None:
    """The listings, and beside them needs that only their enterprise and the zone may see."""
    from django.db import connection, transaction

    from core.search import tokens
    from needs.models import Need
    from people import Cast

    cast = Cast()
    fill(cast)
    cast.tao, cast.charlie  # noqa: B018
    one = first()
    values = {field.attname: getattr(one, field.attname) for field in Need._meta.concrete_fields}
    for name in (
        "id",
        "number",
        "published_at",
        "bid_deadline",
        "public_key",
        "wrapped_key",
        "published_hash",
        "search",
    ):
        values.pop(name, None)
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL session_replication_role = replica")
        made = []
        for n in range(ROWS):
            told = {"title": f"{HIDDEN}涂层材料（{n}）", "status": "submitted", "application_number": f"JB-申-9{n:05d}"}
            told |= {"keywords": [HIDDEN], "problem": f"{HIDDEN}在强冲击下开裂。" * 8}
            made.append(Need(**{**values, **told, "search_text": tokens(f"{HIDDEN} {HIDDEN}涂层材料")}))
        Need.objects.bulk_create(made, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    bench_sealed.copies(cast, one)


def answer(browser: Any, page: str, word: str) -> tuple[float, str]:
    """Milliseconds of one answer, and what it said but for the word and the moment."""
    took, text = bench_sealed.answer(browser, page + quote(word))
    for written in (word, quote(word), ascii(word)[1:-1]):
        text = text.replace(written, "")
    return took, text


def compare(browser: Any, who: str, page: str) -> bool:
    times: dict[str, list[float]] = {HIDDEN: [], ABSENT: []}
    said: dict[str, set[str]] = {HIDDEN: set(), ABSENT: set()}
    for turn in range(TIMES + 3):
        for word in (HIDDEN, ABSENT) if turn % 2 else (ABSENT, HIDDEN):
            took, text = answer(browser, page, word)
            said[word].add(text)
            if turn >= 3:
                times[word].append(took)
    one, other = median(times[HIDDEN]), median(times[ABSENT])
    apart, alike = one / other - 1, said[HIDDEN] == said[ABSENT]
    found = "the same" if alike else "DIFFERENT"
    print(f"{who:<12}{page:<34}{one:>9.1f}{other:>9.1f}{apart * 100:>+8.1f} %  {found}", flush=True)
    return abs(apart) <= MOST and alike


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--keep", action="store_true", help="measure on the database of the last time")
    given = parser.parse_args(arguments)
    with bench("bench-oracle", hide, keep=given.keep):
        from django.test import Client

        from accounts.models import User

        print(f"load {load()}\n{'who':<12}{'search':<34}{'hidden ms':>9}{'absent':>9}{'apart':>10}  answers")
        held = []
        for name, pages in PAGES.items():
            browser = Client(headers={"host": "127.0.0.1"})
            if name:
                browser.force_login(User.objects.get(email=f"{name}@example.com"), backend="accounts.backends.Backend")
            held += [compare(browser, name or "stranger", page) for page in pages]
        held += bench_sealed.measure(first())
    print(f"{sum(held)} of {len(held)} within {MOST:.0%} and with the same answer.")
    return 0 if all(held) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
