"""What time is it? Only the database may say: every web process, worker and tick then agrees."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The instant of asking, not the start of the transaction: a deadline read under a lock is never older than it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def today() -> date:
    """Today's date in the zone."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """Which day it is in the zone at that instant."""
    return instant.astimezone(BEIJING).date()


def in_figures(instant: datetime | None) -> str:
    """Day and minute in Beijing, in figures only, so that it reads the same in every language; empty without one."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if instant else ""
