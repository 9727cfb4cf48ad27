#!/usr/bin/env python3
"""How long until the worker has read, learnt and ranked so many works out of PostgreSQL, and how much memory it takes.

Starts PostgreSQL and Valkey of its own in .state-bench-following and fills a fresh database with made-up works (ten a
team) and listings. A process of its own then does what the worker does every five seconds, until the rows of every
listing are written; then one team changes, then nothing happens. Words alone: encoding takes hours and stops nothing.

    make bench ARGS="--matching --following 200000"
    dev.py tool python tools/bench_following.py 20000
    dev.py tool python tools/bench_following.py 20000 --keep      with the database of the last time
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT / "tools"), str(ROOT / "tests")]

LISTINGS, HOUSES, AT_ONCE = 20, 400, 500  # AT_ONCE: teams written in one go


# ── what is in the database ─────────────────────────────────────────────────────
def fill(works: int) -> None:
    """The listings the proper way; teams and works straight in their tables, past the guards."""
    from django.db import connection, transaction
    from matching_corpus import EACH, Maker

    import world
    from core.models import Counter
    from people import Cast
    from teams.changes import SERIES
    from teams.models import Team
    from works.models import Work

    cast, maker = Cast(), Maker()
    needs, _about = maker.needs(LISTINGS, works // EACH)
    batch = world.batch(cast)
    for need in needs:
        world.listed(cast, within=batch, title=need.text[:30], problem=need.text, goal=need.text[:40], keywords=[])
    told, since, leader = (
        maker.teams(works),
        cast.university.status_since,
        cast.tao,
    )  # people are made with the guards on
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL session_replication_role = replica")
        homes, number = _houses(since), 0
        while some := list(islice(told, AT_ONCE)):
            teams = [_team(number + n, homes, leader) for n in range(1, len(some) + 1)]
            number += len(teams)
            Team.objects.bulk_create(teams)
            Work.objects.bulk_create(
                [_row(team, work, n) for team, one in zip(teams, some, strict=True) for n, work in enumerate(one.works)]
            )
        Counter.objects.update_or_create(series=SERIES, defaults={"value": number})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _houses(since: Any) -> list[Any]:
    from accounts.models import Organisation

    said = {"kind": "university", "status": "verified", "status_since": since}
    rows = [
        Organisation(name=f"大学{n}", name_sort=f"大学{n}", uscc=f"12370200MA{n:08d}", region="山东济南", **said)
        for n in range(HOUSES)
    ]
    return Organisation.objects.bulk_create(rows)


def _team(number: int, homes: list[Any], leader: Any) -> Any:
    from teams.models import Team

    name, home = f"课题组{number}", homes[number % len(homes)]
    return Team(name=name, name_sort=name, organisation=home, leader=leader, changed=number)


def _row(team: Any, work: Any, n: int) -> Any:
    from works.keys import searched, title_key
    from works.models import Work

    title = f"{work.title}（{n}）"
    said = {"title": title, "abstract": work.abstract, "year": work.year, "kind": "paper"}
    return Work(team=team, title_key=title_key(title), words=searched(title), **said)


# ── what the worker does ────────────────────────────────────────────────────────
def worker() -> None:
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from suggestions import following, keeping, learning
    from suggestions.models import Following, Index, Suggestion
    from teams.changes import touch
    from teams.models import Team
    from works.models import Work

    shutil.rmtree(keeping.folder(), ignore_errors=True)
    for model in (Suggestion, Following, Index):
        model.objects.all().delete()
    works = Work.objects.count()

    def until(is_done: Any) -> int:
        """Ticks without the pauses that leave the worker to others."""
        n = 0
        while n == 0 or not is_done():
            Index.objects.update(rest_until=None)
            following.carry_on()
            n += 1
            if (row := learning.index()).failure:
                raise SystemExit(row.failure)
        return n

    began = _spent()
    ticks = until(lambda: Following.objects.count() >= LISTINGS)
    row = Index.objects.get()
    rows = Suggestion.objects.count()
    _say(
        f"{works:,} works of {row.teams:,} teams learnt, {LISTINGS} listings ranked",
        began,
        f"{ticks} ticks, {rows} rows",
    )
    _say(f"  of which learning took {row.seconds:.1f} s of a processor; on disk {row.size >> 20} MB", None)
    team = Team.objects.order_by("changed")[0]
    with transaction.atomic():
        touch(team)
    began = _spent()
    ticks = until(lambda: not Following.objects.exclude(followed=learning.latest()).exists())
    _say("one team that changed is in the rows of every listing", began, f"{ticks} ticks")
    began = _spent()
    with CaptureQueriesContext(connection) as asked:
        until(lambda: True)
    _say("a tick in which nothing happened", began, f"{len(asked)} queries")


def _spent() -> tuple[float, float]:
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic(), own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime


def _say(what: str, began: tuple[float, float] | None, *more: str) -> None:
    if began is not None:
        now = _spent()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        what += f": {now[0] - began[0]:.1f} s ({now[1] - began[1]:.1f} s of a processor)"
        more = (*more, f"memory at most {peak:,} MB, of a child {child:,} MB")
    print("; ".join([what, *more]), flush=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("works", type=int, nargs="?", default=200_000)
    parser.add_argument("--keep", action="store_true", help="with the database of the last time")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.worker:
        worker()
        return 0
    from bench_stack import bench, load

    print(f"Load before: {load()}, {os.cpu_count()} cores", flush=True)
    with bench("bench-following", lambda: fill(asked.works), keep=asked.keep):
        env = {**os.environ, "MATCHING_ENCODER": "0"}
        done = subprocess.run([sys.executable, __file__, "--worker"], cwd=ROOT, env=env)
    print(f"Load after: {load()}", flush=True)
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
