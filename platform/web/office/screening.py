"""The desk's own work on one need: the checklist, handing it over, where it came from."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.roles import Role
from diagnoses.actions import give_credit, may_credit
from diagnoses.checklist import fill_checklist, sheet_of
from diagnoses.codes import Duty
from diagnoses.models import Credit
from diagnoses.rules import may_assign
from needs.models import Need
from needs.states import N
from web.access import staff
from web.office.assign_form import CreditForm, HandOverForm, ToDiagnosisForm
from web.office.screening_form import ChecklistForm
from workflow.actions import perform
from workflow.machine import Refused

ASSIGNERS = (Role.OFFICER, Role.REVIEWER, Role.LEADER)


def load(request: HttpRequest, pk: UUID) -> Need:
    rows = Need.objects.inside(request.user).filter(application_number__isnull=False)
    return get_object_or_404(
        rows.select_related("organisation", "batch", "handler").prefetch_related("indicators"), pk=pk
    )


@staff(Role.OFFICER)
def checklist(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tick what has been looked at; pass, or send back with what was not met, in the same breath."""
    need = load(request, pk)
    if need.status != N.SUBMITTED:
        messages.warning(request, _("需求现在是“%(state)s”，清单不能再改。") % {"state": need.get_status_display()})
        return redirect(need)
    form = ChecklistForm(request.POST or None, sheet=sheet_of(need), need=need)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, need, form)
        except Refused as refused:
            refusal = str(refused)
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "diagnoses/checklist.html", {"need": need, "form": form, "refusal": refusal}, status=status)


def _kept(request: HttpRequest, need: Need, form: ChecklistForm) -> HttpResponse:
    sheet = fill_checklist(need, form.answers, by=request.user)
    then = request.POST.get("then")
    if then == "return":
        return redirect("move", "need", need.pk, "return")
    if then != "screen":
        messages.success(request, _("清单已保存。"))
    elif sheet.missing:
        messages.warning(request, _("清单已保存，还不能通过：%(why)s") % {"why": sheet.missing})
    else:
        perform(need, "screen", by=request.user)
        messages.success(request, _("已通过形式审查，送审核或领导批准。"))
    return redirect(need)


@staff(*ASSIGNERS)
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = load(request, pk)
    if not may_assign(request.user, need):
        raise PermissionDenied(_("只有这项需求的经办，或审核、领导，能把它交给别人。"))
    duty = Duty.HANDOVER if request.GET.get("duty") == Duty.HANDOVER else Duty.DIAGNOSIS
    form = (HandOverForm if duty == Duty.HANDOVER else ToDiagnosisForm)(
        request.POST or None, need=need, by=request.user
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = form.offer()
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("已交给%(to)s，接收之前仍由您这边负责。") % {"to": made.to})
            return redirect(made)
    context = {"need": need, "form": form, "duty": duty, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "diagnoses/assign.html", context, status=status)


@staff(Role.OFFICER)
def credit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """来源功劳: whoever brought the need, with what shows it."""
    need = load(request, pk)
    if not may_credit(request.user, need):
        raise PermissionDenied(_("来源由经办登记。"))
    held = Credit.objects.filter(need=need).select_related("agency", "officer").first()
    form = CreditForm(request.POST or None, held=held)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            give_credit(need, **form.chosen, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("来源已登记。"))
            return redirect(need)
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "diagnoses/credit.html", {"need": need, "form": form, "refusal": refusal}, status=status)
