"""The zone's first screen: what waits for me, where the funnel leaks, who is late."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING
from core import clock, workdays
from reports.funnel import funnel as count_funnel
from reports.periods import of_year
from reports.stuck import stuck
from web.access import staff
from web.office import overview
from web.office.funnel_pages import linked
from workflow.queries import todo

STUCK = 8


@staff()
@require_safe
def office_home(request: HttpRequest) -> HttpResponse:
    now = workdays.now()
    today, waiting, in_hand = clock.day_of(now), todo(request.user, limit=200, now=now), overview.InHand(now)
    late = sum(item.lamp.key in ("yellow", "red") for item in waiting)
    context = {
        "waiting": waiting[:12],
        "count": len(waiting),
        "late": late,
        "lists": in_hand.lists(),
        "lamps": in_hand.lamps(),
        "money": overview.money(today),
        "warnings": overview.warnings(today),
    }
    if request.user.has_role(*OPERATING):  # administrators keep the machine; the zone's business is not theirs
        late_ones = stuck(request.user, limit=STUCK + 1, now=now)
        context |= {"funnel": linked(count_funnel(of_year(now=now))), "stuck": late_ones, "most": STUCK}
    return render(request, "office/home.html", context)
