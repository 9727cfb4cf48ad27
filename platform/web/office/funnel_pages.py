"""The funnel as the office works with it: any year, 截至 any day, every number opening its records; what is stuck."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.roles import OPERATING
from core import clock
from needs.models import Batch
from needs.states import BatchStatus
from reports.evidence import EVIDENCE, evidence
from reports.funnel import Funnel
from reports.funnel import funnel as count_funnel
from reports.ledgers import COUNT, WAN, Column
from reports.periods import FIRST_YEAR, Period, new_year, of_all_time, of_year
from reports.stuck import WHY, stuck
from web.access import staff
from web.office.sheets import export

PER_PAGE = 50
SHOWN = 200


class PeriodForm(forms.Form):
    """Of which year, 截至 which day, of which batch. What makes no sense falls back to this year until now."""

    year = forms.TypedChoiceField(label=gettext_lazy("年度"), required=False, coerce=int, empty_value=None)
    until = forms.DateField(
        label=gettext_lazy("截至"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    batch = forms.ModelChoiceField(
        label=gettext_lazy("批次"),
        required=False,
        queryset=Batch.objects.exclude(status=BatchStatus.DRAFT),
        empty_label=gettext_lazy("全部批次"),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        this_year = clock.today().year
        years = [(y, _("%(year)s 年") % {"year": y}) for y in range(this_year, FIRST_YEAR - 1, -1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]

    @property
    def period(self) -> Period:
        self.is_valid()
        given = self.cleaned_data
        if given.get("batch") and not given.get("year") and not given.get("until"):
            return of_all_time()
        return of_year(given.get("year"), given.get("until"))

    @property
    def of(self) -> Batch | None:
        self.is_valid()
        return self.cleaned_data.get("batch")

    @property
    def query(self) -> str:
        """What the address carries from page to page."""
        asked = {name: self.data.get(name) for name in ("year", "until", "batch") if self.cleaned_data.get(name)}
        return f"?{urlencode(asked)}" if asked else ""


def linked(drawn: Funnel, query: str = "") -> Funnel:
    """Each number a link to exactly the records it counts."""
    figures = (replace(f, href=reverse("office_funnel_stage", args=[f.key]) + query) for f in drawn.figures)
    return replace(drawn, figures=tuple(figures))


COLUMNS = (
    Column(gettext_lazy("环节"), lambda f: f.label, width=12),
    Column(gettext_lazy("数量"), lambda f: f.value, COUNT, 10),
    Column(gettext_lazy("量词"), lambda f: f.unit, width=8),
    Column(gettext_lazy("到下一环节"), lambda f: f.conversion, width=14),
    Column(gettext_lazy("金额"), lambda f: f.amount if f.stage.money_label else None, WAN, 14),
    Column(gettext_lazy("口径"), lambda f: f.definition, width=60),
)


@staff(*OPERATING)
@require_http_methods(["GET", "HEAD", "POST"])
def office_funnel(request: HttpRequest) -> HttpResponse:
    """The funnel of a year or of one batch; a POST takes its figures away as Excel."""
    form = PeriodForm(request.GET or None) if request.GET else PeriodForm({})
    drawn = linked(count_funnel(form.period, form.of), form.query)
    if request.method == "POST":
        return export(
            request, kind="funnel", title=_("漏斗"), columns=COLUMNS, rows=drawn.figures, count=len(drawn.figures),
            filters=span(form.period, form.of),
        )  # fmt: skip
    why = request.GET.get("why", "")
    everything = stuck(request.user, limit=SHOWN)
    rows = [row for row in everything if row.why == why] if why in WHY else everything
    tabs = [("", _("全部"), len(everything))]
    tabs += [(key, label, sum(row.why == key for row in everything)) for key, label in WHY.items()]
    context = {"form": form, "funnel": drawn, "rows": rows, "tabs": tabs, "why": why, "most": SHOWN}
    return render(request, "office/funnel.html", context)


@staff(*OPERATING)
@require_http_methods(["GET", "HEAD", "POST"])
def office_funnel_stage(request: HttpRequest, key: str) -> HttpResponse:
    """The records behind one number; a POST takes them away as Excel."""
    if key not in EVIDENCE:
        raise Http404
    form = PeriodForm(request.GET)
    period = form.period
    stage, columns, rows = evidence(key, period, form.of)
    total = rows.aggregate(total=Sum("money"))["total"] if stage.money_label else None
    sums = [total if column.total else None for column in columns]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        title = _("%(stage)s明细") % {"stage": stage.label}
        return export(
            request, kind=f"funnel.{key}", title=title, columns=columns, rows=rows, sums=sums,
            count=page.paginator.count, filters=span(period, form.of),
        )  # fmt: skip
    context = {"stage": stage, "columns": columns, "page": page, "sums": sums, "period": period, "form": form}
    context["span"] = span(period, form.of)
    return render(request, "office/funnel_stage.html", context)


def span(period: Period, batch: Batch | None = None) -> str:
    last = clock.day_of(period.until - timedelta(microseconds=1))
    if batch and period.since == new_year(FIRST_YEAR):
        return _("批次“%(batch)s”，截至 %(last)s") % {"batch": batch, "last": last.isoformat()}
    if batch:
        told = {"batch": batch, "year": period.year, "last": last.isoformat()}
        return _("批次“%(batch)s”，%(year)s 年 1 月 1 日至 %(last)s") % told
    return _("%(year)s 年 1 月 1 日至 %(last)s") % {"year": period.year, "last": last.isoformat()}
