"""The lifecycle of a bid; those of its participants and of the opening stand beside it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.parties import OFFICER, OWNER, PLATFORM, TEAM
from core import clock
from needs.states import N
from proposals import rules
from proposals.conflicts import why_team_conflicted
from proposals.consortium_moves import participant_machine as participant_machine
from proposals.content import money
from proposals.late import note_late
from proposals.models import Proposal
from proposals.opening_moves import opening_machine as opening_machine
from proposals.reception import reception_of
from proposals.sealing import confirm_amendment, seal_submission
from proposals.states import P
from proposals.telling import tell_offices
from proposals.vetting_moves import begin_vetting
from proposals.vetting_moves import vetting_machine as vetting_machine
from workflow.machine import Machine, Refused, Transition, Wait
from workflow.registry import register


def _seal(proposal: Proposal, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    if reason := why_team_conflicted(proposal.need, proposal.team):
        raise Refused(str(reason))
    submission = seal_submission(proposal, by=by)
    proposal.round = proposal.need.relists
    tell_offices(proposal, "submit" if proposal.status == P.DRAFT else "replace", key=str(submission.pk))
    return {
        "version": submission.version,
        "commitment": submission.commitment,
        "received_at": submission.received_at.isoformat(),
    }


def _confirm(proposal: Proposal, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    made = confirm_amendment(proposal, by=by)
    return {"version": made.version, "amendment": made.amendment, "received_at": made.received_at.isoformat()}


def _withdraw(proposal: Proposal, *, by: Any, data: dict[str, Any]) -> None:
    if proposal.submissions.filter(withdrawn_at=None).update(withdrawn_at=clock.now()):
        tell_offices(proposal, "withdraw", key=str(proposal.pk))


def _reveal(proposal: Proposal, *, by: Any, data: dict[str, Any]) -> None:
    """The plaintext the opener read lands together with the status."""
    proposal.content = data["content"]
    proposal.price = money(proposal.content.get("price"))
    proposal.opened_at = clock.now()
    if proposal.need.batch.vetting:
        begin_vetting(proposal)


def _keep_unread(proposal: Proposal, *, by: Any, data: dict[str, Any]) -> None:
    """Kept and reported, never dropped: where bids are vetted, that is where it is decided."""
    if proposal.need.batch.vetting:
        begin_vetting(proposal)


def _publish_answer(proposal: Proposal, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    answer = proposal.answer
    answer.published_at = clock.now()
    answer.first_at = answer.first_at or answer.published_at
    answer.told = {name: getattr(answer, name) for name in ("outcome", "code", "sentence", "rank")}
    answer.save(update_fields=["published_at", "first_at", "told"])
    return {"code": answer.code, "outcome": answer.outcome}


# ── what the clock moves ────────────────────────────────────────────────────────
def due_to_expire() -> QuerySet[Proposal]:
    over = Q(need__bid_deadline__lte=Now()) | ~Q(need__status__in=(N.PUBLISHED, N.SCHEDULED, N.APPROVED))
    return Proposal.objects.filter(over, status=P.DRAFT)


def due_to_void() -> QuerySet[Proposal]:
    return Proposal.objects.filter(status=P.SUBMITTED, need__status=N.WITHDRAWN)


proposal_machine = register(
    Machine(
        noun="proposal",
        label=_("方案"),
        model=Proposal,
        states=P,
        initial=P.DRAFT,
        about="need__organisation__name",
        title="need__title",
        number=("need__number",),
        path=(P.DRAFT, P.SUBMITTED, P.VETTING, P.OPENED, P.RESERVE, P.SELECTED, P.CONTRACTED),
        maybe=(P.VETTING, P.RESERVE),
        waits={
            P.DRAFT: Wait(whose=TEAM, at="need.bid_deadline", then=_("截止前提交并取得回执")),
            P.SUBMITTED: Wait(whose=PLATFORM, at="need.bid_deadline", then=lambda p: reception_of(p.need).then),
            P.OPENED: Wait(whose=OWNER, days=lambda p: p.need.batch.answer_days, then=_("发榜方逐份答复后公布结果")),
            P.VETTING: Wait(
                whose=OFFICER,
                days=lambda p: p.need.batch.vetting_days,
                then=_("通过后由发榜方比选"),
                elsewhere=True,
            ),
            P.UNREADABLE: Wait(whose=OFFICER, days=3, then=_("从备份恢复原件后重新读取，或说明原因后答复")),
            P.RESERVE: Wait(whose=OWNER, then=_("首选未签约时递补"), elsewhere=True),
            P.SELECTED: Wait(whose=OWNER, days=10, then=_("确认意向后起草合同"), elsewhere=True),
            P.CONTRACTED: Wait(whose=TEAM, then=_("按合同履约"), elsewhere=True),
        },
        finals=(P.WITHDRAWN, P.EXPIRED, P.VOID, P.REJECTED, P.NOT_SELECTED, P.LAPSED),
        transitions=(
            Transition(
                name="submit",
                source=(P.DRAFT,),
                target=P.SUBMITTED,
                label=_("提交方案"),
                style="primary",
                allow=rules.is_leader,
                require=(
                    rules.organisation_is_verified,
                    rules.not_own_need,
                    rules.window_is_open,
                    rules.draft_is_complete,
                    rules.consortium_is_confirmed,
                ),
                effect=_seal,
                notify=(rules.bidders,),
                refused=note_late,
                confirm=_(
                    "提交后即取得带签名的回执。密封批次在截止、开启之前，除本团队外任何人看不到方案，也不知道有没有方案；截止前可以替换或撤回。"
                ),
            ),
            Transition(
                name="replace",
                source=(P.SUBMITTED,),
                target=P.SUBMITTED,
                label=_("提交新版本"),
                allow=rules.is_leader,
                require=(
                    rules.window_is_open,
                    rules.draft_is_complete,
                    rules.consortium_is_confirmed,
                    rules.has_unsealed_changes,
                ),
                effect=_seal,
                notify=(rules.bidders,),
                refused=note_late,
                confirm=_("新版本取代上一版本，并取得新的回执。"),
            ),
            Transition(
                name="confirm",
                source=(P.SUBMITTED,),
                target=P.SUBMITTED,
                label=_("确认更正，方案不变"),
                style="primary",
                allow=rules.may_confirm,
                require=(rules.window_is_open,),
                effect=_confirm,
                notify=(rules.bidders,),
                refused=note_late,
                confirm=_("确认后，已密封的方案按更正后的榜单继续有效，并取得确认回执；要改方案请“提交新版本”。"),
            ),
            Transition(
                name="confirm_opened",
                source=(P.OPENED,),
                target=P.OPENED,
                label=_("确认更正，方案不变"),
                style="primary",
                allow=rules.may_confirm,
                require=(rules.window_is_open,),
                effect=_confirm,
                notify=(rules.bidders, rules.owners),
            ),
            Transition(
                name="withdraw",
                source=(P.SUBMITTED, P.DRAFT),
                target=P.WITHDRAWN,
                label=_("撤回方案"),
                style="danger",
                allow=rules.is_leader,
                require=(rules.window_is_open,),
                effect=_withdraw,
                notify=(rules.bidders,),
                refused=note_late,
                confirm=_("撤回后本方案不再开启；截止前仍可另写一份提交。"),
            ),
            Transition(name="expire", source=(P.DRAFT,), target=P.EXPIRED, label=_("逾期"), auto=due_to_expire),
            Transition(
                name="void",
                source=(P.SUBMITTED,),
                target=P.VOID,
                label=_("撤榜不开启"),
                auto=due_to_void,
                notify=(rules.bidders,),
            ),
            Transition(
                name="open",
                source=(P.SUBMITTED, P.UNREADABLE),
                target=P.OPENED,
                label=_("开启"),
                driven=True,
                effect=_reveal,
                notify=(rules.bidders, rules.owners_as_they_come),
            ),
            Transition(
                name="vet",
                source=(P.SUBMITTED, P.UNREADABLE),
                target=P.VETTING,
                label=_("开启，转形式审查"),
                driven=True,
                effect=_reveal,
                notify=(rules.bidders,),
            ),
            Transition(
                name="admit",
                source=(P.VETTING,),
                target=P.OPENED,
                label=_("通过形式审查"),
                driven=True,
                notify=(rules.bidders, rules.owners_as_they_come),
            ),
            Transition(
                name="reject",
                source=(P.VETTING, P.UNREADABLE),
                target=P.REJECTED,
                label=_("形式审查未通过"),
                driven=True,
                notify=(rules.bidders,),
            ),
            Transition(
                name="spoil",
                source=(P.SUBMITTED,),
                target=P.UNREADABLE,
                label=_("无法读取"),
                driven=True,
                effect=_keep_unread,
                notify=(rules.bidders,),
            ),
            Transition(
                name="select",
                source=(P.OPENED, P.RESERVE),
                target=P.SELECTED,
                label=_("选定"),
                driven=True,
                effect=_publish_answer,
                notify=(rules.bidders,),
            ),
            Transition(
                name="reserve",
                source=(P.OPENED,),
                target=P.RESERVE,
                label=_("列为备选"),
                driven=True,
                effect=_publish_answer,
                notify=(rules.bidders,),
            ),
            Transition(
                name="refuse",
                source=(P.OPENED, P.RESERVE, P.UNREADABLE),
                target=P.NOT_SELECTED,
                label=_("未选定"),
                driven=True,
                effect=_publish_answer,
                notify=(rules.bidders,),
            ),
            Transition(
                name="lapse",
                source=(P.SELECTED, P.CONTRACTED),
                target=P.LAPSED,
                label=_("未达成合作"),
                driven=True,
                notify=(rules.bidders,),
            ),
            Transition(name="contract", source=(P.SELECTED,), target=P.CONTRACTED, label=_("签约"), driven=True),
        ),
    )
)
