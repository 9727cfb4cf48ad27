"""The zone's first screen: what waits for me, where the funnel leaks, who is late."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING
from core import clock, workdays
from reports.funnel import funnel as count_funnel
from reports.periods import of_year
from reports.stuck import UNSIGNED_INTENT, stuck
from web.access import staff
from web.office import overview
from web.office.funnel_pages import linked
from web.office.oversight import machine_facts
from workflow.queries import Todo, todo

FIRST, STUCK = 5, 8  # rows on the first screen: it is read without scrolling
MOST, PER_PAGE = 200, 50


def is_late(item: Todo) -> bool:
    return item.lamp.key in ("yellow", "red")


@staff()
@require_safe
def office_home(request: HttpRequest) -> HttpResponse:
    now = workdays.now()
    waiting = todo(request.user, limit=MOST, now=now)
    context = {
        "today": clock.day_of(now),
        "waiting": waiting[:FIRST],
        "count": len(waiting),
        "most": MOST,
        "late": sum(map(is_late, waiting)),
        "warnings": overview.warnings(clock.day_of(now), request.user),
    }
    if request.user.has_role(*OPERATING):
        context |= business(request.user, now)
    else:  # administrators keep the machine; the zone's business is not theirs
        context |= machine_facts(request.user)
    return render(request, "office/home.html", context)


def business(user: Any, now: datetime) -> dict[str, Any]:
    """The funnel, the lists, the lamps and the money against its target; then what does not move."""
    funnel, in_hand = linked(count_funnel(of_year(now=now))), overview.InHand(now)
    everything = stuck(user, limit=MOST, now=now)
    return {
        "funnel": funnel,
        "unsigned": sum(row.why == UNSIGNED_INTENT for row in everything),
        "unmatched": in_hand.unmatched,
        "contracted": funnel["signed"],
        "target": Decimal(settings.CONTRACT_TARGET or 0),
        "lists": in_hand.lists(),
        "lamps": in_hand.lamps(),
        "stuck": everything[:STUCK],
        "stuck_count": len(everything),
    }


@staff()
@require_safe
def office_todo(request: HttpRequest) -> HttpResponse:
    """Everything that waits for me, by kind and by lateness."""
    waiting = todo(request.user, limit=MOST)
    kinds = {item.machine.noun: item.machine.label for item in waiting}
    tabs = [("", "", len(waiting)), *((noun, label, _of(waiting, noun)) for noun, label in kinds.items())]
    kind, late = request.GET.get("kind", ""), bool(request.GET.get("late"))
    rows = [item for item in waiting if kind in ("", item.machine.noun) and (is_late(item) or not late)]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": tabs, "kind": kind, "late": late, "most": MOST, "full": len(waiting) == MOST}
    return render(request, "office/todo.html", context)


def _of(waiting: list[Todo], noun: str) -> int:
    return sum(item.machine.noun == noun for item in waiting)
