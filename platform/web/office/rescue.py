"""Listings that find too little interest, and what an officer can do for one: invite, amend, extend."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING, Role
from core.prose import ProseField
from needs.interest import signals
from needs.models import Need
from rescue import rules
from rescue.actions import invite
from rescue.cold import SHARE, cold_listings, warmth
from rescue.models import Invite
from suggestions.actions import mark_shown
from suggestions.queries import suggested
from teams.models import Team
from web.access import signed_in, staff
from web.cases.change_ways import ways
from workflow.machine import Refused


@staff(*OPERATING)
@require_safe
def office_cold(request: HttpRequest) -> HttpResponse:
    context = {"rows": cold_listings(request.user), "signals": signals(), "share": SHARE}
    return render(request, "rescue/cold.html", context)


class InviteForm(forms.Form):
    teams: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        queryset=None,
        label=gettext_lazy("团队"),
        error_messages={
            "required": gettext_lazy("请至少选一个团队。"),
            "invalid_choice": gettext_lazy("有的团队已经邀请过，或者不合适，请重新选择。"),
            "invalid_pk_value": gettext_lazy("有的团队已经邀请过，或者不合适，请重新选择。"),
        },
    )
    message = ProseField(
        label=gettext_lazy("附言"),
        max_length=300,
        rows=2,
        required=False,
        help_text=gettext_lazy("团队会原样看到，例如“企业愿意提供中试线”。"),
    )

    def __init__(self, *args: Any, found: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = Team.objects.filter(pk__in=[one.team.pk for one in found])  # type: ignore[attr-defined]


@staff(*OPERATING)
def need_rescue(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Need.objects.visible_to(request.user).listed().select_related("organisation", "batch")
    need = get_object_or_404(rows, pk=pk)
    found = _not_invited(need, request.user)
    form = InviteForm(request.POST if request.method == "POST" else None, found=found)
    if request.method != "POST":
        return _page(request, need, found, form)
    if not request.user.has_role(Role.OFFICER):
        raise PermissionDenied(_("只有经办可以邀请团队。"))
    if not form.is_valid():
        return _page(request, need, found, form, status=422)
    try:
        made = invite(need, form.cleaned_data["teams"], message=form.cleaned_data["message"], by=request.user)
    except Refused as refused:
        return _page(request, need, found, form, status=409, refusal=str(refused))
    messages.success(request, ngettext("已邀请 %(n)d 个团队。", "已邀请 %(n)d 个团队。", len(made)) % {"n": len(made)})
    return redirect("need_rescue", pk)


def _not_invited(need: Need, user: Any) -> list[Any]:
    """The teams that are suggested and were not asked yet; seen here, they count as shown."""
    found = [one for one in suggested(need, user, most=30) if one.invite is None] if need.takes_bids else []
    mark_shown([one.row for one in found], by=user)
    return found


def _page(
    request: HttpRequest, need: Need, found: list[Any], form: InviteForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "need": need,
        "warmth": warmth(Need.objects.filter(pk=need.pk).select_related("batch"))[0],
        "share": SHARE,
        "candidates": found,
        "chosen": request.POST.getlist("teams"),
        "form": form,
        "invites": Invite.objects.visible_to(request.user).filter(need=need).select_related("team__organisation"),
        "may_invite": rules.may_invite(request.user, need),
        "ways": ways(need, request.user),
        **more,
    }
    return render(request, "rescue/need.html", context, status=status)


@signed_in
@require_safe
def invite_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For the team that was invited, the zone, and who invited it."""
    rows = Invite.objects.visible_to(request.user)
    told = rows.select_related("need__organisation", "need__batch", "team__leader", "organisation")
    row = get_object_or_404(told, pk=pk)
    context = {"invite": row, "need": row.need, "reads_reason": rules.reads_reason(request.user, row)}
    return render(request, "rescue/invite.html", context)
