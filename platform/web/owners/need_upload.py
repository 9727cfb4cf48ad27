"""A filled-in collection form becomes a draft; told are what was read and what was not understood."""

import re
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from core.models import verbose_name
from core.refusals import FileRefused
from documents.collection_form import TITLE_TEXT, blank_form
from documents.word import TYPE as DOCX
from needs.actions import attach, save_need
from needs.models import Batch, Need
from web.access import signed_in
from web.owners.collected import Typed, typed
from web.owners.need_page import load
from web.owners.needs import start, start_page
from web.owners.paper_form import PaperForm
from web.owners.people import enterprise_of
from web.owners.sheet import filled
from workflow.machine import Refused

READ = "collected"  # of the session: what came of the form, for its page
TOLD = 40  # of what was not understood, on that page; all of it is in the attached form


@signed_in
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    enterprise, batches = enterprise_of(request), Batch.objects.open()
    form = PaperForm(request.POST, request.FILES, batches=batches)
    if enterprise is None or not form.is_valid():
        return start_page(request, paper=form, status=422)
    known = Need.objects.filter(pk=form.cleaned_data["key"]).exists()  # sent twice: what was read is not read again
    need = _draft(request, enterprise, form)
    if not known:
        _fill(request, need, form, typed(form.collected))
    return redirect("need_read", need.pk)


def _draft(request: HttpRequest, enterprise: Organisation, form: PaperForm) -> Need:
    title = next((said.text for said in form.collected.answers.get("title", [])), "")
    title = re.sub(r"\s+", " ", title)[:100] or _("征集表导入的需求")
    key = form.cleaned_data["key"] or uuid4()
    return start(request, enterprise, {"key": key, "batch": form.cleaned_data["batch"], "title": title})


def _fill(request: HttpRequest, need: Need, form: PaperForm, made: Typed) -> None:
    file = form.cleaned_data["file"]
    sheet = filled(need, made.data)
    save_need(need, indicators=sheet.apply(), by=request.user)
    attached = True
    try:
        file.seek(0)
        attach(need, file, slot="protected", by=request.user)
    except (FileRefused, Refused):
        attached = False
    request.session[READ] = {
        "need": str(need.pk),
        "name": file.name,
        "attached": attached,
        "read": made.read,
        "about": [said.label for said in form.collected.about],
        "left": [[said.label, said.text] for said in made.left][:TOLD],
        "more": max(0, len(made.left) - TOLD),
    }


@signed_in
@require_safe
def what_was_read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Told as long as the session lasts; afterwards the draft speaks for itself."""
    need = load(request, pk)
    told = request.session.get(READ) or {}
    if told.get("need") != str(pk) or not need.is_editable:
        return redirect("need_edit", pk)
    labels = [_("技术指标") if name == "indicators" else verbose_name(Need, name) for name in told["read"]]
    context = {"need": need, "told": told, "labels": labels, "count": need.indicators.count()}
    return render(request, "owners/need_read.html", context)


@signed_in
@require_safe
def blank(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(blank_form(), content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, f"{TITLE_TEXT}.docx") or "attachment"
    return response
