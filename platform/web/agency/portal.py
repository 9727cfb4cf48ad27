"""The service agency's own pages: what it was asked to do, what it is doing, what it has done."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core import workdays
from core.search import asked
from diagnoses.models import Assignment
from diagnoses.states import LIVE, A
from reports.credits import credited_to
from web.access import signed_in
from web.agency.credited import agencies_of
from web.cases.rows import row
from workflow.queries import todo

PAGE, ON_HOME = 20, 10
SIDES = ("assignee",)


class AssignmentFilter(forms.Form):
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部状态")), *A.choices])


def mine(user: Any) -> QuerySet[Assignment]:
    return (
        Assignment.objects.of_agencies(user)
        .select_related("need__organisation", "agency")
        .annotate(written=Count("entries"))
    )


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    agencies = agencies_of(user)
    now = workdays.now()
    live = mine(user).filter(status__in=LIVE).order_by(F("due_at").asc(nulls_last=True))
    rows = [row(one, now, sides=SIDES) for one in live]
    context = {
        "agencies": agencies,
        "credits": credited_to(agencies),
        "ready": any(one.is_verified for one in agencies),
        "offered": [one for one in rows if one.obj.status == A.OFFERED],
        "running": [one for one in rows if one.obj.status == A.ACCEPTED],
        "done": mine(user).exclude(status__in=LIVE).order_by("-status_since")[:ON_HOME],
        "others": [item for item in todo(user, now=now) if item.machine.noun != "assignment"][:5],
    }
    return render(request, "agency/home.html", context)


@signed_in
@require_safe
def assignments(request: HttpRequest) -> HttpResponse:
    """All of them, by state and by words."""
    form, words = AssignmentFilter(request.GET or None), asked(request.GET.get("q"))
    found = mine(request.user).order_by("-created_at", "pk")
    if form.is_valid() and form.cleaned_data["status"]:
        found = found.filter(status=form.cleaned_data["status"])
    if words:
        found = found.filter(need__title__icontains=words) | found.filter(need__organisation__name__icontains=words)
    page, now = Paginator(found, PAGE).get_page(request.GET.get("page")), workdays.now()
    rows = [row(one, now, sides=SIDES) for one in page]
    return render(request, "agency/assignments.html", {"form": form, "q": words, "page": page, "rows": rows})
