"""The public pages that tell how the zone is doing: home, results, notices, the funnel, how to take part."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core import clock
from discovery.search import CLOSES_THIS_WEEK, IS_OPEN, listings
from needs.models import Need
from needs.states import N
from proposals.models import Proposal
from reports.funnel import funnel as count_funnel
from reports.periods import of_year
from web.access import public
from web.public.listings import CHOSEN
from web.public.notices import notices

PER_PAGE = 20
SOON = 6
LATEST = 5
WIDE = ("search", "search_text", "wrapped_key", "confidential", "problem", "present", "goal", "conditions", "typed")
RESULTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "selected": (_("已选定"), (N.SELECTED, N.INTENDED)),
    "contracted": (_("已签约"), (N.CONTRACTED, N.COMPLETED, N.TERMINATED)),
    "failed": (_("未选定"), (N.FAILED,)),
}
ALL_RESULTS = tuple(status for _label, statuses in RESULTS.values() for status in statuses)


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    open_now = listings().filter(IS_OPEN)
    context = {
        "counts": open_now.aggregate(open=Count("pk"), week=Count("pk", filter=CLOSES_THIS_WEEK)),
        "closing": open_now.select_related("organisation").defer(*WIDE).order_by("bid_deadline", "pk")[:SOON],
        "funnel": count_funnel(of_year(now=now)),
        "results": results()[:LATEST],
        "notices": notices()[:LATEST],
        "now": now,
    }
    return render(request, "public/home.html", context)


@public
@require_safe
def result_list(request: HttpRequest) -> HttpResponse:
    """What became of the listings: chosen, signed, or nobody chosen. One that is still compared has no result."""
    kind = request.GET.get("state", "")
    counts = listings().aggregate(
        all=Count("pk", filter=Q(status__in=ALL_RESULTS)),
        **{key: Count("pk", filter=Q(status__in=statuses)) for key, (_label, statuses) in RESULTS.items()},
    )
    found = results(RESULTS[kind][1]) if kind in RESULTS else results()
    tabs = [("", _("全部"), counts["all"])] + [(key, row[0], counts[key]) for key, row in RESULTS.items()]
    page = Paginator(found, PER_PAGE)
    page.count = counts[kind if kind in RESULTS else "all"]  # type: ignore[misc]
    return render(
        request, "public/results.html", {"tabs": tabs, "kind": kind, "page": page.get_page(request.GET.get("page"))}
    )


@public
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    page: Page[Any] = Paginator(notices(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "public/notices.html", {"page": page})


@public
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """The zone's figures with their definitions; where the records are public, they are a click away."""
    now = clock.now()
    this_year = clock.day_of(now).year
    years = [this_year - back for back in range(3)]
    year = next((year for year in years if str(year) == request.GET.get("year")), this_year)
    return render(request, "public/funnel.html", {"funnel": count_funnel(of_year(year, now=now)), "years": years})


@public
@require_safe
def how_to(request: HttpRequest) -> HttpResponse:
    return render(request, "public/how_to.html")


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html")


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


def results(statuses: tuple[str, ...] = ALL_RESULTS) -> QuerySet[Need]:
    """Listings with a result, the latest first, each with the chosen team; `had_bids` is the id of any bid."""
    chosen = Proposal.objects.filter(status__in=CHOSEN).select_related("team__organisation")
    chosen = chosen.only("need_id", "team__name", "team__organisation__name")
    any_bid = Proposal.objects.revealed().filter(need=OuterRef("pk")).order_by().values("pk")[:1]
    return (
        listings()
        .filter(status__in=statuses)
        .annotate(had_bids=Subquery(any_bid))  # not Exists: PostgreSQL would read every bid there is, for one page
        .select_related("organisation")
        .defer(*WIDE)
        .prefetch_related(Prefetch("proposals", chosen, to_attr="chosen"))
        .order_by("-status_since", "pk")
    )
