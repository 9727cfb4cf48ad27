"""Posting a need together: who bears what, whom to invite, the page of one invitation, the zone's suggestion."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.roles import Role
from changes.models import Consultation
from changes.states import S
from needs.models import Need
from partners.actions import invite_partner, suggest, suggestible
from partners.asks import ShareForm
from partners.models import Partnership
from partners.rules import CLOSED, why_not_agreed
from partners.states import P
from partners.terms import is_stale, since_consent, split_of
from web.access import signed_in, staff
from web.cases.needs import inside
from web.cases.next_steps import may_hold_bids
from web.cases.partners import contract_standing, is_partner, together
from web.drafts import Line, Prose
from workflow.machine import Refused

SUGGESTION = gettext_lazy(
    "有企业提交了与贵单位在审需求相近的技术需求。是否愿意联合发榜、分摊费用、共用成果？"
    "愿意的，我们请牵头单位与贵单位联系；是否参加、承担多少，由贵单位看过内容后决定。"
)


class InviteForm(ShareForm):
    partner = Line(
        label=gettext_lazy("联合单位"),
        max_length=120,
        help_text=gettext_lazy("对方的统一社会信用代码，或登记的完整名称。对方须是本平台已核验的企业。"),
        error_messages={"required": gettext_lazy("请填写对方的统一社会信用代码或名称。")},
    )
    field_order = ("partner", "share", "note")

    def of(self, need: Need) -> "InviteForm":
        self.taken = split_of(need).given
        return self

    def clean_partner(self) -> Organisation:
        typed = self.cleaned_data["partner"]
        homes = Organisation.objects.verified().filter(kind=Organisation.Kind.ENTERPRISE)
        found = list(homes.filter(uscc=typed.upper())) or list(homes.filter(name=typed)[:2])
        if not found:
            raise forms.ValidationError(_("没有找到这家企业。请核对信用代码，或请对方先登记并通过核验。"))
        if len(found) > 1:
            raise forms.ValidationError(_("有不止一家企业叫这个名称，请改填统一社会信用代码。"))
        return found[0]


@signed_in
def partners(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who bears what; while the need is being written, whom else to invite."""
    need = inside(request, pk)
    owner = need.organisation_id in request.user.positions  # type: ignore[union-attr]
    if request.method == "POST" and not owner:
        raise Http404
    form = InviteForm(request.POST or None).of(need) if owner and need.is_editable else None
    refusal = ""
    if request.method == "POST":
        if form is None:
            refusal = str(CLOSED)
        elif form.is_valid():
            refusal = _invite(request, need, form.cleaned_data)
            if not refusal:
                return redirect("need_partners", pk)
    context = {
        "need": need,
        "form": form,
        "refusal": refusal,
        "unagreed": why_not_agreed(need) if need.is_editable else "",
        **together(need, request.user),
    }
    status = 409 if refusal else 422 if form is not None and form.errors else 200
    return render(request, "partners/partners.html", context, status=status)


def _invite(request: HttpRequest, need: Need, data: dict[str, Any]) -> str:
    """Why it was not possible, or nothing."""
    partner: Organisation = data["partner"]
    try:
        invite_partner(need, organisation=partner, share=data["share"], note=data["note"], by=request.user)
    except Refused as refused:
        return str(refused)
    messages.success(request, _("已邀请“%(name)s”，对方同意后会通知您。") % {"name": partner.name})
    return ""


@signed_in
@require_safe
def partnership(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One invitation or suggestion, for the enterprise that is asked, the one that leads, and the zone."""
    rows = Partnership.objects.visible_to(request.user).select_related(
        "need__organisation", "need__batch", "organisation"
    )
    row = get_object_or_404(rows, pk=pk)
    asked = row.organisation_id in request.user.positions  # type: ignore[union-attr]
    knows = row.is_told or not asked
    reads = knows and Need.objects.inside(request.user).filter(pk=row.need_id).exists()
    context = {
        "row": row,
        "asked": asked,
        "knows": knows,
        "reads": reads,
        "settled": row.status == P.CONSENTED and not row.need.is_editable,
        "stale": (stale := reads and is_stale(row)),
        "since": since_consent(row) if stale else [],
        **_come_of_it(row, request.user),
    }
    return render(request, "partners/partnership.html", context)


def _come_of_it(row: Partnership, user: Any) -> dict[str, Any]:
    """For the partner itself: its way to the bids once they are open, and where the contract stands."""
    if not is_partner(row, user):
        return {}
    asked = Consultation.objects.waiting_for("partner", user).filter(partnership=row, status=S.ASKED).first()
    return {"bids": may_hold_bids(row.need), "standing_of": contract_standing(row, user), "asked_about": asked}


class SuggestForm(forms.Form):
    enterprises = forms.ModelMultipleChoiceField(
        label=gettext_lazy("征询哪些企业"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一家企业。")},
    )
    note = Prose(
        label=gettext_lazy("给企业的话"),
        max_length=500,
        rows=5,
        initial=SUGGESTION,
        help_text=gettext_lazy("对方答复愿意之前只看到这段话，请不要写出企业名称和需求内容。"),
    )


@staff(Role.OFFICER)
def suggest_joint(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = inside(request, pk)
    homes = suggestible(need, request.user)
    form = SuggestForm(request.POST or None)
    form.fields["enterprises"].queryset = Organisation.objects.filter(pk__in=[home.pk for home in homes])  # type: ignore[attr-defined]
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            suggest(
                need, organisations=form.cleaned_data["enterprises"], note=form.cleaned_data["note"], by=request.user
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("已征询，对方答复后会通知您和牵头单位。"))
            return redirect(need)
    context = {"need": need, "homes": homes, "form": form, "refusal": refusal}
    return render(request, "partners/suggest.html", context, status=409 if refusal else 422 if form.errors else 200)
