"""One process at a time, on whichever machine. The lock is the connection's: a killed worker has given it back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Long work of the worker: files of works, learning what teams can do. It has two processes; the other stays free for
# deadlines, whatever is being read or learnt.
LONG_WORK = 0x776F726B73


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Whether no other process holds this lock; if so, none does until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
