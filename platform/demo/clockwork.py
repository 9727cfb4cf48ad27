"""Time is the one thing the demo arranges: what it tells has happened over weeks, and nobody waits for a deadline.

`days_ago` sets the database's own clock for what is done inside: rows, receipts and the audit chain say the same time,
and every trigger holds. The clock that is put before PostgreSQL's is a schema on the search path of one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

SCHEMA = "demo_clock"
CLOCKS = ("clock_timestamp", "statement_timestamp", "now")
CLOCK = """
CREATE OR REPLACE FUNCTION {schema}.{clock}() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  $$ SELECT pg_catalog.{clock}() - current_setting('demo.ago')::interval $$
"""


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
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """What is done inside was done so long ago. Within `demo_clock` and one transaction; an error undoes both."""
    _in_the_demo()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_setting('demo.ago', true)")
        path, before = cursor.fetchone()
        _turn(cursor, f"{SCHEMA}, pg_catalog, public", f"{days} days")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is checked at the end is checked by the same clock
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        _turn(cursor, path, before or "0 days")


def _turn(cursor: object, path: str, ago: str) -> None:
    sql = "SELECT set_config('search_path', %s, true), set_config('demo.ago', %s, true)"
    cursor.execute(sql, [path, ago])  # type: ignore[attr-defined]
