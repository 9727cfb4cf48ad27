"""T4 by the clock: does the time of a page tell how many sealed bids a need has?

Three databases, copies of one among whose 10,000 listings is a need that is still open: one with no bid, one with one,
one with seven. The same pages are asked of the three in turns, so that whatever else the machine does meanwhile falls
on all alike; the medians with one and with seven may lie a fifth beside the one with none. `bench_oracle` runs it.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from statistics import median
from typing import Any

MANY = (0, 1, 7)
WARM_UP, TIMES, MOST = 3, 60, 0.20
WATCHERS = {  # by mail address
    "": "stranger",
    "alice@example.com": "enterprise",
    "guan@example.com": "officer",
    "rui@example.com": "rival",
}


def pages(need: Any) -> list[tuple[str, str]]:
    """Who asks for what: a passer-by, a rival, and the two who look at the case every day, at it and at their lists."""
    enterprise, officer, rival = list(WATCHERS)[1:]
    return [
        ("", need.public_url),
        ("", "/listings/"),
        ("", f"/enterprises/{need.organisation_id}/"),
        (enterprise, need.get_absolute_url()),
        (enterprise, need.public_url),
        (enterprise, "/enterprise/"),
        (enterprise, "/enterprise/needs/"),
        (officer, need.get_absolute_url()),
        (officer, need.public_url),
        (officer, "/office/"),
        (officer, "/office/needs/"),
        (rival, need.public_url),
        (rival, "/team/"),
    ]


# ── three databases ─────────────────────────────────────────────────────────────
def copies(cast: Any, need: Any) -> None:
    """Of the filled database, one for each number of bids, handed in the proper way."""
    from django.db import connection

    import world
    from bids import bidders

    cast.everyone()
    teams = [(cast.team, cast.tao), *bidders()]
    name = connection.settings_dict["NAME"]
    connection.close()  # nobody may be in a database that is copied
    for many in MANY:
        with closing(beside("postgres")) as server, server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}_{many}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}_{many}" TEMPLATE "{name}"')
        with closing(beside(f"{name}_{many}")) as held, asked_of(held), held.cursor() as cursor:
            for team, leader in teams[:many]:
                world.bid(cast, need, team=team, by=leader)
            cursor.execute("VACUUM ANALYZE")


def beside(name: str) -> Any:
    """A connection to another database of the same server."""
    from django.db import connections

    made = connections.create_connection("default")
    made.settings_dict = {**made.settings_dict, "NAME": name}
    return made


@contextmanager
def asked_of(held: Any) -> Iterator[None]:
    """Whatever is asked of the database meanwhile is asked of this one."""
    from django.db import connections

    usual = connections["default"]
    connections["default"] = held
    try:
        yield
    finally:
        connections["default"] = usual


# ── what each is answered, and how soon ─────────────────────────────────────────
def answer(browser: Any, page: str) -> tuple[float, str]:
    """Milliseconds of one answer, and what it said but for the moment."""
    from answers import LEFT, MASKS, readable

    began = time.perf_counter()
    response = browser.get(page)
    took = (time.perf_counter() - began) * 1000
    if response.status_code != 200:
        raise SystemExit(f"{page}: {response.status_code}")
    text = readable(response).partition("\n\n")[2]
    for pattern, word in (*MASKS, LEFT):
        text = pattern.sub(word, text)
    return took, text


def compare(browsers: dict[int, Any], held: dict[int, Any], who: str, page: str) -> bool:
    times: dict[int, list[float]] = {many: [] for many in MANY}
    told_apart = ""

    def ask(turn: int) -> dict[int, tuple[float, str]]:
        """One turn: within it only the bids differ, from one to the next the hour does as well."""
        found = {}
        for many in (*MANY[turn % 3 :], *MANY[: turn % 3]):
            with asked_of(held[many]):
                found[many] = answer(browsers[many], page)
        return found

    for turn in range(WARM_UP + TIMES):
        got = ask(turn)
        if turn >= WARM_UP:
            for many, (took, _text) in got.items():
                times[many].append(took)
        if unlike(got) and (again := unlike(ask(turn))):  # once may be a minute that passed between two answers
            told_apart = told_apart or again
    none, *others = (median(times[many]) for many in MANY)
    apart = [other / none - 1 for other in others]
    told = "".join(f"{ms:>9.1f}" for ms in (none, *others)) + "".join(f"{part * 100:>+8.1f} %" for part in apart)
    print(f"{WATCHERS[who]:<12}{page[:32]:<34}{told}  {told_apart or 'the same'}", flush=True)
    return all(abs(part) <= MOST for part in apart) and not told_apart


def unlike(got: dict[int, tuple[float, str]]) -> str:
    """The first words in which the answers of one turn part, or nothing."""
    from answers import difference

    none, *others = (got[many][1] for many in MANY)
    return next((f"DIFFERENT: {difference(other, none)}" for other in others if other != none), "")


def measure(need: Any) -> list[bool]:
    """Of every page: within a fifth, and the same answer."""
    from django.db import connection

    from accounts.models import User
    from answers import Plain

    held = {many: beside(f"{connection.settings_dict['NAME']}_{many}") for many in MANY}
    browsers: dict[str, dict[int, Any]] = {}
    for address in WATCHERS:
        browsers[address] = {}
        for many in MANY:
            with asked_of(held[many]):
                user = User.objects.filter(email=address).first()
                browsers[address][many] = Plain(headers={"host": "127.0.0.1"}).come_as(user)
    head = "".join(f"{f'{many} bids':>9}" for many in MANY) + "".join(f"{f'{many} apart':>10}" for many in MANY[1:])
    print(f"\n{'who':<12}{'page':<34}{head}  answers")
    return [compare(browsers[who], held, who, page) for who, page in pages(need)]
