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
from meetings.asks import AbandonForm, CallOffForm, MinutesForm, ObjectForm, PostponeForm
from meetings.models import AHEAD, Intent, Meeting, MeetingStatus
from meetings.models import IntentStatus as S
from proposals.states import P
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


OVER = (P.NOT_SELECTED, P.LAPSED)  # bids nobody needs to talk about any more


def has_begun(status: str) -> Any:
    return lambda: Meeting.objects.filter(status=status, starts_at__lte=Now())


def is_due(status: str) -> Any:
    return lambda: Meeting.objects.filter(status=status, due_at__lte=Now())


def is_left_unanswered() -> QuerySet[Meeting]:
    return is_due(M.MINUTED)().filter(objection="")


def is_left_in_dispute() -> QuerySet[Meeting]:
    """Nobody answered: minutes that were objected to, or that were written anew after an objection."""
    return (is_due(M.OBJECTED)() | is_due(M.MINUTED)()).exclude(objection="")


def due_to_fall() -> QuerySet[Meeting]:
    return Meeting.objects.filter(status__in=AHEAD, proposal__status__in=OVER)


def _postpone(meeting: Meeting, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    told = {"from": meeting.starts_at, "to": data["starts_at"]}
    meeting.starts_at, meeting.place = data["starts_at"], data["place"]
    meeting.moved += 1
    meeting.due_at = None  # who had not answered yet is asked anew, by the new time
    return told


def _write(meeting: Meeting, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """What stood there before remains in the record; an objection stands until the other side confirms."""
    for name in ("result", "came", "said", "next_step", "next_date"):
        setattr(meeting, name, data[name])
    meeting.minuted_by = by
    return {"result": data["result"]}


def _object(meeting: Meeting, *, by: Any, data: dict[str, Any]) -> None:
    meeting.objection = data["objection"]


def _confirm(meeting: Meeting, *, by: Any, data: dict[str, Any]) -> None:
    meeting.objection = ""


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
        path=(M.INVITED, M.AGREED, M.HELD, M.MINUTED, M.CONFIRMED),
        waits={
            M.INVITED: Wait(
                whose=TEAM, days=3, at="starts_at", then=_("确认后双方按约定的时间对接；到时仍未确认的，记为未约成")
            ),
            M.AGREED: Wait(whose=NOBODY, at="starts_at", then=_("到时对接，之后发榜方写纪要")),
            M.HELD: Wait(whose=OWNER, days=5, then=_("逾期记为未留纪要")),
            M.MINUTED: Wait(whose=TEAM, days=5, then=_("逾期记为纪要未获回应；提过异议的，与异议一并存记")),
            M.OBJECTED: Wait(whose=OWNER, days=5, then=_("逾期纪要与异议一并存记"), action=_("修改纪要")),
        },
        finals=(M.CONFIRMED, M.UNANSWERED, M.DISPUTED, M.UNWRITTEN, M.DECLINED, M.CANCELLED, M.LAPSED),
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
                require=(rules.is_ahead,),
                asks=CallOffForm,
                notify=(rules.hosts,),
            ),
            Transition(
                name="postpone",
                source=AHEAD,
                target=M.INVITED,
                label=_("改期"),
                allow=rules.invites,
                require=(rules.is_ahead, rules.is_talked_about),
                asks=PostponeForm,
                effect=_postpone,
                notify=(rules.guests,),
                confirm=_("对方要按新的时间重新确认。"),
            ),
            Transition(
                name="cancel",
                source=(M.INVITED, M.AGREED),
                target=M.CANCELLED,
                label=_("取消对接"),
                style="danger",
                allow=rules.invites,
                require=(rules.is_ahead,),
                asks=CallOffForm,
                notify=(rules.guests,),
            ),
            Transition(
                name="fall",
                source=AHEAD,
                target=M.CANCELLED,
                label=_("随方案结束取消"),
                auto=due_to_fall,
                notify=(rules.hosts, rules.guests),
            ),
            Transition(name="hold", source=(M.AGREED,), target=M.HELD, label=_("开始对接"), auto=has_begun(M.AGREED)),
            Transition(
                name="lapse",
                source=(M.INVITED,),
                target=M.LAPSED,
                label=_("到时未确认"),
                auto=has_begun(M.INVITED),
                notify=(rules.hosts,),
            ),
            Transition(
                name="write",
                source=(M.HELD, M.OBJECTED),
                target=M.MINUTED,
                label=_("写纪要"),
                style="primary",
                allow=rules.invites,
                asks=MinutesForm,
                effect=_write,
                notify=(rules.guests,),
            ),
            Transition(
                name="confirm",
                source=(M.MINUTED,),
                target=M.CONFIRMED,
                label=_("确认纪要"),
                style="primary",
                allow=rules.is_invited,
                effect=_confirm,
                notify=(rules.hosts,),
            ),
            Transition(
                name="object",
                source=(M.MINUTED,),
                target=M.OBJECTED,
                label=_("对纪要有异议"),
                allow=rules.is_invited,
                asks=ObjectForm,
                effect=_object,
                notify=(rules.hosts,),
            ),
            Transition(
                name="leave",
                source=(M.HELD,),
                target=M.UNWRITTEN,
                label=_("未留纪要"),
                auto=is_due(M.HELD),
            ),
            Transition(
                name="settle",
                source=(M.MINUTED,),
                target=M.UNANSWERED,
                label=_("纪要未获回应"),
                require=(rules.is_unopposed,),
                auto=is_left_unanswered,
                notify=(rules.hosts,),
            ),
            Transition(
                name="stand",
                source=(M.OBJECTED, M.MINUTED),
                target=M.DISPUTED,
                label=_("异议存记"),
                require=(rules.is_opposed,),
                auto=is_left_in_dispute,
                notify=(rules.hosts, rules.guests),
            ),
        ),
    )
)
