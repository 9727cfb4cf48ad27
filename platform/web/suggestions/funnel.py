"""匹配效果: how far suggestions come, by strength, and how many of them people called unsuitable, and why."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.roles import OPERATING
from reports.ledgers import CODE, COUNT, MOMENT, Column
from suggestions.models import Judgement
from suggestions.outcomes import STEPS, Step, funnel, records, unsuitable
from suggestions.states import CODES, Side, Strength
from web.access import staff
from web.office.funnel_pages import PeriodForm, span
from web.office.sheets import export

PAGE = 50


@dataclass(frozen=True)
class Stage:
    """A step as `<c-funnel>` draws it."""

    key: str
    label: Any
    value: int
    href: str
    conversion: str
    definition: Any
    delta: str = ""
    leak: bool = False

    @property
    def unit(self) -> str:
        return _("条")


MEANINGS = {
    "shown": gettext_lazy("期间内第一次有人看到的推荐：一个团队对一项需求算一条。"),
    "invited": gettext_lazy("看到的推荐里，已经邀请团队的。"),
    "answered": gettext_lazy("看到的推荐里，团队回复了邀请的，有兴趣和暂不考虑都算。"),
    "interested": gettext_lazy("看到的推荐里，团队回复有兴趣的。"),
    "met": gettext_lazy("看到的推荐里，双方对接过或达成意向的，不论有没有邀请过；没有开成的和未留纪要的不算。"),
    "signed": gettext_lazy("看到的推荐里，已签约的，不论有没有邀请过。"),
}
FUNNEL = (
    Column(gettext_lazy("环节"), lambda stage: stage.label, width=12),
    Column(gettext_lazy("数量"), lambda stage: stage.value, COUNT, 10),
    Column(gettext_lazy("到下一环节"), lambda stage: stage.conversion, width=14),
    Column(gettext_lazy("口径"), lambda stage: stage.definition, width=60),
)
RECORDS = (
    Column(gettext_lazy("第一次看到"), lambda row: row.shown_at, MOMENT, 17),
    Column(gettext_lazy("榜单编号"), lambda row: row.need.display_number, CODE, 18),
    Column(gettext_lazy("需求名称"), lambda row: row.need.title, width=40),
    Column(gettext_lazy("团队"), lambda row: row.team.name, width=24),
    Column(gettext_lazy("所属单位"), lambda row: row.team.organisation.name, width=28),
    Column(gettext_lazy("匹配程度"), lambda row: row.get_strength_display(), width=10),
)
JUDGEMENTS = (
    Column(gettext_lazy("时间"), lambda row: row.made_at, MOMENT, 17),
    Column(gettext_lazy("谁提出"), lambda row: row.get_side_display(), width=10),
    Column(gettext_lazy("需求名称"), lambda row: row.need.title, width=36),
    Column(gettext_lazy("团队"), lambda row: row.team.name, width=24),
    Column(gettext_lazy("所属单位"), lambda row: row.team.organisation.name, width=28),
    Column(gettext_lazy("匹配程度"), lambda row: row.get_strength_display(), width=10),
    Column(gettext_lazy("原因"), lambda row: row.code_label, width=20),
    Column(gettext_lazy("说明"), lambda row: row.words, width=40),
    Column(gettext_lazy("撤销时间"), lambda row: row.withdrawn_at, MOMENT, 17),
)


@staff(*OPERATING)
@require_http_methods(["GET", "HEAD", "POST"])
def office_suggestions(request: HttpRequest) -> HttpResponse:
    """The funnel of suggestions first shown in a period; a POST takes its figures away as Excel."""
    form = PeriodForm(request.GET or {})
    period = form.period
    stages = _stages(funnel(period.since, period.until), form.query)
    if request.method == "POST":
        return export(
            request, kind="suggestions.funnel", title=_("匹配效果"), columns=FUNNEL, rows=stages, count=len(stages),
            filters=span(period),
        )  # fmt: skip
    context = {
        "form": form,
        "stages": stages,
        "until": period.until,
        "shares": unsuitable(period.since, period.until),
        "any": stages[0].value if stages else 0,
    }
    return render(request, "suggestions/funnel.html", context)


def _stages(steps: list[Step], query: str) -> list[Stage]:
    """What share goes on to the next step; nothing where the next holds others as well (met without an invitation)."""
    pairs = pairwise(steps)
    onward = [f"{100 * after.value / one.value:.1f} %" if one.value >= after.value > 0 else "" for one, after in pairs]
    return [
        Stage(
            step.key,
            step.label,
            step.value,
            reverse("office_suggestion_records", args=[step.key]) + query,
            rate,
            MEANINGS.get(step.key, ""),
        )
        for step, rate in zip(steps, [*onward, ""], strict=True)
    ]


@staff(*OPERATING)
@require_http_methods(["GET", "HEAD", "POST"])
def office_suggestion_records(request: HttpRequest, key: str) -> HttpResponse:
    """The suggestions behind one number; a POST takes them away as Excel."""
    if key not in MEANINGS:
        raise Http404
    form = PeriodForm(request.GET)
    period = form.period
    rows: Any = records(key, period.since, period.until)
    strength = request.GET.get("strength", "")
    if strength in Strength.values:
        rows = rows.filter(strength=strength)
    rows = rows.select_related("need__organisation", "team__organisation").order_by("-shown_at", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        return export(
            request, kind=f"suggestions.{key}", title=_("匹配效果明细"), columns=RECORDS, rows=rows,
            count=page.paginator.count, filters=span(period),
        )  # fmt: skip
    context = {
        "label": STEPS[key][0],
        "definition": MEANINGS[key],
        "form": form,
        "page": page,
        "span": span(period),
        "strengths": [("", _("全部")), *Strength.choices],
        "strength": strength,
    }
    return render(request, "suggestions/records.html", context)


@staff(*OPERATING)
@require_http_methods(["GET", "HEAD", "POST"])
def office_judgements(request: HttpRequest) -> HttpResponse:
    """What was called unsuitable, by which side and why; taken back or not. A POST takes it away as Excel."""
    rows = Judgement.objects.visible_to(request.user)
    side, code = request.GET.get("side", ""), request.GET.get("code", "")
    counts = dict(rows.order_by().values_list("side").annotate(n=Count("pk")))
    tabs = [("", _("全部"), sum(counts.values()))]
    tabs += [(key, label, counts.get(key, 0)) for key, label in Side.choices]
    codes: list[Any] = []
    if side in Side.values:
        rows = rows.filter(side=side)
        by_code = dict(rows.order_by().values_list("code").annotate(n=Count("pk")))
        codes = [(key, label, by_code[key]) for key, label in CODES[side].choices if key in by_code]
        if code in CODES[side].values:
            rows = rows.filter(code=code)
    rows = rows.select_related("need__organisation", "team__organisation").order_by("-made_at", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        said = dict(Side.choices).get(side, _("全部"))
        return export(
            request, kind="judgements", title=_("判为不合适的推荐"), columns=JUDGEMENTS, rows=rows,
            count=page.paginator.count, filters=str(said),
        )  # fmt: skip
    context = {"page": page, "tabs": tabs, "side": side, "codes": codes, "code": code}
    return render(request, "suggestions/judgements.html", context)
