"""Writing a need: the draft from its first title on, its form, its autosave. Only its enterprise comes here."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from needs.actions import save_need, start_need
from needs.models import Batch, Need
from web.access import signed_in
from web.drafts import note_received, version_of
from web.owners.gaps import may_be_submitted
from web.owners.need_form import StartForm
from web.owners.need_page import checklist, load, page
from web.owners.people import enterprise_of
from web.owners.sheet import Sheet, filled, shown
from workflow.machine import Refused, Stale

TYPED_HERE = "X-Requested-With"


@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Two answers, and the draft exists: whatever happens to the browser from here on, it is kept."""
    enterprise, batches = enterprise_of(request), Batch.objects.open()
    form = StartForm(request.POST or None, batches=batches, initial={"key": uuid4(), "batch": batches.first()})
    if request.method == "POST" and enterprise and form.is_valid():
        return redirect("need_edit", _start(request, enterprise, form.cleaned_data).pk)
    context = {"form": form, "batches": batches, "enterprise": enterprise}
    return render(request, "owners/need_new.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest, enterprise: Organisation, data: dict[str, Any]) -> Need:
    """One draft for one form: the second click finds what the first one made."""
    key = data["key"] or uuid4()
    try:
        with transaction.atomic():
            return start_need(
                id=key,
                organisation=enterprise,
                batch=data["batch"],
                by=request.user,
                title=data["title"],
                region=enterprise.region,
                contact_name=request.user.name[:40],
                contact_phone=(request.user.phone or enterprise.contact_phone)[:20],
            )
    except IntegrityError:
        return get_object_or_404(Need.objects.owned_by(request.user), pk=key)


@signed_in
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = load(request, pk)
    if not need.is_editable:
        messages.warning(request, _closed(need))
        return redirect(need)
    if request.method != "POST":
        return page(request, need, shown(need))
    try:
        _save(request, need, filled(need, request.POST))
    except Stale:
        current = load(request, pk)
        return page(request, current, filled(current, request.POST, version=current.revision), stale=True, status=409)
    except Refused as refused:
        return page(request, need, filled(need, request.POST), refusal=str(refused), status=409)
    return _saved(request, need)


def _save(request: HttpRequest, need: Need, sheet: Sheet) -> None:
    save_need(need, indicators=sheet.apply(), by=request.user, revision=version_of(request.POST))


def _saved(request: HttpRequest, need: Need) -> HttpResponse:
    note_received(request, need.pk)
    need = load(request, need.pk)
    if request.POST.get("then") != "submit" and not need.typed:
        messages.success(request, _("草稿已保存。"))
    elif need.typed:
        messages.warning(request, _("草稿已保存。有几处还要改，已在下面标出。"))
    elif may_be_submitted(need, request.user):
        return redirect("move", "need", need.pk, "submit")
    else:
        messages.warning(request, _("草稿已保存，还不能提交。缺什么列在“提交前检查”里。"))
    return redirect("need_edit", need.pk)


@signed_in
@require_POST
def autosave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft as it is being typed. 409 with a sentence where it cannot be kept here; the browser keeps it then."""
    if request.headers.get(TYPED_HERE) != "autosave":  # sent again by hand, after a new login
        return edit(request, pk)
    need = load(request, pk)
    try:
        _save(request, need, filled(need, request.POST))
    except Refused as refused:
        return JsonResponse({"sentence": str(refused)}, status=409)
    return JsonResponse({"version": need.revision, "saved": f"{timezone.localtime():%H:%M}"})


@signed_in
@require_POST
def change_batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = load(request, pk)
    wanted = request.POST.get("batch", "")
    batch = next((one for one in Batch.objects.open() if str(one.pk) == wanted), None)
    if batch is None:
        messages.warning(request, _("这个批次已经不在征集期，需求仍参加原来的批次。请另选一个。"))
        return redirect("need_edit", pk)
    need.batch = batch
    try:
        save_need(need, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("已改为参加“%(batch)s”。") % {"batch": batch})
    return redirect("need_edit", pk)


@signed_in
@require_safe
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The checklist beside the form, for what has been saved."""
    need = load(request, pk)
    return render(request, "needs/checklist.html", {"need": need, **checklist(need, shown(need))})


def _closed(need: Need) -> str:
    return _("需求现在是“%(state)s”，不能再改。下面是已经提交的内容。") % {"state": need.get_status_display()}
