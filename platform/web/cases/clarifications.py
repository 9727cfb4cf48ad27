"""Asking a team to clarify its opened bid, and the page on which it does."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clarifications import rules
from clarifications.actions import ask
from clarifications.asks import AskForm
from clarifications.models import Clarification
from clarifications.queries import asked_about, changes, since_the_seal
from proposals.models import Proposal
from web.access import signed_in
from web.cases import next_steps
from web.cases.needs import sees_inside
from workflow.machine import Refused


@signed_in
def clarify(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = (
        Proposal.objects.visible_to(request.user).revealed().select_related("need__organisation", "need__batch", "team")
    )
    proposal = get_object_or_404(rows, pk=pk)
    if not rules.may_ask(request.user, proposal):
        raise PermissionDenied(_("只有发榜方和管委会可以要求澄清。"))
    refusal = str(rules.why_not_ask(proposal))
    form = AskForm(request.POST or None, proposal=proposal)
    if request.method == "POST" and form.is_valid():
        try:
            row = ask(proposal, **form.cleaned_data, by=request.user)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, _("已发给团队，答复后会通知您。"))
            return redirect(row)
    context = {"proposal": proposal, "need": proposal.need, "form": form, "refusal": refusal}
    status = 200 if request.method != "POST" else 409 if form.is_valid() else 422
    return render(request, "clarifications/ask.html", context, status=status)


@signed_in
@require_safe
def clarification(request: HttpRequest, pk: UUID) -> HttpResponse:
    related = ("proposal__need__organisation", "proposal__need__batch", "proposal__team", "asked_by")
    row = get_object_or_404(Clarification.objects.visible_to(request.user).select_related(*related), pk=pk)
    context = {
        "row": row,
        "proposal": row.proposal,
        "need": row.proposal.need,
        "parts": asked_about(row),
        "changes": changes(row),
        "compares": next_steps.may_hold_bids(row.proposal.need) and sees_inside(request.user, row.proposal.need),
    }
    return render(request, "clarifications/clarification.html", context)


def of_bid(proposal: Proposal, user: Any) -> dict[str, Any]:
    """On the page of an opened bid."""
    if not proposal.is_revealed:
        return {}
    rows = list(Clarification.objects.filter(proposal=proposal))
    may = rules.may_ask(user, proposal) and not rules.why_not_compared(proposal)
    return {
        "clarifications": rows,
        "since_the_seal": since_the_seal(proposal, rows),
        "may_clarify": may,
        "why_not_clarify": rules.why_not_ask(proposal, rows) if may else "",
    }
