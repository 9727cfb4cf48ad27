#!/usr/bin/env python3
"""What the chain costs: record() a second, one event with a note a transaction, with the chain and without.

Needs a migrated database of its own (DATABASE_URL …): it leaves its rows there, and switches triggers off and on.
The three ways take turns, so that a busy machine disturbs them alike; the medians are printed.
"""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SECONDS, ROUNDS = 1.5, 7
TRIGGERS = (("audit_event", "audit_append"), ("audit_note", "audit_note_guard"))
WAYS: dict[str, Callable[[int], str]] = {
    "without chain": lambda thread: f"bench:{uuid4()}",
    "a case each": lambda thread: f"bench:{os.getpid()}:{thread}",
    "all on one case": lambda thread: f"bench:{os.getpid()}",
}


def main() -> None:
    import django

    django.setup()
    for threads in (1, 8):
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way, stream_of in WAYS.items():
                switch("DISABLE" if way == "without chain" else "ENABLE")
                rates[way].append(rate(threads, stream_of))
        plain = median(rates["without chain"])
        said = (f"{way} {median(found):5.0f}/s ({median(found) / plain:.2f})" for way, found in rates.items())
        print(f"{threads} threads:", " · ".join(said), flush=True)


def switch(word: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table, trigger in TRIGGERS:
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER {trigger}")


def rate(threads: int, stream_of: Callable[[int], str]) -> float:
    from django.db import connection

    from audit.actions import record
    from audit.models import Event

    def work(thread: int) -> int:
        subject, done = Event(id=uuid4()), 0
        detail, note = {"before": "draft", "after": "submitted"}, {"reason": "因为"}
        while time.monotonic() < until:
            record("bench.move", subject=subject, stream=stream_of(thread), by=None, detail=detail, note=note)
            done += 1
        connection.close()
        return done

    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(work, range(threads))) / SECONDS


if __name__ == "__main__":
    main()
