"""The lifecycle of an intent. Giving it up sends the need back to comparison, never into a drawer."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.parties import OWNER, TEAM
from core import clock
from decisions.actions import take_over
from meetings import rules
from meetings.asks import AbandonForm
from meetings.models import Intent
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
