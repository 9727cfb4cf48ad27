"""The listings for programs: RSS of what is new, a calendar of deadlines, JSON, the sitemap. Each answers any search.

What they say is on the public pages already, and the same for everybody: they may be kept by caches for five minutes.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import F
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from core.clock import BEIJING
from core.ical import CONTENT_TYPE, Moment, calendar
from core.text import listed
from discovery.search import IS_OPEN, Criteria, listings
from needs.models import Need
from web.access import public
from web.public.addresses import absolute, feed_addresses, search_address

LONG_AGO = datetime(2020, 1, 1, tzinfo=BEIJING)
FRESH = 300  # seconds
NEWEST = 50
MOST_DEADLINES = 2000
PER_PAGE = 50
MOST_ADDRESSES = 45_000  # a sitemap may hold 50,000
PAGES = ("home", "listing_list", "result_list", "notice_list", "funnel", "how_to", "feeds")


def for_programs(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Public, GET only, kept for five minutes, and a 304 for whoever has it already."""

    @wraps(view, updated=())
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return public(require_safe(cache_control(public=True, max_age=FRESH)(conditional_page(answer))))


def criteria_of(request: HttpRequest) -> Criteria:
    return Criteria.read(dict(request.GET.lists()))


def named(criteria: Criteria) -> str:
    """新材料、正在揭榜 · 青岛高新区揭榜台."""
    whole = _("%(zone)s揭榜台榜单") % {"zone": settings.ZONE_NAME}
    return f"{listed(criteria.labels)} · {whole}" if criteria.labels else whole


# ── RSS ─────────────────────────────────────────────────────────────────────────
class Rss(Rss201rev2Feed):
    def latest_post_date(self) -> datetime:
        """Django says now where there is no item: a feed that finds nothing would be new at every look."""
        return super().latest_post_date() if self.items else LONG_AGO


class Listings(Feed):
    """The fifty newest that the search finds."""

    feed_type = Rss

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Criteria:
        return criteria_of(request)

    def title(self, criteria: Criteria) -> str:
        return named(criteria)

    def link(self, criteria: Criteria) -> str:
        return search_address("listing_list", criteria)

    def feed_url(self, criteria: Criteria) -> str:
        return search_address("listing_feed", criteria)

    def description(self, criteria: Criteria) -> str:
        return _("经管委会审核发布的技术需求，最新的在前。")

    def items(self, criteria: Criteria) -> Any:
        return criteria.rows.select_related("organisation").order_by("-published_at", "pk")[:NEWEST]

    def item_title(self, need: Any) -> str:
        return str(need.title)

    def item_description(self, need: Need) -> str:
        facts = [_("榜额：%(budget)s") % {"budget": need.budget_text}, _deadline(need)]
        if need.amendments or need.extensions:
            facts.append(_("更正 %(amended)s 次，延期 %(extended)s 次") % _changed(need))
        return f"{need.organisation.name}。{'；'.join(facts)}。{need.problem}"

    def item_link(self, need: Need) -> str:
        return absolute(need.public_url)

    def item_guid(self, need: Need) -> str:
        return absolute(need.public_url)

    item_guid_is_permalink = True

    def item_pubdate(self, need: Need) -> datetime | None:
        return need.published_at

    def item_categories(self, need: Need) -> list[str]:
        return [need.get_field_display(), *need.keywords]


rss = for_programs(Listings())


def _changed(need: Need) -> dict[str, int]:
    return {"amended": need.amendments, "extended": need.extensions}


def _deadline(need: Need) -> str:
    at = need.bid_deadline.astimezone(BEIJING) if need.bid_deadline else None
    return _("揭榜截止：%(at)s（北京时间）") % {"at": at.strftime("%Y-%m-%d %H:%M") if at else "—"}


# ── calendar ────────────────────────────────────────────────────────────────────
@for_programs
def deadlines(request: HttpRequest) -> HttpResponse:
    """The deadlines that lie ahead. An entry keeps its identity when its listing is extended."""
    criteria = criteria_of(request)
    rows = criteria.rows.filter(IS_OPEN).select_related("organisation").order_by("bid_deadline", "pk")
    text = calendar(named(criteria), map(_moment, rows[:MOST_DEADLINES]))
    response = HttpResponse(text, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return response


def _moment(need: Any) -> Moment:
    return Moment(
        uid=f"{need.number}@{settings.SITE_URL.partition('://')[2]}",
        at=need.bid_deadline,
        changed=max(need.published_at, need.status_since, need.changed_at or need.published_at),
        title=pgettext("calendar", "揭榜截止：%(title)s") % {"title": need.title},
        text=f"{need.number}\n{need.organisation.name}\n" + _("榜额：%(budget)s") % {"budget": need.budget_text},
        url=absolute(need.public_url),
    )


# ── JSON ────────────────────────────────────────────────────────────────────────
@for_programs
def listings_json(request: HttpRequest) -> JsonResponse:
    """A page of what the search finds; the page /listings/feeds/ says what each field means."""
    criteria = criteria_of(request)
    rows = criteria.rows.select_related("organisation").prefetch_related("indicators")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    answer = {
        "total": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "next": search_address("listing_json", criteria, page=page.number + 1) if page.has_next() else None,
        "documentation": absolute(reverse("feeds")),
        "listings": [_listing(need) for need in page],
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _listing(need: Any) -> dict[str, Any]:
    return {
        "number": need.number,
        "url": absolute(need.public_url),
        "title": need.title,
        "organisation": need.organisation.name,
        "region": need.region,
        "field": need.field,
        "field_label": need.get_field_display(),
        "industry": need.industry,
        "keywords": need.keywords,
        "problem": need.problem,
        "goal": need.goal,
        "budget": None if need.budget is None else str(need.budget),
        "cooperation": need.cooperation,
        "deliverables": need.deliverables,
        "phase": need.phase,
        "published_at": need.published_at,
        "deadline": need.bid_deadline,
        "amendments": need.amendments,
        "extensions": need.extensions,
        "indicators": [
            {"name": i.name, "requirement": i.requirement, "test_method": i.test_method, "hard": i.is_hard}
            for i in need.indicators.all()
        ],
    }


# ── what there is, for people and for search engines ────────────────────────────
@public
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """How to subscribe, with the addresses of this very search."""
    criteria = criteria_of(request)
    return render(request, "public/feeds.html", {"criteria": criteria, "addresses": feed_addresses(criteria)})


@for_programs
def sitemap(request: HttpRequest) -> HttpResponse:
    """The public pages and every listing with the day it last changed its state."""
    rows = (
        listings()
        .order_by("-published_at")
        .annotate(changed=Greatest(F("published_at"), F("status_since"), F("changed_at")))
    )
    known = [(absolute(reverse(name)), None) for name in PAGES]
    response = render(
        request,
        "public/sitemap.xml",
        {"known": known, "rows": _addresses(rows.values_list("number", "changed")[:MOST_ADDRESSES])},
        content_type="application/xml; charset=utf-8",
    )
    return response


def _addresses(rows: Any) -> Iterator[tuple[str, str]]:
    here = absolute(reverse("listing_list"))
    for number, changed in rows:
        yield f"{here}{number}/", changed.astimezone(BEIJING).date().isoformat()
