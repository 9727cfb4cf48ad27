"""The lifecycle of an opening: begun by one, watched by an inspector, confirmed by another."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.parties import SECOND
from core import clock
from core.sealing import merkle_root
from custody.ceremony import dismiss_custodians
from needs.models import Need
from proposals import rules
from proposals.models import Opening
from proposals.states import OpeningStatus as O
from proposals.states import P
from workflow.actions import perform
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register


def _open(opening: Opening, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Break the seal: after this no submission can be in flight, and what is counted is all there ever was."""
    need = Need.objects.select_for_update().get(pk=opening.need_id)  # waits for every submission's FOR SHARE
    commitments = sorted(
        submission.commitment
        for proposal in need.proposals.filter(status=P.SUBMITTED)
        if (submission := proposal.latest) is not None
    )
    opening.confirmed_by = by
    opening.opened_at = clock.now()
    opening.count = len(commitments)
    opening.commitments = commitments
    opening.merkle_root = merkle_root(commitments)
    onwards = "vet" if need.batch.vetting else "open"
    perform(need, onwards if commitments else "lapse", by=None, driven=True, facts={"count": opening.count})
    return {"count": opening.count, "merkle_root": opening.merkle_root}


def _cancel(opening: Opening, *, by: Any, data: dict[str, Any]) -> None:
    dismiss_custodians(opening.need, by=by)


def _witness(opening: Opening, *, by: Any, data: dict[str, Any]) -> None:
    opening.witnessed_by, opening.witnessed_at = by, clock.now()


opening_machine = register(
    Machine(
        noun="opening",
        label=_("开启"),
        model=Opening,
        states=O,
        initial=O.AWAITING,
        about="need__organisation__name",
        title="need__title",
        number=("need__number",),
        path=(O.AWAITING, O.OPENED),
        waits={O.AWAITING: Wait(whose=SECOND, days=1, then=_("第二人确认后当场开启"))},
        finals=(O.OPENED, O.CANCELLED),
        transitions=(
            Transition(
                name="confirm",
                source=(O.AWAITING,),
                target=O.OPENED,
                label=_("确认开启"),
                style="primary",
                allow=rules.may_open,
                require=(rules.shares_are_there,),
                refuse=rules.another_person,
                effect=_open,
                checkpoint=True,
                confirm=_("开启后方案份数和承诺值立即公布，不能撤销。"),
            ),
            Transition(
                name="witness",
                source=(O.AWAITING,),
                target=O.AWAITING,
                label=_("在场见证"),
                allow=rules.is_inspector,
                require=(rules.is_unwitnessed,),
                effect=_witness,
                confirm=_("登记您以纪检人员身份在场见证本次开启。见证写入开启记录并公布（只公布岗位）。"),
            ),
            Transition(
                name="cancel",
                source=(O.AWAITING,),
                target=O.CANCELLED,
                label=_("取消本次开启"),
                allow=rules.is_starter,
                effect=_cancel,
            ),
        ),
    )
)
