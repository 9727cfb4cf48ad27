"""The lifecycle of an invitation to look at a listing."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import TEAM
from needs.states import N
from rescue import asks, rules
from rescue.models import Invite
from rescue.states import InviteStatus as I
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register


def _decline(invite: Invite, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    invite.code = data["code"]
    return {"code": data["code"]}


def due_to_lapse() -> QuerySet[Invite]:
    over = ~Q(need__status=N.PUBLISHED) | Q(need__bid_deadline__lte=Now())
    return Invite.objects.filter(over, status=I.SENT)


invite_machine = register(
    Machine(
        noun="invite",
        label=_("邀请揭榜"),
        model=Invite,
        states=I,
        initial=I.SENT,
        title="need__title",
        number=("need__number",),
        about="need__organisation__name",
        waits={I.SENT: Wait(whose=TEAM, days=5, then=_("回复只表示是否有兴趣，不算揭榜"), action=_("回复邀请"))},
        finals=(I.INTERESTED, I.DECLINED, I.LAPSED),
        transitions=(
            Transition(
                name="accept",
                source=(I.SENT,),
                target=I.INTERESTED,
                label=pgettext_lazy("invite", "有兴趣"),
                style="primary",
                allow=rules.is_team_leader,
                require=(rules.still_open,),
                notify=(rules.inviters,),
            ),
            Transition(
                name="decline",
                source=(I.SENT,),
                target=I.DECLINED,
                label=pgettext_lazy("invite", "暂不考虑"),
                allow=rules.is_team_leader,
                require=(rules.still_open,),
                asks=asks.DeclineForm,
                effect=_decline,
                notify=(rules.inviters,),
            ),
            Transition(
                name="lapse",
                source=(I.SENT,),
                target=I.LAPSED,
                label=pgettext_lazy("invite", "截止未回复"),
                auto=due_to_lapse,
            ),
        ),
    )
)
