"""The lifecycle of one participant: asked, writing its section, confirmed on its own account."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.parties import NOBODY, PARTICIPANT
from core import clock
from needs.states import N
from proposals import asks, joining
from proposals.consortium import Participant
from proposals.states import P
from proposals.states import ParticipantStatus as S
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register


def _name_writer(participant: Participant, *, by: Any, data: dict[str, Any]) -> None:
    participant.writer = data["writer"]


def _confirm_section(participant: Participant, *, by: Any, data: dict[str, Any]) -> None:
    participant.confirmed_by, participant.confirmed_at = by, clock.now()
    participant.section = {**participant.section, "agreed": joining.terms_of(participant.proposal.draft)}


def _unconfirm(participant: Participant, *, by: Any, data: dict[str, Any]) -> None:
    participant.confirmed_by, participant.confirmed_at = None, None


def overtaken() -> QuerySet[Participant]:
    """Never confirmed, and the bid can no longer be changed."""
    ended = Q(proposal__status__in=(P.WITHDRAWN, P.EXPIRED, P.VOID)) | Q(proposal__need__bid_deadline__lte=Now())
    over = ended | ~Q(proposal__need__status__in=(N.PUBLISHED, N.SCHEDULED, N.APPROVED))
    return Participant.objects.filter(over, status__in=(S.INVITED, S.WRITING))


participant_machine = register(
    Machine(
        noun="participant",
        label=_("联合体"),
        model=Participant,
        states=S,
        initial=S.INVITED,
        title="proposal__need__title",
        number=("proposal__need__number",),
        about="proposal__team__organisation__name",
        path=(S.INVITED, S.WRITING, S.CONFIRMED),
        waits={
            S.INVITED: Wait(whose=PARTICIPANT, at="proposal.need.bid_deadline", then=_("参加后填写本单位部分")),
            S.WRITING: Wait(
                whose=PARTICIPANT,
                at="proposal.need.bid_deadline",
                then=_("都确认后由牵头单位提交"),
                action=_("填写本单位部分并确认"),
                page="participant_edit",
            ),
            S.CONFIRMED: Wait(whose=NOBODY, then=_("修改本单位部分后须重新确认")),
        },
        finals=(S.DECLINED, S.LEFT, S.REMOVED),
        transitions=(
            Transition(
                name="take_part",
                source=(S.INVITED,),
                target=S.WRITING,
                label=_("参加联合体"),
                style="primary",
                allow=joining.decides,
                require=(joining.bid_is_open,),
                asks=asks.WriterForm,
                effect=_name_writer,
                notify=(joining.lead,),
                confirm=_("参加后能看到方案的工作稿，由本单位填写自己的人员、经费份额和承担的任务，并单独确认。"),
            ),
            Transition(
                name="decline",
                source=(S.INVITED,),
                target=S.DECLINED,
                label=_("不参加"),
                allow=joining.decides,
                notify=(joining.lead,),
            ),
            Transition(
                name="confirm",
                source=(S.WRITING,),
                target=S.CONFIRMED,
                label=_("确认本单位部分"),
                style="primary",
                allow=joining.decides,
                require=(joining.bid_is_open, joining.is_verified, joining.section_is_complete),
                effect=_confirm_section,
                notify=(joining.lead,),
                confirm=_("确认后，本单位按所填的人员、份额和任务参加；方案提交时与牵头单位的部分一起密封。"),
            ),
            Transition(
                name="reopen",
                source=(S.CONFIRMED,),
                target=S.WRITING,
                label=_("修改本单位部分"),
                allow=joining.writes,
                require=(joining.bid_is_open,),
                effect=_unconfirm,
                notify=(joining.lead,),
                confirm=_("改好后要重新确认，方案才能提交。已密封的版本不受影响。"),
            ),
            Transition(
                name="unsettle",
                source=(S.CONFIRMED,),
                target=S.WRITING,
                label=_("牵头单位改了条件，重新确认"),
                driven=True,
                effect=_unconfirm,
                notify=(joining.acting,),
            ),
            Transition(
                name="leave",
                source=(S.WRITING, S.CONFIRMED),
                target=S.LEFT,
                label=_("退出联合体"),
                style="danger",
                allow=joining.decides,
                require=(joining.bid_is_open, joining.is_not_sealed),
                effect=_unconfirm,
                notify=(joining.lead,),
            ),
            Transition(
                name="remove",
                source=(S.INVITED, S.WRITING, S.CONFIRMED),
                target=S.REMOVED,
                label=_("取消参加"),
                style="danger",
                allow=joining.leads,
                require=(joining.bid_is_open,),
                effect=_unconfirm,
                notify=(joining.deciders,),
                confirm=_("对方的部分不再列入方案。已密封的版本不变，要以现在的内容为准请提交新版本。"),
            ),
            Transition(
                name="lapse",
                source=(S.INVITED, S.WRITING),
                target=S.REMOVED,
                label=_("随方案结束"),
                auto=overtaken,
            ),
        ),
    )
)
