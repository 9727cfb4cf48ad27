"""The rehearsal of the break-glass key: export what it must open, try it offline, write down what came of it.

manage.py break_glass --export keys.json
break_glass.py keys.json                    (tools/, on a machine that is offline, with the key from the safe)
manage.py break_glass --record 12/12 --by officer@… --witness inspector@…
"""

import base64
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from core import clock
from proposals.rehearsal import keys_under_seal, record_rehearsal
from workflow.machine import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--export", metavar="FILE", type=Path, help="write the wrapped keys of the listings under seal"
        )
        what.add_argument("--record", metavar="OPENED/OF", help="write down a rehearsal: how many of how many opened")
        parser.add_argument("--by", metavar="MAIL", help="who tried the key")
        parser.add_argument("--witness", metavar="MAIL", help="who watched")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            self._export(options["export"])
        else:
            self._record(options["record"], by=options["by"], witness=options["witness"])

    def _export(self, file: Path) -> None:
        rows = [
            {"number": number, "public": public, "wrapped": base64.b64encode(bytes(wrapped or b"")).decode()}
            for number, public, wrapped in keys_under_seal().values_list("number", "public_key", "wrapped_key")
        ]
        made = {"format": "jiebang.keys/1", "site": settings.SITE_URL, "at": clock.now().isoformat(), "keys": rows}
        file.write_text(json.dumps(made, ensure_ascii=False, indent=1))
        self.stdout.write(
            f"{len(rows)} keys of listings under seal are in {file}. They open with the key in the safe only."
        )

    def _record(self, result: str, *, by: str | None, witness: str | None) -> None:
        opened, slash, of = result.partition("/")
        if not (slash and opened.isdecimal() and of.isdecimal()):
            raise CommandError("--record takes OPENED/OF, for example 12/12.")
        try:
            record_rehearsal(opened=int(opened), of=int(of), by=self._person(by), witness=self._person(witness))
        except Refused as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"Written down: {opened} of {of} opened.")

    def _person(self, mail: str | None) -> User:
        if not mail:
            raise CommandError("--record needs --by and --witness: two people of the zone, by their mail addresses.")
        found = User.objects.filter(email__iexact=mail, is_active=True).first()
        if found is None:
            raise CommandError(f"Nobody logs in as {mail}.")
        return found
