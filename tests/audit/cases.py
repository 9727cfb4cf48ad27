"""What the audit tests share: a thing that things happen to, people, a small log with sealed bids in it."""

from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType

from audit.actions import record
from audit.models import Event, Head

CASE = "need:5b8d1d3e-51c4-4a8e-9a1e-0e9a3c6a7a11"
ORG, NEW = "org:0a", "need:planted"
OPENED: set[str] = set()


class Person:
    """Somebody who acts; the chain must know no more of them than the uuid and the role."""

    def __init__(self) -> None:
        self.pk = uuid4()
        self.name, self.email, self.phone = "欧阳明远", "ouyang@example.com", "13912345678"
        self.audit_role = "officer"


def happen(action: str = "need.submit", stream: str = CASE, **kw: Any) -> Event:
    return record(action, subject=ContentType(pk=7), stream=stream, by=kw.pop("by", None), **kw)


def sealed() -> set[str]:
    """The provider of AUDIT_SEALED_STREAMS: every bid that has not been opened."""
    return set(Head.objects.filter(stream__startswith="bid:").values_list("stream", flat=True)) - OPENED


def sealed_while_a_bid_arrives() -> set[str]:
    before = sealed()
    happen("proposal.submit", stream=f"bid:{uuid4()}")
    return before
