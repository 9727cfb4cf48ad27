"""不合适，因为…: said by the side of the need or by the team, with a coded reason, and taken back again."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.prose import ProseField
from suggestions import rules
from suggestions.actions import judge, mark_shown, withdraw
from suggestions.models import Judgement, Suggestion
from suggestions.states import CODES, Side
from web.access import signed_in
from workflow.asks import coded
from workflow.machine import Refused

HELP = {
    Side.NEED: gettext_lazy("一句话，例如“他们做的是涂料，不是弹性体”。选“其他原因”时必填。"),
    Side.TEAM: gettext_lazy("一句话，例如“这篇论文是同名的另一位老师的”。选“其他原因”时必填。"),
}


class JudgeForm(forms.Form):
    code = coded(())
    words = ProseField(
        label=gettext_lazy("说明"),
        max_length=300,
        rows=2,
        required=False,
    )

    use_required_attribute = False

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = CODES[side].choices  # type: ignore[attr-defined]
        self.fields["words"].help_text = HELP[Side(side)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("code") == "other" and not given.get("words"):
            self.add_error("words", _("选“其他原因”时，请用一句话写明。"))
        return given


@signed_in
def suggestion_judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Suggestion.objects.visible_to(request.user).select_related("need__organisation", "team__organisation")
    row = get_object_or_404(rows, pk=pk)
    side = side_of(request.user, row)
    if not side:
        raise PermissionDenied(_("只有需求一方、经办和团队负责人可以说这条推荐不合适。"))
    form = JudgeForm(request.POST if request.method == "POST" else None, side=side)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            mark_shown([row], by=request.user)
            made = judge(row.need, row.team, side=side, **form.cleaned_data, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            return redirect(f"{back(made)}?judged={made.pk}")
    context = {"row": row, "need": row.need, "ours": side == Side.TEAM, "form": form, "refusal": refusal}
    context["back"] = _list(side, row.need_id)
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "suggestions/judge.html", context, status=status)


@signed_in
@require_POST
def judgement_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Judgement.objects.visible_to(request.user), pk=pk)
    withdraw(row, by=request.user)
    messages.success(request, _("已撤销，这条推荐会重新出现。"))
    return redirect(back(row))


def side_of(user: Any, row: Suggestion) -> str:
    """For which side this person may speak; who could for both speaks as the one who asks."""
    if rules.may_judge(user, row.need):
        return Side.NEED
    return Side.TEAM if rules.may_contest(user, row.team) else ""


def back(judgement: Judgement) -> str:
    return _list(judgement.side, judgement.need_id)


def _list(side: str, need: UUID) -> str:
    return reverse("team_suggestions") if side == Side.TEAM else reverse("need_suggestions", args=[need])
