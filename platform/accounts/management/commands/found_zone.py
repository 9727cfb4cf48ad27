"""`manage.py found_zone`: the zone and its first security administrator, once, on an empty platform."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.founding import found_zone
from accounts.uscc import clean_uscc
from workflow.machine import Refused


class Command(BaseCommand):
    help = "Found the zone: its organisation and its first security administrator, who then appoints everybody else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="full name of the zone's administration")
        parser.add_argument("--uscc", required=True, help="its unified social credit code")
        parser.add_argument("--region", required=True)
        parser.add_argument("--address", required=True)
        parser.add_argument("--email", required=True, help="mail address of the first security administrator")
        parser.add_argument("--person", required=True, help="the administrator's name")

    def handle(self, *args: Any, **options: Any) -> None:
        facts = {key: options[key] for key in ("name", "region", "address", "email", "person")}
        try:
            zone = found_zone(uscc=clean_uscc(options["uscc"]), **facts)
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{zone.name} is founded. {options['email']} sets a password with “forgotten password”,")
        self.stdout.write("then a second factor, invites the zone's people and appoints them under /office/staff/.")
