"""What makes the chains evidence: every ten minutes their ends are signed and published, out of a DBA's reach.

A line lists the heads that changed since the line before; `streams` and `events` count all that was ever listed.
A stream that is still sealed is neither listed nor counted: it goes under `sealed`, a digest with a fresh
salt, so that a line looks the same whether there are no bids or seven. docs/adr/ says why.
"""

import fcntl
import json
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from audit.models import Checkpoint, Entry
from core import clock
from core.sealing import canonical, sign

log = logging.getLogger(__name__)

UNLISTED = """
SELECT h.stream, h.seq, h.hash, coalesce(open.seq, 0), coalesce(sealed.seq, 0)
FROM audit_head h
LEFT JOIN LATERAL (SELECT e.seq FROM audit_entry e WHERE e.stream = h.stream AND NOT e.sealed
                   ORDER BY e.seq DESC LIMIT 1) open ON true
LEFT JOIN LATERAL (SELECT e.seq FROM audit_entry e WHERE e.stream = h.stream AND e.sealed
                   ORDER BY e.seq DESC LIMIT 1) sealed ON true
WHERE h.seq > coalesce(open.seq, 0)
"""


class Unlisted(NamedTuple):
    """The end of a chain that no public line has listed yet."""

    stream: str
    seq: int
    hash: str
    open: int  # up to where the public was shown it
    sealed: int  # up to where it is withheld

    @property
    def head(self) -> list[str | int]:
        return [self.stream, self.seq, self.hash]


def make() -> Checkpoint:
    """Sign the ends of all chains as they are now; the line is published when the transaction commits.

    Safe inside a transaction, but call it last there: until the commit no other checkpoint can be made.
    Where other events follow in the same transaction (an effect), use `make_on_commit`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE audit_checkpoint IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute(UNLISTED)
            rows = sorted(Unlisted(*row) for row in cursor.fetchall())
        sealed = sealed_streams()  # after the heads: a bid that arrives in between is in neither
        listed = [row for row in rows if row.stream not in sealed]
        withheld = [row for row in rows if row.stream in sealed and row.seq > row.sealed]
        checkpoint = _save(listed, withheld)
        transaction.on_commit(publish, robust=True)  # what the file lacks is appended by the next
    return checkpoint


def make_on_commit() -> None:
    """Make one right after the present transaction, and only if it commits."""
    transaction.on_commit(make, robust=True)  # if it fails, the next tick makes up for it


def sealed_streams() -> set[str]:
    provider: Callable[[], set[str]] | None = (
        import_string(settings.AUDIT_SEALED_STREAMS) if settings.AUDIT_SEALED_STREAMS else None
    )
    return provider() if provider else set()


def withheld_digest(salt: str, heads: list[list[str | int]]) -> str:
    return sha256(salt.encode() + canonical(heads)).hexdigest()


def _save(listed: list[Unlisted], withheld: list[Unlisted]) -> Checkpoint:
    before = Checkpoint.objects.last()
    past: dict[str, Any] = json.loads(before.line) if before else {"number": 0, "streams": 0, "events": 0}
    at, salt = clock.now(), secrets.token_hex(32)
    line = canonical(
        sign(
            {
                "kind": "checkpoint",
                "number": past["number"] + 1,
                "at": at.isoformat(),
                "heads": [row.head for row in listed],
                "streams": past["streams"] + sum(row.open == 0 for row in listed),
                "events": past["events"] + sum(row.seq - row.open for row in listed),
                "sealed": withheld_digest(salt, [row.head for row in withheld]),
                "prev": before.hash if before else "0" * 64,
            }
        )
    ).decode()
    checkpoint = Checkpoint.objects.create(
        number=past["number"] + 1, at=at, line=line, hash=sha256(line.encode()).hexdigest(), salt=salt
    )
    Entry.objects.bulk_create(
        Entry(checkpoint=checkpoint, stream=row.stream, seq=row.seq, hash=row.hash, sealed=hidden)
        for rows, hidden in ((listed, False), (withheld, True))
        for row in rows
    )
    return checkpoint


# ── the published file ──────────────────────────────────────────────────────────
def public_lines(after: int = 0) -> Iterator[str]:
    """The published lines, exactly as they were signed, from the one after number `after`."""
    return Checkpoint.objects.filter(number__gt=after).values_list("line", flat=True).iterator()


def publish() -> int:
    """Append to the public file every line it lacks; returns how many. It never rewrites one."""
    path = settings.AUDIT_CHECKPOINT_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last = _last_line(file)
        number = json.loads(last)["number"] if last else 0
        if last and not Checkpoint.objects.filter(number=number, line=last).exists():
            log.critical(
                "The published checkpoint %s is not the database's: publishing stops, see docs/audit.md", number
            )
            return 0
        lines = list(public_lines(after=number))
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def _last_line(file: Any) -> str:
    """The last whole line; half a line, left by a crash, is cut off."""
    size, block, tail = file.seek(0, os.SEEK_END), 65536, b""
    while size and tail.count(b"\n") < 2 and len(tail) < size:
        file.seek(max(0, size - block))
        tail, block = file.read(min(size, block)), block * 4
    whole = tail[: tail.rfind(b"\n") + 1]
    file.truncate(size - len(tail) + len(whole))
    return whole.rstrip(b"\n").rpartition(b"\n")[2].decode()
