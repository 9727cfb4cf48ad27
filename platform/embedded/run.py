"""`make run`: the servers, the database brought up to date, the demo once, then web, worker and beat until Ctrl-C."""

import http.client
import io
import os
import signal
import sys
import time
from types import FrameType

from embedded.catalogues import compile_catalogues
from embedded.environment import without_opener
from embedded.stack import Stack
from embedded.state import Locked, State, next_port
from embedded.supervisor import Child, say

AS_ROOT = "ignore:You're running the worker with superuser privileges"  # of a trial in a container; not in production


class Run:
    def __init__(self, state: State) -> None:
        self.state = state
        self.began = time.monotonic()
        self.stack = Stack(state, os.environ)
        self.host = os.environ.get("HOST", "127.0.0.1")
        self.port = 0
        self.may_interrupt = False  # in Django's commands; never between starting a process and noting its pid

    def __call__(self) -> int:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self.told_to_stop)
        try:
            self.up()
            self.stack.supervisor.watch()
            return 0
        except SystemExit as end:
            if isinstance(end.code, str):
                say(end.code)
            return end.code if isinstance(end.code, int) else 1
        finally:
            say("Stopping…")
            self.stack.stop()
            say("Stopped. Nothing is left running; `make run` goes on where you were.")

    def told_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stack.supervisor.stopping.set()
        if self.may_interrupt:
            self.may_interrupt = False
            raise SystemExit(0)

    def up(self) -> None:
        say("Starting PostgreSQL and Valkey…")
        self.stack.start()
        self.choose_port()
        os.environ.setdefault("DEMO", "1" if "PostgreSQL" in self.stack.embedded else "0")
        os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{self.port}")
        self.prepare_product()
        for child in self.children():
            if not self.stack.supervisor.stopping.is_set():
                self.stack.supervisor.start(child)
        if not self.stack.supervisor.stopping.is_set():
            self.welcome()

    def choose_port(self) -> None:
        wanted = int(os.environ.get("PORT", "8000"))
        self.port = next_port(wanted)
        if self.port != wanted:
            say(f"Port {wanted} is taken: using {self.port}. (PORT=… chooses another one.)")
        (self.state.path / "address").write_text(f"http://127.0.0.1:{self.port}")

    def prepare_product(self) -> None:
        """In this process: two more interpreters would cost seconds of every start."""
        if self.stack.supervisor.stopping.is_set():
            return
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        self.may_interrupt = True
        import django
        from django.db import connections

        say("Bringing the database up to date…")
        compile_catalogues()
        django.setup()
        command("migrate", verbosity=0)
        self.load_demo()
        self.logins = demo_logins()
        connections.close_all()
        self.may_interrupt = False

    def load_demo(self) -> None:
        done = self.state.path / "demo-loaded"
        if done.exists() or os.environ["DEMO"] != "1" or not has_command("load_demo"):
            return
        say("Loading the demo (once)…")
        command("load_demo", verbosity=0)
        done.touch()

    def children(self) -> list[Child]:
        env = dict(os.environ, PYTHONUNBUFFERED="1", PYTHONWARNINGS=AS_ROOT)
        shut = without_opener(env)
        level = env.get("LOG_LEVEL", "WARNING")
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A", "config", "--quiet"]
        schedule = f"--schedule={self.state.path / 'beat-schedule'}"
        web = [*web_command(f"{self.host}:{self.port}", level), *(["--reload"] if env.get("DEBUG") == "1" else [])]
        return [
            Child("web", web, env=shut, is_ready=lambda: answers(self.port)),
            Child("worker", [*celery, "worker", "--loglevel", level, "--concurrency", "2"], env=env),
            Child("beat", [*celery, "beat", "--loglevel", level, schedule, "--pidfile="], env=shut),
        ]

    def welcome(self) -> None:
        seconds = time.monotonic() - self.began
        lines = ["", f"  揭榜台 is running: http://127.0.0.1:{self.port}   (ready in {seconds:.0f} s)", ""]
        if self.logins:
            lines += ["  Demo logins:", *(f"    {line}" for line in self.logins), ""]
        lines += [f"  State and logs: {self.state.path}", "  Stop: Ctrl-C", ""]
        say("\n".join(lines))


def web_command(bind: str, level: str = "WARNING") -> list[str]:
    """The web server as it runs here and, with more workers, in a deployment; `make bench` measures this one."""
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bind, "--worker-class", "gthread"]
    return [*web, "--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--log-level", level.lower()]


def answers(port: int) -> bool:
    """Any answer: whether the product is well is the health page's business."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()


def command(name: str, **options: object) -> None:
    from django.core.management import call_command

    call_command(name, **options)


def has_command(name: str) -> bool:
    from django.core.management import get_commands

    return name in get_commands()


def demo_logins() -> list[str]:
    if os.environ["DEMO"] != "1" or not has_command("demo_logins"):
        return []
    out = io.StringIO()
    command("demo_logins", stdout=out)
    return out.getvalue().rstrip().splitlines()


def run(state: State) -> int:
    try:
        state.lock()
    except Locked:
        address = state.path / "address"
        where = address.read_text() if address.exists() else "elsewhere"
        say(f"This checkout is already running, at {where} (pid {(state.path / 'lock').read_text()}).")
        return 1
    return Run(state)()
