"""The enterprise's own pages: what waits for it, its needs, intents and contracts."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from contracts.models import SIGNED, Contract, ContractStatus, PaymentStatus
from core import workdays
from core.files import files_of
from core.money import MoneyField
from core.search import asked
from meetings.models import Intent
from needs.models import Need
from needs.rules import lacks_a_second_person
from needs.states import LISTED, N
from partners.models import Partnership
from web.access import signed_in
from web.cases.meetings import ahead_of
from web.cases.rows import need_rows, rows
from web.owners.people import enterprise_of
from workflow.queries import Todo, todo
from workflow.registry import get_machine

ON_HOME, PAGE = 6, 20
GROUPS = {
    "writing": (_("在填写"), (N.DRAFT, N.RETURNED)),
    "review": (_("在审核"), (N.SUBMITTED, N.SCREENED, N.APPROVED, N.SCHEDULED)),
    "open": (_("在揭榜"), (N.PUBLISHED, N.CLOSED, N.VETTING)),
    "choosing": (_("比选与签约"), (N.OPENED, N.SELECTED, N.INTENDED)),
    "running": (_("在履约"), (N.CONTRACTED,)),
    "ended": (_("已结束"), (N.COMPLETED, N.FAILED, N.NO_BID, N.REJECTED, N.WITHDRAWN, N.TERMINATED)),
}


class NeedFilter(forms.Form):
    group = forms.ChoiceField(
        label=_("进展"),
        required=False,
        choices=[("", _("全部")), *((key, label) for key, (label, _s) in GROUPS.items())],
    )


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    enterprise = enterprise_of(request)
    if enterprise is None:
        return render(request, "owners/home.html", {"enterprise": None})
    live = list(mine(enterprise).exclude(status__in=get_machine("need").finals)[: ON_HOME + 1])
    contracts = list(with_sums(Contract.objects.filter(party_a=enterprise, status__in=CURRENT)))
    now = workdays.now()
    waiting = for_owner(todo(request.user, now=now), contracts)
    two = next((row for row in live if row.batch.two_deciders), None)
    context = {
        "enterprise": enterprise,
        "alone": lacks_a_second_person(two) if two else "",
        "waiting": waiting,
        "meetings": ahead_of(request.user),
        "rows": need_rows(live[:ON_HOME], now),
        "more": len(live) > ON_HOME,
        "contracts": contracts[:5],
        "fresh": not live and not mine(enterprise).exists(),
        "proven": enterprise.is_verified or files_of(enterprise, "evidence").exists(),
    }
    return render(request, "owners/home.html", context)


@signed_in
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    enterprise, form, words = enterprise_of(request), NeedFilter(request.GET or None), asked(request.GET.get("q"))
    found = mine(enterprise)
    if words:
        found = found.filter(
            Q(title__icontains=words) | Q(number__icontains=words) | Q(application_number__icontains=words)
        )
    if form.is_valid() and form.cleaned_data["group"]:
        found = found.filter(status__in=GROUPS[form.cleaned_data["group"]][1])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    joined = Partnership.objects.visible_to(request.user).sharing().filter(organisation=enterprise)
    context = {
        "enterprise": enterprise,
        "form": form,
        "q": words,
        "page": page,
        "rows": need_rows(page),
        "joined": joined.select_related("need__organisation"),
    }
    return render(request, "owners/needs.html", context)


@signed_in
@require_safe
def intents(request: HttpRequest) -> HttpResponse:
    enterprise = enterprise_of(request)
    found = Intent.objects.filter(need__organisation=enterprise).select_related("need", "proposal__team__organisation")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"enterprise": enterprise, "page": page, "rows": rows(page), "meetings": ahead_of(request.user)}
    return render(request, "owners/intents.html", context)


@signed_in
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    enterprise = enterprise_of(request)
    found = Contract.objects.filter(party_a=enterprise)
    page = Paginator(with_sums(found), PAGE).get_page(request.GET.get("page"))
    context = {"enterprise": enterprise, "page": page, "rows": rows(page), "sums": totals(found)}
    return render(request, "owners/contracts.html", context)


def for_owner(waiting: list[Todo], contracts: list[Contract]) -> list[Todo]:
    """Each matter once: bids where their need is compared, until that is decided; a contract tells its intent."""
    drafted = {contract.intent_id for contract in contracts}
    compared = {item.number for item in waiting if (item.machine.noun, item.status) == ("need", N.OPENED)}
    decided = {item.number for item in waiting if item.machine.noun == "decision"}
    return [
        _to_the_form(item)
        for item in waiting
        if item.pk not in drafted
        and not (item.machine.noun == "proposal" and item.number in compared)
        and not (item.machine.noun in ("need", "proposal") and item.number in decided)
    ]


def _to_the_form(item: Todo) -> Todo:
    """A need that is still being written is handed in from its form: go there at once."""
    label = WRITTEN.get((item.machine.noun, item.status))
    return replace(item, action=label, url=reverse("need_edit", args=[item.pk])) if label else item


WRITTEN = {("need", N.DRAFT): _("继续填写"), ("need", N.RETURNED): _("修改需求")}
CURRENT = (ContractStatus.DRAFTING, ContractStatus.OFFERED, ContractStatus.PERFORMING)


def mine(enterprise: Organisation | None) -> QuerySet[Need]:
    """What waits for the enterprise first, then by what happened last."""
    waits = get_machine("need").waits
    own = [state for state, wait in waits.items() if wait.whose.key in ("owner", "both")]
    first = Case(When(status__in=own, then=Value(0)), When(status__in=LISTED, then=Value(1)), default=Value(2))
    return (
        Need.objects.filter(organisation=enterprise)
        .select_related("batch", "organisation")
        .defer("search_text", "search", "wrapped_key")
        .order_by(first, "-status_since")
    )


def with_sums(found: QuerySet[Contract]) -> QuerySet[Contract]:
    """Each with what was paid and what has arrived."""
    return (
        found.order_by("-created_at")
        .select_related("party_b", "team", "need")
        .annotate(
            paid=money_sum(Q(payments__status__in=(PaymentStatus.PAID, PaymentStatus.RECEIVED))),
            received=money_sum(Q(payments__status=PaymentStatus.RECEIVED)),
        )
    )


def money_sum(which: Q) -> Coalesce:
    zero = Value(0, output_field=MoneyField())
    return Coalesce(Sum("payments__amount", filter=which), zero, output_field=MoneyField())


def totals(found: QuerySet[Contract]) -> dict[str, Any]:
    """Of contracts that are in force or were: intended money is never mixed in."""
    signed = with_sums(found.filter(status__in=SIGNED)).values_list("amount", "paid", "received")
    columns = list(zip(*signed, strict=True)) or [(), (), ()]
    return {name: sum(column) for name, column in zip(("amount", "paid", "received"), columns, strict=True)}
