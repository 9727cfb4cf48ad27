"""The lifecycles of a contract, its milestones and its payments."""

import hashlib
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.parties import OWNER, TEAM
from contracts import asks, rules
from contracts.models import Contract, Milestone, Payment
from contracts.models import ContractStatus as C
from contracts.models import MilestoneStatus as M
from contracts.models import PaymentStatus as Y
from contracts.terms import terms
from core import clock, files
from core.numbers import next_number
from core.sealing import canonical
from workflow.actions import perform
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register


def _confirm_a(contract: Contract, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    contract.confirmed_a_by, contract.confirmed_a_at = by, clock.now()
    contract.content_hash = hashlib.sha256(canonical(terms(contract))).hexdigest()
    return {"content": contract.content_hash, "amount": contract.amount}


def _reopen(contract: Contract, *, by: Any, data: dict[str, Any]) -> None:
    contract.confirmed_a_by = contract.confirmed_a_at = None
    contract.content_hash = ""


def _sign(contract: Contract, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    contract.confirmed_b_by, contract.signed_at = by, clock.now()
    year = clock.today().year
    contract.number = f"HT-{year}-{next_number(f'contract:{year}'):04d}"
    perform(contract.intent, "convert", by=by, driven=True)
    perform(contract.proposal, "contract", by=by, driven=True)
    perform(contract.need, "contract", by=by, driven=True)
    return {"number": contract.number, "content": contract.content_hash, "amount": contract.amount}


def _refuse(contract: Contract, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    perform(contract.intent, "abandon", by=by, driven=True, data=data)
    return {"code": data["code"]}


def _complete(contract: Contract, *, by: Any, data: dict[str, Any]) -> None:
    contract.completed_at = clock.now()
    perform(contract.need, "complete", by=by, driven=True)


def _terminate(contract: Contract, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    perform(contract.need, "terminate", by=by, driven=True)
    return {"code": data["code"]}


def _report(milestone: Milestone, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    milestone.report, milestone.reported_at = data["report"], clock.now()
    if not data.get("evidence"):
        return {}
    return {"evidence": files.store(data["evidence"], subject=milestone, slot="evidence", by=by).sha256}


def _verify(milestone: Milestone, *, by: Any, data: dict[str, Any]) -> None:
    milestone.verified_at, milestone.verified_by = clock.now(), by


def _pay(payment: Payment, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    payment.paid_on = data["paid_on"]
    return {"amount": payment.amount, "paid_on": payment.paid_on.isoformat()}


def _receive(payment: Payment, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    payment.received_at = clock.now()
    return {"amount": payment.amount}


contract_machine = register(
    Machine(
        noun="contract",
        label=_("合同"),
        model=Contract,
        states=C,
        initial=C.DRAFTING,
        about="party_a__name",
        number=("number",),
        path=(C.DRAFTING, C.OFFERED, C.PERFORMING, C.COMPLETED),
        waits={
            C.DRAFTING: Wait(
                whose=OWNER, days=lambda contract: contract.need.batch.signing_days, then=_("甲方确认后送乙方")
            ),
            C.OFFERED: Wait(whose=TEAM, days=10, then=_("乙方确认后合同生效")),
            C.PERFORMING: Wait(whose=OWNER, then=_("里程碑全部核验后完成")),
        },
        finals=(C.COMPLETED, C.REFUSED, C.TERMINATED),
        transitions=(
            Transition(
                name="offer",
                source=(C.DRAFTING,),
                target=C.OFFERED,
                label=_("甲方确认并送乙方"),
                style="primary",
                allow=rules.is_party_a,
                require=(rules.terms_are_complete, rules.has_milestone, rules.payments_sum_to_amount),
                effect=_confirm_a,
                notify=(rules.party_b,),
                confirm=_("送出后条款锁定，乙方提出修改意见才会退回。"),
            ),
            Transition(
                name="sign",
                source=(C.OFFERED,),
                target=C.PERFORMING,
                label=_("乙方确认签约"),
                style="primary",
                allow=rules.is_party_b,
                effect=_sign,
                notify=(rules.party_a,),
                confirm=_("确认后合同生效，条款和付款计划不能再改。"),
            ),
            Transition(
                name="ask_changes",
                source=(C.OFFERED,),
                target=C.DRAFTING,
                label=_("提出修改意见"),
                allow=rules.is_party_b,
                asks=asks.ChangeForm,
                effect=_reopen,
                notify=(rules.party_a,),
            ),
            Transition(
                name="refuse",
                source=(C.DRAFTING, C.OFFERED),
                target=C.REFUSED,
                label=_("不再签约"),
                style="danger",
                allow=rules.is_party,
                asks=asks.AbandonForm,
                effect=_refuse,
                notify=(rules.party_a, rules.party_b),
                confirm=_("本合同和意向就此结束，需求回到比选。"),
            ),
            Transition(
                name="complete",
                source=(C.PERFORMING,),
                target=C.COMPLETED,
                label=_("确认履约完成"),
                style="primary",
                allow=rules.is_party_a,
                require=(rules.all_milestones_verified,),
                effect=_complete,
                notify=(rules.party_b,),
                confirm=_("确认后里程碑不再变动，需求办结；还没支付的款项仍可继续登记。"),
            ),
            Transition(
                name="terminate",
                source=(C.PERFORMING,),
                target=C.TERMINATED,
                label=_("终止合同"),
                style="danger",
                allow=rules.is_leader,
                asks=asks.AbandonForm,
                effect=_terminate,
                notify=(rules.party_a, rules.party_b),
                confirm=_("终止后不再履约，需求一并结束。"),
            ),
        ),
    )
)

milestone_machine = register(
    Machine(
        noun="milestone",
        label=_("里程碑"),
        model=Milestone,
        states=M,
        initial=M.PLANNED,
        about="contract__party_b__name",
        number=("contract__number",),
        path=(M.PLANNED, M.REPORTED, M.VERIFIED),
        waits={
            M.PLANNED: Wait(whose=TEAM, at="due_instant", then=_("报告后由甲方核验")),
            M.REPORTED: Wait(whose=OWNER, days=10, then=_("核验后可支付对应款项")),
            M.RECTIFY: Wait(whose=TEAM, days=20, then=_("整改后重新报告")),
        },
        finals=(M.VERIFIED,),
        transitions=(
            Transition(
                name="report",
                source=(M.PLANNED, M.RECTIFY),
                target=M.REPORTED,
                label=_("报告完成"),
                style="primary",
                allow=rules.is_developer,
                require=(rules.contract_is_in_force,),
                asks=asks.ReportForm,
                effect=_report,
                notify=(rules.clients,),
            ),
            Transition(
                name="verify",
                source=(M.REPORTED,),
                target=M.VERIFIED,
                label=_("核验通过"),
                style="primary",
                allow=rules.is_client,
                require=(rules.contract_is_in_force,),
                effect=_verify,
                notify=(rules.developers,),
            ),
            Transition(
                name="rectify",
                source=(M.REPORTED,),
                target=M.RECTIFY,
                label=_("要求整改"),
                allow=rules.is_client,
                require=(rules.contract_is_in_force,),
                asks=asks.ChangeForm,
                notify=(rules.developers,),
            ),
        ),
    )
)

payment_machine = register(
    Machine(
        noun="payment",
        label=_("付款"),
        model=Payment,
        states=Y,
        initial=Y.PLANNED,
        about="contract__party_a__name",
        number=("contract__number",),
        path=(Y.PLANNED, Y.PAID, Y.RECEIVED),
        waits={
            Y.PLANNED: Wait(whose=OWNER, at="due_instant", then=_("支付后由乙方确认到账")),
            Y.PAID: Wait(whose=TEAM, days=5, then=_("确认后计入到账金额")),
        },
        finals=(Y.RECEIVED,),
        transitions=(
            Transition(
                name="pay",
                source=(Y.PLANNED,),
                target=Y.PAID,
                label=_("登记已支付"),
                style="primary",
                allow=rules.is_client,
                require=(rules.money_may_be_due, rules.milestone_is_verified),
                asks=asks.PaidForm,
                effect=_pay,
                notify=(rules.developers,),
            ),
            Transition(
                name="receive",
                source=(Y.PAID,),
                target=Y.RECEIVED,
                label=_("确认到账"),
                style="primary",
                allow=rules.is_developer,
                effect=_receive,
                notify=(rules.clients,),
            ),
            Transition(
                name="deny",
                source=(Y.PAID,),
                target=Y.PLANNED,
                label=_("未收到款"),
                allow=rules.is_developer,
                notify=(rules.clients,),
            ),
        ),
    )
)
