"""Asking a team to clarify its bid."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.labels import name_actions
from clarifications import rules
from clarifications.models import Clarification
from clarifications.parts import parts_of
from notifications.actions import notify
from notifications.kinds import register_kind
from proposals.models import Proposal
from workflow.actions import begin
from workflow.machine import Refused

ASKED = register_kind("clarification.create")
name_actions({ASKED: gettext_lazy("要求澄清")})


@transaction.atomic
def ask(proposal: Proposal, *, question: str, parts: list[str], days: int, by: Any) -> Clarification:
    """Open these parts of an opened bid for its team, for `days` working days. Raises `Refused`."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("need__organisation", "need__batch", "team")
    proposal = rows.get(pk=proposal.pk)
    if not rules.may_ask(by, proposal):
        raise PermissionDenied(_("要求澄清"))
    if reason := rules.why_not_ask(proposal):
        raise Refused(str(reason))
    known = [part.code for part in parts_of(proposal.need)]
    if unknown := set(parts) - set(known):
        raise Refused(_("方案里没有这些部分：%(names)s。") % {"names": "、".join(sorted(unknown))})
    row = Clarification(
        proposal=proposal, asked_by=by, question=question, parts=[code for code in known if code in parts], days=days
    )
    begin(row, by=by, detail={"parts": ",".join(row.parts), "days": days})
    notify(rules.bidders(row), kind=ASKED, subject=row, key=f"{ASKED}:{row.pk}")
    return row
