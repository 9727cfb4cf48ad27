"""The zone's documents as files, and the page where an administrator words them."""

import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.roles import Role
from core.personal import no_personal_numbers
from documents.actions import replace_wording, why_not
from documents.kinds import FIELDS, FIRST_WORDING, Kind
from documents.models import Wording
from documents.pdf import pdf
from documents.preview import preview
from documents.queries import CERTIFIES, Document, NotIssued, document, wording
from documents.word import TYPE, word
from needs.models import Batch, Need
from proposals.application import application_of
from proposals.models import Proposal
from teams.rules import in_team
from web.access import public, signed_in, staff
from web.cases.needs import inside
from web.drafts import Prose
from web.fences import FILE

PREVIEW_KEPT = 3600  # seconds: a deadline may be moved
FORMS = {"pdf": (pdf, "application/pdf"), "docx": (word, TYPE)}


# ── files ───────────────────────────────────────────────────────────────────────
@public
@require_safe
def call(request: HttpRequest, pk: UUID, form: str) -> HttpResponseBase:
    """征集通知 of a batch: for everyone once its rules are public."""
    return _file(Kind.CALL, get_object_or_404(Batch.objects.visible_to(request.user), pk=pk), form)


@public
@require_safe
def listing(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """榜单公告: one listing, one announcement, for everyone."""
    rows = Need.objects.listed().select_related("organisation", "batch").prefetch_related("indicators")
    return _file(Kind.LISTING, get_object_or_404(rows, number=number), form)


@public
@require_safe
def listing_preview(request: HttpRequest, number: str) -> HttpResponse:
    """The picture a chat shows beside the link to a listing."""
    need = get_object_or_404(Need.objects.listed(), number=number)
    answer = HttpResponse(preview(need), content_type="image/png")
    answer["Cache-Control"] = f"public, max-age={PREVIEW_KEPT}"
    answer["Content-Security-Policy"] = FILE
    return answer


@signed_in
@require_safe
def of_need(request: HttpRequest, pk: UUID, kind: str, form: str) -> HttpResponseBase:
    """受理 and 退回 notices: for the enterprise and the zone, once what they say has happened."""
    row = inside(request, pk)
    if kind not in CERTIFIES:
        raise Http404
    return _file(kind, row, form)


@signed_in
@require_safe
def of_bid(request: HttpRequest, pk: UUID, form: str) -> HttpResponseBase:
    """揭榜申请书: the team's working copy; for everybody who may read the bid what was opened, and nothing before."""
    related = ("need__batch", "need__organisation", "team__organisation", "team__leader")
    rows = Proposal.objects.visible_to(request.user).select_related(*related).prefetch_related("need__indicators")
    found = get_object_or_404(rows, pk=pk)
    if form not in FORMS or not (found.is_revealed or in_team(request.user, found.team)):
        raise Http404
    return _answer(application_of(found), form)


def _file(kind: str, subject: Any, form: str) -> HttpResponseBase:
    if form not in FORMS:
        raise Http404
    try:
        return _answer(document(kind, subject), form)
    except NotIssued:
        raise Http404 from None


def _answer(made: Document, form: str) -> HttpResponseBase:
    draw, content_type = FORMS[form]
    content = io.BytesIO(draw(made))
    answer = FileResponse(content, as_attachment=True, filename=f"{made.name}.{form}", content_type=content_type)
    answer["Content-Security-Policy"] = FILE
    return answer


# ── wordings ────────────────────────────────────────────────────────────────────
class WordingForm(forms.Form):
    text = Prose(
        label=gettext_lazy("模板"),
        max_length=10_000,
        rows=24,
        required=False,
        validators=[no_personal_numbers],
        help_text=gettext_lazy(
            "“# ”开头是标题，“> ”开头是落款，“一、”“（一）”开头是小标题，花括号里的字段由平台填写。"
        ),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if reason := why_not(self.kind, text):
            raise forms.ValidationError(reason)
        return text


@staff(Role.SYSADMIN)
@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    latest: dict[str, Wording] = {}
    for row in Wording.objects.select_related("made_by"):
        latest.setdefault(row.kind, row)
    rows = [(kind, Kind(kind).label, latest.get(kind)) for kind in Kind.values]
    return render(request, "documents/wordings.html", {"rows": rows})


@staff(Role.SYSADMIN)
def wording_edit(request: HttpRequest, kind: str) -> HttpResponseBase:
    if kind not in Kind.values:
        raise Http404
    form = WordingForm(request.POST or None, kind=kind, initial={"text": wording(kind)})
    if request.method != "POST" or not form.is_valid():
        return _wording_page(request, kind, form)
    if request.POST.get("then") == "try":
        return _tried(request, kind, form)
    restored = request.POST.get("then") == "restore"
    replace_wording(kind, "" if restored else form.cleaned_data["text"], by=request.user)
    messages.success(request, _("已恢复原来的模板。") if restored else _("模板已更换，之后出的文书都用它。"))
    return redirect("wordings")


def _tried(request: HttpRequest, kind: str, form: WordingForm) -> HttpResponseBase:
    """The wording on a real case, without keeping it."""
    for subject in _cases(kind):
        try:
            return _answer(document(kind, subject, text=form.cleaned_data["text"]), "pdf")
        except NotIssued:
            continue
    form.add_error(None, _("还没有可以试排的事项：有了这类文书对应的需求或批次后再试。模板可以先保存。"))
    return _wording_page(request, kind, form)


def _cases(kind: str) -> Any:
    if kind == Kind.CALL:
        return Batch.objects.open().order_by("-created_at")[:1]
    rows = Need.objects.select_related("organisation", "batch").prefetch_related("indicators")
    if kind == Kind.LISTING:
        return rows.listed()[:1]
    return rows.filter(application_number__isnull=False).order_by("-submitted_at")[:20]


def _wording_page(request: HttpRequest, kind: str, form: WordingForm) -> HttpResponse:
    context = {
        "kind": kind,
        "label": Kind(kind).label,
        "form": form,
        "fields": FIELDS[kind],
        "is_first": wording(kind) == FIRST_WORDING[kind],
        "history": Wording.objects.filter(kind=kind).select_related("made_by")[:20],
    }
    return render(request, "documents/wording.html", context, status=422 if form.errors else 200)
