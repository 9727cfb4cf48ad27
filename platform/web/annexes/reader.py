"""The annex of a listing for teams: ask for it, read it. Nothing is shown before the read is written down."""

import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING
from accounts.rules import belongs
from annexes import rules
from annexes.actions import accept, ask, note_read, number_read
from annexes.models import AnnexRequest
from annexes.papers import annex_text, words_across
from annexes.queries import agreement_in_force, annex_files, has_accepted, requests_of, terms_of
from annexes.states import LIVE, What
from core import files
from documents.pdf import pdf
from documents.stamp import stamped
from needs.models import Need
from teams.models import Team, managed_by
from web.access import signed_in
from web.annexes.forms import AcceptForm, AskForm
from web.teams.home import way_in
from workflow.machine import Refused

PDF = "application/pdf"


@signed_in
def annex(request: HttpRequest, number: str) -> HttpResponse:
    """What this person may do about the annex of this listing: read it, accept its agreement anew, ask for it."""
    need = _load(number)
    if belongs(request.user, need.organisation) or request.user.has_role(*OPERATING):
        return redirect("need_annex", need.pk)
    mine = requests_of(request.user, need)
    held = mine[0] if mine and mine[0].status in LIVE else None
    if held is None:
        return _ask(request, need, mine)
    if held.status == "granted" and not has_accepted(held, agreement_in_force(need)):
        return _renew(request, held)
    if rules.may_read(request.user, held):
        return _read(request, held)
    return redirect(held)


def _read(request: HttpRequest, held: AnnexRequest) -> HttpResponse:
    read = note_read(held, what=What.PAGE, by=request.user)
    context = {"need": held.need, "held": held, "files": annex_files(held.need), "read": read, "pdf_type": PDF}
    return render(request, "annexes/read.html", context)


@signed_in
@require_safe
def text(request: HttpRequest, number: str) -> HttpResponseBase:
    """The note as a PDF, with the reader's name across every page."""
    held = _readable(request, number)
    if not held.need.confidential.strip():
        raise Http404
    n = number_read(held, by=request.user)
    made = annex_text(held.need)
    data = pdf(made, watermark=words_across(request.user, held.organisation, held.need, n))
    note_read(held, what=What.TEXT, by=request.user, is_marked=True, number=n)
    return _bytes(io.BytesIO(data), f"{made.name}.pdf", PDF)


@signed_in
@require_safe
def file(request: HttpRequest, number: str, pk: UUID) -> HttpResponseBase:
    """One attachment; a PDF carries the reader's name across every page, where it can be read at all."""
    held = _readable(request, number)
    row = get_object_or_404(annex_files(held.need), pk=pk)
    try:
        content: Any = files.read(row)
    except FileNotFoundError:
        raise Http404 from None
    except files.FileRefused as error:
        return render(request, "file_refused.html", {"file": row, "why": error.sentence}, status=409)
    n, marked = number_read(held, by=request.user), None
    if row.content_type == PDF:
        marked = stamped(content.read(), words_across(request.user, held.organisation, held.need, n))
        content.seek(0)
    note_read(held, what=What.FILE, by=request.user, file=row, is_marked=marked is not None, number=n)
    return _bytes(io.BytesIO(marked) if marked is not None else content, row.name, row.content_type)


# ── asking ──────────────────────────────────────────────────────────────────────
def _ask(request: HttpRequest, need: Need, before: list[AnnexRequest]) -> HttpResponse:
    closed = str(rules.may_be_asked_for(need))
    teams = [] if closed else committed(request.user, need)
    agreement, refusal = agreement_in_force(need), ""
    form = AskForm(request.POST or None, agreement=agreement, teams=teams)
    if request.method == "POST" and teams and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("team", "purpose", "sha256")}
        try:
            made = ask(need, **given, by=request.user)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, _("申请已提交，发榜方 3 个工作日内答复。"))
            return redirect(made if made.status != "granted" else "listing_annex", *_args(made))
    member = Team.objects.of(request.user).exclude(organisation=need.organisation).exists()
    context = {
        "need": need, "closed": closed, "teams": teams, "form": form, "agreement": agreement, "refusal": refusal,
        "automatic": terms_of(need).auto_grant, "before": before, "member": member,
        **({} if member or teams else way_in(request.user)),
    }  # fmt: skip
    status = 409 if refusal else 422 if teams and form.errors else 200
    return render(request, "annexes/ask.html", context, status=status)


def _args(made: AnnexRequest) -> list[Any]:
    return [made.need.number] if made.status == "granted" else []


def _renew(request: HttpRequest, held: AnnexRequest) -> HttpResponse:
    """The agreement has a new version: until it is accepted, nobody of the team reads."""
    agreement, refusal = agreement_in_force(held.need), ""
    form = AcceptForm(request.POST or None, agreement=agreement)
    may = rules.may_commit(request.user, held.team)
    if request.method == "POST" and form.is_valid():
        try:
            accept(held, sha256=form.cleaned_data["sha256"], by=request.user)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, _("已接受新版本的保密约定。"))
            return redirect("listing_annex", held.need.number)
    context = {"need": held.need, "held": held, "agreement": agreement, "form": form, "may": may, "refusal": refusal}
    return render(request, "annexes/renew.html", context, status=409 if refusal else 422 if form.errors else 200)


def committed(user: Any, need: Need) -> list[Team]:
    """The teams this person may bind the organisation of, the enterprise's own left out."""
    rows = Team.objects.filter(Q(leader=user) | Q(organisation__in=managed_by(user)))
    rows = rows.exclude(organisation=need.organisation).select_related("organisation")
    return [team for team in rows if rules.may_commit(user, team)]


# ── reading ─────────────────────────────────────────────────────────────────────
def _load(number: str) -> Need:
    return get_object_or_404(Need.objects.listed().select_related("organisation", "batch"), number=number)


def _readable(request: HttpRequest, number: str) -> AnnexRequest:
    """The grant this person reads by; whoever has none learns nothing."""
    need = _load(number)
    held = next((one for one in requests_of(request.user, need) if rules.may_read(request.user, one)), None)
    if held is None or not has_accepted(held, agreement_in_force(need)):
        raise Http404
    return held


def _bytes(content: Any, name: str, content_type: str) -> FileResponse:
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
