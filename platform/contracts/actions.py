"""Verbs on contracts: drafting from the bid, editing the draft."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import belongs
from audit.labels import name_actions
from contracts.models import Contract, ContractStatus, Milestone, Payment
from core import clock
from core.money import in_wan
from meetings.models import Intent, IntentStatus
from proposals.content import money
from workflow.actions import begin
from workflow.machine import Refused

MOST_TEXT = 3000  # characters of `Contract.content`
name_actions({"contract.create": gettext_lazy("起草合同")})


@transaction.atomic
def draft_contract(intent: Intent, *, by: Any) -> Contract:
    """A contract pre-filled from need, intent and bid: milestones as promised, the payment plan following them."""
    intent = (
        Intent.objects.select_for_update(of=("self",))
        .select_related("need__organisation", "proposal__team__organisation")
        .get(pk=intent.pk)
    )
    need, proposal = intent.need, intent.proposal
    if not belongs(by, need.organisation):
        raise PermissionDenied(_("起草合同"))
    if intent.status != IntentStatus.AGREED:
        raise Refused(_("双方确认意向之后才能起草合同。"))
    live = intent.contracts.exclude(status=ContractStatus.REFUSED).first()
    if live:
        return live
    content = proposal.content or {}
    today = clock.today()
    contract = Contract(
        need=need,
        proposal=proposal,
        intent=intent,
        party_a=need.organisation,
        party_b=proposal.team.organisation,
        team=proposal.team,
        title=need.title,
        amount=intent.amount,
        ownership=content.get("ownership") or need.ownership,
        ownership_terms=content.get("rights", ""),
        content=_content(need, content),
        acceptance="\n".join(
            f"{i.name}：{i.requirement}" + (f"（{i.test_method}）" if i.test_method else "")
            for i in need.indicators.all()
        ),
        starts_on=today,
        ends_on=months_later(today, int(content.get("period_months") or need.period_months or 12)),
        drafted_by=by,
    )
    begin(contract, by=by, detail={"amount": contract.amount})
    _plan_from_bid(contract, content.get("milestones") or [], by=by)
    return contract


def _content(need: Any, bid: dict[str, Any]) -> str:
    """What is to be done, and who of the consortium does which part of it, as it was sealed and opened."""
    rows = bid.get("participants") or []
    beside = "\n".join(
        _("参加单位：%(name)s（%(code)s），承担：%(tasks)s 经费份额 %(share)s 万元。")
        % {
            "name": row["organisation"]["name"],
            "code": row["organisation"]["uscc"],
            "tasks": row["statement"],
            "share": in_wan(money(row["share"]) or Decimal(0)),
        }
        for row in rows
    )
    said = f"{need.problem}\n\n{bid.get('approach', '')}".strip()
    return f"{said[: MOST_TEXT - len(beside) - 2]}\n\n{beside}".strip()[:MOST_TEXT]


def _plan_from_bid(contract: Contract, rows: list[dict[str, Any]], *, by: Any) -> None:
    """Milestones as promised; payments in the bid's proportions, the last one taking up the rounding."""
    amounts = [money(row.get("amount")) or Decimal(0) for row in rows]
    total, left = sum(amounts, Decimal(0)), contract.amount
    for position, (row, amount) in enumerate(zip(rows, amounts, strict=True)):
        day = months_later(contract.starts_on or clock.today(), int(row.get("month") or 1))
        milestone = Milestone(
            contract=contract,
            position=position,
            title=row["title"],
            deliverable=row.get("deliverable", ""),
            due_date=day,
        )
        begin(milestone, by=by)
        last = position == len(rows) - 1
        share = left if last or not total else (contract.amount * amount / total).quantize(Decimal("0.01"))
        left -= share
        if share > 0:
            begin(
                Payment(
                    contract=contract,
                    position=position,
                    title=row["title"],
                    milestone=milestone,
                    amount=share,
                    due_date=day,
                ),
                by=by,
            )


def months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


@transaction.atomic
def save_contract(
    contract: Contract, *, milestones: list[Milestone] | None = None, payments: list[Payment] | None = None, by: Any
) -> Contract:
    """Write the draft's terms and, where given, its whole plan in the given order."""
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if not locked.is_editable:
        raise Refused(_("合同已送乙方确认，不能再改。"))
    contract.save(
        update_fields=[
            "title",
            "amount",
            "ownership",
            "ownership_terms",
            "content",
            "acceptance",
            "confidentiality",
            "starts_on",
            "ends_on",
        ]
    )
    for rows, existing in ((payments, contract.payments), (milestones, contract.milestones)):
        if rows is not None:
            existing.exclude(pk__in=[row.pk for row in rows]).delete()
    for rows in (milestones, payments):
        for position, row in enumerate(rows or []):
            row.contract, row.position = contract, position
            if row._state.adding:
                begin(row, by=by)
            else:
                row.save()
    return contract
