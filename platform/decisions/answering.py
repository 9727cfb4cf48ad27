"""How an enterprise answers: of the bids it has opened, how many were answered, and after how many working days.

Counted is every bid of a listing that has been opened (never one of a listing that still runs, sealed or not), once it
was answered or its term to be answered is over. Days are working days from the opening of the bid to the first answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models.functions import Coalesce
from django.utils import timezone

from core import clock
from core.workdays import MissingYear, workdays_between
from needs.states import AFTER_OPENING
from proposals.models import Proposal
from proposals.states import ADMITTED


@dataclass(frozen=True)
class Counted:
    """The bids of one listing as they count."""

    number: str
    title: str
    days: list[int]  # of those that were answered
    late: int  # whose term is over without an answer

    @property
    def owed(self) -> int:
        return len(self.days) + self.late

    @property
    def given(self) -> int:
        return len(self.days)

    @property
    def median(self) -> int | None:
        return _middle(self.days)


@dataclass(frozen=True)
class Record:
    listings: list[Counted]

    @property
    def owed(self) -> int:
        return sum(one.owed for one in self.listings)

    @property
    def given(self) -> int:
        return sum(one.given for one in self.listings)

    @property
    def median(self) -> int | None:
        return _middle([day for one in self.listings for day in one.days])


def answer_record(organisation: Any) -> Record:
    """One query, over what is public of every opened listing."""
    rows = (
        Proposal.objects.filter(need__organisation=organisation, need__status__in=AFTER_OPENING, status__in=ADMITTED)
        .annotate(since=Coalesce("opened_at", "status_since"))
        .order_by("-need__published_at", "need_id", "pk")
        .values_list("need__number", "need__title", "since", "need__due_at", "answer__first_at")
    )
    return Record(_by_listing(rows, clock.now()))


def _by_listing(rows: Iterable[tuple[Any, ...]], now: datetime) -> list[Counted]:
    found: dict[str, Counted] = {}
    for number, title, since, due, answered in rows:
        if answered is None and (due is None or now < due):
            continue  # still in time: it counts neither way
        held = found.setdefault(number, Counted(number, title, [], 0))
        if answered is None:
            found[number] = Counted(number, title, held.days, held.late + 1)
        else:
            held.days.append(_working_days(since, answered))
    return list(found.values())


def _working_days(since: datetime, until: datetime) -> int:
    first, last = timezone.localdate(since), timezone.localdate(until)
    try:
        return workdays_between(first, last)
    except MissingYear:  # years before or after the calendar we have
        return max(0, (last - first).days * 5 // 7)


def _middle(days: list[int]) -> int | None:
    return round(median(days)) if days else None
