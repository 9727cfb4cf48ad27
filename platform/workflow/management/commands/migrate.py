"""Django's migrate, then the lifecycles' legal moves written where the database can hold us to them."""

from typing import Any

from django.core.management.commands import migrate

from workflow.guard import install


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options.get("plan") or options.get("check_unapplied")):
            install(options["database"])
