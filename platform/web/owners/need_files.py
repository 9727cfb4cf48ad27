"""The attachments of a draft: an open part for the listing, a protected one for the zone."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.files import FileRefused, files_of
from needs.actions import attach, detach
from needs.models import Need
from web.access import signed_in
from web.owners.need_page import load, page
from web.owners.sheet import shown
from web.owners.slots import SLOTS
from workflow.machine import Refused


@signed_in
@require_POST
def add(request: HttpRequest, pk: UUID, slot: str) -> HttpResponse:
    need = _load(request, pk, slot)
    errors = [] if request.FILES else [_("请先选择文件。")]
    for upload in request.FILES.getlist("upload"):
        try:
            attach(need, upload, slot=slot, by=request.user)
        except (FileRefused, Refused) as refused:
            errors.append(str(refused))
    return _answer(request, need, slot, errors)


@signed_in
@require_POST
def remove(request: HttpRequest, pk: UUID, slot: str, file: UUID) -> HttpResponse:
    need = _load(request, pk, slot)
    try:
        detach(need, get_object_or_404(files_of(need, slot), pk=file), by=request.user)
    except Refused as refused:
        return _answer(request, need, slot, [str(refused)])
    return _answer(request, need, slot, [])


def _load(request: HttpRequest, pk: UUID, slot: str) -> Need:
    if slot not in SLOTS:
        raise Http404
    return load(request, pk)


def _answer(request: HttpRequest, need: Need, slot: str, errors: list[str]) -> HttpResponse:
    """The list again: as a part for htmx, as the page for everybody else."""
    if request.htmx:  # type: ignore[attr-defined]
        context = {"need": need, "slot": {"key": slot, "files": files_of(need, slot)}, "file_errors": errors}
        return render(request, "needs/files.html", context)
    if errors:
        return page(request, need, shown(need), file_errors=errors, wrong_slot=slot, status=422)
    return redirect(reverse("need_edit", args=[need.pk]) + f"#files-{slot}")
