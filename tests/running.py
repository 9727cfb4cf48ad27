"""The whole platform as `make run` starts it, for one test: its own state directory, its own ports, its own mailbox.

    with platform(tmp_path) as running:
        alice = running.visitor("alice")
        alice.post("/enterprise/needs/new/", title="…")

Everything goes over HTTP, to real gunicorn processes; what happened is read from the database with plain SQL.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from embedded import processes
from embedded.stack import addresses
from embedded.state import State, free_port
from mailbox_server import Mailbox, serve
from people import PASSWORD

ROOT = Path(__file__).resolve().parents[1]
READY = re.compile(r"is running: (http://\S+)")
INHERITED = ("HOME", "LANG", "PATH", "USER", "LD_LIBRARY_PATH")


def until(condition: Callable[[], Any], what: str, seconds: float = 180) -> Any:
    """Wait for a condition; the bound is generous, because it measures nothing.

    Who asks a database that lets nobody in just then, because it comes back from a crash, has not got his answer yet.
    """
    end, refused = time.monotonic() + seconds, ""
    while True:
        try:
            if found := condition():
                return found
        except psycopg.OperationalError as error:
            refused = str(error)
        assert time.monotonic() < end, f"still not so after {seconds:.0f} s: {what} {refused}".strip()
        time.sleep(0.05)


def kill(process: subprocess.Popen[Any], name: str) -> None:
    """With `PGAPPNAME=name`: a backend that lost its client still ends what it is at, which may be a commit."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:

        def backends() -> int:
            (found,) = connection.execute(query, [name]).fetchone() or (0,)
            return int(found)

        until(lambda: process.poll() is not None or backends(), f"PostgreSQL knows it as {name}")
        process.kill()
        process.wait()
        until(lambda: not backends(), "PostgreSQL notices that its client is gone")


def cut_off(connection: psycopg.Connection) -> bool:
    with contextlib.suppress(psycopg.Error):
        connection.execute("SELECT 1")
    return connection.broken


@dataclass
class Answer:
    status: int
    location: str
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def asks_to_log_in(self) -> bool:
        return "/account/login/" in self.location


class Lost(Exception):
    """No answer came: nobody can know whether the platform did it."""


class Visitor:
    """A browser reduced to cookies and forms. It follows no redirect and repeats nothing by itself."""

    def __init__(self, address: str) -> None:
        self.place = urlsplit(address)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> Answer:
        body = urlencode({key: value for key, value in (data or {}).items() if value is not None}, doseq=True).encode()
        return self.send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def upload(self, path: str, **files: Any) -> Answer:
        return self.send("POST", path, encode_multipart(BOUNDARY, files), {"Content-Type": MULTIPART_CONTENT})

    def send(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        if method == "POST":
            sent["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        connection = http.client.HTTPConnection(str(self.place.hostname), self.place.port, timeout=60)
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            return self._received(answer, answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise Lost(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()

    def _received(self, answer: http.client.HTTPResponse, body: bytes) -> Answer:
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(answer.status, answer.headers.get("Location", ""), body, answer.getheaders())

    def log_in(self, login: str, password: str = PASSWORD) -> "Visitor":
        self.get("/account/login/")
        answer = self.post("/account/login/", {"login": login, "password": password})
        assert (answer.status, self.cookies.get("sessionid", "") != "") == (302, True), answer.text[:2000]
        return self


@dataclass
class Running:
    """One platform on its way."""

    path: Path
    mailbox: Mailbox
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    address: str = ""
    logins: dict[str, str] = field(default_factory=dict)
    traces: list[dict[str, object]] = field(default_factory=list)  # of whatever was ever started

    @property
    def state(self) -> Path:
        return self.path / "state"

    @property
    def output(self) -> Path:
        """What web, worker, beat and the supervisor wrote."""
        return self.path / "output.log"

    def start(self) -> None:
        self.traces += State(self.state).remembered().values()  # of a supervisor that was killed
        (self.state / "demo-loaded").touch()  # an empty platform, where officers log in at once
        with self.output.open("ab") as out:
            said = out.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "embedded", "run"],
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.address = until(lambda: self._ready(said), "the platform starts", 300)

    def _ready(self, before: int) -> str:
        said = self.output.read_bytes()[before:].decode(errors="replace")
        assert self.process is not None
        assert self.process.poll() is None, said
        found = READY.search(said)
        return found[1] if found else ""

    def stop(self) -> None:
        """Politely, so that what is left behind is the product's fault; then whatever is left all the same."""
        if self.process is None:
            return
        self.traces += State(self.state).remembered().values()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for trace in [*self.traces, *State(self.state).remembered().values()]:
            pid = int(str(trace["pid"]))
            if processes.identity(pid) in ("", trace["started"]):
                processes.send_group(pid, signal.SIGKILL)
        self.process = None

    # ── from the outside ──
    def stranger(self) -> Visitor:
        return Visitor(self.address)

    def visitor(self, name: str) -> Visitor:
        return self.stranger().log_in(self.logins[name])

    # ── from the inside ──
    def inside(self) -> dict[str, str]:
        """The environment of a command that belongs to this platform."""
        env = dict(self.env)
        addresses(State(self.state), env)
        return env

    def python(self, program: str) -> Any:
        """Run `program` inside the platform's Django; returns what it gives to `answer(…)`."""
        before = "import json, sys, django; django.setup(); answer = lambda it: print('\\n' + json.dumps(it))\n"
        done = subprocess.run(
            [sys.executable, "-c", before + program], env=self.inside(), capture_output=True, text=True, cwd=ROOT
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.rstrip().rpartition("\n")[2] or "null")

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, env=self.inside(), capture_output=True, text=True, cwd=ROOT)

    def database(self) -> psycopg.Connection:
        return psycopg.connect(self.inside()["DATABASE_URL"])

    def wait_for_another(self, name: str, killed: int) -> None:
        until(lambda: self.child(name) not in (0, killed), f"{name} is started again")
        self.wait_until_well()

    def wait_until_well(self) -> None:
        """A connection of one's own comes before the page: for a moment web's old ones still say that all is well."""
        until(lambda: self.rows("SELECT 1"), "PostgreSQL lets people in")
        until(self.is_well, "the platform says that it is well")

    def is_well(self) -> bool:
        with contextlib.suppress(Lost):
            return self.stranger().get("/healthz").status == 200
        return False

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        with self.database() as connection:
            return connection.execute(query, parameters).fetchall()

    def child(self, name: str) -> int:
        """The pid the supervisor started under that name; 0 while there is none alive."""
        trace = State(self.state).remembered().get(name, {})
        pid = int(str(trace.get("pid", 0)))
        return pid if pid and processes.identity(pid) == trace["started"] != "" else 0


@contextlib.contextmanager
def platform(path: Path, *, before: Path | None = None, **settings: str) -> Iterator[Running]:
    """`before` is a folder of Python that the platform's processes find first: how a test plants a mutant."""
    mailbox = Mailbox()
    controller = serve(mailbox)
    (path / "tmp").mkdir(parents=True, exist_ok=True)
    found_first = [str(before)] if before else []
    env = {
        **{name: os.environ[name] for name in INHERITED if name in os.environ},
        "PYTHONPATH": os.pathsep.join([*found_first, str(ROOT / "platform"), str(ROOT / "tests")]),
        "JIEBANG_STATE": str(path / "state"),
        "TMPDIR": str(path / "tmp"),
        "PORT": str(free_port()),
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(controller.port),
        **settings,
    }
    running = Running(path, mailbox, env)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        controller.stop(no_assert=True)
