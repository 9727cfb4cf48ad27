"""Needs for which no team matches well: which, and what the officer can do about each."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING, Role
from diagnoses.queries import with_assignments
from diagnoses.rules import ON_THE_DESK
from needs.clarity import Clarity, clarity
from needs.models import Need
from suggestions.models import Suggestion
from suggestions.queries import Unmatched, unmatched
from web.access import staff

PAGE = 25


@dataclass(frozen=True)
class Way:
    label: Any
    url: str


@dataclass(frozen=True)
class Line:
    need: Need
    best: Suggestion | None
    clarity: Clarity
    ways: tuple[Way, ...]


@staff(*OPERATING)
@require_safe
def office_unmatched(request: HttpRequest) -> HttpResponse:
    page = Paginator(unmatched(request.user), PAGE).get_page(request.GET.get("page"))
    prefetch_related_objects([one.need for one in page], with_assignments())
    rows = [_line(one, request.user) for one in page]
    return render(request, "suggestions/unmatched.html", {"page": page, "rows": rows})


def _line(one: Unmatched, user: Any) -> Line:
    return Line(one.need, one.best, clarity(one.need), tuple(_ways(one.need, user)))


def _ways(need: Any, user: Any) -> list[Way]:
    """Before the listing: have it diagnosed, or reword it. Afterwards: look what else can be done, pass it on."""
    if need.number is not None:
        return [
            Way(_("看关注度，商量更正"), reverse("need_rescue", args=[need.pk])),
            Way(_("下载榜单公告去转发"), reverse("listing_document", args=[need.number, "docx"])),
        ]
    if need.status not in ON_THE_DESK or need.handed:
        return []
    mine = user.has_role(Role.OFFICER) and need.handler_id in (None, user.pk)
    found = []
    if mine or user.has_role(Role.REVIEWER, Role.LEADER):
        found.append(Way(_("请服务机构诊断"), f"{reverse('need_assign', args=[need.pk])}?duty=diagnosis"))
    if mine:
        found.append(Way(_("提改写建议"), reverse("need_rewrite", args=[need.pk])))
    return found
