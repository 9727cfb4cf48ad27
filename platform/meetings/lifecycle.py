"""The lifecycles of a meeting and of an intent. Who gives that up sends the need back to comparison."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import NOBODY, OWNER, TEAM
from core import clock
from decisions.actions import take_over
from meetings import rules
from meetings.asks import AbandonForm, CallOffForm
from meetings.models import Intent, Meeting, MeetingStatus
from meetings.models import IntentStatus as S
from workflow.actions import perform
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register

VALID = timedelta(days=180)


def _agree(intent: Intent, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    intent.agreed_at = clock.now()
    perform(intent.need, "intend", by=by, driven=True)
    return {"amount": intent.amount}


def _give_up(intent: Intent, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    perform(intent.proposal, "lapse", by=by, driven=True)
    perform(intent.need, "choose_again", by=by, driven=True)
    take_over(intent.need, by=by)
    return {"code": data.get("code", "silent")}


def due_to_expire() -> QuerySet[Intent]:
    return Intent.objects.filter(status__in=(S.PROPOSED, S.AGREED), created_at__lte=Now() - VALID)


intent_machine = register(
    Machine(
        noun="intent",
        label=_("意向"),
        model=Intent,
        states=S,
        initial=S.PROPOSED,
        about="need__organisation__name",
        title="need__title",
        number=("need__number",),
        path=(S.PROPOSED, S.AGREED, S.CONVERTED),
        waits={
            S.PROPOSED: Wait(whose=TEAM, days=5, then=_("确认后由发榜方起草合同")),
            S.AGREED: Wait(
                whose=OWNER,
                days=lambda intent: intent.need.batch.signing_days,
                then=_("合同经双方确认后生效"),
                action=_("起草合同"),
                page="intent",
            ),
        },
        finals=(S.CONVERTED, S.ABANDONED, S.EXPIRED),
        transitions=(
            Transition(
                name="agree",
                source=(S.PROPOSED,),
                target=S.AGREED,
                label=_("确认意向"),
                style="primary",
                allow=rules.is_team_leader,
                effect=_agree,
                notify=(rules.owners,),
            ),
            Transition(
                name="abandon",
                source=(S.PROPOSED, S.AGREED),
                target=S.ABANDONED,
                label=_("放弃意向"),
                style="danger",
                allow=rules.is_party,
                asks=AbandonForm,
                effect=_give_up,
                notify=(rules.owners, rules.team),
                confirm=_("放弃后需求回到比选，发榜方可选定备选方案。"),
            ),
            Transition(
                name="expire",
                source=(S.PROPOSED, S.AGREED),
                target=S.EXPIRED,
                label=_("意向过期"),
                auto=due_to_expire,
                effect=_give_up,
                notify=(rules.owners, rules.team),
            ),
            Transition(name="convert", source=(S.AGREED,), target=S.CONVERTED, label=_("转为合同"), driven=True),
        ),
    )
)

M = MeetingStatus


def has_begun(status: str) -> Any:
    return lambda: Meeting.objects.filter(status=status, starts_at__lte=Now())


meeting_machine = register(
    Machine(
        noun="meeting",
        label=pgettext_lazy("meeting", "对接"),
        model=Meeting,
        states=MeetingStatus,
        initial=M.INVITED,
        title="proposal__need__title",
        number=("proposal__need__number",),
        about="proposal__need__organisation__name",
        path=(M.INVITED, M.AGREED, M.HELD),
        waits={
            M.INVITED: Wait(whose=TEAM, days=3, then=_("确认后双方按约定的时间对接")),
            M.AGREED: Wait(whose=NOBODY, at="starts_at", then=_("到时对接，之后继续比选")),
        },
        finals=(M.HELD, M.DECLINED, M.CANCELLED, M.LAPSED),
        transitions=(
            Transition(
                name="agree",
                source=(M.INVITED,),
                target=M.AGREED,
                label=_("确认参加"),
                style="primary",
                allow=rules.is_invited,
                require=(rules.is_ahead,),
                notify=(rules.hosts, rules.guests),
            ),
            Transition(
                name="decline",
                source=(M.INVITED, M.AGREED),
                target=M.DECLINED,
                label=_("不能参加"),
                allow=rules.is_invited,
                asks=CallOffForm,
                notify=(rules.hosts,),
            ),
            Transition(
                name="cancel",
                source=(M.INVITED, M.AGREED),
                target=M.CANCELLED,
                label=_("取消对接"),
                style="danger",
                allow=rules.invites,
                asks=CallOffForm,
                notify=(rules.guests,),
            ),
            Transition(name="hold", source=(M.AGREED,), target=M.HELD, label=_("举行"), auto=has_begun(M.AGREED)),
            Transition(
                name="lapse",
                source=(M.INVITED,),
                target=M.LAPSED,
                label=_("到时未确认"),
                auto=has_begun(M.INVITED),
                notify=(rules.hosts,),
            ),
        ),
    )
)
