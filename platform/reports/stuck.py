"""What does not move? Everything past its term, intents nobody has signed, listings nobody bid on or looks at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.parties import OFFICER
from contracts.models import ContractStatus, Payment
from core import workdays
from meetings.models import Intent, IntentStatus
from needs.models import Need
from needs.states import N
from proposals.states import P
from rescue.cold import cold
from workflow.clocks import Lamp, lamp
from workflow.machine import Machine, Text
from workflow.registry import get_machine, machines

UNSIGNED = timedelta(days=30)
OVERDUE, UNSIGNED_INTENT, NO_BID, COLD = "overdue", "unsigned", "no_bid", "cold"
WHY = {
    OVERDUE: _("超过办理时限"),
    UNSIGNED_INTENT: _("意向达成超过 30 天未签约"),
    NO_BID: _("流榜，待重新发榜或结束"),
    COLD: _("遇冷：揭榜期过了 60%，关注不足"),
}
SHOWN = ("todo_noun", "todo_why", "pk", "todo_title", "todo_number", "todo_about", "status", "status_since", "todo_due")


@dataclass(frozen=True)
class Stuck:
    machine: Machine
    why: str
    pk: Any
    title: str
    number: str
    about: str
    state: Text
    whose: Text
    since: datetime
    due: datetime | None
    lamp: Lamp
    url: str

    @property
    def reason(self) -> Text:
        return WHY[self.why]


def stuck(user: Any, *, why: str = "", limit: int = 200, now: datetime | None = None) -> list[Stuck]:
    """Everything `user` may see that is stuck, the longest overdue first. One query."""
    parts = [rows for rows in _all(user) if not rows.query.is_empty()]
    if why:
        parts = [rows for rows in parts if rows.query.annotations["todo_why"].value == why]  # type: ignore[attr-defined]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by(F("todo_due").asc(nulls_last=True), "status_since")[:limit]
    now = now or workdays.now()
    return [_stuck(row, now) for row in rows]


def unsigned_intents(user: Any) -> QuerySet:
    """意向达成超过 30 天未签约: where the zone loses most of its contracts."""
    return Intent.objects.visible_to(user).filter(status=IntentStatus.AGREED, agreed_at__lt=Now() - UNSIGNED)


def _all(user: Any) -> list[QuerySet]:
    parts = [_overdue(machine, user) for machine in machines()]
    parts.append(_row("intent", UNSIGNED_INTENT, unsigned_intents(user), F("agreed_at") + UNSIGNED))
    parts.append(_row("need", NO_BID, Need.objects.visible_to(user).filter(status=N.NO_BID), F("due_at")))
    parts.append(_row("need", COLD, cold(Need.objects.visible_to(user)), F("bid_deadline")))
    return parts


def _overdue(machine: Machine, user: Any) -> QuerySet:
    """Past its term. What a listing waits for is not late: bids come or they do not, and nobody may know."""
    terms = [
        state
        for state, wait in machine.waits.items()
        if wait.at not in ("bid_deadline", "need.bid_deadline") and not wait.elsewhere
    ]
    rows = machine.model._default_manager.visible_to(user).filter(status__in=terms, due_at__lt=Now())  # type: ignore[attr-defined]
    if machine.noun == "milestone":  # waits for nobody until its contract is in force
        rows = rows.filter(contract__status=ContractStatus.PERFORMING)
    elif machine.noun == "payment":
        rows = rows.filter(Payment.objects.due())
    elif machine.noun == "intent":
        rows = rows.exclude(status=IntentStatus.AGREED, agreed_at__lt=Now() - UNSIGNED)
    elif machine.noun == "need":
        rows = rows.exclude(status=N.NO_BID)
    elif machine.noun == "proposal":  # those that wait for their answer wait with their need
        rows = rows.filter(status=P.UNREADABLE)
    return _row(machine.noun, OVERDUE, rows, F("due_at"))


def _row(noun: str, why: str, rows: QuerySet, due: Any) -> QuerySet:
    machine = get_machine(noun)
    return (
        rows.order_by()
        .annotate(
            todo_noun=Value(noun, CharField()),
            todo_why=Value(why, CharField()),
            todo_title=Cast(F(machine.title), CharField()),
            todo_number=machine.number_of,
            todo_about=machine.about_of,
            todo_due=Cast(due, DateTimeField()),
        )
        .values_list(*SHOWN)
    )


def _stuck(row: tuple[Any, ...], now: datetime) -> Stuck:
    noun, why, pk, title, number, about, status, since, due = row
    machine = get_machine(noun)
    wait = machine.waits.get(status)
    return Stuck(
        machine=machine,
        why=why,
        pk=pk,
        title=title,
        number=number or "",
        about=about or "",
        state=machine.state_label(status),
        whose=OFFICER.label if why == COLD else wait.whose.label if wait else "",
        since=since,
        due=due,
        lamp=lamp(since, due, now),
        url=reverse("need_rescue", args=[pk]) if why == COLD else reverse("go", args=[noun, pk]),
    )
