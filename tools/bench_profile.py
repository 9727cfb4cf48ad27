"""Where the time of one page goes: its queries with their times, and the functions this process spends itself in."""

import cProfile
import pstats
import time
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

TIMES = 40
LONGEST = 1500  # characters of a query


def profile(browser: Any, path: str) -> None:
    browser.get(path)  # what is read once for the process is read
    with CaptureQueriesContext(connection) as captured:
        browser.get(path)
    for query in captured:
        print(f"{float(query['time']) * 1000:5.0f} ms  {query['sql'][:LONGEST]}\n")
    profiler = cProfile.Profile()
    began = time.process_time()
    for _n in range(TIMES):
        browser.get(path)
    print(f"{(time.process_time() - began) / TIMES * 1000:.1f} ms of this process a page; then, profiled:")
    profiler.runcall(lambda: [browser.get(path) for _n in range(TIMES)])
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30).sort_stats("cumulative").print_stats(60)
