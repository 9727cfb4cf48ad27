"""What of a case's history this reader sees, and the word that sent a need back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from accounts.roles import OPERATING
from audit.models import Event
from audit.queries import timeline
from diagnoses.models import Assignment
from needs.models import Need
from needs.states import N
from workflow.registry import get_machine

OWN = {"decision.send_back"}  # what the people of an enterprise say to each other
DECIDING = "decision."  # nobody but the enterprise and the zone learns that something was decided
INSIDE = {"need.send_back", "need.check", "need.take", "need.credit"}  # between the desks of the zone
GIVEN = "assignment."  # told to the zone, to the agency it was given to, and of a diagnosis to the enterprise
BETWEEN = {"assignment.decline", "assignment.give_back"}  # what an agency says to the zone alone
PARTS = ("milestone.", "payment.")  # told on the page of their contract
ASKED = "consultation.create"  # one for each partner; that they were asked is an event of the change
PLANNED = {"milestone.create", "payment.create"}  # how a plan is typed, row by row, is no news
REFUSALS = {N.RETURNED: "need.return", N.REJECTED: "need.reject"}


def of_need(need: Need, user: Any) -> list[Event]:
    """The whole case; words that the zone's desks say to each other stay with the zone."""
    events = [event for event in timeline(need.audit_stream) if not _is_part(event)]
    if need.organisation_id not in user.positions:
        events = [event for event in events if event.action not in OWN]
    if user.has_role(*OPERATING):
        return events
    if need.organisation_id not in user.positions:
        events = [event for event in events if not event.action.startswith(DECIDING)]
    given = Assignment.objects.visible_to(user).filter(need=need)
    known = {str(pk): agency for pk, agency in given.values_list("pk", "agency")}
    return [event for event in events if event.action not in INSIDE and _may_know(event, known, user)]


def _is_part(event: Event) -> bool:
    return event.action.startswith(PARTS) or event.action == ASKED


def _may_know(event: Event, known: dict[str, Any], user: Any) -> bool:
    if not event.action.startswith(GIVEN):
        return True
    if event.subject_id not in known:
        return False
    return event.action not in BETWEEN or known[event.subject_id] in user.positions


def of_rows(stream: str, rows: Iterable[UUID]) -> list[Event]:
    """The part of a case that is about these rows: who is one of the parties sees no more of it."""
    wanted = {str(pk) for pk in rows}
    return [event for event in timeline(stream) if event.subject_id in wanted and event.action not in PLANNED]


@dataclass(frozen=True)
class Word:
    what: str | Promise
    code: str
    reason: str
    who: str
    at: datetime


def last_word(need: Need, events: Iterable[Event]) -> Word | None:
    """Why the zone sent this need back or did not accept it, while that is where it stands."""
    action = REFUSALS.get(N(need.status))
    return latest(events, action, need) if action else None


def latest(events: Iterable[Event], action: str, obj: Any) -> Word | None:
    """What was last said with this move about this row."""
    said = [event for event in events if event.action == action and event.subject_id == str(obj.pk)]
    if not said:
        return None
    event, note = said[-1], said[-1].note_data
    move = get_machine(action.partition(".")[0]).by_name[action.partition(".")[2]]
    code = move.asks.base_fields.get("code") if move.asks else None
    return Word(
        what=move.label,
        code=str(dict(code.choices).get(note.get("code", ""), "")) if code else "",  # type: ignore[attr-defined]
        reason=note.get("reason", ""),
        who=event.actor_user.name if event.actor_user else "",
        at=event.at,
    )
