"""How good is matching on labelled data? accuracy@1, @5, MRR and nDCG@10, each with a 95 % interval. No database.

Either rank given teams (`--teams`, needs with a list `"teams"` of the right ids), or follow the few-works protocol:
a team for each label with a few works drawn at random, several times (`--works`, needs with the same labels).
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from matching import jsonl
from matching.encoders import Encoder
from matching.engine import Engine
from matching.evaluation import few_works, measures, ranks
from matching.options import add_options, encoder_of


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--teams", type=Path, help="JSONL of teams, as rank_teams takes it")
        what.add_argument("--works", type=Path, help="JSONL of labelled works, for the few-works protocol")
        parser.add_argument("--needs", type=Path, required=True, help='JSONL of needs, with "teams" or with the label')
        parser.add_argument("--text", default="content", help="the field that holds the text (content)")
        parser.add_argument("--label", default="label", help="the field that holds the label (label)")
        parser.add_argument("--each", type=int, default=8, help="works drawn for a team (8)")
        parser.add_argument("--draws", type=int, default=5, help="how often (5), with the seeds 0, 1, …")
        add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        encoder = encoder_of(options)
        try:
            found = self._drawn(encoder, options) if options["works"] else [self._given(encoder, options)]
        except (jsonl.Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyError as error:
            raise CommandError(f"有的行缺少字段 {error}，可用 --text、--label 指明。") from error
        for measure in measures([places for one in found for places in one]):
            self.stdout.write(str(measure))
        if len(found) > 1:
            each = [np.mean([min(places, default=0) == 1 for places in one]) * 100 for one in found]
            self.stdout.write(f"accuracy@1 of each draw: {', '.join(f'{one:.1f}' for one in each)}")

    def _drawn(self, encoder: Encoder | None, options: dict[str, Any]) -> list[list[list[int]]]:
        names = ("text", "label", "each", "draws")
        works, needs = jsonl.rows(options["works"]), jsonl.rows(options["needs"])
        return few_works(works, needs, encoder=encoder, **{name: options[name] for name in names})

    def _given(self, encoder: Encoder | None, options: dict[str, Any]) -> list[list[int]]:
        teams, needs = jsonl.teams(options["teams"]), jsonl.needs(options["needs"])
        right = [set(row["teams"]) for row in jsonl.rows(options["needs"])]
        engine = Engine.of(teams, background=[need.whole for need in needs], encoder=encoder)
        return ranks(engine, needs, right)
