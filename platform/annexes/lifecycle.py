"""The lifecycle of a request to read an annex. Who asks gets an answer, with a reason where it is no."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.parties import NOBODY, OWNER
from annexes import rules
from annexes.asks import RefuseForm, RevokeForm
from annexes.models import AnnexRequest
from annexes.states import ENDED, A, AnnexStatus
from needs.states import N
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register


def _coded(request: AnnexRequest, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {"code": data["code"]}


def due_to_lapse() -> QuerySet[AnnexRequest]:
    unanswered = Q(status=A.REQUESTED) & ~Q(need__status=N.PUBLISHED)
    return AnnexRequest.objects.filter(unanswered | Q(status=A.GRANTED, need__status__in=ENDED))


annex_machine = register(
    Machine(
        noun="annex",
        label=_("查阅申请"),
        model=AnnexRequest,
        states=AnnexStatus,
        initial=A.REQUESTED,
        about="organisation__name",
        title="need__title",
        number=("need__number",),
        path=(A.REQUESTED, A.GRANTED),
        waits={
            A.REQUESTED: Wait(whose=OWNER, days=3, then=_("同意后对方团队可以查阅保密附件"), action=_("答复查阅申请")),
            A.GRANTED: Wait(whose=NOBODY, then=_("每次查阅都有记录；需求结束后自动失效")),
        },
        finals=(A.REFUSED, A.REVOKED, A.LAPSED),
        transitions=(
            Transition(
                name="grant",
                source=(A.REQUESTED,),
                target=A.GRANTED,
                label=_("同意查阅"),
                style="primary",
                allow=rules.is_owner,
                require=(rules.is_still_open,),
                notify=(rules.askers,),
                confirm=_("同意后，该团队的成员可以查阅非公开说明和受保护附件，每次查阅都有记录；以后可以收回。"),
            ),
            Transition(
                name="refuse",
                source=(A.REQUESTED,),
                target=A.REFUSED,
                label=_("不同意"),
                allow=rules.is_owner,
                asks=RefuseForm,
                effect=_coded,
                notify=(rules.askers,),
            ),
            Transition(
                name="revoke",
                source=(A.GRANTED,),
                target=A.REVOKED,
                label=_("收回查阅"),
                style="danger",
                allow=rules.is_owner,
                asks=RevokeForm,
                effect=_coded,
                notify=(rules.askers,),
                confirm=_("收回后对方立即不能再查阅；已经下载的文件凭约定要求对方停止使用并删除。"),
            ),
            Transition(
                name="lapse",
                source=(A.REQUESTED, A.GRANTED),
                target=A.LAPSED,
                label=_("自动失效"),
                auto=due_to_lapse,
                require=(rules.is_over,),
                notify=(rules.askers,),
            ),
        ),
    )
)
