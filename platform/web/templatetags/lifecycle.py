"""What a template says of a lifecycle: `{% standing obj %}`, `{% steps obj %}`, `{% moves obj %}`, `{% timeline obj %}`."""

from collections.abc import Callable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from audit.models import Event
from audit.queries import timeline as audit_timeline
from workflow import queries
from workflow.registry import get_machine, machine_for

register = template.Library()


@register.inclusion_tag("lifecycle/standing.html", takes_context=True)
def standing(context: Any, obj: Any) -> dict[str, Any]:
    offers = _offers(context, obj)
    return {"obj": obj, "standing": queries.standing(obj), "mine": any(o.transition.style == "primary" for o in offers)}


@register.inclusion_tag("lifecycle/steps.html", takes_context=True)
def steps(context: Any, obj: Any) -> dict[str, Any]:
    return {"obj": obj, "steps": queries.steps(obj, _events(context, obj))}


@register.inclusion_tag("lifecycle/moves.html", takes_context=True)
def moves(context: Any, obj: Any) -> dict[str, Any]:
    offers = _offers(context, obj)
    primary = next((o for o in offers if o.transition.style == "primary"), None)
    return {"obj": obj, "primary": primary, "rest": [o for o in offers if o is not primary]}


@register.inclusion_tag("lifecycle/timeline.html", takes_context=True)
def timeline(context: Any, obj: Any, nouns: str = "") -> dict[str, Any]:
    """Who did what, when and why, newest first. `nouns` keeps to some lifecycles of a case that others may not read."""
    wanted = set(nouns.split())
    events = [e for e in reversed(_events(context, obj)) if not wanted or e.action.partition(".")[0] in wanted]
    return {"entries": [_entry(event) for event in events]}


def _entry(event: Event) -> dict[str, Any]:
    noun, _dot, name = event.action.partition(".")
    note = event.note_data
    return {
        "at": event.at,
        "who": event.actor_user.name if event.actor_user else _("已注销用户") if event.actor else _("平台"),
        "what": label_of(noun, name),
        "after": _state(noun, event.detail.get("after", "")),
        "why": note.get("reason") or note.get("report") or "",
        "event": event,
    }


def label_of(noun: str, name: str) -> str:
    """The words of an event kind: the label of the move, or of the verb that is not one."""
    try:
        machine = get_machine(noun)
    except KeyError:
        return f"{noun}.{name}"
    if name in machine.by_name:
        return str(machine.by_name[name].label)
    if name == "create":
        return _("新建%(noun)s") % {"noun": machine.label}
    return _("修改%(noun)s") % {"noun": machine.label}


def _state(noun: str, status: str) -> str:
    try:
        return str(get_machine(noun).state_label(status)) if status else ""
    except (KeyError, ValueError):
        return ""


def _memo(context: Any, key: object, work: Callable[[], Any]) -> Any:
    """Asked by several tags of one page, worked out once a request."""
    memo = context["request"].__dict__.setdefault("_lifecycle", {})
    if key not in memo:
        memo[key] = work()
    return memo[key]


def _offers(context: Any, obj: Any) -> list[queries.Offer]:
    user = context["request"].user
    return _memo(context, ("offers", machine_for(obj).noun, obj.pk), lambda: queries.offers(obj, user))


def _events(context: Any, obj: Any) -> list[Event]:
    stream = obj.audit_stream
    return _memo(context, ("events", stream), lambda: audit_timeline(stream))
