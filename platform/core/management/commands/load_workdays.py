"""Enters the holiday plan of a year: what the State Council publishes each November."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.models import DayOverride

PLAN = """例如：
manage.py load_workdays 2026 --off 2026-01-01..2026-01-03 2026-02-15..2026-02-23 --work 2026-01-04 2026-02-14"""


class Command(BaseCommand):
    help = "登记一年的放假和调休上班日期。" + PLAN

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--off", nargs="+", default=[], metavar="DAY[..DAY]", help="放假的日期")
        parser.add_argument("--work", nargs="*", default=[], metavar="DAY[..DAY]", help="周末调休上班的日期")
        parser.add_argument("--note", default="", help="通知的文号")

    def handle(self, *, year: int, off: list[str], work: list[str], note: str, **options: Any) -> None:
        free, worked = set(days(off, year)), set(days(work, year))
        if both := free & worked:
            raise CommandError(f"{min(both)} 既放假又上班，请核对。")
        if date(year, 1, 1) not in free:
            raise CommandError(f"放假安排应包含元旦：--off 里缺少 {year}-01-01。")
        with transaction.atomic():
            DayOverride.objects.filter(date__year=year).delete()
            DayOverride.objects.bulk_create(
                [DayOverride(date=day, is_workday=day in worked, note=note) for day in sorted(free | worked)]
            )
        self.stdout.write(f"{year} 年：放假 {len(free)} 天，调休上班 {len(worked)} 天。")


def days(written: list[str], year: int) -> Iterator[date]:
    for term in written:
        first, _dots, last = term.partition("..")
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise CommandError(f"“{term}”不是日期。请写成 {year}-01-01 或 {year}-01-01..{year}-01-03。") from None
        if start.year != year or end.year != year or end < start:
            raise CommandError(f"“{term}”不在 {year} 年内，或先后颠倒。")
        yield from (start + timedelta(days=n) for n in range((end - start).days + 1))
