"""Proposing a change of a published listing."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import managers
from audit.labels import name_actions
from changes import rules
from changes.models import Change, Consultation
from changes.states import OPEN, Kind
from core import clock
from needs import amending
from needs.listing import public_content
from needs.models import Indicator, Need
from needs.rules import no_personal_numbers
from notifications.actions import notify
from notifications.kinds import register_kind
from partners.models import Partnership
from workflow.actions import begin, perform
from workflow.machine import Refused

PROPOSED = register_kind("change.create")
ASKED = register_kind("consultation.create")
name_actions({"change.create": gettext_lazy("提出变更申请"), "consultation.create": gettext_lazy("征求联合单位意见")})


def propose_amendment(need: Need, *, indicators: list[Indicator], reason: str, by: Any) -> Change:
    """`need` as it is to read, not saved, with its indicators in their order."""
    if numbers := no_personal_numbers(need, indicators):
        raise Refused(str(numbers))
    words = amending.said(need, indicators)
    held = Need.objects.select_related("organisation", "batch").get(pk=need.pk)
    before, after = public_content(held), amending.content_of(held, words)
    if before == after:
        raise Refused(_("内容没有改动，不需要更正。"))
    return _propose(held, Kind.AMEND, by=by, reason=reason, said=words, before=before, after=after)


def propose_extension(need: Need, *, new_deadline: datetime, reason: str, by: Any) -> Change:
    if reason_against := rules.why_not_until(need, new_deadline):
        raise Refused(str(reason_against))
    return _propose(need, Kind.EXTEND, by=by, reason=reason, new_deadline=new_deadline)


def ask_to_take_down(need: Need, *, code: str, reason: str, by: Any) -> Change:
    return _propose(need, Kind.TAKE_DOWN, by=by, reason=reason, code=code)


@transaction.atomic
def _propose(need: Need, kind: Kind, *, by: Any, **fields: Any) -> Change:
    held = Need.objects.select_for_update(of=("self",)).select_related("organisation", "batch").get(pk=need.pk)
    if not rules.may_propose(by, held):
        raise PermissionDenied(kind.label)
    if reason := rules.why_not(held, kind):
        raise Refused(str(reason))
    if open_change(held):
        raise Refused(_("本榜单已有一项变更申请在办理，办完后再提。"))
    deadline = held.bid_deadline or clock.now()  # a listing has one: a constraint says so
    change = Change(need=held, kind=kind, proposed_by=by, old_deadline=deadline, **fields)
    begin(change, by=by, detail={"kind": kind.value})
    asked = rules.concerned_partners(change)
    told = {*(() if asked else rules.deciders(change)), *rules.concerned(change)} - {by}
    said = {"reason": change.reason, "asked": [row.organisation.name for row in asked]}
    notify(told, kind=PROPOSED, subject=change, context=said, key=f"change:{change.pk}:create")
    if asked:
        _consult(change, asked, by=by)
    return change


def _consult(change: Change, partnerships: list[Partnership], *, by: Any) -> None:
    """The zone decides about it only when everyone whose terms it touches has agreed."""
    perform(change, "consult", by=by, driven=True)
    for partnership in partnerships:
        row = Consultation(change=change, partnership=partnership)
        begin(row, by=by)
        notify(managers(partnership.organisation), kind=ASKED, subject=row, key=f"consultation:{row.pk}:create")


def open_change(need: Need) -> Change | None:
    return need.changes.filter(status__in=OPEN).select_related("proposed_by").first()
