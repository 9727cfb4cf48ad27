"""Learn anew what all teams can do, and rank every need against it. Says how far it is."""

import shutil
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.alone import LONG_WORK, alone
from suggestions import following, keeping, learning

WAIT = 600  # seconds for a worker that is at long work


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lexical", action="store_true", help="words alone; the worker adds meaning later")

    def handle(self, *args: Any, lexical: bool = False, **options: Any) -> None:
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            with alone(LONG_WORK) as mine:
                if mine:
                    return self._all(lexical)
            time.sleep(1)
        raise CommandError("a worker has been at long work for ten minutes: try again later")

    def _all(self, lexical: bool) -> None:
        began = time.monotonic()
        shutil.rmtree(keeping.folder(), ignore_errors=True)
        row = learning.index()
        engine = learning.learn(row, seconds=0 if lexical else float("inf"), say=self._say)
        if engine is None:
            self._say("no team is matched: nothing to learn")
            return
        changed = following.rank(row, engine, seconds=float("inf"))
        self._say(f"{changed} suggestions written; {time.monotonic() - began:.1f} s in all")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
