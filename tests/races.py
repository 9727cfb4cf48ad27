"""Two people at once, for certain: the second acts while the first has acted and not yet committed.

No sleeping: the first holds its transaction open until PostgreSQL itself says that the second waits for it, or until
the second is done. What a race has changed is put back, so that one case serves for many races.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, Event
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, connections, transaction

from workflow.machine import Refused

DEADLOCK = "40P01"
DONE, REFUSED = "done", "refused"
Act = Callable[[], Any]


@dataclass
class Outcome:
    first: str
    second: str
    waited: bool  # whether the second had to wait for the first

    @property
    def words(self) -> str:
        return f"{self.first} / {self.second}"


class Ring:
    """Two connections besides the one of the test, kept for all races."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(2)
        self.races = self.waits = 0

    def close(self) -> None:
        both = Barrier(2)  # else one of them would come twice

        def leave() -> None:
            both.wait()
            connections.close_all()

        for corner in [self.pool.submit(leave) for _corner in range(2)]:
            corner.result()
        self.pool.shutdown()

    def race(self, first: Act, second: Act) -> Outcome:
        acted, may_commit, over = Event(), Event(), Event()
        pid: list[int] = []
        one = self.pool.submit(self._first, first, acted, may_commit)
        acted.wait()
        two = self.pool.submit(self._second, second, pid, over)
        waited = self._meet(pid, over)
        may_commit.set()
        self.races += 1
        self.waits += waited
        return Outcome(one.result(), two.result(), waited)

    def _first(self, act: Act, acted: Event, may_commit: Event) -> str:
        def held() -> None:
            with transaction.atomic():
                act()
                acted.set()
                may_commit.wait()

        try:
            return told(held)
        finally:
            acted.set()

    def _second(self, act: Act, pid: list[int], over: Event) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid.append(cursor.fetchone()[0])
            return told(act)
        finally:
            over.set()

    def _meet(self, pid: list[int], over: Event) -> bool:
        """True once the second waits for a lock, False once it is over."""
        while not over.wait(0.002):
            if pid:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", pid)
                    if cursor.fetchone()[0]:
                        return True
        return False


def told(act: Act, *, again: bool = True) -> str:
    """What became of it. As the door of the pages does, one of two that wait for each other tries once more."""
    try:
        act()
    except (Refused, PermissionDenied):
        return REFUSED
    except OperationalError as error:
        if again and getattr(error.__cause__, "sqlstate", "") == DEADLOCK:
            return told(act, again=False)
        return f"{type(error).__name__}: {error}"
    except Exception as error:  # whatever a person would have seen as a broken page
        return f"{type(error).__name__}: {error}"
    return DONE


# ── putting back ────────────────────────────────────────────────────────────────
Rows = dict[str, bytes]
COLUMNS = """
SELECT c.table_name, string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal_position)
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
  AND c.table_name NOT LIKE 'django_%%'
GROUP BY 1 ORDER BY 1
"""


class Album:
    """The database as it was: every row of every table, to compare with and to put back."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(COLUMNS)
            self.columns = dict(cursor.fetchall())

    def take(self) -> Rows:
        found = {}
        with connection.cursor() as cursor:
            for table, columns in self.columns.items():
                with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as rows:
                    found[table] = b"".join(bytes(piece) for piece in rows)
        return found

    def put_back(self, before: Rows) -> None:
        settings.AUDIT_CHECKPOINT_FILE.unlink(missing_ok=True)  # published for what is about to be undone
        now = self.take()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in [table for table in now if now[table] != before[table]]:
                cursor.execute(f"DELETE FROM {table}")
                with cursor.copy(f"COPY {table} ({self.columns[table]}) FROM STDIN") as rows:
                    rows.write(before[table])
