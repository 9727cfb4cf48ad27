"""While a need is being written: have teams done something like it? By words alone, and never in the way of a save."""

from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from needs.clarity import clarity
from needs.models import Need
from suggestions.live import Live, live
from web.access import signed_in
from web.owners.need_page import load

PAUSE, MOST, WINDOW = 2, 60, 600  # seconds between two looks; looks in so many seconds


@signed_in
@require_safe
def need_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For what has been saved. A part for htmx, a page for everybody else; who asks too often gets no new answer."""
    need = load(request, pk)
    part = request.htmx  # type: ignore[attr-defined]
    if _too_often(request.user):
        if part:
            return HttpResponse(status=204)  # htmx leaves what stands there
        return render(request, "suggestions/live_page.html", {"need": need, "busy": True}, status=429)
    found = _look(need)
    context = {"need": need, "found": found, "next": clarity(need).next}
    return render(request, "suggestions/live.html" if part else "suggestions/live_page.html", context)


def _look(need: Need) -> Live:
    said = [need.problem, need.goal, need.present, *(f"{one.name} {one.requirement}" for one in need.indicators.all())]
    text = "\n".join([" ".join(need.keywords), *filter(None, said)])
    return live(text, title=need.title, organisation=need.organisation)


def _too_often(user: Any) -> bool:
    """Who could ask without end could also find out without end what teams keep to themselves."""
    if not cache.add(f"live:pause:{user.pk}", 1, timeout=PAUSE):
        return True
    key = f"live:count:{user.pk}"
    cache.add(key, 0, timeout=WINDOW)
    try:
        return bool(cache.incr(key) > MOST)
    except ValueError:  # it ran out between the two
        return False
