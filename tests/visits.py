"""One person walks the platform: every address, method and object, each request undone before the next.

`Visitor.walk()` gives what was wrong, one sentence each; `seen` holds the kinds of secret that came to light on the
way. A request that is refused must look the same whether its object belongs to others or does not exist.
"""

import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.urls import reverse

from answers import Answer, Plain, alike, difference, fences, readable, unknown
from canaries import SECRETS, Thing
from doors import DOORS, Door
from little_zone import Zone

UNSPOKEN = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
METHODS = ("GET", "HEAD", "POST", *UNSPOKEN)
SESSIONS = {"django_session", "usersessions_usersession"}
WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
 WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""
HOSTILE = ("\x00", "9" * 5000, "no-uuid")
STEERING = ("version", "next", "then", "do", "key")  # what a form of ours may carry beside its fields
ASKED = ("q", "page", "year", "until", "status", "list", "batch", "state", "after", "unread", "next", "sort", "field",
         "region", "why", "kind", "group", "late", "saved", "key")  # fmt: skip
# What nobody would type is typed once at each door: by the first of these whom it lets in.
BOLD = ("stranger", "alice", "tao", "guan", "shen", "secadmin", "sysadmin", "auditor")
# Whoever is let in asks. Of the others, one in SOME where they have something to do with the object, else one in FEW, a
# different one each time; `make gates` has everybody ask for everything (1).
FEW, SOME = int(os.environ.get("ONE_IN", "10")), 3


Missing = Callable[[], str | None]


