"""The opening of a need: two people, one record, published at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.roles import OPERATING
from custody.models import Custodian
from needs.models import Need
from proposals import rules
from proposals.actions import begin_opening
from proposals.queries import opening_of, still_unread, vettings_of
from proposals.states import OpeningStatus, P
from web.access import staff
from workflow.machine import Refused


@staff(*OPERATING)
def opening(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = get_object_or_404(Need.objects.visible_to(request.user).select_related("batch", "organisation"), pk=pk)
    if request.method == "POST":
        try:
            begin_opening(need, by=request.user)
        except Refused as refused:
            messages.warning(request, str(refused))
        except PermissionDenied:
            raise PermissionDenied(_("只有经办、审核和领导可以开启方案。")) from None
        else:
            messages.success(request, _("已发起开启，请另一名工作人员确认。"))
        return redirect("opening", pk=pk)
    record, why_not = opening_of(need), rules.is_past_deadline(need)
    may_begin = record is None and rules.may_open(request.user, need)
    context: dict[str, Any] = {
        "need": need,
        "opening": record,
        "may_begin": may_begin,
        "why_not": why_not,
        "mine": may_begin and not why_not,
        "custodians": list(Custodian.objects.of(need).select_related("person")) if need.key_dealt else [],
    }
    own = next((row for row in context["custodians"] if row.person_id == request.user.pk), None)
    context["own_share"] = own if own and own.is_called else None
    if record and record.status == OpeningStatus.OPENED:
        context |= progress(need, record.count or 0)
        context["stuck"] = context["running"] and still_unread().filter(need=need).count()
        context["vettings"] = vettings_of(need)
    return render(request, "office/opening.html", context)


def progress(need: Need, count: int) -> dict[str, int | bool]:
    """How far the opener has come: counted in bids that are no longer ciphertext only."""
    left = need.proposals.filter(status=P.SUBMITTED).count()
    spoiled = need.proposals.filter(status=P.UNREADABLE).count()
    return {"read": count - left, "left": left, "spoiled": spoiled, "running": left > 0}
