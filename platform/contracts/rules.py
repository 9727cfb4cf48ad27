"""Who may confirm, report and verify, and when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import members
from accounts.roles import Role
from accounts.rules import belongs
from contracts.models import IN_FORCE, Contract, ContractStatus, Milestone, MilestoneStatus, Payment
from core.models import verbose_name
from core.money import wan
from core.text import listed
from teams.queries import people
from teams.rules import in_team, leads
from workflow.machine import Text

Part = Milestone | Payment


def is_party_a(user: Any, contract: Contract) -> bool:
    return belongs(user, contract.party_a)


def is_party_b(user: Any, contract: Contract) -> bool:
    return leads(user, contract.team)


def is_party(user: Any, contract: Contract) -> bool:
    return is_party_a(user, contract) or is_party_b(user, contract)


def is_leader(user: Any, contract: Contract) -> bool:
    return user.is_authenticated and user.has_role(Role.LEADER)


def is_client(user: Any, part: Part) -> bool:
    return is_party_a(user, part.contract)


def is_developer(user: Any, part: Part) -> bool:
    return in_team(user, part.contract.team)


def terms_are_complete(contract: Contract) -> Text:
    wanted = ("amount", "ownership", "content", "acceptance", "confidentiality", "starts_on", "ends_on")
    missing = [verbose_name(Contract, name) for name in wanted if not getattr(contract, name)]
    return _("合同还缺：%(fields)s。") % {"fields": listed(missing)} if missing else ""


def payments_sum_to_amount(contract: Contract) -> Text:
    total = contract.planned_total
    if total == contract.amount:
        return ""
    return _("付款计划合计 %(total)s，合同金额 %(amount)s，两者须一致。") % {
        "total": wan(total),
        "amount": wan(contract.amount),
    }


def has_milestone(contract: Contract) -> Text:
    return "" if contract.milestones.exists() else _("至少要有一个里程碑。")


def all_milestones_verified(contract: Contract) -> Text:
    open_ones = contract.milestones.exclude(status=MilestoneStatus.VERIFIED).count()
    return _("还有 %(count)s 个里程碑没有核验。") % {"count": open_ones} if open_ones else ""


def contract_is_in_force(part: Part) -> Text:
    return "" if part.contract.status == ContractStatus.PERFORMING else _("合同生效后才能办理。")


def money_may_be_due(payment: Payment) -> Text:
    """The last payment often comes after the work was accepted: a finished contract still takes it."""
    return "" if payment.contract.status in IN_FORCE else _("合同生效后才能办理。")


def milestone_is_verified(payment: Payment) -> Text:
    if payment.milestone is None or payment.milestone.status == MilestoneStatus.VERIFIED:
        return ""
    return _("对应里程碑“%(title)s”核验后才能支付。") % {"title": payment.milestone.title}


def party_a(contract: Contract) -> Iterable[Any]:
    return members(contract.party_a)


def party_b(contract: Contract) -> Iterable[Any]:
    return people(contract.team)


def clients(part: Part) -> Iterable[Any]:
    return party_a(part.contract)


def developers(part: Part) -> Iterable[Any]:
    return party_b(part.contract)
