"""Rank any teams for any needs with the engine of the platform, from files to a file. Needs no database."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching import jsonl
from matching.engine import Engine
from matching.options import add_options, encoder_of


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--teams",
            type=Path,
            required=True,
            help='JSONL: {"id", "name", "works": [{"title", "abstract", "keywords", "year"}]}',
        )
        parser.add_argument("--needs", type=Path, required=True, help='JSONL: {"id", "title", "text"}')
        parser.add_argument(
            "--out", type=Path, required=True, help='JSONL: {"need", "teams": [{"team", "score"}]}, best first'
        )
        parser.add_argument("--top", type=int, default=0, help="so many teams a need; 0, the default: all")
        add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["top"] < 0:
            raise CommandError("--top 应为 0 或正整数。")
        try:
            teams, needs = jsonl.teams(options["teams"]), jsonl.needs(options["needs"])
        except (jsonl.Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        if not teams:
            raise CommandError("没有团队可供排序。")
        began = time.monotonic()
        encoder = encoder_of(options)
        engine = Engine.of(teams, background=[need.whole for need in needs], encoder=encoder)
        learnt = time.monotonic()
        waiting = options["out"].with_name(options["out"].name + ".part")  # the file is there whole, or not at all
        try:
            with waiting.open("w", encoding="utf-8") as lines:
                for need, found in zip(needs, engine.rank(needs, options["top"]), strict=True):
                    row = {"need": need.id, "teams": [{"team": one.team, "score": one.score} for one in found]}
                    lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            waiting.replace(options["out"])
        except OSError as error:
            raise CommandError(f"写不了 {options['out']}：{error.strerror}") from error
        works = sum(len(team.works) for team in teams)
        self._say(f"{works} works of {len(teams)} teams indexed", works, learnt - began)
        self._say(f"{len(needs)} needs ranked", len(needs), time.monotonic() - learnt)
        self.stdout.write(f"meaning weighs {engine.meaning} beside words (chosen on held-out works)")

    def _say(self, what: str, number: int, seconds: float) -> None:
        self.stdout.write(f"{what} in {seconds:.1f} s, {number / max(seconds, 1e-9):,.0f}/s")
