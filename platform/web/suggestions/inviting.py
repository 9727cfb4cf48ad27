"""Inviting teams to look at a listing: one form for the page of a need and for a listing that stays cold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.roles import OPERATING
from accounts.rules import holds
from core import workdays
from core.prose import ProseField
from needs.models import Need
from rescue import rules
from rescue.actions import invite
from rescue.models import Invite
from suggestions.actions import mark_shown
from suggestions.outcomes import asked
from suggestions.queries import Match
from teams.models import Team
from web.suggestions.reading import good, weak
from workflow.machine import Refused

GONE = gettext_lazy("有的团队已经邀请过，或者不在推荐里了，请重新选择。")


class InviteForm(forms.Form):
    teams: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        queryset=None,
        label=gettext_lazy("团队"),
        error_messages={
            "required": gettext_lazy("请至少选一个团队。"),
            "invalid_choice": GONE,
            "invalid_pk_value": GONE,
        },
    )
    message = ProseField(
        label=gettext_lazy("附言"),
        max_length=300,
        rows=2,
        required=False,
        help_text=gettext_lazy("团队会原样看到，例如“企业愿意提供中试线”。"),
    )

    def __init__(self, *args: Any, matches: Sequence[Match], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = [match.team.pk for match in matches if match.invite is None]
        self.fields["teams"].queryset = Team.objects.filter(pk__in=free)  # type: ignore[attr-defined]


def panel(request: HttpRequest, need: Need, matches: Sequence[Match], form: InviteForm | None = None) -> dict[str, Any]:
    """What `suggestions/solvers.html` draws: who could solve it, and the form around them where he may invite."""
    may = rules.may_invite(request.user, need)
    reason = str(rules.why_not_invite(need)) if may else ""
    rows = Invite.objects.visible_to(request.user).filter(need=need)
    workdays.now()
    return {
        "matches": matches,
        "good": good(matches),
        "weak": weak(matches),
        "form": form or InviteForm(matches=matches),
        "chosen": request.POST.getlist("teams"),
        "may_invite": may,
        "invite_reason": reason,
        "choosing": may and not reason,
        "free": any(match.invite is None for match in matches),
        "free_good": any(match.invite is None for match in good(matches)),
        "staff": holds(request.user, *OPERATING),
        "asked": asked(rows.select_related("team__organisation", "organisation").order_by("created_at", "pk")),
    }


@dataclass(frozen=True)
class Sent:
    """What came of the form: the status to answer with where the page has to be shown again."""

    form: InviteForm
    refusal: str = ""
    status: int = 0


def send(request: HttpRequest, need: Need, matches: Sequence[Match]) -> Sent:
    if not rules.may_invite(request.user, need):
        raise PermissionDenied(_("只有发榜单位、诊断这项需求的服务机构和经办可以邀请团队。"))
    form = InviteForm(request.POST, matches=matches)
    if not form.is_valid():
        return Sent(form, status=422)
    try:
        made = invite(need, form.cleaned_data["teams"], message=form.cleaned_data["message"], by=request.user)
    except Refused as refused:
        return Sent(form, str(refused), 409)
    mark_shown([match.row for match in matches if match.team in form.cleaned_data["teams"]], by=request.user)
    if made:
        messages.success(
            request, ngettext("已邀请 %(n)d 个团队。", "已邀请 %(n)d 个团队。", len(made)) % {"n": len(made)}
        )
    else:
        messages.warning(request, _("选中的团队都已经邀请过。"))
    return Sent(form)
