"""Whether a team is matched automatically: what that means, who has switched it and when."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from audit.models import Event
from teams.matching import allow_matching, refuse_matching
from teams.models import Team
from teams.rules import runs
from web.access import signed_in

ACTIONS = ("team.unmatch", "team.match")


@signed_in
def team_matching(request: HttpRequest, pk: UUID) -> HttpResponse:
    seen = Team.objects.visible_to(request.user).select_related("organisation", "matching_refused_by")
    team = get_object_or_404(seen, pk=pk)
    may = runs(request.user, team)
    if request.method == "POST":
        if not may:
            raise PermissionDenied(_("只有团队负责人或单位管理员可以开关自动匹配。"))
        return _switch(request, team)
    events = Event.objects.filter(stream=team.audit_stream, subject=f"teams.team:{team.pk}", action__in=ACTIONS)
    context = {"team": team, "runs": may, "events": events.order_by("-seq")[:10]}
    return render(request, "works/matching.html", context)


def _switch(request: HttpRequest, team: Team) -> HttpResponse:
    by: Any = request.user
    if request.POST.get("matching") == "on":
        allow_matching(team, by=by)
        messages.success(request, _("已开启自动匹配。"))
    else:
        refuse_matching(team, by=by)
        messages.success(request, _("已关闭自动匹配，几秒钟内生效。"))
    return redirect("team_matching", team.pk)
