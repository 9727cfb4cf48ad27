"""Verbs on meetings and intents."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import belongs
from audit.labels import name_actions
from core import clock
from decisions.queries import ANSWERABLE
from meetings.asks import PAST
from meetings.models import AHEAD, Intent, Meeting
from needs.models import Need
from needs.states import N
from notifications.actions import notify
from notifications.kinds import register_kind
from proposals.models import Proposal
from proposals.states import P
from teams.queries import people
from workflow.actions import begin
from workflow.machine import Refused

INVITED = register_kind("meeting.create")
name_actions({"intent.create": gettext_lazy("登记意向"), "meeting.create": gettext_lazy("邀请对接")})


@transaction.atomic
def invite(
    proposal: Proposal, *, mode: str, starts_at: datetime, place: str, agenda: str, lasts: int = 60, by: Any
) -> Meeting:
    """The enterprise asks a bidder to talk for `lasts` minutes, while it compares. The same invitation twice is one."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("need__organisation", "team")
    held = rows.get(pk=proposal.pk)
    if not belongs(by, held.need.organisation):
        raise PermissionDenied(_("邀请对接"))
    if held.status not in ANSWERABLE or held.status == P.UNREADABLE:
        raise Refused(_("这份方案现在不在比选，不能邀请对接。"))
    if starts_at <= clock.now():
        raise Refused(str(PAST))
    same = Meeting.objects.filter(proposal=held, starts_at=starts_at, status__in=AHEAD).first()
    if same:
        return same
    made = Meeting(
        proposal=held, mode=mode, starts_at=starts_at, place=place, agenda=agenda, lasts=lasts, created_by=by
    )
    begin(made, by=by, detail={"starts_at": starts_at})
    notify(set(people(held.team)), kind=INVITED, subject=made, key=f"meeting:{made.pk}:create")
    return made


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
