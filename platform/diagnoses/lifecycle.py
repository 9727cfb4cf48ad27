"""The lifecycles of an assignment and of a proposed rewrite."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import ASSIGNEE, OWNER
from core import clock
from diagnoses import asks, rules
from diagnoses.codes import Duty
from diagnoses.models import Assignment, Rewrite
from diagnoses.states import LIVE, A, R
from needs.models import Need
from workflow.machine import Machine, Transition, Wait
from workflow.registry import get_machine, register


# ── effects ─────────────────────────────────────────────────────────────────────
def _take(assignment: Assignment, *, by: Any, data: dict[str, Any]) -> None:
    assignment.taken_by = by


def _take_over(assignment: Assignment, *, by: Any, data: dict[str, Any]) -> None:
    assignment.taken_by, assignment.ended_at = by, clock.now()
    Need.objects.filter(pk=assignment.need_id).update(handler=by)


def _finish(assignment: Assignment, *, by: Any, data: dict[str, Any]) -> None:
    assignment.conclusion, assignment.ended_at = data["conclusion"], clock.now()


def _end(assignment: Assignment, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    assignment.ended_at = clock.now()
    return {"code": data["code"]} if "code" in data else {}


def _settle(rewrite: Rewrite, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    rewrite.decided_by = by
    return {"accepted": data["accepted"], "refused": data["refused"]}


# ── what the clock moves ────────────────────────────────────────────────────────
def overtaken() -> QuerySet[Assignment]:
    """The need has gone on, or has ended: there is nothing left to do here."""
    gone_on = Q(duty=Duty.DIAGNOSIS) & ~Q(need__status__in=rules.ON_THE_DESK)
    return Assignment.objects.filter(gone_on | Q(need__status__in=get_machine("need").finals), status__in=LIVE)


def overtaken_rewrites() -> QuerySet[Rewrite]:
    return Rewrite.objects.filter(status=R.OFFERED).exclude(need__status__in=rules.ON_THE_DESK)


def _after_the_offer(assignment: Assignment) -> Any:
    if assignment.duty == Duty.HANDOVER:
        return _("接受之前仍由原经办办理")
    return _("接受后可以查看需求全文，写诊断日志和改写建议")


assignment_machine = register(
    Machine(
        noun="assignment",
        label=_("交办"),
        model=Assignment,
        states=A,
        initial=A.OFFERED,
        title="need__title",
        about="need__organisation__name",
        number=("need__number", "need__application_number"),
        path=(A.OFFERED, A.ACCEPTED, A.DONE),
        waits={
            A.OFFERED: Wait(whose=ASSIGNEE, days=1, then=_after_the_offer, action=_("接受或谢绝")),
            A.ACCEPTED: Wait(
                whose=ASSIGNEE,
                days=lambda assignment: assignment.days,
                then=_("办结后由经办继续审查"),
                action=_("诊断"),
            ),
        },
        finals=(A.DONE, A.DECLINED, A.RETURNED, A.WITHDRAWN),
        transitions=(
            Transition(
                name="accept",
                source=(A.OFFERED,),
                target=A.ACCEPTED,
                label=_("接受诊断"),
                style="primary",
                allow=rules.may_diagnose,
                require=(rules.agency_is_verified, rules.need_is_on_the_desk),
                effect=_take,
                notify=(rules.zone, rules.owners_of_a_diagnosis),
            ),
            Transition(
                name="take_over",
                source=(A.OFFERED,),
                target=A.DONE,
                label=_("接受，由我经办"),
                style="primary",
                allow=rules.may_take_over,
                require=(rules.need_goes_on,),
                effect=_take_over,
                notify=(rules.zone,),
            ),
            Transition(
                name="decline",
                source=(A.OFFERED,),
                target=A.DECLINED,
                label=_("谢绝"),
                allow=rules.is_assignee,
                asks=asks.DeclineForm,
                effect=_end,
                notify=(rules.zone,),
            ),
            Transition(
                name="finish",
                source=(A.ACCEPTED,),
                target=A.DONE,
                label=_("诊断办结"),
                style="primary",
                allow=rules.may_diagnose,
                require=(rules.agency_is_verified, rules.log_is_written, rules.no_rewrite_is_open),
                asks=asks.FinishForm,
                effect=_finish,
                notify=(rules.zone, rules.owners_of_a_diagnosis),
            ),
            Transition(
                name="give_back",
                source=(A.ACCEPTED,),
                target=A.RETURNED,
                label=_("退回任务"),
                allow=rules.may_diagnose,
                asks=asks.DeclineForm,
                effect=_end,
                notify=(rules.zone,),
            ),
            Transition(
                name="withdraw",
                source=LIVE,
                target=A.WITHDRAWN,
                label=_("收回交办"),
                style="danger",
                allow=rules.may_take_back,
                asks=asks.TakeBackForm,
                effect=_end,
                notify=(rules.assignees,),
                confirm=_("收回后对方不能再查看需求的非公开内容，诊断日志保留。"),
            ),
            Transition(
                name="void",
                source=LIVE,
                target=A.WITHDRAWN,
                label=_("自动收回"),
                auto=overtaken,
                effect=_end,
                notify=(rules.assignees,),
            ),
        ),
    )
)

rewrite_machine = register(
    Machine(
        noun="rewrite",
        label=_("改写建议"),
        model=Rewrite,
        states=R,
        initial=R.OFFERED,
        title="need__title",
        about="need__organisation__name",
        number=("need__number", "need__application_number"),
        path=(R.OFFERED, R.SETTLED),
        waits={R.OFFERED: Wait(whose=OWNER, days=3, then=_("采纳的写进需求，由企业重新提交"), action=_("逐项答复"))},
        finals=(R.SETTLED, R.WITHDRAWN),
        transitions=(
            Transition(
                name="settle",
                source=(R.OFFERED,),
                target=R.SETTLED,
                label=_("答复改写建议"),
                driven=True,
                effect=_settle,
                notify=(rules.authors, rules.zone),
            ),
            Transition(
                name="withdraw",
                source=(R.OFFERED,),
                target=R.WITHDRAWN,
                label=_("撤回建议"),
                allow=rules.is_author,
                confirm=pgettext_lazy("rewrite", "撤回后企业不再答复这份建议，可以另提一份。"),
                notify=(rules.owners,),
            ),
            Transition(
                name="void",
                source=(R.OFFERED,),
                target=R.WITHDRAWN,
                label=_("自动撤回"),
                auto=overtaken_rewrites,
            ),
        ),
    )
)
