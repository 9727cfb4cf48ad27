"""意向: put to the chosen team by the enterprise, confirmed or given up, and turned into a contract."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import OPERATING
from contracts.actions import draft_contract
from contracts.models import Contract, ContractStatus
from core import clock
from meetings.actions import propose_intent
from meetings.models import Intent, IntentStatus
from meetings.rules import is_owner
from needs.models import Need
from needs.states import N
from proposals.models import Proposal
from proposals.states import P
from web.access import signed_in
from web.cases import history, next_steps
from web.cases.needs import inside
from web.cases.next_steps import NextStep
from web.drafts import Amount, Day, Line
from workflow.machine import Refused
from workflow.queries import offers
from workflow.registry import machine_for


class IntentForm(forms.Form):
    amount = Amount(
        label=gettext_lazy("意向金额"), help_text=gettext_lazy("已按选定方案的报价填好，可以改。例如 48.50。")
    )
    next_step = Line(
        label=gettext_lazy("下一步"),
        max_length=200,
        help_text=gettext_lazy("谁、做什么，例如：揭榜方到企业现场取样，双方确认试验条件。"),
        error_messages={"required": gettext_lazy("请写明下一步做什么。")},
    )
    next_date = Day(label=gettext_lazy("约定日期"), help_text=gettext_lazy("下一步最晚哪天做完。"))

    use_required_attribute = False

    def clean_next_date(self) -> date:
        day: date = self.cleaned_data["next_date"]
        if day < clock.today():
            raise forms.ValidationError(_("这一天已经过去。请填今天或以后的日期。"))
        return day


@signed_in
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form from which an intent is put to the chosen team."""
    need = inside(request, pk)
    if not next_steps.is_party(request.user, need):
        raise PermissionDenied(_("只有发榜单位能登记意向。"))
    if answer := _already(request, need):
        return answer
    chosen = Proposal.objects.select_related("team__organisation").get(need=need, status=P.SELECTED)
    form = IntentForm(request.POST or None, initial={"amount": chosen.price})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(propose_intent(need, **form.cleaned_data, by=request.user))
        except Refused as refused:
            refusal = str(refused)
    status = 409 if refusal else 422 if form.errors else 200
    context = {"need": need, "chosen": chosen, "form": form, "refusal": refusal}
    return render(request, "intents/propose.html", context, status=status)


def _already(request: HttpRequest, need: Need) -> HttpResponse | None:
    """Where to go instead: the second click finds the intent that the first one made."""
    intent, _contract = next_steps.after_selection(need)
    if intent is not None:
        messages.info(request, _("意向已经发出，这是它的页面。"))
        return redirect(intent)
    if need.status != N.SELECTED:
        messages.warning(request, _("公布选定结果之后才能登记意向。"))
        return redirect(need)
    return None


@signed_in
@require_safe
def intent(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = load(request, pk)
    contract = row.contracts.exclude(status=ContractStatus.REFUSED).first()
    owner, wait = is_owner(request.user, row), machine_for(row).waits.get(row.status)
    context = {
        "intent": row,
        "need": row.need,
        "contract": contract,
        "offers": next_steps.led_by(_paper(contract, owner), offers(row, request.user)),
        "owner": owner,
        "inside": owner or request.user.has_role(*OPERATING),
        "may_draft": owner and row.status == IntentStatus.AGREED and contract is None,
        "mine": True if owner and wait is not None and wait.whose.key == "owner" else None,
        "events": history.of_rows(row.audit_stream, [row.pk]),
    }
    return render(request, "intents/intent.html", context)


def _paper(contract: Contract | None, owner: bool) -> NextStep | None:
    if contract is None:
        return None
    writing = owner and contract.is_editable
    label = _("继续起草合同") if writing else _("查看合同")
    return NextStep(label, contract.get_absolute_url(), primary=writing)


@signed_in
@require_POST
def start_contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A contract pre-filled from need, intent and bid; the second click finds the first one's."""
    row = load(request, pk)
    if not is_owner(request.user, row):
        raise PermissionDenied(_("只有发榜单位能起草合同。"))
    try:
        contract = draft_contract(row, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect(row)
    return redirect("contract_edit", contract.pk) if contract.is_editable else redirect(contract)


def load(request: HttpRequest, pk: UUID) -> Intent:
    rows: Any = Intent.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related(
            "need__organisation", "need__batch", "proposal__team__organisation", "proposal__team__leader", "created_by"
        ),
        pk=pk,
    )
