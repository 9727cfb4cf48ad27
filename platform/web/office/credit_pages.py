"""来源功劳 as a page and as Excel; every figure opens the needs it counts."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import OPERATING
from core import clock
from reports.credits import COLUMNS, LABELS, MEANINGS, credited, needs_behind
from web.access import staff
from web.office.sheets import export

PER_PAGE = 50


@staff(*OPERATING)
@require_http_methods(["GET", "HEAD", "POST"])
def office_credits(request: HttpRequest) -> HttpResponse:
    rows = credited(request.user)
    if request.method == "POST":
        return export(
            request, kind="ledger.credits", title=_("来源功劳台账"), columns=COLUMNS, rows=rows, count=len(rows)
        )
    meanings = [(LABELS[what], meaning) for what, meaning in MEANINGS.items()]
    context = {"rows": rows, "labels": LABELS.values(), "meanings": meanings, "made_at": clock.now()}
    return render(request, "office/credits.html", context)


@staff(*OPERATING)
@require_safe
def office_credit_needs(request: HttpRequest) -> HttpResponse:
    what = request.GET.get("what", "")
    if what not in MEANINGS:
        return redirect("office_credits")
    row, found = needs_behind(request.user, request.GET.get("who", ""), what)
    if row is None:
        raise Http404
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "office/credit_needs.html", {"row": row, "page": page, "meaning": MEANINGS[what]})
