"""A contract as both parties and the zone read it: terms, milestones, payments, what was paid, what happened."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING
from contracts import rules
from contracts.models import IN_FORCE, Contract, ContractStatus, Milestone, Payment, PaymentStatus
from core import clock
from core.models import StoredFile
from needs import joint
from teams.rules import in_team
from web.access import signed_in
from web.cases import history
from web.cases.rows import Row, row
from workflow.machine import Text
from workflow.queries import Offer
from workflow.registry import machine_for

PAID = (PaymentStatus.PAID, PaymentStatus.RECEIVED)


@dataclass(frozen=True)
class PartRow:
    """A milestone or a payment with what may be done about it."""

    at: Row
    offers: list[Offer]
    files: list[StoredFile]
    word: history.Word | None = None
    waits: Text = ""  # why nobody can do anything about it yet
    follows: bool = False  # another part of the page carries the primary move


@signed_in
@require_safe
def contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    payments = Prefetch("payments", Payment.objects.select_related("milestone"))
    rows: Any = Contract.objects.visible_to(request.user).prefetch_related("milestones", payments)
    people = ("confirmed_a_by", "confirmed_b_by", "team__leader", "team__organisation")
    row_: Contract = get_object_or_404(
        rows.select_related("need__organisation", "need__batch", "party_a", "party_b", "proposal", "intent", *people),
        pk=pk,
    )
    return render(request, "contracts/contract.html", _context(row_, request.user))


def _context(row_: Contract, user: Any) -> dict[str, Any]:
    milestones, payments = list(row_.milestones.all()), list(row_.payments.all())
    for part in (*milestones, *payments):
        part.contract = row_
    ours = [row_.pk, row_.intent_id, *(part.pk for part in (*milestones, *payments))]
    events = history.of_rows(row_.audit_stream, ours)
    a, b = rules.is_party_a(user, row_), in_team(user, row_.team)
    sides: dict[Callable[..., bool], bool] = {rules.is_client: a, rules.is_developer: b}
    files, now = _evidence(milestones), clock.now()
    firsts = [_part(part, sides, now, files[part.pk], events) for part in milestones]
    seconds = [_part(part, sides, now, [], events) for part in payments]
    leading = _leading([*firsts, *seconds]) if row_.status in IN_FORCE else None
    firsts, seconds = _behind(leading, firsts, seconds)
    drafting = row_.status == ContractStatus.DRAFTING
    return {
        "contract": row_,
        "need": row_.need,
        "partners": joint.names(row_.need),
        "is_a": a,
        "inside": a or user.has_role(*OPERATING),
        "mine": _mine(row_, a, b),
        "leading": leading,
        "milestones": firsts,
        "payments": seconds,
        "names": {str(part.pk): part.title for part in (*milestones, *payments)},
        "sums": _sums(payments),
        "events": events,
        "word": history.latest(events, "contract.ask_changes", row_) if drafting else None,
    }


def _part(
    part: Milestone | Payment, sides: dict[Any, bool], now: datetime, files: list[StoredFile], events: list[Any]
) -> PartRow:
    """The moves by the very functions that the lifecycle names, asked once for all rows."""
    machine = machine_for(part)
    offers = [
        Offer(move, move.why_not(part), reverse("move", args=[machine.noun, part.pk, move.name]))
        for move in machine.transitions
        if part.status in move.source and not move.driven and move.auto is None and sides.get(move.allow)
    ]
    running = part.contract.status in (IN_FORCE if isinstance(part, Payment) else (ContractStatus.PERFORMING,))
    named = tuple(
        key for key, side in (("owner", rules.is_client), ("team", rules.is_developer)) if running and sides[side]
    )
    word = history.latest(events, "milestone.rectify", part) if part.status == "rectify" else None
    primary = next((move for move in machine.transitions if part.status in move.source), None)
    waits = primary.why_not(part) if primary and running else ""
    return PartRow(row(part, now, sides=named), offers if running and not waits else [], files, word, waits)


def _leading(parts: list[PartRow]) -> PartRow | None:
    """The part whose turn it is: the one that is due first of those that somebody can do something about."""
    open_ones = [part for part in parts if not part.at.final and not part.waits and part.at.due]
    return min(open_ones, key=lambda part: part.at.due, default=None)  # type: ignore[arg-type, return-value]


def _behind(leading: PartRow | None, *columns: list[PartRow]) -> list[list[PartRow]]:
    """One primary move a page: of the parts the reader can do something about, the leading one, else the first."""
    able = [part for part in (leading, *columns[0], *columns[1]) if part and part.offers]
    return [[replace(part, follows=part.at.obj != able[0].at.obj) if able else part for part in c] for c in columns]


def _mine(row_: Contract, a: bool, b: bool) -> bool:
    wait = machine_for(row_).waits.get(row_.status)
    return wait is not None and ((wait.whose.key == "owner" and a) or (wait.whose.key == "team" and b))


def _sums(payments: list[Payment]) -> dict[str, Decimal]:
    def total(*states: str) -> Decimal:
        return sum((p.amount for p in payments if not states or p.status in states), Decimal(0))

    return {"planned": total(), "paid": total(*PAID), "received": total(PaymentStatus.RECEIVED)}


def _evidence(milestones: list[Milestone]) -> dict[Any, list[StoredFile]]:
    found: dict[Any, list[StoredFile]] = defaultdict(list)
    of_them = StoredFile.objects.filter(
        subject_type=Milestone._meta.label_lower, subject_id__in=[milestone.pk for milestone in milestones]
    )
    for file in of_them:
        found[file.subject_id].append(file)
    return found
