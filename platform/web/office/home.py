"""The zone's first screen: what waits for me, where the funnel leaks, who is late."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING
from reports.funnel import funnel as count_funnel
from reports.stuck import stuck
from web.access import staff
from web.office import overview
from web.office.funnel_pages import linked
from workflow.queries import todo

STUCK = 8


@staff()
@require_safe
def office_home(request: HttpRequest) -> HttpResponse:
    waiting = todo(request.user, limit=200)
    late = sum(item.lamp.key in ("yellow", "red") for item in waiting)
    context = {
        "waiting": waiting[:12],
        "count": len(waiting),
        "late": late,
        "lists": overview.three_lists(),
        "lamps": overview.lamps(),
        "money": overview.money(),
        "warnings": overview.warnings(),
    }
    if request.user.has_role(*OPERATING):  # administrators keep the machine; the zone's business is not theirs
        context |= {"funnel": linked(count_funnel()), "stuck": stuck(request.user, limit=STUCK + 1), "most": STUCK}
    return render(request, "office/home.html", context)
