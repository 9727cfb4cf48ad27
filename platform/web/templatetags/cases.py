"""A case on its page: `{% moves obj %}`, `{% standing obj %}`, `{% steps obj %}`, `{% timeline obj %}`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.template import Context
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Event
from audit.queries import timeline as read_timeline
from web.naming import move_of, named
from web.templatetags.jiebang import day, moment
from workflow import queries
from workflow.registry import machine_for

register = template.Library()
NOTED = {
    "need.merge": {"taken": gettext_lazy("并过来的"), "left": gettext_lazy("留在原草稿的")}
}  # by verbs that ask nothing


def _once(context: Context, kind: str, obj: Any, read: Any) -> Any:
    """Read once a page what several tags need."""
    kept = context["request"].__dict__.setdefault("_cases", {})
    key = (kind, obj.pk)
    if key not in kept:
        kept[key] = read()
    return kept[key]


def _offers(context: Context, obj: Any) -> list[queries.Offer]:
    return _once(context, "offers", obj, lambda: queries.offers(obj, context["request"].user))  # type: ignore[no-any-return]


def _events(context: Context, obj: Any) -> list[Event]:
    return _once(context, "events", obj, lambda: read_timeline(obj.audit_stream))  # type: ignore[no-any-return]


@register.inclusion_tag("cases/moves.html", takes_context=True)
def moves(context: Context, obj: Any) -> dict[str, Any]:
    """What the reader may do now."""
    return {"offers": _offers(context, obj)}


def _is_for(user: Any, offer: queries.Offer, obj: Any) -> bool:
    """A primary move that must wait for a condition is still mine; one that must be made by another person is not."""
    refuse = offer.transition.refuse
    return offer.transition.style == "primary" and not (refuse and refuse(obj, user))


@register.inclusion_tag("cases/standing.html", takes_context=True)
def standing(context: Context, obj: Any, mine: bool | None = None) -> dict[str, Any]:
    """Whose move it is, until when, and what then. `mine` where the page knows better than the buttons do."""
    if mine is None:
        mine = any(_is_for(context["request"].user, offer, obj) for offer in _offers(context, obj))
    return {"standing": queries.standing(obj), "mine": mine}


@register.inclusion_tag("cases/steps.html", takes_context=True)
def steps(context: Context, obj: Any, events: Iterable[Event] | None = None) -> dict[str, Any]:
    return {"steps": queries.steps(obj, _events(context, obj) if events is None else events)}


@register.inclusion_tag("cases/timeline.html", takes_context=True)
def timeline(
    context: Context, obj: Any, events: Iterable[Event] | None = None, names: dict[str, str] | None = None
) -> dict[str, Any]:
    """Who did what, when and why, newest first. `events` where the reader may not see the whole case.

    `names` says which of several parts an event is about: subject id → name.
    """
    shown = _events(context, obj) if events is None else list(events)
    return {"rows": [_row(event) | {"which": (names or {}).get(event.subject_id, "")} for event in reversed(shown)]}


@register.filter
def has_ended(obj: Any) -> bool:
    """Whether nothing can come after where it stands."""
    return obj.status in machine_for(obj).finals


def _row(event: Event) -> dict[str, Any]:
    who = event.actor_user.name if event.actor_user else ("" if event.actor else _("平台"))
    return {
        "what": named(event.action),
        "who": who,
        "at": event.at,
        "words": _words(event, move_of(event.action)),
    }


def _words(event: Event, transition: Any) -> list[str]:
    """What was written with the move, each answer under the label of its question."""
    fields = transition.asks.base_fields if transition and transition.asks else {}
    told = NOTED.get(event.action, {})
    words = [
        _("%(label)s：%(value)s") % {"label": told[name], "value": value}
        for name, value in event.note_data.items()
        if name in told and value
    ]
    for name, value in event.note_data.items():
        if name in fields and value not in ("", None, [], False):
            words.append(
                _("%(label)s：%(value)s") % {"label": fields[name].label or name, "value": _said(fields[name], value)}
            )
    return words


def _said(field: forms.Field, value: Any) -> Any:
    """An answer as its form showed it: the words of a choice, a day as people write it."""
    if isinstance(field, forms.DateTimeField):
        return moment(datetime.fromisoformat(value))
    if isinstance(field, forms.DateField):
        return day(date.fromisoformat(value))
    return dict(getattr(field, "choices", ())).get(value, value)
