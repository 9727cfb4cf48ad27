"""A file of works: sent, looked into while the page shows how far it is, confirmed or cancelled, undone as a whole."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from core.refusals import FileRefused
from reports.workbook import XLSX
from web.access import signed_in
from web.downloads import download
from web.teams.work_forms import FileForm
from web.teams.works import kept_team
from workflow.machine import Refused
from works import importing
from works.exporting import remarks
from works.models import Import, ImportRow, Verdict
from works.taking import taken_so_far

PAGE = 50


@signed_in
def import_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    team = kept_team(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            made = importing.send_file(
                team, sent["file"], kind=sent["kind"], visibility=sent["visibility"], by=request.user
            )
        except (Refused, FileRefused) as refused:
            form.add_error("file", str(refused))
        else:
            return redirect(made)
    open_one = Import.objects.filter(team=team, done_at=None, cancelled_at=None, failed="").first()
    context = {"form": form, "team": team, "open_one": open_one}
    return render(request, "works/import_new.html", context, status=422 if form.errors else 200)


@signed_in
def work_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _load(request, pk)
    if request.method == "POST":
        return _do(request, job)
    return render(request, "works/import.html", _context(request, job))


@signed_in
@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the page that htmx asks for again and again; the whole page once it is over."""
    job = _load(request, pk)
    answer = render(request, "works/import_progress.html", _context(request, job))
    if not job.is_under_way:
        answer["HX-Refresh"] = "true"
    return answer


@signed_in
@require_safe
def rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was said about each row, to be put right in the file it came from."""
    job = _load(request, pk)
    return download(remarks(job), _t("导入检查结果.xlsx"), XLSX)


def _load(request: HttpRequest, pk: UUID) -> Import:
    return get_object_or_404(Import.objects.visible_to(request.user).select_related("team__organisation"), pk=pk)


def _do(request: HttpRequest, job: Import) -> HttpResponse:
    try:
        match request.POST.get("do"):
            case "confirm":
                importing.confirm(job, with_near=bool(request.POST.get("with_near")), by=request.user)
            case "cancel":
                importing.cancel(job, by=request.user)
                messages.success(request, _t("已取消，什么都没有导入。"))
                return redirect("team_works", job.team_id)
            case "undo":
                removed = importing.undo(job, by=request.user)
                messages.success(request, _t("已撤销这次导入，删除了 %(n)s 项。") % {"n": removed})
            case _other:
                raise Http404
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(job)


def _context(request: HttpRequest, job: Import) -> dict[str, Any]:
    """With the rows of one verdict, the ones that need a person first."""
    context: dict[str, Any] = {"job": job, "team": job.team, "stage": job.stage}
    if job.stage == "taking":
        context["taken"] = taken_so_far(job)
        context["wanted"] = job.fresh + (job.near if job.with_near else 0)
    if job.stage == "ready":
        context["remarked"] = ImportRow.objects.filter(job=job, verdict=Verdict.FRESH).exclude(said=[]).count()
    if job.stage == "done":
        context["untouched"] = importing.untouched(job).count()
    if job.stage in ("ready", "done"):
        shown = [verdict for verdict in ORDER if getattr(job, verdict)]
        if job.stage == "done":
            shown = [verdict for verdict in shown if verdict in (Verdict.WRONG, Verdict.SAME)]
        said = request.GET.get("verdict")
        verdict = said if said in shown else (shown[0] if shown else "")
        found = ImportRow.objects.filter(job=job, verdict=verdict)
        context["tabs"] = [(one, Verdict(one).label, getattr(job, one)) for one in shown]
        context["verdict"] = verdict
        context["page"] = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return context


ORDER = (Verdict.WRONG, Verdict.NEAR, Verdict.FRESH, Verdict.SAME)
