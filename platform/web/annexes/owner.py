"""The annex of a need for its enterprise and the zone: under what teams may read it, who asked, who read what."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.roles import OPERATING
from accounts.rules import belongs
from annexes.actions import save_terms
from annexes.models import AnnexRequest, Read
from annexes.papers import what_was_read
from annexes.queries import agreement_in_force, annex_files, terms_of
from annexes.states import ENDED
from core.search import asked
from needs.models import Need
from reports.ledgers import COUNT, MOMENT, Column
from web.access import signed_in
from web.annexes.forms import TermsForm
from web.cases.needs import inside
from web.cases.rows import rows
from web.drafts import version_of
from web.office.sheets import export
from workflow.machine import Refused, Stale

PER_PAGE = 50
COLUMNS = (
    Column(gettext_lazy("序号"), lambda read: read.number, COUNT, 8),
    Column(gettext_lazy("时间"), lambda read: read.created_at, MOMENT, 18),
    Column(gettext_lazy("查阅人"), lambda read: read.reader.name, width=14),
    Column(gettext_lazy("查阅单位"), lambda read: organisation_of(read), width=28),
    Column(gettext_lazy("内容"), what_was_read, width=40),
    Column(gettext_lazy("水印"), lambda read: _("带水印") if read.is_marked else "", width=8),
    Column("SHA-256", lambda read: read.file_sha256, width=66),
)


def organisation_of(read: Read) -> str:
    return read.organisation.name if read.organisation else _("管委会")


@signed_in
def annex(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = _load(request, pk)
    owner, terms = belongs(request.user, need.organisation), terms_of(need)
    if request.method == "POST" and not owner:
        raise PermissionDenied(_("只有发榜单位能设置查阅条件。"))
    form = TermsForm.of(terms, request.POST if request.method == "POST" else None)
    refusal, stale = "", False
    if form.is_bound and form.is_valid():
        try:
            save_terms(need, **form.given, by=request.user, revision=version_of(request.POST))
        except Stale as error:
            refusal, stale = str(error), True
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, _("查阅条件已保存。"))
            return redirect("need_annex", need.pk)
    terms = terms_of(need)
    found = AnnexRequest.objects.visible_to(request.user).filter(need=need)
    context = {
        "need": need,
        "owner": owner,
        "terms": terms,
        "form": form,
        "refusal": refusal,
        "may_change": owner and need.status not in ENDED,
        "agreement": agreement_in_force(need),
        "files": annex_files(need).count(),
        "rows": rows(found.select_related("team", "organisation", "need")),
        "reads": need.annex_reads.count(),
    }
    status = 409 if stale or refusal else 422 if form.errors else 200
    return render(request, "annexes/need.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who read what when; a POST takes it away as Excel."""
    need = _load(request, pk)
    words = asked(request.GET.get("q"))
    found = _reads(need, request.user, words)
    if request.method == "POST":
        title = _("保密附件查阅记录 %(number)s") % {"number": need.display_number}
        said = _("含“%(words)s”") % {"words": words} if words else need.title
        return export(
            request, kind="annex.reads", title=title, columns=COLUMNS, rows=found, count=found.count(), filters=said
        )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"need": need, "page": page, "words": words, "owner": belongs(request.user, need.organisation)}
    return render(request, "annexes/log.html", context)


def _reads(need: Need, user: Any, words: str) -> QuerySet[Read]:
    found = Read.objects.visible_to(user).filter(need=need).select_related("reader", "organisation")
    if words:
        found = found.filter(
            Q(reader__name__icontains=words) | Q(organisation__name__icontains=words) | Q(file_name__icontains=words)
        )
    return found


def _load(request: HttpRequest, pk: UUID) -> Need:
    """For the enterprise and the zone; who else was let into the case does not see who asks."""
    need = inside(request, pk)
    if not belongs(request.user, need.organisation) and not request.user.has_role(*OPERATING):
        raise Http404
    return need
