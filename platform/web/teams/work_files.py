"""Works to take along, and the empty table to fill in."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports.workbook import XLSX
from web.access import signed_in
from web.downloads import download
from web.teams.work_lists import listed
from web.teams.works import team_of
from works import exporting
from works.models import Work

TEXTS = {"jsonl": (exporting.jsonl, "application/jsonl"), "bib": (exporting.bibtex, "application/x-bibtex")}


@signed_in
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    return download(exporting.template(), _("团队成果导入模板.xlsx"), XLSX)


@signed_in
@require_safe
def export(request: HttpRequest, pk: UUID, form: str) -> HttpResponseBase:
    """Exactly what the list shows, all pages of it."""
    team = team_of(request, pk)
    found = listed(request, Work.objects.visible_to(request.user).filter(team=team), all_label="")
    works = found.chosen.iterator(chunk_size=2000)
    name = f"{_('团队成果')}-{team.name}.{form}"
    if form == "xlsx":
        if found.page.paginator.count > exporting.MOST_IN_A_SHEET:
            most = {"n": exporting.MOST_IN_A_SHEET}
            messages.error(request, _("超过 %(n)s 项，请先按类别或年份筛选，或导出 JSONL。") % most)
            return redirect("team_works", team.pk)
        return download(exporting.xlsx(works), name, XLSX)
    if form not in TEXTS:
        raise Http404
    write, content_type = TEXTS[form]
    answer = StreamingHttpResponse(write(works), content_type=f"{content_type}; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer
