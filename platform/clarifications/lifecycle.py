"""The lifecycle of a clarification: asked once, answered once, or left to lapse."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import TEAM
from clarifications import asks, rules
from clarifications.models import Clarification
from clarifications.parts import read, written
from clarifications.states import C, ClarificationStatus
from core import clock
from proposals.models import Proposal
from proposals.states import P
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register


def _answer(row: Clarification, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """The parts that were asked about read anew; what they said before is kept here."""
    proposal = Proposal.objects.select_for_update().get(pk=row.proposal_id)
    held, changed = proposal.content or {}, data["changed"]
    row.reply, row.answered_by, row.answered_at = data["reply"], by, clock.now()
    row.before, row.after = {code: read(held, code) for code in changed}, changed
    proposal.content = written(held, changed)
    proposal.save(update_fields=["content"])
    return {"parts": ",".join(sorted(changed))}


def due_to_lapse() -> QuerySet[Clarification]:
    """Past its term, or about a bid that nobody compares any more."""
    return Clarification.objects.filter(Q(due_at__lte=Now()) | ~Q(proposal__status=P.OPENED), status=C.ASKED)


clarification_machine = register(
    Machine(
        noun="clarification",
        label=_("澄清"),
        model=Clarification,
        states=ClarificationStatus,
        initial=C.ASKED,
        title="proposal__need__title",
        number=("proposal__need__number",),
        about="proposal__team__name",
        waits={
            C.ASKED: Wait(
                whose=TEAM,
                days=lambda row: row.days,
                then=_("逾期按原方案比选"),
                action=_("答复澄清"),
            )
        },
        finals=(C.ANSWERED, C.LAPSED, C.WITHDRAWN),
        transitions=(
            Transition(
                name="answer",
                source=(C.ASKED,),
                target=C.ANSWERED,
                label=_("答复澄清"),
                style="primary",
                allow=rules.is_leader,
                require=(rules.is_compared,),
                asks=asks.AnswerForm,
                effect=_answer,
                notify=(rules.askers,),
                confirm=_("提交后不能再改；原文保留，与新文一并供发榜方对照。"),
            ),
            Transition(
                name="withdraw",
                source=(C.ASKED,),
                target=C.WITHDRAWN,
                label=pgettext_lazy("clarification", "撤回澄清"),
                allow=rules.is_asking_side,
                notify=(rules.bidders,),
            ),
            Transition(
                name="lapse",
                source=(C.ASKED,),
                target=C.LAPSED,
                label=pgettext_lazy("clarification", "逾期"),
                auto=due_to_lapse,
                notify=(rules.bidders, rules.askers),
            ),
        ),
    )
)
