"""Writing a contract: only the client does, until it is sent to the developer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.actions import save_contract
from contracts.models import Contract
from contracts.rules import is_party_a
from web.access import signed_in
from web.cases.contract_form import Sheet, digest, filled, fingerprint, shown
from web.drafts import note_received, received
from workflow.machine import Refused, Stale
from workflow.registry import machine_for

STALE = gettext_lazy("这份合同刚刚在别处改过（另一个窗口，或本单位的同事）。请刷新后再改，您写的内容还在本页。")


@signed_in
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    contract = load(request, pk)
    if not contract.is_editable:
        messages.warning(request, _("合同已送乙方确认，不能再改。乙方提出修改意见后会退回给您。"))
        return redirect(contract)
    if request.method != "POST":
        kept = None if "saved" in request.GET else _kept(request, contract)
        return _page(request, contract, kept or shown(contract), kept=bool(kept))
    sheet = filled(contract, request.POST)
    try:
        saved = _save(request, contract, sheet)
    except Refused as refused:
        current = load(request, pk)
        again = filled(current, request.POST, version=fingerprint(current))
        return _page(request, current, again, refusal=str(refused), stale=isinstance(refused, Stale), status=409)
    if not saved:
        return _page(request, contract, sheet, status=422)
    return _saved(request, load(request, pk))


def _saved(request: HttpRequest, contract: Contract) -> HttpResponse:
    note_received(request, contract.pk)
    offer = machine_for(contract).by_name["offer"]
    reason = offer.why_not(contract, request.user)
    if request.POST.get("then") != "offer":
        messages.success(request, _("合同草稿已保存。"))
    elif not reason:
        return redirect("move", "contract", contract.pk, "offer")
    else:
        messages.warning(request, _("合同草稿已保存，还不能送乙方。%(reason)s") % {"reason": reason})
    return redirect("contract_edit", contract.pk)


@signed_in
def autosave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is being typed waits in the session; the draft both colleagues share changes when it is saved by hand."""
    if request.method != "POST" or request.headers.get("X-Requested-With") != "autosave":
        return edit(request, pk)
    contract = load(request, pk)
    version = fingerprint(contract)
    if not contract.is_editable or request.POST.get("version", "") != version:
        return JsonResponse({"sentence": str(STALE)}, status=409)
    _keep(request, contract, version)
    said = _("%(time)s（暂存；点“保存草稿”后同事也能看到）") % {"time": f"{timezone.localtime():%H:%M}"}
    return JsonResponse({"version": version, "saved": said})


@transaction.atomic
def _save(request: HttpRequest, contract: Contract, sheet: Sheet) -> bool:
    """False where something is not right yet: then the contract stays as it was and the form is kept."""
    Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    now = fingerprint(Contract.objects.get(pk=contract.pk))
    if not sheet.is_valid():
        _keep(request, contract, now)
        return False
    milestones, payments = sheet.apply()
    request.session.pop(_key(contract), None)
    if digest(contract, milestones, payments) == now:
        return True  # a second click: saving what is there already changes nothing
    if request.POST.get("version", "") != now:
        raise Stale(STALE)
    save_contract(contract, milestones=milestones, payments=payments, by=request.user)
    return True


def load(request: HttpRequest, pk: UUID) -> Contract:
    rows: Any = Contract.objects.visible_to(request.user)
    rows = rows.select_related("need", "party_a", "party_b", "team").prefetch_related("milestones", "payments")
    contract: Contract = get_object_or_404(rows, pk=pk)
    if not is_party_a(request.user, contract):
        raise PermissionDenied(_("合同由甲方起草。您可以在合同页提出修改意见。"))
    return contract


def _page(request: HttpRequest, contract: Contract, sheet: Sheet, *, status: int = 200, **more: Any) -> HttpResponse:
    sheet.is_valid()
    amount = sheet.form.cleaned_data.get("amount") if sheet.form.is_bound else contract.amount
    planned = sheet.planned
    left = amount - planned if amount is not None else None
    context = {"contract": contract, "sheet": sheet, "amount": amount, "planned": planned, "left": left, **more}
    context["received"] = received(request, contract.pk)
    return render(request, "contracts/edit.html", context, status=status)


def _kept(request: HttpRequest, contract: Contract) -> Sheet | None:
    """The form as it was typed last, unless the contract has been saved since."""
    kept = request.session.get(_key(contract))
    if not kept or kept["version"] != fingerprint(contract):
        return None
    data = QueryDict(mutable=True)
    for name, value in kept["typed"]:
        data.appendlist(name, value)
    return filled(contract, data, version=kept["version"])


def _keep(request: HttpRequest, contract: Contract, version: str) -> None:
    request.session[_key(contract)] = {"version": version, "typed": _pairs(request.POST)}


def _pairs(data: QueryDict) -> list[list[str]]:
    return [[name, value] for name, values in data.lists() if name != "csrfmiddlewaretoken" for value in values]


def _key(contract: Contract) -> str:
    return f"contract:{contract.pk}"
