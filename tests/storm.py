"""People at work while the platform is being killed: what they were told was done is written down on their side.

A write counts as acknowledged only when its answer arrived. Who gets none, or an error, does what a person does:
waits until the platform answers again and sends the same form once more.
"""

import json
import os
import queue
import random
import re
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from uuid import uuid4

from embedded import processes
from running import Answer, Lost, Running, Visitor

REASON = "请补充失效数据，便于揭榜方判断。编号 %s"
KILLS = int(os.environ.get("KILLS", "20"))  # in steps of twenty; `make gates` sets 40
PACE = 0.15  # between two forms of one person: two cores carry the platform, the load and other people's work

SEED = """
import world
from people import PASSWORD, Cast
cast = Cast()
people = {name: getattr(cast, name) for name in ("alice", "bob", "charlie", "tao", "ting", "guan", "gao", "shen")}
for user in people.values():
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
batch = world.batch(cast)
listed = [world.listed(cast, within=batch) for _each in range(3)]
cast.team
answer({
    "logins": {name: user.email for name, user in people.items()},
    "batch": str(batch.pk),
    "team": str(cast.team.pk),
    "listings": [[need.number, [[str(i.pk), i.operator] for i in need.indicators.all()]] for need in listed],
})
"""


@dataclass
class Journal:
    """What people were told. Every entry can be looked up later."""

    needs: dict[str, str] = field(default_factory=dict)  # id: title
    texts: dict[str, int] = field(default_factory=dict)  # need: number of the last text that was said to be saved
    tried: dict[str, int] = field(default_factory=dict)  # need: number of the last text that was sent at all
    moves: dict[tuple[str, str], int] = field(default_factory=dict)  # (need, action): how often it was done
    reasons: set[str] = field(default_factory=set)
    receipts: dict[tuple[str, int], dict[str, object]] = field(default_factory=dict)  # (proposal, version)
    files: dict[str, list[str]] = field(default_factory=dict)  # proposal: names of the attachments it has
    acknowledged: int = 0
    repeated: int = 0  # forms that had to be sent again
    odd: list[str] = field(default_factory=list)  # answers nobody should have got
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, write: Callable[[], object]) -> None:
        with self.lock:
            write()
            self.acknowledged += 1

    def moved(self, need: str, action: str) -> None:
        self.note(lambda: self.moves.update({(need, action): self.moves.get((need, action), 0) + 1}))


class Person:
    """Somebody who goes on until an answer comes."""

    def __init__(self, visitor: Visitor, journal: Journal, over: threading.Event) -> None:
        self.visitor, self.journal, self.over = visitor, journal, over

    def ask(self, send: Callable[[], Answer], what: str, fine: tuple[int, ...] = (200, 302)) -> Answer:
        for turn in range(2400):
            if turn:
                self.journal.repeated += 1
                time.sleep(0.1)
            try:
                answer = send()
            except Lost:
                continue
            if answer.status < 500:
                if answer.status not in fine or answer.asks_to_log_in:
                    self.journal.odd.append(f"{what}: {answer.status} {answer.location} {answer.text[:300]}")
                return answer
        raise AssertionError(f"no answer to {what}")

    def post(self, path: str, data: dict[str, object] | None = None, **headers: str) -> Answer:
        return self.ask(lambda: self.visitor.post(path, data, **headers), f"POST {path}")

    def typed(self, case: str, form: dict[str, object], how: str = "autosave") -> Answer:
        """The form as a browser sends it, with the revision it was drawn from."""

        def send() -> Answer:
            page = self.visitor.get(f"{case}edit/")
            drawn = re.search(r'name="version" value="(\d+)"', page.text)
            if page.status >= 500 or drawn is None:
                return page
            return self.visitor.post(f"{case}{how}/", {**form, "version": drawn[1]}, **{"X-Requested-With": how})

        return self.ask(send, f"POST {case}{how}/")

    def pause(self) -> None:
        self.over.wait(PACE)


