"""Two shares of a listing's key cannot be had: open it with the key from the safe. Two people, one of them 纪检.

manage.py rescue_key JB-2026-Q4-0001 --reason "…" --by officer@… --witness inspector@…

The private half (AGE-SECRET-KEY-1…) is asked for without echo; it is written nowhere. The reason becomes public.
"""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from pyrage.x25519 import Identity

from accounts.models import User
from custody.rescue import rescue
from needs.models import Need
from workflow.machine import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", metavar="NUMBER", help="of the listing")
        for name in ("reason", "by", "witness"):
            parser.add_argument(f"--{name}", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        need = Need.objects.filter(number=options["number"]).first()
        if need is None:
            raise CommandError(f"There is no listing {options['number']}.")
        by, witness = (self._person(options[name]) for name in ("by", "witness"))
        asked = getpass.getpass("key from the safe: ") if sys.stdin.isatty() else sys.stdin.readline()
        try:
            key = Identity.from_str("".join(asked.split()).upper())
        except Exception as error:
            raise CommandError("This is no age key: it begins with AGE-SECRET-KEY-1.") from error
        try:
            rescue(need, key, reason=options["reason"], by=by, witness=witness)
        except Refused as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"{need.number} can be opened: two people confirm it on its page as ever.")

    def _person(self, mail: str) -> User:
        found = User.objects.filter(email__iexact=mail, is_active=True).first()
        if found is None:
            raise CommandError(f"Nobody logs in as {mail}.")
        return found
