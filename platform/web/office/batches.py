"""Batches at the office: the list, the form, the look at a draft as others will see it, the copy for the next time."""

from collections import Counter
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import OPERATING
from core import workdays
from needs.actions import clone_batch, save_batch, start_batch
from needs.codes import BatchKind
from needs.models import Batch
from needs.states import BatchStatus
from web.access import staff
from web.drafts import version_of
from web.office.batch_differences import differences
from web.office.desk import with_lamps
from web.office.forms import BatchSheet
from web.public.batches import WRITERS, shown
from workflow.machine import Stale


class BatchFilter(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("批次类别"), required=False, choices=[("", gettext_lazy("全部类别")), *BatchKind.choices]
    )
    status = forms.ChoiceField(
        label=gettext_lazy("状态"), required=False, choices=[("", gettext_lazy("全部状态")), *BatchStatus.choices]
    )

    @property
    def chosen(self) -> dict[str, str]:
        self.is_valid()
        given = getattr(self, "cleaned_data", {})
        return {name: given[name] for name in ("kind", "status") if given.get(name)}


@staff(*OPERATING)
@require_safe
def office_batches(request: HttpRequest) -> HttpResponse:
    """Every batch, narrowed by kind and state; each state with its number under the kind that is chosen."""
    form = BatchFilter(request.GET)
    chosen = form.chosen
    of_kind = Batch.objects.filter(kind=chosen["kind"]) if "kind" in chosen else Batch.objects.all()
    counts = Counter(of_kind.order_by().values_list("status", flat=True))
    submitted = Count("needs", filter=Q(needs__application_number__isnull=False))  # drafts are not yet the zone's
    listed = Count("needs", filter=Q(needs__number__isnull=False))
    rows = of_kind.annotate(need_count=submitted, listed_count=listed).order_by("-created_at")
    if "status" in chosen:
        rows = rows.filter(status=chosen["status"])
    now = workdays.now()
    tabs = [("", _("全部"), sum(counts.values()))]
    tabs += [(value, label, counts[value]) for value, label in BatchStatus.choices]
    context = {
        "rows": [row | {"state": row["obj"].state_at(now)} for row in with_lamps(rows, now)],
        "form": form,
        "tabs": tabs,
        "status": chosen.get("status", ""),
        "kinds": [("", _("全部类别")), *BatchKind.choices],
        "kind": chosen.get("kind", ""),
        "may_write": request.user.has_role(*WRITERS),
    }
    return render(request, "office/batches.html", context)


@staff(*WRITERS)
def batch_new(request: HttpRequest) -> HttpResponse:
    sheet = BatchSheet(request.POST if request.method == "POST" else None)
    if request.method == "POST" and sheet.is_valid():
        batch = start_batch(by=request.user, **sheet.fields)
        messages.success(request, _("批次已建立。核对无误后公布，公布后规则不能再改。"))
        return redirect(batch)
    return _form(request, sheet)


@staff(*WRITERS)
def batch_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    if row.status != BatchStatus.DRAFT:
        messages.warning(request, _("批次已公布，规则冻结，不能再改。"))
        return redirect(row)
    if request.method != "POST":
        return _form(request, BatchSheet(batch=row), batch=row, version=row.revision)
    sheet = BatchSheet(request.POST, row)
    if not sheet.is_valid():
        return _form(request, sheet, batch=row, version=version_of(request.POST))
    for name, value in sheet.fields.items():
        setattr(row, name, value)
    try:
        save_batch(row, by=request.user, revision=version_of(request.POST))
    except Stale as stale:
        return _stale(request, sheet, str(stale), pk)
    messages.success(request, _("已保存。"))
    return redirect(row)


def _stale(request: HttpRequest, sheet: BatchSheet, refusal: str, pk: UUID) -> HttpResponse:
    """What was typed, with what a colleague has saved beside it. A second click on the same words is no conflict."""
    saved = Batch.objects.get(pk=pk)
    theirs = differences(saved, sheet.fields)
    if not theirs:
        return redirect(saved)
    again = {"batch": saved, "version": saved.revision, "refusal": refusal, "theirs": theirs}
    return _form(request, sheet, status=409, **again)


def _form(request: HttpRequest, sheet: BatchSheet, *, status: int = 200, **context: Any) -> HttpResponse:
    context = {"sheet": sheet, "form": sheet.form, **context}
    return render(request, "office/batch_form.html", context, status=422 if sheet.is_wrong else status)


@staff(*WRITERS)
@require_safe
def batch_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """企业看到的样子: the public page of a batch nobody else can see yet."""
    row = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    return render(request, "batches/batch.html", {**shown(request, row), "preview": True})


@staff(*WRITERS)
@require_POST
def batch_clone(request: HttpRequest, pk: UUID) -> HttpResponse:
    copy = clone_batch(get_object_or_404(Batch.objects.visible_to(request.user), pk=pk), by=request.user)
    messages.success(request, _("已复制为新批次草稿。征集时间没有带过来，请填写后再公布。"))
    return redirect("batch_edit", copy.pk)
