"""Keeps processes running: starts them in order, restarts what dies, stops all, leaves a trace for the next start."""

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from typing import IO, Any

from embedded import processes
from embedded.state import State

COLOURS = {"web": "36", "worker": "33", "beat": "35"}
GIVE_UP = 6  # deaths of its own within a minute


@dataclass
class Child:
    name: str
    command: list[str]
    env: dict[str, str] | None = None
    popen: dict[str, Any] = field(default_factory=dict)
    log: Path | None = None  # None: our own output, prefixed with the name
    stdin: str = ""
    stop: Signals = SIGTERM
    patience: float = 20  # seconds between the polite signal and SIGKILL
    is_ready: Callable[[], bool] | None = None
    attempts: int = 2
    process: subprocess.Popen[str] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=GIVE_UP))

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """A child is its own session: Ctrl-C reaches only us, and we can signal all that a child started."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def clear_orphans(self) -> list[str]:
        """After kill -9 of a supervisor its children live on: stop them, the last started first."""
        found = []
        for name, trace in reversed(self.state.remembered().items()):
            stop = Signals(int(str(trace["stop"])))
            if processes.stop_orphan(int(str(trace["pid"])), str(trace["started"]), stop, 10):
                found.append(name)
        self.state.remember({})
        return found

    def start(self, child: Child) -> None:
        """Start and wait until it is ready. A killed predecessor may hold its files for a moment: try again."""
        if child not in self.children:
            self.children.append(child)
        deadline = time.monotonic() + 60
        for attempt in range(child.attempts):
            self._spawn(child)
            while child.alive and time.monotonic() < deadline:
                if self.stopping.is_set() or child.is_ready is None or child.is_ready():
                    return
                time.sleep(0.03)
            if self.stopping.wait(min(0.5 * (attempt + 1), 2)):
                return
        raise SystemExit(
            f"{child.name} does not start. " + (f"See {child.log}." if child.log else "Its last lines say why.")
        )

    def _spawn(self, child: Child) -> None:
        out: Any = subprocess.PIPE if child.log is None else child.log.open("a")
        child.process = process = subprocess.Popen[str](
            child.command,
            env=child.env,
            stdin=subprocess.PIPE if child.stdin else subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
            **child.popen,
        )
        self._remember()
        if child.stdin and process.stdin:
            process.stdin.write(child.stdin)
            process.stdin.close()
        if child.log is None and process.stdout:
            threading.Thread(target=relay, args=(child.name, process.stdout), daemon=True).start()
        elif child.log is not None:
            out.close()

    def _remember(self) -> None:
        self.state.remember(
            {
                child.name: {
                    "pid": child.process.pid,
                    "started": processes.identity(child.process.pid),
                    "stop": int(child.stop),
                }
                for child in self.children
                if child.process
            }
        )

    def watch(self) -> None:
        """Until we are told to stop. What dies is started again; what keeps doing so by itself ends the run.

        SIGKILL comes from outside, from a person or from the kernel when memory is short: whoever gets it did nothing
        wrong, however often it comes.
        """
        while not self.stopping.wait(0.3):
            for child in self.children:
                if not child.alive and child.process and not self.stopping.is_set():
                    self._revive(child, child.process)

    def _revive(self, child: Child, dead: subprocess.Popen[str]) -> None:
        processes.send_group(dead.pid, SIGKILL)  # what it had started
        if dead.returncode != -SIGKILL:
            child.deaths.append(time.monotonic())
        if len(child.deaths) == GIVE_UP and child.deaths[-1] - child.deaths[0] < 60:
            raise SystemExit(f"{child.name} ended {GIVE_UP} times within a minute: giving up.")
        say(f"{child.name} ended ({dead.returncode}): starting it again.")
        self.start(child)
        if child.log is not None:  # an engine takes down what stands on it: those deaths are not theirs
            for other in self.children:
                if other.log is None:
                    other.deaths.clear()

    def stop(self) -> None:
        """The last started first: web before the database it writes to."""
        self.stopping.set()
        tiers = [[c for c in self.children if c.log is None], [c for c in reversed(self.children) if c.log]]
        for tier in tiers:
            for child in tier:
                if child.alive and child.process:
                    processes.send(child.process.pid, child.stop)
            for child in tier:
                self._reap(child)
        self.state.remember({})

    def _reap(self, child: Child) -> None:
        if child.process is None:
            return
        try:
            child.process.wait(child.patience)
        except subprocess.TimeoutExpired:
            processes.send_group(child.process.pid, SIGKILL)
            child.process.wait()
        if child.log is None:
            processes.send_group(child.process.pid, SIGKILL)


_printing = threading.Lock()


def write(line: str) -> None:
    with _printing:
        try:
            sys.stdout.write(line)
            sys.stdout.flush()
        except (OSError, ValueError):
            pass  # the terminal is gone; the processes matter more than their output


def say(sentence: str) -> None:
    write(f"{sentence}\n")


def relay(name: str, lines: IO[str]) -> None:
    """One child's output, each line under its name."""
    mark = f"{name:<6} │ "
    if sys.stdout.isatty():
        mark = f"\x1b[{COLOURS.get(name, '37')}m{mark}\x1b[0m"
    for line in lines:
        write(mark + line.rstrip("\n") + "\n")
