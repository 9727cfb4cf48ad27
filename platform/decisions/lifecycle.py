"""The lifecycles of a decision, recorded by one or two people and then published, and of the question asked back."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import OWNER
from core import clock
from decisions import rules
from decisions.asks import BackForm, ReplyForm
from decisions.models import Decision, Inquiry
from decisions.states import OPEN, D, DecisionStatus, InquiryStatus
from needs.models import Need
from needs.states import N
from proposals.actions import tell_bidders_the_result
from workflow.machine import Machine, Party, Transition, Wait
from workflow.registry import register

PUBLISH_WITHIN = 3  # working days from the decision
COLLEAGUE = Party(key="owner", label=_("发榜方（另一名同事）"), rows=OWNER.rows)


def _approve(decision: Decision, *, by: Any, data: dict[str, Any]) -> None:
    decision.approved_by, decision.decided_at = by, clock.now()


def _record(decision: Decision, *, by: Any, data: dict[str, Any]) -> None:
    decision.decided_at = clock.now()


def _publish(decision: Decision, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    need = Need.objects.select_for_update(of=("self",)).select_related("batch", "organisation").get(pk=decision.need_id)
    decision.published_at = clock.now()
    # Written before the need moves: the database asks for it there.
    decision.save(update_fields=["published_at"])
    told = tell_bidders_the_result(need, code=decision.code, reason=decision.reason, by=by)
    return {**told, "code": decision.code}


def overtaken() -> QuerySet[Decision]:
    """The listing was taken down meanwhile: nothing is left to decide."""
    choosing = (N.PUBLISHED, N.CLOSED, N.OPENED)
    return Decision.objects.filter(status__in=OPEN).exclude(need__status__in=choosing)


decision_machine = register(
    Machine(
        noun="decision",
        label=pgettext_lazy("decision", "决定"),
        model=Decision,
        states=DecisionStatus,
        initial=D.PROPOSED,
        title="need__title",
        number=("need__number",),
        about="need__organisation__name",
        path=(D.PROPOSED, D.DECIDED, D.PUBLISHED),
        steps={
            D.PROPOSED: pgettext_lazy("stage", "提出"),
            D.DECIDED: pgettext_lazy("stage", "决定"),
            D.PUBLISHED: pgettext_lazy("stage", "公布"),
        },
        waits={
            D.PROPOSED: Wait(whose=COLLEAGUE, days=2, then=_("确认后成为决定，再由发榜方公布")),
            D.DECIDED: Wait(whose=OWNER, days=PUBLISH_WITHIN, then=_("公布时每份方案同时收到答复")),
        },
        finals=(D.PUBLISHED, D.WITHDRAWN),
        transitions=(
            Transition(
                name="approve",
                source=(D.PROPOSED,),
                target=D.DECIDED,
                label=_("确认决定"),
                style="primary",
                allow=rules.is_owner,
                require=(rules.still_holds,),
                refuse=rules.another_person,
                effect=_approve,
                notify=(rules.owners,),
                confirm=_("确认后决定成立，揭榜方和公众要到公布时才知道。"),
            ),
            Transition(
                name="send_back",
                source=(D.PROPOSED,),
                target=D.WITHDRAWN,
                label=_("退回重新比选"),
                allow=rules.is_owner,
                refuse=rules.another_person,
                asks=BackForm,
                notify=(rules.owners,),
            ),
            Transition(
                name="record",
                source=(D.PROPOSED,),
                target=D.DECIDED,
                label=_("记录决定"),
                driven=True,
                effect=_record,
            ),
            Transition(
                name="publish",
                source=(D.DECIDED,),
                target=D.PUBLISHED,
                label=_("公布结果"),
                style="primary",
                allow=rules.is_owner,
                require=(rules.still_holds,),
                effect=_publish,
                notify=(rules.owners,),
                confirm=_("公布后每份方案的揭榜方同时收到结果、原因和答复，结果公开，不能再改。"),
            ),
            Transition(
                name="take_back",
                source=(D.PROPOSED, D.DECIDED),
                target=D.WITHDRAWN,
                label=_("撤回决定"),
                allow=rules.is_owner,
                confirm=_("撤回后可以修改各份方案的答复，重新决定。揭榜方不会知道曾经有过这个决定。"),
            ),
            Transition(
                name="void",
                source=(D.PROPOSED, D.DECIDED),
                target=D.WITHDRAWN,
                label=pgettext_lazy("decision", "失效"),
                auto=overtaken,
            ),
        ),
    )
)


REPLY_WITHIN = 5  # working days


def _reply(inquiry: Inquiry, *, by: Any, data: dict[str, Any]) -> None:
    inquiry.reply, inquiry.replied_by, inquiry.replied_at = data["reply"], by, clock.now()


def _remind(inquiry: Inquiry, *, by: Any, data: dict[str, Any]) -> None:
    inquiry.reminders = 1


def _escalate(inquiry: Inquiry, *, by: Any, data: dict[str, Any]) -> None:
    inquiry.reminders = 2


def nearly_due() -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(status=InquiryStatus.ASKED, reminders=0, due_at__lte=Now() + timedelta(days=1))


def overdue() -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(status=InquiryStatus.ASKED, reminders__lt=2, due_at__lte=Now())


inquiry_machine = register(
    Machine(
        noun="inquiry",
        label=pgettext_lazy("inquiry", "追问"),
        model=Inquiry,
        states=InquiryStatus,
        initial=InquiryStatus.ASKED,
        title="proposal__need__title",
        number=("proposal__need__number",),
        about="proposal__team__name",
        path=(InquiryStatus.ASKED, InquiryStatus.REPLIED),
        waits={InquiryStatus.ASKED: Wait(whose=OWNER, days=REPLY_WITHIN, then=_("回复后揭榜方收到通知"))},
        finals=(InquiryStatus.REPLIED,),
        transitions=(
            Transition(
                name="reply",
                source=(InquiryStatus.ASKED,),
                target=InquiryStatus.REPLIED,
                label=_("回复追问"),
                style="primary",
                allow=rules.owns_inquired,
                asks=ReplyForm,
                effect=_reply,
                notify=(rules.askers,),
            ),
            Transition(
                name="escalate",
                source=(InquiryStatus.ASKED,),
                target=InquiryStatus.ASKED,
                label=_("超期提醒"),
                auto=overdue,
                effect=_escalate,
                notify=(rules.asked, rules.overseers),
            ),
            Transition(
                name="remind",
                source=(InquiryStatus.ASKED,),
                target=InquiryStatus.ASKED,
                label=_("到期前提醒"),
                auto=nearly_due,
                effect=_remind,
                notify=(rules.asked,),
            ),
        ),
    )
)
