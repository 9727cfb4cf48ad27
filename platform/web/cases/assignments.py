"""交办: one assignment, seen by who gave it, by whom it was given to, and by the enterprise; and its log."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING
from core import clock
from diagnoses.actions import write_entry
from diagnoses.codes import How
from diagnoses.models import Assignment, Rewrite
from diagnoses.rules import is_assignee, is_owner, may_diagnose
from diagnoses.states import R
from web.access import signed_in
from web.cases import history
from web.cases.needs import sees_inside
from web.drafts import Day, Line, Prose
from workflow.machine import Refused
from workflow.queries import offers


class EntryForm(forms.Form):
    on = Day(label=gettext_lazy("日期"))
    how = forms.ChoiceField(
        label=gettext_lazy("方式"),
        choices=How,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择走访、电话、会议或文件。")},
    )
    found = Prose(
        label=gettext_lazy("了解到的情况"),
        max_length=2000,
        rows=6,
        help_text=gettext_lazy("看到、听到、测到的，用数值说话。企业和管委会都会看到，写下后不能改。"),
        error_messages={"required": gettext_lazy("请写了解到的情况。")},
    )
    next_step = Line(
        label=gettext_lazy("下一步"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("谁、做什么、什么时候，例如：周五前企业补送两片失效样板。"),
    )

    use_required_attribute = False

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > clock.today():
            raise forms.ValidationError(_("日志只写已经做过的事，请填今天或以前的日期。"))
        return self.cleaned_data["on"]


def load(request: HttpRequest, pk: UUID) -> Assignment:
    rows = Assignment.objects.visible_to(request.user).select_related(
        "need__organisation", "need__batch", "need__handler", "agency", "officer", "given_by", "taken_by"
    )
    return get_object_or_404(rows, pk=pk)


@signed_in
@require_safe
def assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = load(request, pk)
    return render(request, "diagnoses/assignment.html", _context(request.user, row))


SENT_AWAY = ("assignment.decline", "assignment.give_back", "assignment.withdraw")


def _context(user: Any, row: Assignment) -> dict[str, Any]:
    assignee, staff = is_assignee(user, row), user.has_role(*OPERATING)
    events = history.of_rows(row.audit_stream, [row.pk])
    if not (assignee or staff):  # the enterprise
        events = [event for event in events if event.action not in history.BETWEEN]
    rewrites = list(Rewrite.objects.visible_to(user).filter(assignment=row))
    writing = row.is_running and may_diagnose(user, row)
    may_reword = writing and not any(one.status == R.OFFERED for one in rewrites)
    return {
        "assignment": row,
        "need": row.need,
        "offers": offers(row, user),
        "assignee": assignee,
        "owner": is_owner(user, row),
        "staff": staff,
        "inside": sees_inside(user, row.need),
        "entries": list(row.entries.select_related("written_by")),
        "rewrites": rewrites,
        "writing": writing,
        "form": EntryForm(initial={"on": clock.today()}) if writing else None,
        "may_reword": may_reword,
        "word": next(filter(None, (history.latest(events, action, row) for action in SENT_AWAY)), None),
        "events": events,
    }


@signed_in
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more entry. What was typed comes back with the sentence that says what is wrong."""
    row = load(request, pk)
    if not may_diagnose(request.user, row):
        raise PermissionDenied(_("诊断日志由接办方填写。"))
    if not row.is_running:
        messages.warning(request, _("任务现在是“%(state)s”，不能再写日志。") % {"state": row.get_status_display()})
        return redirect(row)
    form = EntryForm(request.POST or None, initial={"on": clock.today()})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            write_entry(row, **form.cleaned_data, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("日志已记下，企业和管委会都能看到。"))
            return redirect(row)
    status = 409 if refusal else 422 if form.errors else 200
    context = {"assignment": row, "need": row.need, "form": form, "refusal": refusal}
    return render(request, "diagnoses/log.html", context, status=status)
