"""Time is the one thing the demo arranges: what it tells has happened over weeks, and nobody waits for a deadline.

`days_ago` sets the database's own clock for what is done inside: rows, receipts and the audit chain say the same time,
and every trigger holds. The clock that is put before PostgreSQL's is a schema on the search path of one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection

from core.clock import BEIJING, day_of, now

SCHEMA = "demo_clock"
CLOCKS = ("clock_timestamp", "statement_timestamp", "now")
CLOCK = """
CREATE OR REPLACE FUNCTION {schema}.{clock}() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  $$ SELECT pg_catalog.{clock}() - current_setting('demo.ago')::interval $$
"""
OFFICE_OPENS, OFFICE_HOURS = time(8, 30), timedelta(hours=9, minutes=30)


def worked(moment: datetime) -> datetime:
    """The same day at an hour of work, the earlier still the earlier: from half past eight to six.

    So nobody in the demo hands in a need at three in the morning because that is when it was installed.
    """
    day = at_hour(moment, 0)
    return datetime.combine(day, OFFICE_OPENS, BEIJING) + OFFICE_HOURS * ((moment - day) / timedelta(days=1))


def at_hour(moment: datetime, hour: int) -> datetime:
    """That hour, on the same day in the zone."""
    return datetime.combine(day_of(moment), time(hour), BEIJING)


def _in_the_demo() -> None:
    if not settings.DEMO:
        raise RuntimeError("time is arranged in the demo only")


@contextmanager
def demo_clock() -> Iterator[None]:
    """For the time of one telling: afterwards nothing is left of it."""
    _in_the_demo()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for clock in CLOCKS:
            cursor.execute(CLOCK.format(schema=SCHEMA, clock=clock))
        cursor.execute("SELECT set_config('demo.told_at', %s, true)", [now().isoformat()])
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """What is done inside was done so long before today's midnight, in the hours of work.

    Within `demo_clock` and one transaction; an error undoes both.
    """
    _in_the_demo()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('search_path'), current_setting('demo.ago', true), current_setting('demo.told_at')"
        )
        path, before, told_at = cursor.fetchone()
        began = datetime.fromisoformat(told_at)
        ago = began - worked(at_hour(began, 0) - timedelta(days=days))
        _turn(cursor, f"{SCHEMA}, pg_catalog, public", f"{ago.total_seconds()} seconds")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is checked at the end is checked by the same clock
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        _turn(cursor, path, before or "0 days")


def _turn(cursor: object, path: str, ago: str) -> None:
    sql = "SELECT set_config('search_path', %s, true), set_config('demo.ago', %s, true)"
    cursor.execute(sql, [path, ago])  # type: ignore[attr-defined]
