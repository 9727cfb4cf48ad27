#!/usr/bin/env python3
"""`make bench`: requests per second, latency and queries of the busiest pages, on 2,000 needs and 20,000 bids.

Starts PostgreSQL and Valkey of its own in .state-bench, fills a fresh database (bench_fill), asks fsck about it,
counts the queries of each page with ten and with a hundred rows on it, then drives the web server of `make run`
over loopback. Fails when a page asks more than eight queries, or more for a hundred rows than for ten: these are the
same on every machine. Speed is not, so it is printed beside its bar and beside a page that does nothing.

    make bench                          everything, about five minutes, and then the searches (bench_search)
    make bench ARGS="--keep"            with the database of the last time
    make bench ARGS="--queries"         only the counts
    make bench ARGS="--only list"       only the pages with `list` in their names (and the bare one)
    make bench ARGS="--profile NAME"    where the time of one page goes, in this process
    make bench ARGS="--search"          only the searches among 10,000 listings (bench_search)
    make bench ARGS="--audit"           what the audit chain costs (audit_bench)
    make bench ARGS="--oracle"          whether a time tells of hidden needs or sealed bids (bench_oracle)
    make bench ARGS="--matching"        learning from works and ranking a need, to a million works (bench_matching)
    make bench ARGS="--matching --following 200000"     so many works through the worker (bench_following)
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT / "tests")]

from bench_load import CONNECTIONS, Measured, drive  # noqa: E402
from bench_stack import bench, load, serve  # noqa: E402

from embedded import processes  # noqa: E402
from embedded.stack import Stack  # noqa: E402

MOST_QUERIES = 8
FEW, MANY = 10, 100
BARE = "/robots.txt"  # all of the middleware, no query, no template
WARM_UP, SECONDS = 1.0, 10.0


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    says: str  # what must be on it
    who: str = ""  # by mail address; empty: a visitor
    rows: str = ""  # the constant that says how many rows it shows
    bar: int = 0  # requests per second it must reach on two cores


PAGES = (
    Page("bare", BARE, "User-agent"),
    Page("stylesheet", "/static/css/base.css", "box-sizing"),
    Page("public list", "/listings/", "row-link", rows="web.public.search.PER_PAGE", bar=100),
    Page("public search", "/listings/?q=材料", "row-link", rows="web.public.search.PER_PAGE"),
    Page("one listing", "/listings/{listing}/", "{listing}"),
    Page("opened listing", "/listings/{opened}/", "{opened}"),
    Page("public home", "/", "row-link"),
    Page("results", "/results/", "JB-", rows="web.public.pages.PER_PAGE"),
    Page("notices", "/notices/", "JB-", rows="web.public.pages.PER_PAGE"),
    Page("zone home", "/office/", "lamp", "guan@example.com"),
    Page("office needs", "/office/needs/", "lamp", "guan@example.com", rows="web.office.desk.PAGE"),
    Page("office contracts", "/office/contracts/", "HT-", "guan@example.com", rows="web.office.desk.PAGE"),
    Page("enterprise home", "/enterprise/", "row-link", "alice@example.com", rows="web.owners.portal.ON_HOME"),
    Page("enterprise needs", "/enterprise/needs/", "JB-", "alice@example.com", rows="web.owners.portal.PAGE"),
    Page("team home", "/team/", "JB-", "tao@example.com"),
    Page("team bids", "/team/proposals/", "JB-", "tao@example.com", rows="web.teams.home.PAGE"),
    Page("inbox", "/inbox/", "inbox", "guan@example.com"),
)


# ── what is in the database ─────────────────────────────────────────────────────
def fill() -> None:
    from bench_fill import fill

    from reports.fsck import findings

    fill()
    print(f"{told()}.", flush=True)
    wrong = list(findings())
    if wrong:
        raise SystemExit("fsck found something:\n" + "\n".join(map(str, wrong[:20])))
    print("fsck: nothing to report.", flush=True)


def told() -> str:
    from audit.models import Event
    from needs.models import Need
    from notifications.models import Notice
    from proposals.models import Proposal

    names = {"needs": Need, "bids": Proposal, "events": Event, "notices": Notice}
    return ", ".join(f"{model._base_manager.count():,} {name}" for name, model in names.items())


def resolved() -> list[Page]:
    """The pages with the addresses that are in this database."""
    from needs.models import Need

    numbers = {
        "listing": Need.objects.filter(status="published").order_by("number").values_list("number", flat=True)[5],
        "opened": Need.objects.filter(status="completed").order_by("number").values_list("number", flat=True)[5],
    }
    return [replace(page, path=page.path.format(**numbers), says=page.says.format(**numbers)) for page in PAGES]


# ── queries: the same on every machine ──────────────────────────────────────────
def client(who: str) -> Any:
    from django.test import Client

    from accounts.models import User

    made = Client(headers={"host": "127.0.0.1"})
    if who:
        made.force_login(User.objects.get(email=who))
    return made


def count(page: Page, rows: int | None = None) -> int:
    """How many queries the page asks, once what is read once for the process has been read."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = client(page.who)
    with showing(page, rows):
        browser.get(page.path)
        with CaptureQueriesContext(connection) as captured:
            response = browser.get(page.path)
    if response.status_code != 200 or page.says.encode() not in response.getvalue():
        raise SystemExit(f"{page.name}: {response.status_code}, or not what is expected on {page.path}")
    return len(captured)


