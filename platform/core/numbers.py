"""Human-readable numbers without gaps: JB-2026-Q4-0007 follows 0006, also when a transaction in between failed."""

from django.db import connection


def next_number(series: str) -> int:
    """The next number of a series. It belongs to the caller's transaction: who rolls back gives it back,
    and a second caller waits until the first has decided. Outside a transaction that promise is empty: refused."""
    if not connection.in_atomic_block:
        raise RuntimeError("next_number() needs the transaction of the row that will carry the number")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter AS c (series, value) VALUES (%s, 1)"
            " ON CONFLICT (series) DO UPDATE SET value = c.value + 1 RETURNING value",
            [series],
        )
        return cursor.fetchone()[0]
