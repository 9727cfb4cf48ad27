"""A team's works on its own pages: list, one work, entered, edited, removed, brought back."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from teams.models import Team
from web.access import public, signed_in
from web.teams.work_forms import WorkForm
from web.teams.work_lists import listed
from workflow.machine import Refused
from works import actions
from works.models import Import, Work
from works.queries import elsewhere
from works.rules import keeps

REMOVED = "removed_work"  # in the session: the one work that can be brought back


def team_of(request: HttpRequest, pk: UUID) -> Team:
    return get_object_or_404(Team.objects.visible_to(request.user).select_related("organisation"), pk=pk)


def kept_team(request: HttpRequest, pk: UUID) -> Team:
    """For whoever may change the list."""
    found = team_of(request, pk)
    if not keeps(request.user, found):
        raise PermissionDenied(_t("只有团队成员和单位管理员可以改团队成果。"))
    return found


@signed_in
@require_safe
def team_works(request: HttpRequest, pk: UUID) -> HttpResponse:
    team = team_of(request, pk)
    works = Work.objects.visible_to(request.user).filter(team=team)
    may = keeps(request.user, team)
    context = {
        "team": team,
        "found": listed(request, works, all_label=_("全部")),
        "keeps": may,
        "imports": Import.objects.visible_to(request.user).filter(team=team)[:5] if may else (),
        "undo": request.session.get(REMOVED, {}).get("title") if _removed(request, team) else "",
    }
    return render(request, "works/team_works.html", context)


@public
@require_safe
def work(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whoever may see it, without a login where it is public."""
    seen = Work.objects.visible_to(request.user).select_related("team__organisation")
    found = get_object_or_404(seen, pk=pk)
    inside = Team.objects.visible_to(request.user).filter(pk=found.team_id).exists()
    context = {
        "work": found,
        "team": found.team,
        "inside": inside,
        "keeps": inside and keeps(request.user, found.team),
        "elsewhere": elsewhere(found),
    }
    return render(request, "works/work.html", context)


@signed_in
def work_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    team = kept_team(request, pk)
    form = WorkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_work(team, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("title", str(refused))
        else:
            messages.success(request, _t("已登记“%(title)s”。") % {"title": made.title[:60]})
            again = "again" in request.POST
            return redirect("work_new" if again else "team_works", team.pk)
    return render(request, "works/work_form.html", {"form": form, "team": team}, status=422 if form.errors else 200)


@signed_in
def work_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _kept_work(request, pk)
    initial = {name: getattr(found, name) for name in actions.FIELDS}
    initial["keywords"] = "、".join(found.keywords)
    form = WorkForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_work(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("title", str(refused))
        else:
            messages.success(request, _t("已保存。"))
            return redirect(found)
    context = {"form": form, "team": found.team, "work": found}
    return render(request, "works/work_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def work_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _kept_work(request, pk)
    kept = actions.remove_work(found, by=request.user)
    if kept["amount"] is not None:
        kept["amount"] = str(kept["amount"])
    request.session[REMOVED] = {"team": str(found.team_id), **kept}
    messages.success(request, _t("已删除“%(title)s”。") % {"title": found.title[:60]})
    return redirect("team_works", found.team_id)


@signed_in
@require_POST
def work_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring back the work that was removed last, while this login lasts."""
    team = kept_team(request, pk)
    if _removed(request, team):
        kept = {name: value for name, value in request.session.pop(REMOVED).items() if name != "team"}
        kept["amount"] = Decimal(kept["amount"]) if kept["amount"] else None
        try:
            made = actions.add_work(team, by=request.user, **kept)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _t("已恢复“%(title)s”。") % {"title": made.title[:60]})
    else:
        messages.warning(request, _t("没有可以恢复的成果。"))
    return redirect("team_works", team.pk)


def _removed(request: HttpRequest, team: Team) -> bool:
    return bool(request.session.get(REMOVED, {}).get("team") == str(team.pk))


def _kept_work(request: HttpRequest, pk: UUID) -> Any:
    """One of a team that this person sees from inside; of a stranger's not even its existence is said."""
    inside = Team.objects.visible_to(request.user)
    found = get_object_or_404(Work.objects.filter(team__in=inside).select_related("team__organisation"), pk=pk)
    if not keeps(request.user, found.team):
        raise PermissionDenied(_t("只有团队成员和单位管理员可以改团队成果。"))
    return found
