"""Ask every invariant at one moment in time, and recompute what SQL cannot: digests, trees, files on the disk."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from core import files
from core.models import StoredFile
from core.sealing import merkle_root, verify
from needs.listing import content_hash, rules_hash
from needs.models import Batch, Need
from needs.states import LISTED
from proposals.models import Opening, Submission
from proposals.states import OpeningStatus
from reports.invariants import Invariant, invariants


@dataclass(frozen=True)
class Finding:
    invariant: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}: {self.why}"


def findings(*, leave_out: frozenset[str] = frozenset(), bytes_too: bool = True) -> Iterator[Finding]:
    """Everything that is wrong. One snapshot for all queries, and nothing can be written in it."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield from look(leave_out=leave_out, bytes_too=bytes_too)


def look(*, leave_out: frozenset[str] = frozenset(), bytes_too: bool = True) -> Iterator[Finding]:
    """`findings` inside whatever transaction there is: for tests."""
    for invariant in invariants():
        if invariant.name not in leave_out:
            yield from ask(invariant)
    for name, recompute in RECOMPUTED.items():
        if name not in leave_out and (bytes_too or name != "files"):
            yield from recompute()


def ask(invariant: Invariant) -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(invariant.sql)
        return [Finding(invariant.name, what, why) for what, why in cursor.fetchall()]


def _listings() -> Iterator[Finding]:
    rows = Need.objects.filter(status__in=LISTED).select_related("organisation", "batch").prefetch_related("indicators")
    for need in rows.iterator(chunk_size=500):
        if need.published_hash != content_hash(need):
            yield Finding("listings", f"needs.need:{need.pk}", "the words on the page are not those that were approved")


def _rules() -> Iterator[Finding]:
    for batch in Batch.objects.exclude(frozen_hash="").iterator():
        if batch.frozen_hash != rules_hash(batch):
            yield Finding("rules", f"needs.batch:{batch.pk}", "its rules are not those that were frozen")


def _trees() -> Iterator[Finding]:
    for opening in Opening.objects.filter(status=OpeningStatus.OPENED).iterator():
        if opening.merkle_root != merkle_root(opening.commitments):
            yield Finding("trees", f"proposals.opening:{opening.pk}", "the root is not that of its commitments")


def _receipts() -> Iterator[Finding]:
    for pk, receipt in Submission.objects.values_list("pk", "receipt").iterator():
        if not receipt or not verify(receipt):
            yield Finding("receipts", f"proposals.submission:{pk}", "the signature on its receipt does not hold")


def _files() -> Iterator[Finding]:
    for file in StoredFile.objects.iterator():
        if not files.intact(file):
            yield Finding("files", f"core.storedfile:{file.pk}", "its bytes are gone or changed")


RECOMPUTED = {"listings": _listings, "rules": _rules, "trees": _trees, "receipts": _receipts, "files": _files}