class Enterprise(Person):
    """Writes needs, saves them as they are typed, hands them in, and again when they come back."""

    def __init__(self, visitor: Visitor, journal: Journal, over: threading.Event, *, batch: str) -> None:
        super().__init__(visitor, journal, over)
        self.batch, self.back = batch, queue.SimpleQueue[str]()
        self.desk: queue.SimpleQueue[tuple[str, Enterprise]] | None = None

    def work(self) -> None:
        while not self.over.is_set():
            try:
                need = self.back.get_nowait()
            except queue.Empty:
                need = self.start()
            for _save in range(2):
                self.save(need)
            self.hand_in(need)

    def start(self) -> str:
        need = str(uuid4())
        title = f"风暴中的需求 {need[:8]}"
        answer = self.post("/enterprise/needs/new/", {"title": title, "batch": self.batch, "key": need})
        if answer.location == f"/needs/{need}/edit/":
            self.journal.note(lambda: self.journal.needs.update({need: title}))
        self.pause()
        return need

    def form(self, need: str) -> dict[str, object]:
        number = self.journal.tried[need] = self.journal.tried.get(need, 0) + 1
        return {
            "title": self.journal.needs[need], "kind": "breakthrough", "field": "4", "budget": "50",
            "problem": f"第 {number} 稿：现有涂层在强冲击下开裂。", "goal": "样板经第三方检测达到全部硬指标。",
            "period_months": "12", "cooperation": "joint", "ownership": "joint", "contact_name": "艾工",
            "contact_phone": "0532-88888888", "indicators-TOTAL_FORMS": "1", "indicators-INITIAL_FORMS": "0",
            "indicators-0-name": "拉伸强度", "indicators-0-operator": "ge", "indicators-0-value": "25",
            "indicators-0-unit": "MPa", "indicators-0-weight": "hard",
        }  # fmt: skip

    def save(self, need: str, how: str = "autosave") -> None:
        form = self.form(need)
        number = self.journal.tried[need]
        answer = self.typed(f"/needs/{need}/", form, how)
        if answer.status == (200 if how == "autosave" else 302):
            self.journal.note(lambda: self.journal.texts.update({need: number}))
        self.pause()

    def hand_in(self, need: str) -> None:
        self.save(need, "edit")
        if self.post(f"/moves/need/{need}/submit/").status == 302:
            self.journal.moved(need, "need.submit")
            assert self.desk is not None
            self.desk.put((need, self))
        self.pause()


CHECKED = ("unit", "technical", "problem", "indicators", "secret", "effort", "acceptance", "duplicate")
TICKS = {**dict.fromkeys(CHECKED, "met"), "then": "screen"}


class Officer(Person):
    """Screens what comes in; every second need goes back to where it came from, with a reason."""

    def __init__(self, visitor: Visitor, journal: Journal, over: threading.Event) -> None:
        super().__init__(visitor, journal, over)
        self.desk: queue.SimpleQueue[tuple[str, Enterprise]] = queue.SimpleQueue()

    def work(self) -> None:
        while not (self.over.is_set() and self.desk.empty()):
            try:
                need, owner = self.desk.get(timeout=0.2)
            except queue.Empty:
                continue
            if self.journal.moves[need, "need.submit"] == 1:
                self.send_back(need, owner)
            elif self.post(f"/needs/{need}/screening/", TICKS).status == 302:
                self.journal.moved(need, "need.screen")
            self.pause()

    def send_back(self, need: str, owner: Enterprise) -> None:
        reason = REASON % uuid4().hex
        if self.post(f"/moves/need/{need}/return/", {"code": "problem", "reason": reason}).status == 302:
            self.journal.moved(need, "need.return")
            self.journal.reasons.add(reason)
            owner.back.put(need)


class Bidder(Person):
    """Hands in a sealed bid and replaces it, again and again; keeps the receipt of every version."""

    def __init__(
        self, visitor: Visitor, journal: Journal, over: threading.Event, *, team: str, listings: list[list[object]]
    ) -> None:
        super().__init__(visitor, journal, over)
        self.team, self.listings = team, listings
        self.bids: dict[str, tuple[str, list[list[str]], int]] = {}

    def work(self) -> None:
        for number, indicators in self.turns():
            if number not in self.bids:
                answer = self.post(f"/listings/{number}/bid/", {"team": self.team})
                self.bids[number] = (answer.location.split("/")[2], indicators, 0)
            bid, _indicators, version = self.bids[number]
            self.write(bid, indicators, version + 1)
            if version < 6:
                self.attach(bid, version + 1)
            self.seal(bid, version + 1)
            self.bids[number] = (bid, indicators, version + 1)

    def turns(self) -> Iterator[tuple[str, list[list[str]]]]:
        while True:
            for number, indicators in self.listings:
                if self.over.is_set():
                    return
                yield number, indicators  # type: ignore[misc]

    def write(self, bid: str, indicators: list[list[str]], version: int) -> None:
        form: dict[str, object] = {
            "summary": f"第 {version} 版方案。", "approach": "先小试，再中试。", "price": "48", "period_months": "10",
            "milestones-TOTAL_FORMS": "1", "milestones-INITIAL_FORMS": "0", "milestones-0-title": "样件",
            "milestones-0-month": "10", "milestones-0-amount": "48", "members-TOTAL_FORMS": "1",
            "members-INITIAL_FORMS": "0", "members-0-name": "陶教授",
        }  # fmt: skip
        form |= {f"answer-{pk}-value": "380" for pk, _operator in indicators}
        if self.typed(f"/proposals/{bid}/", form).status == 200:
            self.journal.note(lambda: None)
        self.pause()

    def attach(self, bid: str, version: int) -> None:
        name = f"report-{version}.txt"
        file = NamedBytes(name, f"第 {version} 份报告".encode() * 2000)
        answer = self.ask(lambda: self.visitor.upload(f"/proposals/{bid}/files/", upload=file.again()), "an upload")
        if answer.status == 302:
            self.journal.note(lambda: self.journal.files.setdefault(bid, []).append(name))
        self.pause()

    def seal(self, bid: str, version: int) -> None:
        """Acknowledged is what a receipt is there for; without one the form is sent again."""
        move = "submit" if version == 1 else "replace"
        while True:
            self.ask(lambda: self.visitor.post(f"/moves/proposal/{bid}/{move}/"), move, fine=(302, 409))
            receipt = self.ask(lambda: self.visitor.get(f"/proposals/{bid}/receipts/{version}/"), "receipt", (200, 404))
            if receipt.status == 200:
                break
        self.journal.note(lambda: self.journal.receipts.update({(bid, version): json.loads(receipt.body)}))
        self.pause()


