"""The lifecycle of a change: one person proposes, another decides, and the listing takes it on in the same moment.

Where the listing is joint and the change touches what the partners consented to, they are asked before anybody decides.
All agree, or the listing stays as it is: see docs/adr/0010.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import PARTNER, office_party
from accounts.roles import Role
from changes import asks, rules
from changes.models import Change, Consultation
from changes.states import OPEN, C, ChangeStatus, ConsultationStatus, Kind, S
from core import clock
from needs.models import Need
from needs.states import N
from proposals.telling import announce
from workflow.actions import perform
from workflow.machine import Machine, Refused, Transition, Wait
from workflow.registry import register

DECIDERS = office_party(Role.REVIEWER, Role.LEADER, label=_("管委会（审核或领导）"))


def _apply(change: Change, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """The approval is written first: only then does the database let the listing change, and only to what it says."""
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
        announce(need, kind=change.kind, reason=change.reason, key=f"change:{change.pk}", **moved)
    _bind_partners(change)
    return {"kind": change.kind, "need_version": need.amendments}


def _amend(change: Change, by: Any) -> None:
    facts = {"said": change.said, "reason": change.reason, "deadline": change.new_deadline, "restart": change.restarts}
    perform(change.need, "amend", by=by, driven=True, facts=facts)


def _extend(change: Change, by: Any) -> None:
    perform(change.need, "extend", by=by, driven=True, facts={"deadline": change.new_deadline})


def _take_down(change: Change, by: Any) -> None:
    perform(change.need, "take_down", by=by, data={"code": change.code, "reason": change.reason})


def _bind_partners(change: Change) -> None:
    """From the moment it takes effect, whoever agreed is bound by the new words; until then, by the old ones."""
    for row in change.consultations.filter(status=S.AGREED).select_related("partnership", "answered_by"):
        facts = {"words": row.newer, "consented_by": row.answered_by, "consented_at": row.answered_at}
        perform(row.partnership, "renew", by=None, driven=True, facts=facts)


# ── effects of an answer ────────────────────────────────────────────────────────
def _agree(consultation: Consultation, *, by: Any, data: dict[str, Any]) -> None:
    """Whoever agrees last sends the change to the zone. Under the lock of the change: two at once see each other."""
    change = Change.objects.select_for_update().get(pk=consultation.change_id)
    consultation.answered_by, consultation.answered_at = by, clock.now()
    if not change.consultations.filter(status=S.ASKED).exclude(pk=consultation.pk).exists():
        perform(change, "put_forward", by=by, driven=True)


def _object(consultation: Consultation, *, by: Any, data: dict[str, Any]) -> None:
    consultation.answered_by, consultation.answered_at = by, clock.now()
    consultation.reason = data["reason"]
    perform(Change.objects.get(pk=consultation.change_id), "object", by=by, driven=True)


_MOVES = {Kind.AMEND: _amend, Kind.EXTEND: _extend, Kind.TAKE_DOWN: _take_down}


# ── what the clock moves ────────────────────────────────────────────────────────
def due_to_lapse() -> QuerySet[Change]:
    """The listing has moved on meanwhile: nothing is left to change."""
    closed = ~Q(need__status=N.PUBLISHED) | Q(need__bid_deadline__lte=Now())
    over = Q(kind=Kind.TAKE_DOWN) & ~Q(need__status__in=rules.DOWN_FROM)
    return Change.objects.filter((~Q(kind=Kind.TAKE_DOWN) & closed) | over, status__in=OPEN)


def no_longer_asked() -> QuerySet[Consultation]:
    """The change was taken back, has lapsed, or another partner has objected."""
    return Consultation.objects.filter(status=S.ASKED).exclude(change__status__in=OPEN)


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
            C.CONSULTING: Wait(
                whose=PARTNER, then=_("都同意后报管委会审批；有一家不同意，榜单保持原样"), elsewhere=True
            ),
            C.PROPOSED: Wait(
                whose=DECIDERS, days=2, then=_("批准后立即生效并公开"), action=pgettext_lazy("change", "审批")
            ),
        },
        finals=(C.APPROVED, C.REFUSED, C.OBJECTED, C.WITHDRAWN, C.LAPSED),
        transitions=(
            Transition(
                name="consult",
                source=(C.PROPOSED,),
                target=C.CONSULTING,
                label=_("征求联合单位意见"),
                driven=True,
            ),
            Transition(
                name="put_forward",
                source=(C.CONSULTING,),
                target=C.PROPOSED,
                label=_("报管委会审批"),
                driven=True,
                notify=(rules.deciders, rules.concerned),
            ),
            Transition(
                name="object",
                source=(C.CONSULTING,),
                target=C.OBJECTED,
                label=_("联合单位不同意"),
                driven=True,
                notify=(rules.concerned,),
            ),
            Transition(
                name="approve",
                source=(C.PROPOSED,),
                target=C.APPROVED,
                label=pgettext_lazy("change", "批准"),
                style="primary",
                allow=rules.decides,
                require=(rules.still_possible, rules.deadline_is_fitting, rules.partners_agree),
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
                source=OPEN,
                target=C.WITHDRAWN,
                label=pgettext_lazy("change", "撤回申请"),
                allow=rules.is_proposers_side,
                notify=(rules.partners_of,),
            ),
            Transition(
                name="lapse",
                source=OPEN,
                target=C.LAPSED,
                label=pgettext_lazy("change", "失效"),
                auto=due_to_lapse,
                notify=(rules.concerned,),
            ),
        ),
    )
)

consultation_machine = register(
    Machine(
        noun="consultation",
        label=_("征求联合单位"),
        model=Consultation,
        states=ConsultationStatus,
        initial=S.ASKED,
        title="change__need__title",
        number=("change__need__number",),
        about="partnership__organisation__name",
        path=(S.ASKED, S.AGREED),
        waits={
            S.ASKED: Wait(
                whose=PARTNER,
                days=5,
                then=_("联合单位都同意后，由管委会审批；没有答复不算同意，揭榜截止前没有答复的，更正失效"),
                action=_("答复榜单更正"),
            )
        },
        finals=(S.AGREED, S.OBJECTED, S.LAPSED),
        transitions=(
            Transition(
                name="agree",
                source=(S.ASKED,),
                target=S.AGREED,
                label=_("同意更正"),
                style="primary",
                allow=rules.answers,
                require=(rules.is_asked,),
                effect=_agree,
                notify=(rules.proposers,),
                confirm=_("管委会批准后，本单位按更正后的内容和金额联合发榜。批准之前，仍按原来的内容。"),
            ),
            Transition(
                name="object",
                source=(S.ASKED,),
                target=S.OBJECTED,
                label=_("不同意更正"),
                allow=rules.answers,
                require=(rules.is_asked,),
                asks=asks.ObjectForm,
                effect=_object,
                notify=(rules.proposers,),
                confirm=_("这项更正随即终止，榜单保持原样，本单位仍按原来同意的内容联合发榜。"),
            ),
            Transition(
                name="lapse",
                source=(S.ASKED,),
                target=S.LAPSED,
                label=_("不再征求"),
                auto=no_longer_asked,
                notify=(rules.asked_managers,),
            ),
        ),
    )
)
