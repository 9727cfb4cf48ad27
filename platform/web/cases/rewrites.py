"""改写建议: proposed field by field by who diagnoses or handles a need, answered field by field by its enterprise."""

import copy
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import OPERATING
from diagnoses.codes import Decision
from diagnoses.models import Rewrite
from diagnoses.rewriting import FIELDS, changes_of, decide, propose
from diagnoses.rules import is_on_the_desk, is_owner, may_propose
from diagnoses.states import R
from needs.clarity import clarity
from needs.models import Indicator, Need
from needs.states import N
from web.access import signed_in
from web.cases import history
from web.cases.needs import inside
from web.drafts import Line, Prose, Whole
from web.owners.indicator_form import IndicatorRows, cells
from web.owners.need_form import Keywords
from workflow.machine import Refused
from workflow.queries import offers

PREFIX = "indicators"


class RewriteForm(forms.Form):
    title = Line(
        label=gettext_lazy("需求名称"), max_length=100, error_messages={"required": gettext_lazy("名称不能为空。")}
    )
    problem = Prose(label=gettext_lazy("要解决的技术难题"), max_length=1000, rows=6, required=False)
    present = Prose(label=gettext_lazy("现有基础与现状"), max_length=1000, required=False)
    goal = Prose(label=gettext_lazy("预期目标与验收办法"), max_length=1000, required=False)
    conditions = Prose(label=gettext_lazy("对揭榜方的要求"), max_length=500, rows=3, required=False)
    keywords = Keywords(label=gettext_lazy("关键词"), required=False, help_text=gettext_lazy("最多 5 个，用顿号分开。"))
    period_months = Whole(
        label=gettext_lazy("期望周期"),
        min_value=1,
        max_value=60,
        required=False,
        error_messages={
            "invalid": gettext_lazy("期望周期请填写整数月，例如 12。"),
            "min_value": gettext_lazy("期望周期至少 1 个月。"),
            "max_value": gettext_lazy("期望周期最长 60 个月。更久的请拆成几期。"),
        },
    )
    reason = Prose(
        label=gettext_lazy("为什么这样改"),
        max_length=500,
        rows=3,
        help_text=gettext_lazy("企业先看这一段，例如：现场看到开裂都在焊缝附近，指标改为焊缝处的冲击强度。"),
        error_messages={"required": gettext_lazy("请写明为什么这样改，企业据此决定采不采纳。")},
    )

    use_required_attribute = False

    def wanted(self, need: Need) -> Need:
        made = copy.copy(need)
        for name in FIELDS:
            setattr(made, name, self.cleaned_data[name])
        return made


