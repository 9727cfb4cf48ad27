"""追问: the one question a bidder asks back about its answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from decisions.actions import inquire
from decisions.asks import InquiryForm
from decisions.models import Inquiry
from decisions.rules import owns_inquired, why_not_inquire
from proposals.models import Proposal
from teams.rules import in_team
from web.access import signed_in
from web.cases import history
from workflow.machine import Refused


@signed_in
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows: Any = Proposal.objects.visible_to(request.user)
    proposal = get_object_or_404(rows.select_related("need__organisation", "team", "answer", "inquiry"), pk=pk)
    if not in_team(request.user, proposal.team):
        raise PermissionDenied(_("只有揭榜团队能追问。"))
    if reason := why_not_inquire(proposal):
        messages.warning(request, str(reason))
        return redirect(proposal)
    form, refusal = InquiryForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(inquire(proposal, text=form.cleaned_data["text"], by=request.user))
        except Refused as refused:
            refusal = str(refused)
    context = {"proposal": proposal, "need": proposal.need, "answer": proposal.answer.public, "form": form}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "decisions/inquire.html", {**context, "refusal": refusal}, status=status)


@signed_in
@require_safe
def inquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows: Any = Inquiry.objects.visible_to(request.user)
    related = ("proposal__need__organisation", "proposal__team__organisation", "proposal__answer")
    row = get_object_or_404(rows.select_related(*related), pk=pk)
    context = {
        "inquiry": row,
        "proposal": row.proposal,
        "need": row.proposal.need,
        "answer": row.proposal.answer.public,
        "mine": True if owns_inquired(request.user, row) and not row.reply else None,
        "events": history.of_rows(row.audit_stream, [row.pk]),
    }
    return render(request, "decisions/inquiry.html", context)
