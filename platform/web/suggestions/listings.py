"""适合我们的榜单: listings suggested to a team, each with why; what the team contests; whether it is told weekly."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import OPERATING
from accounts.rules import holds, manages
from core import clock
from proposals.models import Proposal
from proposals.states import P
from suggestions import rules
from suggestions.actions import switch_digest
from suggestions.digest import is_told
from suggestions.models import Suggestion
from suggestions.queries import Match, contested, fitting
from teams.models import Team
from web.access import signed_in
from web.suggestions.reading import explained, good, weak
from web.suggestions.solvers import just_judged

PAGE, MOST = 10, 100
OVER = (P.WITHDRAWN, P.EXPIRED, P.VOID)


def fits(user: Any, teams: Sequence[Team], *, most: int) -> list[Match]:
    """Open listings for those of the teams that have left matching on, without those they bid for already."""
    matched = [team for team in teams if team.is_matched]
    besides = begun(user).values_list("need", flat=True)
    return fitting(user, matched, most=most, besides=besides, brief=True) if matched else []


def speaks_for_any(user: Any, teams: Sequence[Team]) -> bool:
    """As `teams.rules.runs`, of teams he is known to work in."""
    return any(team.leader_id == user.pk or manages(user, team.organisation) for team in teams)


def begun(user: Any) -> QuerySet[Proposal]:
    """What this person's own teams have begun or handed in."""
    return Proposal.objects.of_team(user).exclude(status__in=OVER)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def team_suggestions(request: HttpRequest) -> HttpResponse:
    """A POST switches the weekly digest."""
    user: Any = request.user
    if request.method == "POST":
        return _switch(request)
    teams = list(Team.objects.of(user).select_related("organisation"))
    found = fits(user, teams, most=MOST)
    page = Paginator(good(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "teams": teams,
        "off": [team for team in teams if not team.is_matched],
        "page": page,
        "matches": list(page),
        "weak": weak(found)[:PAGE] if page.number == page.paginator.num_pages else [],
        "judged": list(contested(user, teams)) if teams else [],
        "may_judge": speaks_for_any(user, teams),
        "undo": just_judged(request),
        "leads": any(team.leader_id == user.pk for team in teams),
        "is_told": is_told(user),
        "clock": clock.now(),
    }
    return render(request, "suggestions/team.html", context)


def _switch(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    on = request.POST.get("digest") == "on"
    switch_digest(on=on, by=user)
    messages.success(request, _("已开启每周提醒。") if on else _("已关闭每周提醒。"))
    return redirect("team_suggestions")


@signed_in
@require_safe
def suggestion(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One match, explained whole: which works, which sentences, which other things, and how to refuse or contest it."""
    rows = Suggestion.objects.visible_to(request.user).select_related("need__organisation", "team__organisation")
    row = get_object_or_404(rows, pk=pk)
    match = explained(row, request.user)
    ours = Team.objects.of(request.user).filter(pk=row.team_id).exists()
    context = {
        "row": row,
        "match": match,
        "need": row.need,
        "team": row.team,
        "ours": ours,
        "staff": holds(request.user, *OPERATING),
        "may_judge": bool(ours and rules.may_contest(request.user, row.team)),
    }
    return render(request, "suggestions/suggestion.html", context)
