"""What came too late: no bid, but a fact. The bidder keeps it in writing, and both sides can prove when it was."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actions import record
from audit.labels import name_actions
from audit.models import Event
from core import clock
from core.sealing import sign
from proposals.models import Proposal
from proposals.states import P
from workflow.machine import Text

LATE = "proposal.late"
FORMAT = "jiebang.late/1"
OPEN_TILL_THEN = (P.DRAFT, P.SUBMITTED, P.EXPIRED)  # what could still have been handed in, replaced or withdrawn
MOST = 20  # of one bid: a record of what happened, not a place to fill

name_actions({LATE: _("截止后办理，未接收")})


def note_late(proposal: Proposal, *, move: str, by: Any) -> Text:
    """Writes down that `move` was tried after the deadline. Called when it was refused and its transaction undone.

    Gives what to tell; "", and writes nothing, where it was refused for another reason. The moment is the event's own,
    by the clock of the database.
    """
    proposal.refresh_from_db()  # a withdrawal is refused by the very last statement, which has set the status
    deadline = proposal.need.bid_deadline
    if proposal.status not in OPEN_TILL_THEN or deadline is None or clock.now() < deadline:
        return ""
    if late_attempts(proposal).count() >= MOST:
        return ""
    detail = {"move": move, "deadline": deadline.isoformat()}
    record(LATE, subject=proposal, stream=proposal.audit_stream, by=by, detail=detail)
    return _("这次操作的时间已经记下，方案页可以下载未接收凭证。")


def late_attempts(proposal: Proposal) -> QuerySet[Event]:
    return Event.objects.filter(stream=proposal.audit_stream, action=LATE).order_by("seq")


def refusal(event: Event, proposal: Proposal) -> dict[str, Any]:
    """未接收凭证: signed like a receipt, checked on the same page. `event` is its place in the audit log."""
    return sign(
        {
            "format": FORMAT,
            "site": settings.SITE_URL,
            "number": proposal.need.number,
            "proposal": str(proposal.pk),
            "move": event.detail["move"],
            "tried_at": event.at.isoformat(),
            "deadline": event.detail["deadline"],
            "event": event.hash,
        }
    )
