"""The one place where a status moves: lock, who, when, effect, compare-and-swap, audit, notices. One transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from audit import checkpoints
from audit.actions import record
from audit.models import Event
from core import clock
from notifications.actions import notify
from workflow.clocks import due_after
from workflow.machine import Invalid, Machine, Refused, Stale, Tracked, Transition, User
from workflow.registry import machine_for

TOO_LATE = "P0D01"  # what a table's own trigger raises when its deadline has passed


def perform(
    obj: Tracked,
    name: str,
    *,
    by: User | None,
    data: Mapping[str, Any] | None = None,
    files: Mapping[str, Any] | None = None,
    driven: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Move `obj` along its lifecycle and return the audit event.

    `by=None` is the platform itself and may only make `auto` and `driven` moves. `data` is what the
    move's form asks for, as typed; `facts` is what a driving action hands to the effect, unrecorded.
    Raises `Stale`, `PermissionDenied`, `Refused` or `Invalid`; whichever it is, nothing has changed, but for what the
    move declares as `refused`.
    """
    machine = machine_for(obj)
    move = machine.by_name[name]
    try:
        return _perform(obj, machine, move, by=by, data=data, files=files, driven=driven, facts=facts)
    except Refused as why:
        said = move.refused(obj, move=name, by=by) if move.refused and not driven else ""
        if said and not isinstance(why, Invalid):
            raise type(why)(_("%(why)s%(said)s") % {"why": why, "said": said}) from why
        raise


@transaction.atomic
def _perform(
    obj: Tracked,
    machine: Machine,
    move: Transition,
    *,
    by: User | None,
    data: Mapping[str, Any] | None,
    files: Mapping[str, Any] | None,
    driven: bool,
    facts: Mapping[str, Any] | None,
) -> Event:
    obj.refresh_from_db(from_queryset=type(obj)._base_manager.select_for_update(of=("self",)))
    _judge(machine, move, obj, by=by, driven=driven)
    cleaned = _ask(move, obj, by=by, data=data, files=files)

    before, facts_before = obj.status, _facts(obj)
    detail = move.effect(obj, by=by, data={**cleaned, **(facts or {})}) if move.effect else None
    obj.status = move.target
    if before != move.target or not obj.due_at:
        obj.status_since = clock.now()
        obj.due_at = due_after(machine.waits.get(obj.status), obj, obj.status_since)
    changed = {name: value for name, value in _facts(obj).items() if value != facts_before[name]}
    _swap(obj, before, changed)
    event = record(
        f"{machine.noun}.{move.name}",
        subject=obj,
        stream=obj.audit_stream,
        by=by,
        detail={"before": before, "after": move.target, **(detail or {})},
        note=_plain(cleaned) or None,
    )
    if move.checkpoint:
        checkpoints.make()
    _tell(obj, move, event, _context(obj, event, cleaned), by=by)
    return event


def _tell(obj: Tracked, move: Transition, event: Event, context: dict[str, Any], *, by: User | None) -> None:
    """Whoever is concerned, and then whoever only follows it; nobody twice."""
    people = {user for audience in move.notify for user in audience(obj)} - {by}
    if people:
        notify(people, kind=event.action, subject=obj, context=context, key=str(event.pk))
    followers = {user for audience in move.follow for user in audience(obj)} - people - {by}
    if followers:
        told = {"link": obj.public_url}
        notify(followers, kind=f"{event.action}.followed", subject=obj, context=told, key=str(event.pk))


def _swap(obj: Tracked, before: str, changed: dict[str, Any]) -> None:
    """Status and facts in one statement: a constraint never sees one without the other."""
    try:
        moved = type(obj)._base_manager.filter(pk=obj.pk, status=before).update(status=obj.status, **changed)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == TOO_LATE:
            raise Refused(_("截止时间刚刚到了，这一步没有办成。")) from error
        raise
    if not moved:
        raise Stale(_("刚刚已有人处理过，页面已刷新。"))


def begin(obj: Tracked, *, by: User | None, detail: dict[str, Any] | None = None) -> Tracked:
    """Save a new row in its initial state, its clock running, its first event written."""
    machine = machine_for(obj)
    obj.status = machine.initial
    with transaction.atomic():
        obj.status_since = clock.now()
        obj.due_at = due_after(machine.waits.get(obj.status), obj, obj.status_since)
        obj.save(force_insert=True)
        record(
            f"{machine.noun}.create",
            subject=obj,
            stream=obj.audit_stream,
            by=by,
            detail={"before": "", "after": obj.status, **(detail or {})},
        )
    return obj


def _judge(machine: Machine, move: Transition, obj: Tracked, *, by: User | None, driven: bool) -> None:
    if move.driven and not driven:
        raise PermissionDenied(move.label)
    allowed = (move.auto is not None or driven) if by is None else (driven or move.allow(by, obj))
    if not allowed:
        raise PermissionDenied(move.label)
    if obj.status not in move.source:
        raise Stale(
            _("现在是“%(state)s”，不能“%(move)s”。可能刚刚已有人处理过，请按页面上的最新状态操作。")
            % {"state": machine.state_label(obj.status), "move": move.label}
        )
    if reason := move.why_not(obj, by):
        raise Refused(str(reason))


def _ask(move: Transition, obj: Tracked, *, by: User | None, data: Any, files: Any) -> dict[str, Any]:
    if move.asks is None:
        return {}
    form = move.asks(data or {}, files or {})  # type: ignore[arg-type]
    if hasattr(form, "for_object"):
        form.for_object(obj, by)
    if not form.is_valid():
        raise Invalid(form)
    return form.cleaned_data


def _facts(obj: Tracked) -> dict[str, Any]:
    """Every stored column but the status: what an effect may assign (assign, not mutate in place)."""
    return {
        f.attname: getattr(obj, f.attname)
        for f in obj._meta.concrete_fields
        if not f.generated and f.attname != "status"
    }


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the form gave, as JSON: the text of the event, kept outside the chain."""
    return {key: plain for key, value in data.items() if (plain := _jsonable(value)) not in (None, "", [])}


def _jsonable(value: Any) -> Any:
    match value:
        case UploadedFile():
            return value.name
        case datetime() | date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case models.Model():
            return str(value.pk)
        case list() | tuple():
            return [_jsonable(item) for item in value]
        case models.QuerySet():
            return [str(item.pk) for item in value]
    return value


def _context(obj: Tracked, event: Event, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    counted = {"count": event.detail["count"]} if "count" in event.detail else {}
    due = obj.due_at.isoformat() if obj.due_at else ""
    return {"after": obj.status, "due": due, **counted, **_plain(cleaned)}
