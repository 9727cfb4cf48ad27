"""来源功劳 of one's own agency: what was credited to it, for which needs, and what became of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from core import clock
from diagnoses.models import Assignment
from needs.models import Need
from reports.credits import CONTRACTED, DIAGNOSED, LABELS, MEANINGS, PUBLISHED, SOURCED, Row, credited_to
from web.access import signed_in

PAGE = 20


@dataclass(frozen=True)
class Line:
    """One need, as much of it as whoever brought it may know: never where an unlisted one stands."""

    need: Need
    address: str
    why: list[Any]  # SOURCED, DIAGNOSED as people read them
    became: list[Any]


def agencies_of(user: Any) -> list[Organisation]:
    return [one for one in user.organisations() if one.kind == Organisation.Kind.AGENCY]


@signed_in
@require_safe
def agency_credits(request: HttpRequest) -> HttpResponse:
    """One agency's figures, and the needs of the one that was clicked; else all of them."""
    rows = credited_to(agencies_of(request.user))
    who, what = request.GET.get("who", ""), request.GET.get("what", "")
    row = next((row for row in rows if str(row.pk) == who), rows[0] if rows else None)
    what = what if what in LABELS else ""
    context: dict[str, Any] = {
        "rows": rows,
        "row": row,
        "what": what,
        "meaning": MEANINGS.get(what),
        "meanings": [(LABELS[name], meaning) for name, meaning in MEANINGS.items()],
        "made_at": clock.now(),
    }
    if row:
        page = Paginator(_needs(row, what), PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "lines": _lines(row, list(page), request.user)}
    return render(request, "agency/credits.html", context)


def _needs(row: Row, what: str) -> Any:
    keys = row.needs[what] if what else row.needs[SOURCED] | row.needs[DIAGNOSED]
    found = Need.objects.filter(pk__in=keys).select_related("organisation")
    return found.only("title", "number", "organisation__name").order_by("-submitted_at", "pk")


def _lines(row: Row, needs: list[Need], user: Any) -> list[Line]:
    given = Assignment.objects.of_agencies(user).filter(need__in=needs, agency=row.pk).order_by("created_at")
    work: dict[UUID, str] = {one.need_id: one.get_absolute_url() for one in given}
    return [
        Line(
            need,
            need.public_url if need.number else work.get(need.pk, ""),
            [LABELS[name] for name in (SOURCED, DIAGNOSED) if need.pk in row.needs[name]],
            [LABELS[name] for name in (PUBLISHED, CONTRACTED) if need.pk in row.needs[name]],
        )
        for need in needs
    ]
