"""Print who can log in to the demo, by role."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from demo.people import AGENCIES, COLLEAGUE, ENTERPRISES, PASSWORD, STAFF, TEAMS


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            return
        rows = [
            ("发榜方", *ENTERPRISES[0][:2]),
            ("发榜方的同事", *COLLEAGUE),
            ("揭榜方", *TEAMS[0][:2]),
            ("服务机构", *AGENCIES[0][:2]),
            *((role.label, login, name) for login, name, role in STAFF),
        ]
        for role, login, name in rows:
            self.stdout.write(f"{role}  {login}@demo.example  {name}")
        self.stdout.write(f"密码 password: {PASSWORD}")