@signed_in
def write(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The need laid out in fields, to be reworded; what is left as it was is no part of the proposal."""
    need = inside(request, pk)
    if not may_propose(request.user, need):
        raise PermissionDenied(_("改写建议由诊断的服务机构或经办提出。"))
    if sentence := is_on_the_desk(need):
        messages.warning(request, str(sentence))
        return redirect(need)
    form, rows = _forms(request, need)
    refusal = ""
    if request.method == "POST" and _valid(form, rows):
        try:
            made = _propose(need, form, rows, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("改写建议已发给企业，由其逐项答复。"))
            return redirect(made)
    wrong = form.errors or (rows.is_bound and not rows.is_valid())
    context = {"need": need, "form": form, "rows": rows, "refusal": refusal, "clarity": clarity(need)}
    return render(request, "diagnoses/rewrite_form.html", context, status=409 if refusal else 422 if wrong else 200)


def _forms(request: HttpRequest, need: Need) -> tuple[RewriteForm, Any]:
    if request.method == "POST":
        data: Any = request.POST
        if f"{PREFIX}-TOTAL_FORMS" not in data:  # a form without rows is a form with none
            data = data.copy()
            data[f"{PREFIX}-TOTAL_FORMS"] = data[f"{PREFIX}-INITIAL_FORMS"] = "0"
        return RewriteForm(data), IndicatorRows(data, prefix=PREFIX)
    shown = [cells(row) for row in need.indicators.all()]
    initial = {name: getattr(need, name) for name in FIELDS}
    return RewriteForm(initial=initial), IndicatorRows(prefix=PREFIX, initial=[*shown, {}])


def _valid(form: RewriteForm, rows: Any) -> bool:
    return all([form.is_valid(), rows.is_valid()])  # both are asked, so that both are cleaned


def _propose(need: Need, form: RewriteForm, rows: Any, *, by: Any) -> Rewrite:
    kept: list[tuple[int, int, Indicator]] = []
    for place, row in enumerate(rows.forms):
        clean = getattr(row, "cleaned_data", {})
        if not row.is_blank and not clean.get("DELETE"):
            kept.append((clean.get("ORDER") or len(rows.forms), place, row.indicator()))
    indicators = [row for _order, _place, row in sorted(kept, key=lambda one: one[:2])]
    return propose(need, wanted=form.wanted(need), indicators=indicators, reason=form.cleaned_data["reason"], by=by)


def load(request: HttpRequest, pk: UUID) -> Rewrite:
    rows = Rewrite.objects.visible_to(request.user).select_related(
        "need__organisation", "need__batch", "written_by", "assignment__agency", "assignment__officer", "decided_by"
    )
    return get_object_or_404(rows, pk=pk)


class AnswerForm(forms.Form):
    """One choice a line."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, rewrite: Rewrite) -> None:
        super().__init__(data)
        self.rows = changes_of(rewrite.need, rewrite.lines.all())
        for line, change in self.rows:
            self.fields[str(line.pk)] = forms.ChoiceField(
                label=change.label,
                choices=[c for c in Decision.choices if c[0]],
                widget=forms.RadioSelect,
                error_messages={"required": _("请选择采纳或不采纳。")},
            )

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        return [(line, change, self[str(line.pk)]) for line, change in self.rows]

    @property
    def decisions(self) -> dict[Any, str]:
        return {line.pk: self.cleaned_data[str(line.pk)] for line, _change in self.rows}


@signed_in
def rewrite(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = load(request, pk)
    owner = is_owner(request.user, row)
    answering = owner and row.status == R.OFFERED
    data = request.POST if request.method == "POST" else None
    if data is not None and not owner:
        raise PermissionDenied(_("改写建议由发榜单位答复。"))
    form, refusal = AnswerForm(_all(data, row), rewrite=row), ""
    if data is not None and (not answering or form.is_valid()):
        try:
            return _answered(request, row, form.decisions if answering else {})
        except Refused as refused:
            refusal = str(refused)
    context = {
        "rewrite": row,
        "need": row.need,
        "form": form,
        "answering": answering,
        "owner": owner,
        "staff": request.user.has_role(*OPERATING),
        "offers": offers(row, request.user),
        "refusal": refusal,
        "on_the_desk": row.need.status == N.SUBMITTED,
        "events": history.of_rows(row.audit_stream, [row.pk]),
    }
    return render(request, "diagnoses/rewrite.html", context, status=409 if refusal else 422 if form.errors else 200)


def _all(data: Any, row: Rewrite) -> Any:
    """“全部采纳”: one button for every line; what was chosen by hand no longer counts."""
    if data is None or data.get("all") != Decision.ACCEPTED:
        return data
    return {str(line.pk): Decision.ACCEPTED for line in row.lines.all()}


def _answered(request: HttpRequest, row: Rewrite, decisions: dict[Any, str]) -> HttpResponse:
    decide(row, decisions, by=request.user)
    taken = sum(one == Decision.ACCEPTED for one in decisions.values())
    if taken:
        said = _("已采纳 %(n)s 处，写进了需求。请核对后提交审核。") % {"n": taken}
    else:
        said = _("已答复，没有采纳的内容不会改动需求。")
    messages.success(request, said)
    return redirect(row.need)
