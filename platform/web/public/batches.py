"""/batches/: by which rules needs are called for and answered, for everybody, from the day the rules freeze."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING, Role
from audit.models import Event
from core import clock
from discovery.search import listings
from needs.additions import questions
from needs.codes import BID_FORM_MEANS, MODE_MEANS, SEALING_MEANS, BidForm, Mode, Sealing
from needs.listing import rules_content
from needs.models import Batch
from needs.states import BatchStatus, N
from needs.terms import terms
from reports.funnel import funnel, of_batch_in_public
from reports.periods import of_all_time
from web.access import public
from web.office.funnel_pages import linked
from workflow.clocks import due_after
from workflow.machine import Wait
from workflow.queries import Step
from workflow.registry import machine_for

WRITERS = (Role.OFFICER, Role.REVIEWER, Role.LEADER)
PER_PAGE = 20
WIDE = ("search", "search_text", "wrapped_key", "confidential", "problem", "present", "goal", "conditions", "typed")
GROUPS = {
    "open": gettext_lazy("正在征集"),
    "coming": gettext_lazy("即将征集"),
    "running": gettext_lazy("办理中"),
    "past": gettext_lazy("往期"),
}
GROUP_MEANS = {
    "open": gettext_lazy("企业现在就能提交需求。"),
    "coming": gettext_lazy("规则已经公布，到时开始接收；草稿现在就可以写。"),
    "running": gettext_lazy("征集已经截止，收到的需求正在审查、揭榜、比选或履约。"),
    "past": gettext_lazy("全部需求已有结果，归档备查。"),
}


@public
@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """Open, coming, under way, past: by the clock, whatever a late tick has left undone."""
    now = clock.now()
    listed = Count("needs", filter=Q(needs__number__isnull=False))
    rows = (
        Batch.objects.exclude(status=BatchStatus.DRAFT)
        .annotate(listings=listed)
        .order_by("-published_at", "-created_at")
    )
    groups: dict[str, list[dict[str, Any]]] = {key: [] for key in GROUPS}
    for row in rows:
        groups[group_of(row, now)].append({"batch": row, "state": row.state_at(now)})
    shown = [(key, GROUPS[key], GROUP_MEANS[key], found) for key, found in groups.items() if found]
    return render(request, "batches/list.html", {"groups": shown, "now": now})


def group_of(batch: Batch, now: datetime) -> str:
    if batch.status == BatchStatus.ARCHIVED:
        return "past"
    if batch.status == BatchStatus.OPEN and batch.opens_at is not None and now < batch.opens_at:
        return "coming"
    return "open" if batch.collecting(now) else "running"


@public
@require_safe
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Public once open: bidders read the rules before they write a line. The zone finds its buttons here, too."""
    row = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    return render(request, "batches/batch.html", {**shown(request, row), **of_the_office(request, row)})


@public
@require_safe
def batch_rules(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The very bytes whose sha-256 is published."""
    row = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    answer = HttpResponse(rules_content(row), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rules-{row.pk}.json"'
    return answer


# ── what a page of a batch shows ────────────────────────────────────────────────
def shown(request: HttpRequest, row: Batch) -> dict[str, Any]:
    """The same for everybody; a preview shows a draft exactly so."""
    now = clock.now()
    counted = of_batch_in_public(row, now=now)
    found = listings().filter(batch=row).select_related("organisation").defer(*WIDE).order_by("-published_at")
    return {
        "batch": row,
        "state": row.state_at(now),
        "collecting": row.collecting(now),
        "line": line(row, now),
        "terms": terms(row),
        "questions": questions(row),
        "mode_means": MODE_MEANS[Mode(row.mode)],
        "sealing_means": SEALING_MEANS[Sealing(row.sealing)],
        "bid_form_means": BID_FORM_MEANS[BidForm(row.bid_form)],
        "funnel": counted,
        "told": counted.counts,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }


def of_the_office(request: HttpRequest, row: Batch) -> dict[str, Any]:
    """What the zone sees besides: its buttons, and a funnel whose numbers open their records."""
    user: Any = request.user
    is_office = user.is_authenticated and user.has_role(*OPERATING)
    query = f"?batch={row.pk}"
    drawn = linked(funnel(of_all_time(), row), query) if is_office else None
    is_writer = user.is_authenticated and user.has_role(*WRITERS)
    return {
        "is_office": is_office,
        **({"funnel": drawn, "told": drawn.summary, "records": reverse("office_funnel") + query} if drawn else {}),
        "is_writer": is_writer,
        "may_edit": is_writer and row.status == BatchStatus.DRAFT,
    }


def line(batch: Batch, now: datetime) -> list[Step]:
    """The dates of the batch as a line: what has been, where it stands, what is to come."""
    told = Event.objects.filter(stream=batch.audit_stream, action__in=("batch.close", "batch.archive"))
    at = dict(told.values_list("action", "at"))
    points: list[tuple[str, datetime | None]] = [(_("公布规则"), batch.published_at)]
    if batch.is_standing:
        points.append((_("常年征集"), batch.published_at))
    else:
        points += [(_("征集开始"), batch.opens_at), (_("征集截止"), batch.collects_until)]
        points.append((_("最迟批准"), last_approval(batch)))
    points += [(_("结束"), at.get("batch.close")), (_("归档"), at.get("batch.archive"))]
    return list(drawn(points, now))


def last_approval(batch: Batch) -> datetime | None:
    """When even a need handed in at the last moment has its answer: then the last listings go up."""
    if batch.collects_until is None:
        return None
    waits = machine_for(batch.needs.model).waits
    days = batch.screening_days + batch.approval_days
    return due_after(Wait(whose=waits[N.SUBMITTED].whose, days=days), batch, batch.collects_until)


def drawn(points: Iterable[tuple[str, datetime | None]], now: datetime) -> Iterable[Step]:
    rows = list(points)
    reached = [place for place, (_label, at) in enumerate(rows) if at is not None and at <= now]
    here = reached[-1] if reached else -1
    for place, (label, at) in enumerate(rows):
        yield Step(label, "now" if place == here else "done" if place < here else "ahead", at)
