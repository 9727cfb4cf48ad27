"""Batches: the rules are written here, frozen when the batch opens, and public from then on."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING, Role
from core import workdays
from needs.actions import save_batch, start_batch
from needs.models import Batch
from needs.states import BatchStatus
from web.access import public, staff
from web.office.desk import with_lamps
from web.office.forms import BatchForm

WRITERS = (Role.OFFICER, Role.REVIEWER, Role.LEADER)
FIELDS = BatchForm.Meta.fields


@staff(*OPERATING)
@require_safe
def office_batches(request: HttpRequest) -> HttpResponse:
    submitted = Count("needs", filter=Q(needs__application_number__isnull=False))  # drafts are not yet the zone's
    rows = Batch.objects.annotate(need_count=submitted).order_by("-created_at")
    return render(
        request,
        "office/batches.html",
        {"rows": with_lamps(rows, workdays.now()), "may_write": request.user.has_role(*WRITERS)},
    )


@staff(*WRITERS)
def batch_new(request: HttpRequest) -> HttpResponse:
    form = BatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in FIELDS}
        batch = start_batch(by=request.user, weights=form.instance.weights, **fields)
        messages.success(request, _("批次已建立。核对无误后公布，公布后规则不能再改。"))
        return redirect(batch)
    return render(request, "office/batch_form.html", {"form": form}, status=422 if form.errors else 200)


@staff(*WRITERS)
def batch_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    if row.status != BatchStatus.DRAFT:
        messages.warning(request, _("批次已公布，规则冻结，不能再改。"))
        return redirect(row)
    form = BatchForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        save_batch(form.instance, by=request.user)
        messages.success(request, _("已保存。"))
        return redirect(row)
    context = {"form": form, "batch": row}
    return render(request, "office/batch_form.html", context, status=422 if form.errors else 200)


@public
@require_safe
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Public once open: bidders read the rules before they write a line."""
    row = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    needs = row.needs.filter(number__isnull=False).select_related("organisation").order_by("-published_at")[:50]
    is_office = request.user.is_authenticated and request.user.has_role(*OPERATING)
    may_edit = is_office and row.status == BatchStatus.DRAFT and request.user.has_role(*WRITERS)
    context = {"batch": row, "needs": needs, "is_office": is_office, "may_edit": may_edit}
    return render(request, "office/batch.html", context)
