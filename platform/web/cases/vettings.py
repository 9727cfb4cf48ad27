"""/vettings/<uuid>/: the formal check of one bid, for the zone that fills it in, the team, and who compares."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.roles import OPERATING
from core.files import files_of
from proposals.models import Proposal, Vetting
from proposals.states import P, V
from proposals.vetting import SUPPLEMENT, Item, Verdict
from proposals.vetting_facts import Finding, findings
from proposals.vetting_moves import mark
from proposals.vetting_rules import is_checker, is_in_order, something_can_be_put_right, something_is_unmet
from teams.rules import in_team
from web.access import signed_in
from web.cases import history
from web.drafts import Line
from workflow.actions import perform
from workflow.machine import Refused, Stale

# Moves with a form of their own, and what the list has to say before it leads there.
NEEDS = {"correct": something_can_be_put_right, "refuse": something_is_unmet}


class MarksForm(forms.Form):
    """Each item with what the platform found; a person adds, or overrules with a word."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, found: list[Finding]) -> None:
        super().__init__(data, auto_id="mark-%s")
        self.found = found
        for row in found:
            name = row.item.value
            self.fields[name] = forms.ChoiceField(
                label=row.item.label,
                choices=Verdict.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=row.verdict,
            )
            self.fields[f"{name}-note"] = Line(
                label=_("%(item)s的依据") % {"item": row.item.label}, max_length=200, required=False, initial=row.note
            )
            self.fields[f"{name}-note"].widget.attrs["placeholder"] = _("依据，不符合的必填")

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        for row in self.found:
            name = row.item.value
            yield {"finding": row, "verdict": self[name], "note": self[f"{name}-note"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for row in self.found:
            verdict, note = data.get(row.item.value), data.get(f"{row.item.value}-note")
            own = verdict == Verdict.UNMET or row.computed not in ("", verdict)
            if verdict and not note and (own and verdict != row.computed):
                self.add_error(f"{row.item.value}-note", _("请写明依据，揭榜方会看到。"))
        return data

    @property
    def answers(self) -> dict[str, tuple[str, str]]:
        data = self.cleaned_data
        return {item: (data.get(item) or "", data.get(f"{item}-note") or "") for item in Item.values}


@signed_in
def vetting(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows: Any = Vetting.objects.visible_to(request.user)
    related = ("proposal__need__organisation", "proposal__need__batch", "proposal__team__organisation",
               "proposal__team__leader", "checked_by", "ruled_by")  # fmt: skip
    row: Vetting = get_object_or_404(rows.select_related(*related), pk=pk)
    may = row.status == V.CHECKING and is_checker(request.user, row)
    if request.method == "POST" and not is_checker(request.user, row):
        raise PermissionDenied(_("方案形式审查由管委会经办填写。"))
    found = findings(row)
    form = MarksForm(request.POST or None, found=found) if may else None
    refusal = ""
    if request.method == "POST":
        if form is None:
            messages.warning(request, _("这一步已经办过了，下面是最新状态。"))
            return redirect(row)
        if form.is_valid():
            try:
                return _kept(request, row, form)
            except Stale as stale:
                messages.warning(request, str(stale))
                return redirect(row)
            except Refused as refused:
                refusal = str(refused)
    status = 409 if refusal else 422 if form is not None and form.errors else 200
    return render(request, "proposals/vetting.html", _context(request, row, found, form, refusal), status=status)


def _kept(request: HttpRequest, row: Vetting, form: MarksForm) -> HttpResponse:
    mark(row, form.answers, by=request.user)
    then = request.POST.get("then", "")
    row.refresh_from_db()
    if then in NEEDS:
        if not (why := NEEDS[then](row)):
            return redirect("move", "vetting", row.pk, then)
        messages.warning(request, _("审查表已保存。%(why)s") % {"why": why})
    elif then == "pass" and (why := is_in_order(row)):
        messages.warning(request, _("审查表已保存，还不能通过：%(why)s") % {"why": why})
    elif then == "pass":
        perform(row, "pass", by=request.user)
        messages.success(request, _("已通过形式审查。"))
    else:
        messages.success(request, _("审查表已保存。"))
    return redirect(row)


def _context(
    request: HttpRequest, row: Vetting, found: list[Finding], form: MarksForm | None, refusal: str
) -> dict[str, Any]:
    zone, ours = request.user.has_role(*OPERATING), in_team(request.user, row.proposal.team)  # type: ignore[union-attr]
    passed = row.status == V.PASSED
    return {
        "row": row,
        "proposal": row.proposal,
        "need": row.proposal.need,
        "zone": zone,
        "ours": ours,
        # A team sees the items once something was said about them; who compares, those of a bid it may read.
        "found": found if zone or passed or (ours and (row.code or row.asked_at)) else [],
        "form": form,
        "refusal": refusal,
        "supplements": list(files_of(row, SUPPLEMENT)) if zone or ours or passed else [],
        "readable": Proposal.objects.visible_to(request.user).filter(pk=row.proposal_id).exists(),
        "others": _others(row) if zone else [],
        "events": history.of_rows(row.audit_stream, [row.pk]) if zone or ours else [],
    }


def _others(row: Vetting) -> list[Vetting]:
    """The other bids of the listing that are still to be looked at."""
    rows = Vetting.objects.filter(proposal__need=row.proposal.need_id, status=V.CHECKING).exclude(pk=row.pk)
    return list(rows.select_related("proposal__team").order_by("proposal__team__name"))


def of_bid(proposal: Proposal) -> Vetting | None:
    """The formal check of a bid, for the page of the bid."""
    return Vetting.objects.filter(proposal=proposal).first() if proposal.status not in (P.DRAFT, P.SUBMITTED) else None
