"""What a person sees of a lifecycle: the moves they have, where the object stands, what waits for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from audit.models import Event
from audit.queries import history
from core import clock, workdays
from workflow.clocks import Lamp, lamp
from workflow.machine import Machine, Party, Text, Tracked, Transition, User, Wait
from workflow.registry import get_machine, machine_for, machines

A_TICK = timedelta(minutes=2)  # by then a platform that works has made its move


@dataclass(frozen=True)
class Offer:
    """A move as one user sees it now: shown, and enabled unless there is a reason."""

    transition: Transition
    reason: Text
    url: str

    @property
    def enabled(self) -> bool:
        return not self.reason

    @property
    def direct(self) -> bool:
        """One click is enough: it asks nothing and can be gone back on. What has no name leads to a page."""
        move = self.transition
        return self.enabled and bool(move.name) and not move.asks and not move.confirm


def offers(obj: Tracked, user: User) -> list[Offer]:
    """The moves `user` may make on `obj`, in the order of declaration, each with the reason it must wait."""
    machine = machine_for(obj)
    return [
        Offer(t, t.why_not(obj, user), reverse("move", args=[machine.noun, obj.pk, t.name]))
        for t in machine.transitions
        if obj.status in t.source and not t.driven and t.auto is None and t.allow(user, obj)
    ]


@dataclass(frozen=True)
class Standing:
    state: Text
    whose: Text
    since: datetime
    due: datetime | None
    lamp: Lamp
    then: Text
    final: bool
    idle: bool = False  # in good order: nobody has anything to do
    at_once: bool = False  # its hour has come, and the platform makes the next move within seconds


def standing(obj: Tracked) -> Standing:
    """Where `obj` stands: whose move, since when, until when, and what then."""
    machine, now = machine_for(obj), clock.now()
    wait = machine.waits.get(obj.status)
    return Standing(
        state=machine.state_label(obj.status),
        whose=wait.whose.label if wait else "",
        since=obj.status_since,
        due=obj.due_at,
        lamp=lamp(obj.status_since, obj.due_at, now),
        then=machine.then(obj),
        final=obj.status in machine.finals,
        idle=wait is not None and wait.whose.key == "nobody",
        at_once=_is_at_once(machine, wait, obj, now),
    )


def _is_at_once(machine: Machine, wait: Wait | None, obj: Tracked, now: datetime) -> bool:
    """A move of the platform's own that an instant sets off, and the instant has just passed."""
    if wait is None or not wait.at or obj.due_at is None or not obj.due_at <= now < obj.due_at + A_TICK:
        return False
    return any(move.auto is not None and obj.status in move.source for move in machine.transitions)


@dataclass(frozen=True)
class Step:
    label: Text
    state: str  # done | now | ahead | off
    at: datetime | None


def steps(obj: Tracked, events: Iterable[Event] | None = None) -> list[Step]:
    """The step line: the path of the machine with the day each state was last entered."""
    machine = machine_for(obj)
    entered: dict[str, datetime] = {}
    for event in history(obj.audit_stream) if events is None else events:
        moved = event.detail.get("before") != event.detail.get("after")
        if moved and event.action.split(".", 1)[0] == machine.noun and event.subject_id == str(obj.pk):
            entered[event.detail.get("after", "")] = event.at
    entered.setdefault(obj.status, obj.status_since)
    path = [state for state in machine.path if state in entered or state not in machine.maybe]
    reached = [i for i, state in enumerate(path) if state in entered]
    here = path.index(obj.status) if obj.status in path else None
    line = [
        Step(
            machine.steps.get(state) or machine.state_label(state),
            _step(i, here, reached),
            entered.get(state) if _seen(i, here, reached) else None,
        )
        for i, state in enumerate(path)
    ]
    if here is None:  # not on the path: a draft that is still before it; returned, withdrawn, refused
        state = "now" if obj.status == machine.initial else "off"
        line.insert(reached[-1] + 1 if reached else 0, Step(machine.state_label(obj.status), state, obj.status_since))
    return line


def _seen(i: int, here: int | None, reached: list[int]) -> bool:
    return i <= here if here is not None else i in reached


def _step(i: int, here: int | None, reached: list[int]) -> str:
    if here is None:
        return "done" if reached and i <= reached[-1] else "ahead"
    return "now" if i == here else "done" if i < here else "ahead"


@dataclass(frozen=True)
class Todo:
    machine: Machine
    pk: Any
    title: str
    number: str
    about: str  # the name of the party it concerns
    status: str
    state: Text
    whose: Text
    since: datetime
    due: datetime | None
    lamp: Lamp
    action: Text  # the label of the primary move
    url: str


def todo(user: User, *, limit: int = 200, now: datetime | None = None) -> list[Todo]:
    """Everything that waits for `user`, most urgent first. One query however many lifecycles there are."""
    waiting = [_waiting(machine, party, states, user) for machine in machines() for party, states in _parties(machine)]
    parts = [part for part in waiting if not part.query.is_empty()]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by(F("due_at").asc(nulls_last=True), "status_since")[:limit]
    now = now or workdays.now()
    return [_todo(row, now) for row in rows]


def _parties(machine: Machine) -> list[tuple[Party, list[str]]]:
    """Who has to-dos in this lifecycle, and in which states."""
    found: dict[int, tuple[Party, list[str]]] = {}
    for state, wait in machine.waits.items():
        if not wait.elsewhere:
            found.setdefault(id(wait.whose), (wait.whose, []))[1].append(state)
    return list(found.values())


def _waiting(machine: Machine, party: Party, states: list[str], user: User) -> QuerySet:
    rows = party.rows(machine.model._default_manager.filter(status__in=states), user)
    return (
        rows.order_by()
        .annotate(
            todo_noun=Value(machine.noun, CharField()),
            todo_state=F("status"),
            todo_title=Cast(F(machine.title), CharField()),
            todo_number=machine.number_of,
            todo_about=machine.about_of,
        )
        .values_list(
            "todo_noun", "todo_state", "pk", "todo_title", "todo_number", "todo_about", "status_since", "due_at"
        )
    )


def _todo(row: tuple[Any, ...], now: datetime) -> Todo:
    noun, state, pk, title, number, about, since, due = row
    machine = get_machine(noun)
    wait = machine.waits[state]
    moves = [t for t in machine.transitions if state in t.source and not t.driven and t.auto is None]
    first = next((t for t in moves if t.style == "primary"), None)
    return Todo(
        machine=machine,
        pk=pk,
        title=title,
        number=number or "",
        about=about or "",
        status=state,
        state=machine.state_label(state),
        whose=wait.whose.label,
        since=since,
        due=due,
        lamp=lamp(since, due, now),
        action=wait.action or (first.label if first else ""),
        url=reverse(wait.page, args=[pk]) if wait.page else reverse("go", args=[noun, pk]),
    )
