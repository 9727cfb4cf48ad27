"""Counting in processes beside this one: plain children that read texts and write counts, whoever the parent is.

Not a pool of `multiprocessing`: that imports the program's main module again, and refuses to start in a daemon.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator

from matching.counting import Counts, count

Part = list[str]


def counted(parts: Iterator[Part], children: int) -> Iterator[Counts]:
    """The counts of all parts, in order. What a child fails at is counted here."""
    beside = [_Child() for _n in range(children)]
    waiting: deque[tuple[_Child, Part]] = deque()
    try:
        for child, part in zip(beside, parts, strict=False):
            waiting.append((child.asked(part), part))
        while waiting:
            child, part = waiting.popleft()
            found = child.answer()
            if (more := next(parts, None)) is not None:
                waiting.append((child.asked(more), more))
            yield count(part) if found is None else found
    finally:
        for child in beside:
            child.stop()


class _Child:
    """Has one part at a time, so that neither side waits for a pipe that the other does not empty."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", "from matching.beside import serve; serve()"]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)

    def asked(self, part: Part) -> "_Child":
        try:
            assert self._process.stdin is not None  # noqa: S101 - it was asked for
            pickle.dump(part, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except OSError:  # it died: its answer will be missing
            pass
        return self

    def answer(self) -> Counts | None:
        try:
            assert self._process.stdout is not None  # noqa: S101 - it was asked for
            found: Counts = pickle.load(self._process.stdout)  # noqa: S301 - from a child of ours
            return found
        except (EOFError, OSError, pickle.UnpicklingError):
            return None

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


def serve() -> None:
    """What a child does until its input ends. Nothing else may come into its output."""
    given, out = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            part = pickle.load(given)  # noqa: S301 - from the parent
        except EOFError:
            return
        pickle.dump(count(part), out, pickle.HIGHEST_PROTOCOL)
        out.flush()
