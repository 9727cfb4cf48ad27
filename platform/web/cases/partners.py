"""Who posts a need with whom, as each reader may know it; and what a partner reads of what has come of it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.roles import OPERATING
from contracts.models import Contract, Milestone, Payment, PaymentStatus
from needs.models import Need
from partners.models import Partnership, part_of
from partners.states import SHARING, P
from partners.terms import is_stale, split_of

PAID = (PaymentStatus.PAID, PaymentStatus.RECEIVED)


def together(need: Need, user: Any) -> dict[str, Any]:
    """Who leads, and the zone, also see who is only asked; partners see with whom they share."""
    leading = need.organisation_id in user.positions or user.has_role(*OPERATING)
    rows = Partnership.objects.visible_to(user).live() if leading else Partnership.objects.sharing()
    found = list(rows.filter(need=need).select_related("organisation"))
    for row in found:
        row.need = need  # with the indicators that are read already
    sharing = [row for row in found if row.status in SHARING]
    return {
        "partner_rows": [{"row": row, "stale": is_stale(row)} for row in found],
        "split": split_of(need, sharing),
        "joint": bool(sharing),
        "joins": any(row.organisation_id in user.positions for row in sharing),
        "partnered": next((row for row in sharing if is_partner(row, user)), None),
    }


def is_partner(row: Partnership, user: Any) -> bool:
    return row.status == P.CONSENTED and row.organisation_id in user.positions


@dataclass(frozen=True)
class Standing:
    """What a partner reads of a signed contract: amounts, its own part of them, and how far the work is."""

    contract: Contract
    milestones: list[Milestone]
    paid: Decimal
    own: Decimal | None  # of the amount of the contract
    own_paid: Decimal | None


def contract_standing(row: Partnership, user: Any) -> Standing | None:
    found = Contract.objects.standing_for(user).filter(need=row.need_id).select_related("party_a", "party_b", "team")
    contract = found.prefetch_related("milestones").first()
    if contract is None:
        return None
    paid = sum(Payment.objects.filter(contract=contract, status__in=PAID).values_list("amount", flat=True), Decimal(0))
    return Standing(
        contract, list(contract.milestones.all()), paid, part_of(contract.amount, row.share), part_of(paid, row.share)
    )
