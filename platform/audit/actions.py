"""Write down what happened, in the transaction in which it happens."""

import re
import secrets
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction

from audit.models import Event, Note
from core.sealing import canonical

if TYPE_CHECKING:
    from accounts.models import User

LONGEST = 256
# A net for accidents, not a proof: mail address, mobile number, identity card.
PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?<![0-9A-Za-z])(1[3-9]\d{9}|\d{17}[\dXx])(?![0-9A-Za-z])")


class NotForTheChain(ValueError):
    """Something was about to be written where it can never be erased."""


def record(
    action: str,
    *,
    subject: models.Model,
    stream: str,
    by: "User | None",
    detail: dict[str, Any] | None = None,
    note: dict[str, Any] | None = None,
) -> Event:
    """Append one event to the chain of `stream` (`"need:<uuid>"`, `"org:<uuid>"`, `"system"`).

    `detail` goes into the chain for ever: JSON scalars, no personal data, no free text. Everything a person
    typed goes into `note`, which can be erased. `by=None` is the platform itself. Call it last: from here to
    the commit, other writers of the same stream wait. Two streams in one transaction: in sorted order.
    """
    return _append(
        action, subject=f"{subject._meta.label_lower}:{subject.pk}", stream=stream, by=by, detail=detail, note=note
    )


def erase(event: Event, *, reason: str, by: "User | None") -> Event:
    """Erase the words of `event` for good; the chain stays whole and says who did it and why."""
    with transaction.atomic():
        Note.objects.filter(pk=event.pk).update(salt="", text="")
        return _append(
            "audit.erase",
            subject=event.subject,
            stream=event.stream,
            by=by,
            detail={"seq": event.seq},
            note={"reason": reason},
        )


def _append(action: str, *, subject: str, stream: str, by: Any, detail: Any, note: Any) -> Event:
    detail = {key: _scalar(key, value) for key, value in (detail or {}).items()}
    salt, text = (secrets.token_hex(32), canonical(note).decode()) if note else ("", "")
    with transaction.atomic(savepoint=False):
        event = Event.objects.create(
            stream=stream,
            actor=str(by.pk) if by else "",
            actor_role=getattr(by, "audit_role", ""),
            action=action,
            subject=subject,
            detail=detail,
            note_hash=sha256((salt + text).encode()).hexdigest() if note else "",
        )
        if note:
            event.note = Note.objects.create(event=event, salt=salt, text=text)
    return event


def _scalar(key: str, value: Any) -> Any:
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is not None and not isinstance(value, str | int | float):
        raise NotForTheChain(f"detail[{key!r}] must be a JSON scalar, not {type(value).__name__}: put it into the note")
    if isinstance(value, str) and (len(value) > LONGEST or PERSONAL.search(value)):
        raise NotForTheChain(f"detail[{key!r}] is long or looks like personal data: put it into the note")
    return value