class Visitor:
    def __init__(self, zone: Zone, name: str, *, one_in: int = FEW) -> None:
        self.zone, self.name, self.one_in = zone, name, one_in
        self.client = Plain(raise_request_exception=False).come_as(zone.user(name))
        self.cookies = self.client.cookies.output(header="", sep=";")
        self.untouched, self.written = zone.trapped(), written()
        self.status = 0
        self.logs: set[str] = set()  # what a look at this door may write
        self.seen: set[str] = set()
        self.counts: Counter[str] = Counter()

    # ── one request ──
    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        """The answer, with whatever the request changed undone again."""
        self.client.cookies = SimpleCookie(self.cookies)
        self.counts["requests"] += 1
        with transaction.atomic():
            post = method == "POST"
            response = self.client.post(path, body or {}) if post else self.client.generic(method, path)
            answer = self._answer(response, self._changes())
            transaction.set_rollback(True)
        return answer

    def _changes(self) -> dict[str, int]:
        """What was written since the last time this was asked."""
        if connection.needs_rollback:  # the request failed within its transaction: it cannot be asked, and is undone
            return {}
        before, self.written = self.written, written()
        return {table: n - before.get(table, 0) for table, n in self.written.items() if n != before.get(table, 0)}

    def _answer(self, response: Any, done: dict[str, int]) -> Answer:
        trapped = bool(done) and self.zone.trapped() != self.untouched
        return Answer(response.status_code, response.headers, readable(response), done, trapped, self.client.error)

    # ── the whole walk ──
    def walk(self, names: Iterable[str] = tuple(DOORS)) -> list[str]:
        return [problem for name in names for problem in self.try_door(name, DOORS[name])]

    def try_door(self, name: str, door: Door) -> Iterator[str]:
        self.logs = set(door.logs)
        things = {label: thing for label, thing in self._things(door).items() if not door.only or label in door.only}
        assert things, f"there is nothing to ask {name} for"
        first: tuple[Thing, int] | None = None  # the first that was looked at, and how it was answered
        for method in ("GET", "POST"):
            spoken = door.library or {"GET": door.get, "POST": door.post}[method] is not None
            some = things if spoken else dict([next(iter(things.items()))])
            some = {label: thing for label, thing in some.items() if self._asks_for(name, door, method, label, thing)}
            missing = cache(partial(self._missing, name, door, method, next(iter(things.values()))))
            for n, (label, thing) in enumerate(some.items()):
                where = f"{self.name}: {method} {name} [{label}]"
                yield from (f"{where}: {problem}" for problem in self._cell(name, door, method, thing, missing))
                first = (thing, self.status) if method == "GET" and n == 0 else first
        bold = {self._bold(door, who, things)[0] for who in (door.get, door.post)}
        if self.name in {"stranger", *bold}:  # what a method is, is settled before anybody looks who asks
            if first:
                yield from self._head(name, reverse(name, args=first[0].args), first[1])
            yield from self._unspoken(name, reverse(name, args=next(iter(things.values())).args))
        yield from self._hostile(name, door, things)

    def _things(self, door: Door) -> dict[str, Thing]:
        return self.zone.things[door.of] if door.of else {"": Thing(())}

    def _asks_for(self, name: str, door: Door, method: str, label: str, thing: Thing) -> bool:
        may = {"GET": door.let_in(door.get, thing), "POST": door.let_in(door.post, thing)}
        concerned = self._knows(door, thing) or self.name in {*may["GET"], *may["POST"]}
        one_in = min(SOME, self.one_in) if concerned else self.one_in
        lot = zlib.crc32(f"{name} {method} {label} {self.name}".encode()) % one_in
        return self.name in ("stranger", *may[method]) or door.library or not door.of or lot == 0

    def _knows(self, door: Door, thing: Thing) -> bool:
        return self.name in set().union(*thing.groups.values()) if thing.groups else not door.of

    def _missing(self, name: str, door: Door, method: str, thing: Thing) -> str | None:
        """How an address is answered whose object does not exist."""
        strange = Thing(tuple(unknown(arg) for arg in thing.args), {})
        if strange.args == thing.args:
            return None
        path = reverse(name, args=strange.args)
        answer = self.ask(method, path, door.body(self.zone, thing) if method == "POST" else None)
        return alike(answer, path)

    def _cell(self, name: str, door: Door, method: str, thing: Thing, missing: Missing) -> Iterator[str]:
        self.counts["cells"] += 1
        path = reverse(name, args=thing.args)
        body = {**self.zone.forbidden, **door.body(self.zone, thing)} if method == "POST" else {}
        answer = self.ask(method, path, body)
        self.status = answer.status
        for search in door.searches if method == "GET" and not answer.refused else ():
            yield from self._common(self.ask("GET", path + search), method, path + search)
        yield from self._common(answer, method, path + " ".join(str(value) for value in body.values()))
        if door.library:
            return
        if self.name in door.let_in(door.get if method == "GET" else door.post, thing):
            yield from self._let_in(answer, method, door)
        else:
            yield from self._kept_out(answer, door, thing, path, missing)

    def _common(self, answer: Answer, method: str, said: str) -> Iterator[str]:
        """What holds of every answer: no secret of others, no failure, its fences, and that a look changes nothing."""
        if answer.status >= 500:
            yield f"answered {answer.status}: {answer.error[:200]}"
        found = self.zone.garden.find(answer.text) - self.zone.garden.find(said)
        kinds = {self.zone.garden.planted[token] for token in found}
        self.seen |= kinds
        yield from (f"shows “{kind}”" for kind in sorted(kinds) if self.name not in SECRETS[kind])
        yield from fences(answer, signed_in=self.name != "stranger")
        if method != "POST" and set(answer.written) - self.logs:
            yield f"writes {answer.written}"
        if answer.trapped:
            yield "takes what no form of ours asks for"

    def _let_in(self, answer: Answer, method: str, door: Door) -> Iterator[str]:
        if answer.refused:
            yield f"is kept out with {answer.status}"
        if method == "POST" and (strange := set(answer.written) - set(door.writes)):
            yield f"writes to {sorted(strange)}"
        if answer.written and door.doers and self.name not in door.doers:
            yield f"is not one of those it is for, but writes {answer.written}"

    def _kept_out(self, answer: Answer, door: Door, thing: Thing, path: str, missing: Missing) -> Iterator[str]:
        if answer.written:
            yield f"is kept out, but writes {answer.written}"
        knows = self._knows(door, thing)
        if not answer.refused and not (knows and answer.status in (302, 409)):
            yield f"is let in with {answer.status}"
        if not knows and (unlike := missing()) is not None and alike(answer, path) != unlike:
            yield "is told that it exists: " + difference(alike(answer, path), unlike)

    # ── other methods, and what nobody would type ──
    def _head(self, name: str, path: str, plain: int) -> Iterator[str]:
        head = self.ask("HEAD", path)
        if head.status != plain or head.text.partition("\n\n")[2]:
            yield f"{self.name}: HEAD {name}: answers {head.status} where GET answers {plain}, or with a body"
        yield from (f"{self.name}: HEAD {name}: {problem}" for problem in self._common(head, "HEAD", path))

    def _unspoken(self, name: str, path: str) -> Iterator[str]:
        for method in UNSPOKEN:
            self.counts["requests"] += 1
            self.client.cookies = SimpleCookie(self.cookies)
            answer = self._answer(self.client.generic(method, path), {})
            where = f"{self.name}: {method} {name}"
            if answer.status != 405:
                yield f"{where}: answers {answer.status}"
            yield from (f"{where}: {problem}" for problem in self._common(answer, method, path))
        if done := self._changes():
            yield f"{self.name}: {UNSPOKEN} {name}: writes {done}"

    def _hostile(self, name: str, door: Door, things: dict[str, Thing]) -> Iterator[str]:
        """A sentence for the person, never a failure."""
        for who, method in ((door.get, "GET"), (door.post, "POST")):
            bold, thing = self._bold(door, who, things)
            for bad in HOSTILE if self.name == bold else ():
                path = reverse(name, args=thing.args)
                if method == "GET":
                    answer = self.ask("GET", f"{path}?{urlencode(dict.fromkeys(ASKED, bad))}")
                else:
                    answer = self.ask("POST", path, dict.fromkeys((*door.body(self.zone, thing), *STEERING), bad))
                where = f"{self.name}: {method} {name} with {bad[:9]!r}"
                yield from (f"{where}: {problem}" for problem in self._common(answer, method, path))

    def _bold(self, door: Door, who: Any, things: dict[str, Thing]) -> tuple[str, Thing]:
        first = next(iter(things.values()))
        if door.library:
            return "alice", first
        return next(((b, t) for b in BOLD for t in things.values() if b in door.let_in(who, t)), ("", first))


def written() -> dict[str, int]:
    """Rows written so far in this transaction, undone or not, as PostgreSQL itself counts them; sessions apart."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return {table: n for table, n in cursor.fetchall() if table not in SESSIONS}
