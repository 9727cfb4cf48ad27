"""What waits to be read, and what could not be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import DurationField, ExpressionWrapper, Min, QuerySet
from django.db.models.functions import Now

from notifications.kinds import gathered_title
from notifications.models import Delivery, Notice
from notifications.rendering import Message, render, subjects_of

if TYPE_CHECKING:
    from accounts.models import User


def inbox(user: "User") -> QuerySet[Notice]:
    """Everything this person was told, newest first. Show a page of it through `read()`."""
    return Notice.objects.filter(recipient=user).order_by("-created_at", "-id")


def unread_count(user: "User") -> int:
    return Notice.objects.filter(recipient=user, read_at=None).count()


@dataclass(frozen=True)
class Read:
    """A notice with its words in the active language."""

    notice: Notice
    message: Message


def read(notices: Iterable[Notice]) -> list[Read]:
    """A page of the inbox in the active language, its subjects fetched together."""
    page = list(notices)
    subjects = subjects_of(page)
    return [Read(notice, render(notice, subjects.get((notice.subject_type, notice.subject_id)))) for notice in page]


@dataclass(frozen=True)
class Line:
    """What stands together in the inbox: mostly one notice; `title` only where there are several."""

    items: list[Read]
    title: str = ""

    @property
    def first(self) -> Read:
        return self.items[0]

    @property
    def is_unread(self) -> bool:
        return any(item.notice.read_at is None for item in self.items)


def lines(items: list[Read]) -> list[Line]:
    """A morning on which eight bids of one team were opened is one line, not eight that say the same."""
    found = []
    for kind, group in groupby(items, key=lambda item: item.notice.kind):
        together = list(group)
        title = gathered_title(kind, len(together)) if len(together) > 1 else ""
        found += [Line(together, title)] if title else [Line([one]) for one in together]
    return found


def dead_letters() -> QuerySet[Delivery]:
    return Delivery.objects.filter(dead=True).select_related("recipient", "notice").order_by("-created_at", "-id")


def oldest_pending_age(apart_from: QuerySet[Delivery] | None = None) -> timedelta:
    """How long the oldest unsent letter has waited; zero when the outbox is empty. Over five minutes is an alarm."""
    pending = Delivery.objects.filter(done_at=None, dead=False)
    if apart_from is not None:
        pending = pending.exclude(pk__in=apart_from)
    age = ExpressionWrapper(Now() - Min("created_at"), output_field=DurationField())
    return pending.aggregate(age=age)["age"] or timedelta(0)
