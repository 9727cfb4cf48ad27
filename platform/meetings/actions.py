"""Verbs on intents."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import belongs
from audit.labels import name_actions
from meetings.models import Intent
from needs.models import Need
from needs.states import N
from proposals.states import P
from workflow.actions import begin
from workflow.machine import Refused

name_actions({"intent.create": gettext_lazy("登记意向")})


@transaction.atomic
def propose_intent(need: Need, *, amount: Decimal, next_step: str, next_date: date, by: Any) -> Intent:
    """The enterprise puts its intent to the team it has chosen."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    if not belongs(by, need.organisation):
        raise PermissionDenied(_("登记意向"))
    if need.status != N.SELECTED:
        raise Refused(_("公布选定结果之后才能登记意向。"))
    if need.intents.filter(status="proposed").exists():
        raise Refused(_("意向已经发出，正等揭榜方确认。"))
    proposal = need.proposals.get(status=P.SELECTED)
    intent = Intent(
        need=need, proposal=proposal, amount=amount, next_step=next_step, next_date=next_date, created_by=by
    )
    begin(intent, by=by, detail={"amount": amount})
    return intent
