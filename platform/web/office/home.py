"""The zone's first screen: what waits for me, where the funnel leaks, who is late."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from web.access import staff
from web.office import overview
from workflow.queries import todo


@staff()
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
    return render(request, "office/home.html", context)
