"""Needs as rows of a list: where each stands, whose move it is, where to go; as many queries for one as for many."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from audit.models import Event
from core import workdays
from needs.models import Need
from web.cases.next_steps import NextStep, of_owner
from workflow.clocks import Lamp, lamp
from workflow.queries import Step, steps
from workflow.registry import machine_for

Text = str | Promise


@dataclass(frozen=True)
class Row:
    obj: Any
    whose: Text
    mine: bool
    then: Text
    due: datetime | None
    lamp: Lamp
    final: bool
    next: NextStep | None = None
    steps: list[Step] | None = None


def row(obj: Any, now: datetime, *, sides: tuple[str, ...] = ("owner", "both"), **more: Any) -> Row:
    """`sides`: the parties the reader stands for."""
    machine = machine_for(obj)
    wait = machine.waits.get(obj.status)
    return Row(
        obj=obj,
        whose=wait.whose.label if wait else "",
        mine=wait is not None and wait.whose.key in sides,
        then=machine.then(obj),
        due=obj.due_at,
        lamp=lamp(obj.status_since, obj.due_at, now),
        final=obj.status in machine.finals,
        **more,
    )


def need_rows(needs: Iterable[Need], now: datetime | None = None) -> list[Row]:
    needs = list(needs)
    events, now = _moves(needs), now or workdays.now()
    return [row(need, now, next=of_owner(need), steps=steps(need, events[need.audit_stream])) for need in needs]


def rows(objects: Iterable[Any]) -> list[Row]:
    now = workdays.now()
    return [row(obj, now) for obj in objects]


def _moves(needs: list[Need]) -> dict[str, list[Event]]:
    """When each need came to each of its states, for all of them at once."""
    found: dict[str, list[Event]] = defaultdict(list)
    moves = Event.objects.filter(stream__in=[need.audit_stream for need in needs], action__startswith="need.")
    for event in moves.only("stream", "action", "subject", "detail", "at", "seq").order_by("stream", "seq"):
        found[event.stream].append(event)
    return found
