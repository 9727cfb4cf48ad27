"""对接: an enterprise invites a bidder to talk before it chooses."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import clock
from meetings.actions import invite
from meetings.models import Meeting, MeetingMode
from meetings.rules import is_invited
from needs.asks import FURTHEST
from proposals.models import Proposal
from web.access import signed_in
from web.cases import history, next_steps
from web.cases.needs import inside
from web.drafts import Line, Prose
from workflow.machine import Refused


class InviteForm(forms.Form):
    mode = forms.ChoiceField(label=gettext_lazy("方式"), choices=MeetingMode, widget=forms.RadioSelect)
    starts_at = forms.DateTimeField(
        label=gettext_lazy("时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("北京时间，给对方留出确认的时间。"),
    )
    place = Line(
        label=gettext_lazy("地点或会议号"), max_length=200, help_text=gettext_lazy("例如：高新区科创中心 3 楼会议室。")
    )
    agenda = Prose(
        label=gettext_lazy("要谈什么"),
        max_length=500,
        rows=3,
        help_text=gettext_lazy("对方会看到，例如：请带样件，说明低温指标的检测依据。"),
    )

    use_required_attribute = False

    def clean_starts_at(self) -> Any:
        at = self.cleaned_data["starts_at"]
        if at <= clock.now():
            raise forms.ValidationError(_("这个时间已经过去，请填将来的时间。"))
        if at - clock.now() > FURTHEST:
            raise forms.ValidationError(_("最多提前一年安排。请核对年份。"))
        return at


@signed_in
def invite_bidder(request: HttpRequest, pk: UUID, proposal: UUID) -> HttpResponse:
    need = inside(request, pk)
    rows: Any = Proposal.objects.visible_to(request.user).revealed().filter(need=need)
    row = get_object_or_404(rows.select_related("team__organisation", "need__organisation"), pk=proposal)
    if not next_steps.is_party(request.user, need):
        raise Http404
    form, refusal = InviteForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(invite(row, **form.cleaned_data, by=request.user))
        except Refused as refused:
            refusal = str(refused)
    context = {"need": need, "proposal": row, "form": form, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "meetings/invite.html", context, status=status)


@signed_in
@require_safe
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows: Any = Meeting.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("proposal__need__organisation", "proposal__team__organisation"), pk=pk)
    if not row.proposal.is_revealed:
        raise Http404
    context = {
        "meeting": row,
        "proposal": row.proposal,
        "need": row.proposal.need,
        "mine": True if row.status == "invited" and is_invited(request.user, row) else None,
        "events": history.of_rows(row.audit_stream, [row.pk]),
    }
    return render(request, "meetings/meeting.html", context)
