"""Changing a published listing: asking for it, and the page on which somebody else decides."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.queries import timeline
from changes import rules
from changes.actions import ask_to_take_down, open_change, propose_amendment, propose_extension
from changes.asks import ExtendForm, TakeDownForm
from changes.models import Change, Consultation
from changes.states import OPEN, C, Kind, S
from core import clock
from needs import joint
from needs.models import Need
from web.access import signed_in
from web.cases import amend_form
from web.cases.change_ways import LABELS
from web.cases.history import ASKED, of_rows
from web.cases.needs import inside
from web.drafts import NOTHING_CAME, carries_a_form
from workflow.machine import Refused


@signed_in
@require_safe
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Change.objects.visible_to(request.user)
    row = get_object_or_404(
        rows.select_related("need__organisation", "need__batch", "proposed_by", "approved_by"), pk=pk
    )
    asked = list(row.consultations.select_related("partnership__organisation", "answered_by"))
    for one in asked:
        one.change = row
    ours = [row.pk, *(one.pk for one in asked)]
    context = {
        "change": row,
        "need": row.need,
        "events": [event for event in of_rows(row.audit_stream, ours) if event.action != ASKED],
        "consultations": asked,
        "own": _own(asked, request.user),
        "refused": _refusal(row),
        "deadline_then": row.deadline_at_approval(clock.now())
        if row.status in OPEN and row.kind == Kind.AMEND
        else None,
    }
    return render(request, "changes/change.html", context)


def _own(asked: list[Consultation], user: Any) -> Consultation | None:
    """The answer that this reader still owes."""
    return next((one for one in asked if one.status == S.ASKED and rules.answers(user, one)), None)


def _refusal(row: Change) -> str:
    if row.status != C.REFUSED:
        return ""
    said = [event for event in timeline(row.audit_stream) if event.action == "change.refuse"]
    return next((str(e.note_data.get("reason", "")) for e in reversed(said) if e.subject_id == str(row.pk)), "")


@signed_in
def propose(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    need = inside(request, pk)
    if kind not in Kind.values:
        raise Http404
    if not rules.may_propose(request.user, need):
        raise PermissionDenied(_("只有发榜单位和管委会经办可以提出变更。"))
    if (waiting := open_change(need)) and request.method != "POST":
        messages.warning(request, _("本榜单已有一项变更申请在办理，办完后再提。"))
        return redirect(waiting)
    if reason := rules.why_not(need, kind):
        messages.warning(request, str(reason))
        return redirect(need)
    return _amend(request, need) if kind == Kind.AMEND else _ask(request, need, kind)


def _ask(request: HttpRequest, need: Need, kind: str) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ExtendForm(posted, need=need) if kind == Kind.EXTEND else TakeDownForm(posted)
    context = {"need": need, "form": form, "kind": kind, "label": LABELS[kind]}
    if posted is None:
        return render(request, "changes/ask.html", context)
    if not form.is_valid():
        return render(request, "changes/ask.html", context, status=422)
    verb: Any = propose_extension if kind == Kind.EXTEND else ask_to_take_down
    try:
        return _sent(request, verb(need, by=request.user, **form.cleaned_data))
    except Refused as refused:
        return render(request, "changes/ask.html", {**context, "refusal": str(refused)}, status=409)


def _amend(request: HttpRequest, need: Need) -> HttpResponse:
    if request.method != "POST":
        return _form(request, need, amend_form.shown(need))
    if not carries_a_form(request.POST):
        return _form(request, need, amend_form.shown(need), status=409, refusal=NOTHING_CAME)
    sheet = amend_form.filled(need, request.POST)
    if sheet.is_stale:
        again = amend_form.filled(need, request.POST, base=need.published_hash)
        return _form(request, need, again, status=409, stale=True)
    if not sheet.is_valid():
        return _form(request, need, sheet, status=422)
    rows = sheet.indicators()
    if not any(row.is_quantified for row in rows):
        return _form(request, need, sheet, status=422, refusal=_("至少要有一项量化指标，例如“拉伸强度 ≥ 25 MPa”。"))
    try:
        made = propose_amendment(
            sheet.reads(), indicators=rows, reason=sheet.form.cleaned_data["reason"], by=request.user
        )
    except Refused as refused:
        return _form(request, inside(request, need.pk), sheet, status=409, refusal=str(refused))
    return _sent(request, made)


def _form(request: HttpRequest, need: Need, sheet: amend_form.Sheet, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "need": need,
        "sheet": sheet,
        "beside": [sheet.rows, sheet.answers],
        "partners": joint.names(need),
        **more,
    }
    return render(request, "changes/amend.html", context, status=status)


def _sent(request: HttpRequest, made: Change) -> HttpResponse:
    if made.status == C.CONSULTING:
        messages.success(request, _("变更申请已提交，先征求联合单位意见，都同意后报管委会审批。"))
    else:
        messages.success(request, _("变更申请已提交，批准后立即生效并公开。"))
    return redirect(made)
