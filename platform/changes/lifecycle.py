"""The lifecycle of a change: one person proposes, another decides, and the listing takes it on in the same moment."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import office_party
from accounts.roles import Role
from changes import asks, rules
from changes.models import Change
from changes.states import C, ChangeStatus, Kind
from core import clock
from needs.models import Need
from needs.states import N
from proposals.telling import hold_bids, tell_bidders
from workflow.actions import perform
from workflow.machine import Machine, Refused, Transition, Wait
from workflow.registry import register

DECIDERS = office_party(Role.REVIEWER, Role.LEADER, label=_("管委会（审核或领导）"))


def _apply(change: Change, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """The approval is written first: only then does the database let the listing change, and only to what it says."""
    hold_bids(change.need_id)  # before the need, as whoever submits does
    need = Need.objects.select_for_update(of=("self",)).select_related("batch", "organisation").get(pk=change.need_id)
    if reason := rules.why_not(need, change.kind):
        raise Refused(str(reason))
    now, before = clock.now(), need.bid_deadline
    change.need, change.approved_by, change.approved_at = need, by, now
    if change.kind == Kind.AMEND:
        change.new_deadline = change.deadline_at_approval(now)
    change.save(update_fields=["approved_by", "approved_at", "new_deadline"])
    _MOVES[Kind(change.kind)](change, by)
    if change.kind != Kind.TAKE_DOWN:
        moved = {"deadline": change.new_deadline} if change.new_deadline != before else {}
        tell_bidders(need, kind=change.kind, reason=change.reason, key=f"change:{change.pk}", **moved)
    return {"kind": change.kind, "need_version": need.amendments}


def _amend(change: Change, by: Any) -> None:
    facts = {"said": change.said, "reason": change.reason, "deadline": change.new_deadline, "restart": change.restarts}
    perform(change.need, "amend", by=by, driven=True, facts=facts)


def _extend(change: Change, by: Any) -> None:
    perform(change.need, "extend", by=by, driven=True, facts={"deadline": change.new_deadline})


def _take_down(change: Change, by: Any) -> None:
    perform(change.need, "take_down", by=by, data={"code": change.code, "reason": change.reason})


_MOVES = {Kind.AMEND: _amend, Kind.EXTEND: _extend, Kind.TAKE_DOWN: _take_down}


# ── what the clock moves ────────────────────────────────────────────────────────
def due_to_lapse() -> QuerySet[Change]:
    """The listing has moved on meanwhile: nothing is left to change."""
    closed = ~Q(need__status=N.PUBLISHED) | Q(need__bid_deadline__lte=Now())
    over = Q(kind=Kind.TAKE_DOWN) & ~Q(need__status__in=rules.DOWN_FROM)
    return Change.objects.filter((~Q(kind=Kind.TAKE_DOWN) & closed) | over, status=C.PROPOSED)


change_machine = register(
    Machine(
        noun="change",
        label=_("变更申请"),
        model=Change,
        states=ChangeStatus,
        initial=C.PROPOSED,
        title="need__title",
        number=("need__number",),
        about="need__organisation__name",
        path=(C.PROPOSED, C.APPROVED),
        waits={
            C.PROPOSED: Wait(
                whose=DECIDERS, days=2, then=_("批准后立即生效并公开"), action=pgettext_lazy("change", "审批")
            )
        },
        finals=(C.APPROVED, C.REFUSED, C.WITHDRAWN, C.LAPSED),
        transitions=(
            Transition(
                name="approve",
                source=(C.PROPOSED,),
                target=C.APPROVED,
                label=pgettext_lazy("change", "批准"),
                style="primary",
                allow=rules.decides,
                require=(rules.still_possible, rules.deadline_is_fitting),
                refuse=rules.another_person,
                effect=_apply,
                notify=(rules.concerned,),
                confirm=_("批准后立即生效，内容和说明公开，关注本榜单的人和揭榜方都会收到通知，不能撤销。"),
            ),
            Transition(
                name="refuse",
                source=(C.PROPOSED,),
                target=C.REFUSED,
                label=pgettext_lazy("change", "不批准"),
                allow=rules.decides,
                refuse=rules.another_person,
                asks=asks.RefuseForm,
                notify=(rules.concerned,),
            ),
            Transition(
                name="withdraw",
                source=(C.PROPOSED,),
                target=C.WITHDRAWN,
                label=pgettext_lazy("change", "撤回申请"),
                allow=rules.is_proposers_side,
            ),
            Transition(
                name="lapse",
                source=(C.PROPOSED,),
                target=C.LAPSED,
                label=pgettext_lazy("change", "失效"),
                auto=due_to_lapse,
                notify=(rules.concerned,),
            ),
        ),
    )
)