@contextmanager
def showing(page: Page, rows: int | None) -> Iterator[None]:
    if rows is None:
        yield
        return
    module, _dot, name = page.rows.rpartition(".")
    with mock.patch.object(import_module(module), name, rows):
        yield


def complaints(pages: list[Page]) -> list[str]:
    """Prints the counts; returns what is wrong with them."""
    found = []
    print(f"\n{'queries':<20}{'page':>8}{f'{FEW} rows':>10}{f'{MANY} rows':>10}")
    for page in pages:
        if page.name in ("bare", "stylesheet"):
            continue
        counts = [count(page), *((count(page, FEW), count(page, MANY)) if page.rows else ())]
        print(f"{page.name:<20}{counts[0]:>8}" + "".join(f"{n:>10}" for n in counts[1:]), flush=True)
        if max(counts) > MOST_QUERIES:
            found.append(f"{page.name}: {max(counts)} queries, {MOST_QUERIES} at most")
        if len(counts) > 1 and counts[1] != counts[2]:
            found.append(f"{page.name}: {counts[1]} queries for {FEW} rows, {counts[2]} for {MANY}")
    return found


# ── speed: of this machine, now ─────────────────────────────────────────────────
def measure(engines: Stack, pages: list[Page], seconds: float) -> None:
    """Each page on its own. `cpu` is what web, database and this generator spent on one answer, all cores together:
    a busy machine changes it little, and two cores can give no more than 2000 ms a second."""
    port = serve(engines)
    running = {child.name: child.process.pid for child in engines.supervisor.children if child.process}
    print(f"\n{CONNECTIONS} connections, {seconds:.0f} s a page, {os.cpu_count()} cores, load before {load()}")
    columns = ("requests/s", "of bare", "p50 ms", "p95 ms", "p99 ms", "web cpu", "db cpu", "here cpu", "errors")
    print(f"{'':<20}" + "".join(f"{column:>11}" for column in columns))
    bare = 0.0
    for page in pages:
        before = spent(running)
        found = drive_as(port, page, seconds)
        costs = [(now - then) * 1000 / found.answers for now, then in zip(spent(running), before, strict=True)]
        bare = bare or found.rate
        print(line(page, found, bare, costs), flush=True)


def drive_as(port: int, page: Page, seconds: float) -> Measured:
    session = client(page.who).cookies.get("sessionid") if page.who else None
    cookie = f"sessionid={session.value}" if session else ""
    return drive(port, path=page.path, says=page.says, cookie=cookie, warm_up=WARM_UP, seconds=seconds)


def spent(running: dict[str, int]) -> list[float]:
    """Processor seconds so far of the web server, of the database and of this process; nothing where no /proc is."""
    return [processes.cpu_seconds(running["web"]), processes.cpu_seconds(running["postgres"]), time.process_time()]


def line(page: Page, found: Measured, bare: float, costs: list[float]) -> str:
    times = "".join(f"{found.percentile(n):>11.0f}" for n in (50, 95, 99))
    cpu = "".join(f"{cost:>11.1f}" for cost in costs)
    bar = f"   {'ok' if found.rate >= page.bar else 'below'}: {page.bar} asked" if page.bar else ""
    return f"{page.name:<20}{found.rate:>11.1f}{found.rate / bare:>11.3f}{times}{cpu}{found.errors:>11}{bar}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--keep", action="store_true", help="measure on the database of the last time")
    parser.add_argument("--queries", action="store_true", help="only count queries")
    parser.add_argument("--only", metavar="TEXT", default="", help="only the pages with this in their names")
    parser.add_argument("--search", action="store_true", help="only the searches among 10,000 listings")
    parser.add_argument("--audit", action="store_true", help="what the audit chain costs, instead of pages")
    parser.add_argument("--oracle", action="store_true", help="only whether a time tells of what is hidden")
    parser.add_argument("--matching", action="store_true", help="only matching; more in tools/bench_matching.py --help")
    parser.add_argument(
        "--following", type=int, metavar="WORKS", help="with --matching: through PostgreSQL and the worker"
    )
    parser.add_argument("--profile", metavar="NAME", help="profile one page instead")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each page is driven")
    asked = parser.parse_args(arguments)
    if asked.matching and asked.following:
        return beside("bench_following.py", str(asked.following), keep=asked.keep)
    if asked.matching:
        return subprocess.run([sys.executable, str(ROOT / "tools/bench_matching.py")], cwd=ROOT).returncode
    if asked.oracle:
        return beside("bench_oracle.py", keep=asked.keep)
    if asked.search:
        return beside("bench_search.py", keep=asked.keep)
    with bench("bench", fill, keep=asked.keep) as engines:
        if asked.audit:
            import audit_bench

            audit_bench.main()
            return 0
        pages = resolved()
        if asked.profile:
            from bench_profile import profile

            (page,) = [page for page in pages if page.name == asked.profile]
            profile(client(page.who), page.path)
            return 0
        pages = [page for page in pages if page.name == "bare" or asked.only in page.name]
        wrong = complaints(pages)
        if not asked.queries:
            measure(engines, pages, asked.seconds)
    print("", *(wrong or ["Every page within its queries."]), sep="\n")
    failed = 0 if asked.only or asked.queries else beside("bench_search.py", keep=asked.keep)
    return 1 if wrong else failed


def beside(tool: str, *more: str, keep: bool) -> int:
    """A process of its own: it has another database."""
    command = [sys.executable, str(ROOT / "tools" / tool), *more, *(["--keep"] if keep else [])]
    return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