class NamedBytes:
    """A file to upload, as often as needed."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data, self.content_type = name, data, "text/plain"

    def again(self) -> "NamedBytes":
        return NamedBytes(self.name, self.data)

    def read(self) -> bytes:
        return self.data


@dataclass
class Load:
    """Five people in five threads."""

    journal: Journal
    over: threading.Event
    people: list[Enterprise | Officer | Bidder]
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        for person in self.people:
            self.threads.append(threading.Thread(target=self._work, args=(person,), daemon=True))
            self.threads[-1].start()

    def _work(self, person: Enterprise | Officer | Bidder) -> None:
        try:
            person.work()
        except BaseException as error:
            self.journal.odd.append(f"{type(person).__name__} gave up: {error!r}")
            raise

    def end(self) -> None:
        """Everybody finishes what is in hand."""
        self.over.set()
        for thread in self.threads:
            thread.join(300)
            assert not thread.is_alive(), "somebody still waits for an answer"


def crowd(running: Running) -> Load:
    seeded = running.python(SEED)
    running.logins = seeded["logins"]
    journal, over = Journal(), threading.Event()
    officer = Officer(running.visitor("guan"), journal, over)
    writers = [
        Enterprise(running.visitor(name), journal, over, batch=seeded["batch"]) for name in ("alice", "bob", "charlie")
    ]
    for writer in writers:
        writer.desk = officer.desk
    bidder = Bidder(running.visitor("tao"), journal, over, team=seeded["team"], listings=seeded["listings"])
    return Load(journal, over, [*writers, officer, bidder])


VARIANTS = {
    "web": ("web", "web/child"),
    "worker": ("worker", "worker/child"),
    "postgres": ("postgres",),
    "valkey": ("valkey",),
}
ROUNDS = [*combinations(VARIANTS, 2), *[("web", "worker"), ("postgres", "valkey")] * 2]  # twenty kills, five of a kind


def kills(chance: random.Random) -> list[list[str]]:
    """`KILLS` of them, two a round; of web and worker now the parent and now a child of it.

    Those of a round are of different kinds and a moment apart: the second often falls while the first comes back.
    """
    taken = dict.fromkeys(VARIANTS, 0)

    def variant(name: str) -> str:
        taken[name] += 1
        return VARIANTS[name][taken[name] % len(VARIANTS[name])]

    rounds = ROUNDS * (KILLS // 20)
    return [[variant(name) for name in chance.sample(names, 2)] for names in chance.sample(rounds, len(rounds))]


def victim(running: Running, target: str, chance: random.Random) -> int:
    """The pid to be killed; 0 while it is still on its way back from the kill before."""
    name, _slash, part = target.partition("/")
    parent = running.child(name)
    if not part or not parent:
        return parent
    children = [pid for pid in processes.session_members(parent) if pid != parent]
    return chance.choice(children) if children else 0


def limit_files(parents: list[int], size: int) -> bool:
    """No file of theirs may grow beyond so many bytes; what is there already may not be written beyond it either.

    True while one of them had another limit: who is born meanwhile has that of his parent before.
    """
    before = set()
    for parent in parents:
        for pid in family(parent):
            with suppress(ProcessLookupError):  # it died of that meanwhile
                before.add(resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))[0])
    return bool(before - {size})


def stop(parent: int) -> list[int]:
    """A process and all that descends from it: itself first, so that nobody is born any more, then who was born."""
    stopped: list[int] = []
    while new := [pid for pid in family(parent) if pid not in stopped]:
        stopped += new
        tell(new, signal.SIGSTOP)
    return stopped


def tell(pids: list[int], sign: signal.Signals) -> None:
    for pid in pids:
        processes.send(pid, sign)


def family(parent: int) -> list[int]:
    """A process and all that descends from it: a backend of PostgreSQL opens a session of its own."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):  # it ended meanwhile
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [parent] if parent in parents else []
    for one in found:  # grows as it goes
        found += [pid for pid, of in parents.items() if of == one]
    return found
