"""What time is it? Only the database may say: every web process, worker and tick then agrees."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

BEIJING = ZoneInfo("Asia/Shanghai")
_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """The instant of asking, not the start of the transaction: a deadline read under a lock is never older than it."""
    if (instant := _held.get()) is not None:
        return instant
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@contextmanager
def held() -> Iterator[None]:
    """One instant for all the figures of a page, so that they agree. Only for reading: nothing is decided inside."""
    token = _held.set(now())
    try:
        yield
    finally:
        _held.reset(token)


def today() -> date:
    """Today's date in the zone."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """Which day it is in the zone at that instant."""
    return instant.astimezone(BEIJING).date()
