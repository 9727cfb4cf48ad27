"""The whole log, or one case of it, as JSON lines for `tools/audit_verify.py`: what a court would be handed.

It holds notes and, without `stream`, the sealed heads: an export is a file for the auditor, never for the public.
"""

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from audit.models import Checkpoint, Entry, Event
from core import clock

FORMAT = "jiebang-audit/1"
COLUMNS = (
    *("hash", "body", "note__salt", "note__text"),
    *("stream", "seq", "prev", "at", "actor", "actor_role", "action", "subject", "detail", "note_hash"),
)


def lines(stream: str = "") -> Iterator[str]:
    """A header, the checkpoints, the events, an end. Checkpoints are read first: what they list is there by then."""
    yield _line("header", format=FORMAT, at=clock.now().isoformat(), stream=stream)
    checkpoints = 0
    for checkpoint in _checkpoints(stream):
        checkpoints += 1
        yield _line("checkpoint", **checkpoint)
    events = 0
    for event in _events(stream):
        events += 1
        yield _line("event", **event)
    yield _line("end", checkpoints=checkpoints, events=events)


def _line(kind: str, **content: Any) -> str:
    return json.dumps({"type": kind, **content}, ensure_ascii=False, separators=(",", ":"))


def _checkpoints(stream: str) -> Iterator[dict[str, Any]]:
    """With the withheld heads and their salt, unless it is about one case: that reader may not know of other bids."""
    withheld: dict[int, list[Any]] = {}
    if not stream:
        sealed = Entry.objects.filter(sealed=True).order_by("checkpoint_id", "stream")
        for number, *head in sealed.values_list("checkpoint_id", "stream", "seq", "hash").iterator():
            withheld.setdefault(number, []).append(head)
    for number, line, salt in Checkpoint.objects.values_list("number", "line", "salt").iterator():
        yield {"number": number, "line": line} | (
            {} if stream else {"salt": salt, "withheld": withheld.get(number, [])}
        )


def _events(stream: str) -> Iterator[dict[str, Any]]:
    """The hashed text, and beside it the columns the platform shows: the verifier compares the two."""
    events = Event.objects.order_by("stream", "seq")
    if stream:
        events = events.filter(stream=stream)
    for digest, body, salt, text, *row in events.values_list(*COLUMNS).iterator(chunk_size=5000):
        case, seq, prev, at, actor, role, action, subject, detail, note = row
        yield {
            "hash": digest,
            "body": body,
            "note": [salt, text] if text else None,
            "row": {
                **{"v": 1, "stream": case, "seq": seq, "prev": prev},
                "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                **{"actor": actor, "role": role, "action": action, "subject": subject},
                **{"detail": detail, "note": note},
            },
        }
