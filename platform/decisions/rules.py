"""Who decides and who publishes, and when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import members
from accounts.rules import belongs
from decisions.models import Decision
from decisions.queries import why_not_decide
from workflow.machine import Text


def is_owner(user: Any, decision: Decision) -> bool:
    return belongs(user, decision.need.organisation)


def another_person(decision: Decision, user: Any) -> Text:
    """Where the batch asks for two people, the second is not the first."""
    return _("须由本单位的另一名同事确认。") if user is not None and decision.decided_by_id == user.pk else ""


def still_holds(decision: Decision) -> Text:
    """A rolling bid may have come in since: it too has to be answered."""
    return why_not_decide(decision.need)


# ── whom to tell ────────────────────────────────────────────────────────────────
def owners(decision: Decision) -> Iterable[Any]:
    return members(decision.need.organisation)
