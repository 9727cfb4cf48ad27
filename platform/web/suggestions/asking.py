"""邀请情况: whom of the teams somebody asked in a period, who answered, and in how many working days."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.roles import OPERATING
from core import workdays
from needs.models import Need
from reports.ledgers import CODE, COUNT, MOMENT, Column
from rescue.models import Invite
from rescue.states import InviteStatus
from suggestions.outcomes import Asked, asked
from web.access import staff
from web.office.funnel_pages import PeriodForm, span
from web.office.sheets import export

PAGE = 50
ROWS, NEEDS = "", "need"
STATES: dict[str, Callable[[Asked], bool]] = {  # what a number at the top opens
    "answered": lambda row: row.answered_at is not None,
    "interested": lambda row: row.invite.status == InviteStatus.INTERESTED,
    "waiting": lambda row: row.waits,
}


@dataclass(frozen=True)
class Summary:
    """Of some invitations: how many were answered, how many with interest, and the middle of the working days."""

    rows: Sequence[Asked]
    need: Need | None = None

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def answered(self) -> int:
        return len(self._days)

    @property
    def interested(self) -> int:
        return sum(map(STATES["interested"], self.rows))

    @property
    def waiting(self) -> int:
        return sum(row.waits for row in self.rows)

    @property
    def days(self) -> float | None:
        return median(self._days) if self._days else None

    @property
    def _days(self) -> list[int]:
        return [row.days for row in self.rows if row.answered_at]


COLUMNS = (
    Column(gettext_lazy("榜单编号"), lambda row: row.invite.need.number, CODE, 18),
    Column(gettext_lazy("需求名称"), lambda row: row.invite.need.title, width=36),
    Column(gettext_lazy("团队"), lambda row: row.invite.team.name, width=24),
    Column(gettext_lazy("所属单位"), lambda row: row.invite.team.organisation.name, width=28),
    Column(gettext_lazy("邀请方"), lambda row: row.invite.sender, width=24),
    Column(gettext_lazy("邀请时间"), lambda row: row.invite.created_at, MOMENT, 17),
    Column(gettext_lazy("回复"), lambda row: row.invite.get_status_display(), width=12),
    Column(gettext_lazy("原因"), lambda row: row.invite.get_code_display() if row.invite.code else "", width=18),
    Column(gettext_lazy("回复时间"), lambda row: row.answered_at, MOMENT, 17),
    Column(gettext_lazy("工作日"), lambda row: row.days if row.answered_at else None, COUNT, 8),
)
BY_NEED = (
    Column(gettext_lazy("榜单编号"), lambda one: one.need.number, CODE, 18),
    Column(gettext_lazy("需求名称"), lambda one: one.need.title, width=40),
    Column(gettext_lazy("邀请"), lambda one: one.count, COUNT, 8),
    Column(gettext_lazy("已回复"), lambda one: one.answered, COUNT, 8),
    Column(gettext_lazy("有兴趣"), lambda one: one.interested, COUNT, 8),
    Column(gettext_lazy("待回复"), lambda one: one.waiting, COUNT, 8),
    Column(gettext_lazy("回复用时（工作日，中位数）"), lambda one: one.days, COUNT, 16),
)


@staff(*OPERATING)
@require_http_methods(["GET", "HEAD", "POST"])
def office_invites(request: HttpRequest) -> HttpResponse:
    """One by one, or by need; a POST takes away as Excel what is shown."""
    form = PeriodForm(request.GET or {})
    period, by = form.period, NEEDS if request.GET.get("by") == NEEDS else ROWS
    rows = Invite.objects.visible_to(request.user).filter(created_at__gte=period.since, created_at__lt=period.until)
    if form.of:
        rows = rows.filter(need__batch=form.of)
    related = ("need", "team__organisation", "organisation")
    hidden = tuple(f"need__{name}" for name in ("search", "search_text", "confidential", "wrapped_key"))
    workdays.now()
    every = asked(rows.select_related(*related).defer(*hidden).order_by("-created_at", "pk"))
    state = request.GET.get("state", "")
    found = [row for row in every if STATES[state](row)] if state in STATES else every
    shown: Sequence[Any] = _by_need(found) if by else found
    if request.method == "POST":
        return export(
            request, kind="invites", title=_("邀请情况"), columns=BY_NEED if by else COLUMNS, rows=shown,
            count=len(shown), filters=span(period, form.of),
        )  # fmt: skip
    context = {
        "form": form,
        "by": by,
        "tabs": [(ROWS, _("逐条"), len(found)), (NEEDS, _("按需求"), len({row.invite.need_id for row in found}))],
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "all": Summary(every),
        "state": state if state in STATES else "",
        "until": period.until,
        "span": span(period, form.of),
    }
    return render(request, "suggestions/invites.html", context)


def _by_need(rows: Sequence[Asked]) -> list[Summary]:
    """Those with the longest unanswered first: an officer reads this to see whom to call."""
    groups: dict[Any, list[Asked]] = defaultdict(list)
    for row in rows:
        groups[row.invite.need_id].append(row)
    found = [Summary(group, group[0].invite.need) for group in groups.values()]
    return sorted(found, key=lambda one: (-one.waiting, -one.count, one.need.number if one.need else ""))
