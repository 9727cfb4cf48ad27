"""Lists an officer works from: needs by state and lamp, contracts by money."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING, Role
from contracts.models import Contract, ContractStatus
from core import workdays
from core.search import asked
from diagnoses.queries import officers, with_assignments
from meetings.models import Intent, IntentStatus
from needs.models import Batch, Need
from needs.states import N
from web.access import staff
from web.office import overview
from workflow.clocks import BLUE, GREEN, RED, YELLOW, lamp
from workflow.registry import machine_for

PAGE = 25
MINE, NOBODY = "mine", "nobody"
HANDLERS = [(MINE, _("我经办的")), (NOBODY, _("还没有人经办"))]
IMPORTERS = (Role.OFFICER, Role.REVIEWER, Role.LEADER)
LAMPS = [
    ("", _("全部期限")),
    (overview.LATE, _("已过期限")),
    *((shown.key, shown.label) for shown in (RED, YELLOW, BLUE, GREEN)),
]


class DeskFilter(forms.Form):
    list = forms.ChoiceField(
        label=_("清单"), required=False, choices=[("", _("全部需求")), *overview.LIST_NAMES.items()]
    )
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部状态")), *N.choices])
    lamp = forms.ChoiceField(label=_("期限"), required=False, choices=LAMPS)
    handler = forms.ChoiceField(label=_("经办人"), required=False)
    batch = forms.ModelChoiceField(
        label=_("批次"), required=False, queryset=Batch.objects.all(), empty_label=_("全部批次")
    )
    sort = forms.ChoiceField(
        label=_("排序"),
        required=False,
        choices=[("", _("按办理期限")), ("new", _("按提交时间")), ("budget", _("按榜额"))],
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        others = [(str(one.pk), one.name) for one in officers() if one.pk != user.pk]
        self.fields["handler"].choices = [("", _("全部经办")), *HANDLERS, *others]  # type: ignore[attr-defined]


def _handled(rows: QuerySet[Need], who: str, user: Any) -> QuerySet[Need]:
    """Mine, nobody's, or one colleague's."""
    return rows.filter(handler=None if who == NOBODY else user.pk if who == MINE else who)


def narrowed(form: DeskFilter, query: dict[str, Any], user: Any) -> QuerySet[Need]:
    submitted: QuerySet[Need] = Need.objects.filter(application_number__isnull=False)
    rows = submitted.select_related("organisation", "batch", "handler").prefetch_related(with_assignments())
    form.is_valid()
    data = getattr(form, "cleaned_data", {})
    if data.get("status"):
        rows = rows.filter(status=data["status"])
    if data.get("handler"):
        rows = _handled(rows, data["handler"], user)
    if data.get("batch"):
        rows = rows.filter(batch=data["batch"])
    if data.get("list"):
        rows = rows.filter(status__in=overview.LISTS[data["list"]])
    if data.get("lamp"):
        rows = overview.shining(rows, data["lamp"])
    if words := asked(query.get("q")):
        rows = rows.filter(
            Q(title__icontains=words)
            | Q(organisation__name__icontains=words)
            | Q(number__icontains=words)
            | Q(application_number__icontains=words)
        )
    orders = {"new": F("submitted_at").desc(), "budget": F("budget").desc(nulls_last=True)}
    return rows.order_by(orders.get(data.get("sort") or "", F("due_at").asc(nulls_last=True)), "-submitted_at", "pk")


@staff(*OPERATING)
@require_safe
def office_needs(request: HttpRequest) -> HttpResponse:
    form = DeskFilter(request.GET or None, user=request.user)
    page = Paginator(narrowed(form, request.GET.dict(), request.user), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "office/needs.html",
        {
            "form": form,
            "page": page,
            "rows": with_lamps(page, workdays.now()),
            "q": asked(request.GET.get("q")),
            "may_import": request.user.has_role(*IMPORTERS),
        },
    )


def with_lamps(rows: Any, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "obj": row,
            "state": row.get_status_display(),
            "lamp": lamp(row.status_since, row.due_at, now),
            "wait": machine_for(row).waits.get(row.status),
        }
        for row in rows
    ]


@staff(*OPERATING)
@require_safe
def office_contracts(request: HttpRequest) -> HttpResponse:
    """Intents that wait for a contract first: that is where most are lost."""
    intents = (
        Intent.objects.filter(status__in=(IntentStatus.PROPOSED, IntentStatus.AGREED))
        .select_related("need__organisation", "proposal__team__organisation")
        .order_by("status_since")
    )
    contracts = Contract.objects.exclude(status=ContractStatus.REFUSED).select_related("party_a", "party_b", "need")
    page = Paginator(contracts.order_by(F("signed_at").desc(nulls_first=True), "-created_at"), PAGE).get_page(
        request.GET.get("page")
    )
    now = workdays.now()
    context = {"intents": with_lamps(intents, now), "page": page, "rows": with_lamps(page, now)}
    return render(request, "office/contracts.html", context)
