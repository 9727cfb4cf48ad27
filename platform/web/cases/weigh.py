"""One bid at a time: every promise judged, a note for the colleagues, the shortlist. And all of them as one table."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from clarifications.clarified import Mark
from decisions.comparing import Promise
from decisions.states import Verdict
from decisions.weighing import judge, shortlist, write_note
from needs.models import Need
from proposals.content import TEXTS
from reports.ledgers import COUNT, WAN, Column
from reports.workbook import XLSX, workbook
from web.access import signed_in
from web.cases import next_steps
from web.cases.bids import MARKED, Bid, side_by_side
from web.cases.clarifications import of_bid
from web.cases.compare import deciding
from web.cases.needs import inside
from web.downloads import download
from web.drafts import Line, Prose
from workflow.machine import Refused

LEAVE = ("", gettext_lazy("按数值"))
VERDICTS = [LEAVE, *Verdict.choices]


class WeighForm(forms.Form):
    """A verdict and a note for each promise, a note about the whole, and whether the bid is on the shortlist."""

    use_required_attribute = False

    def __init__(self, data: Any, bid: Bid) -> None:
        super().__init__(data)
        self.rows = bid.lines
        for row in bid.promises:
            held, key = row.judgement, str(row.indicator.pk)
            self.fields[f"verdict-{key}"] = forms.ChoiceField(
                label=_("%(name)s：判定") % {"name": row.indicator.name},
                choices=VERDICTS if row.computed != Verdict.UNCLEAR else [("", _("未判定")), *VERDICTS[1:]],
                required=False,
                initial=held.verdict if held else "",
            )
            self.fields[f"note-{key}"] = Line(
                label=_("%(name)s：依据") % {"name": row.indicator.name},
                max_length=200,
                required=False,
                initial=held.note if held else "",
            )
        self.fields["shortlisted"] = forms.BooleanField(
            label=_("入围"), required=False, initial=bid.shortlisted, help_text=_("只有本单位的人看到。")
        )
        self.fields["text"] = Prose(
            label=_("新的备注"),
            max_length=500,
            rows=3,
            required=False,
            help_text=_("只有本单位的人看到，保存后不能改。例如：电话核实过，检测报告本月可补。"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for row, _mark in self.rows:
            key = str(row.indicator.pk)
            verdict, note = data.get(f"verdict-{key}"), data.get(f"note-{key}")
            if verdict and row.computed not in (Verdict.UNCLEAR, verdict) and not note:
                self.add_error(f"note-{key}", _("与数值比较的结果不同，请写明依据。"))
        return data

    def lines(self) -> list[tuple[Promise, Mark | None, Any, Any]]:
        keys = [(row, mark, str(row.indicator.pk)) for row, mark in self.rows]
        return [(row, mark, self[f"verdict-{key}"], self[f"note-{key}"]) for row, mark, key in keys]


@signed_in
def weigh(request: HttpRequest, pk: UUID, proposal: UUID) -> HttpResponse:
    need, bids = _bids(request, pk)
    bid = next((one for one in bids if one.proposal.pk == proposal), None)
    if bid is None or not bid.ours:
        raise Http404
    may = deciding(need, request.user) and bid.may_be_answered
    if request.method == "POST" and not may:
        raise PermissionDenied(_("只有发榜单位能判定，且结果公布前才能改。"))
    form = WeighForm(request.POST if request.method == "POST" else None, bid)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            _keep(form, bid, request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("已保存，只有本单位的人看到。"))
            return redirect("need_weigh", pk, proposal)
    place = bids.index(bid)
    context = {
        "need": need,
        "bid": bid,
        "form": form,
        "may": may,
        "refusal": refusal,
        "meetings": list(bid.proposal.meetings.all()),
        **of_bid(bid.proposal, request.user),
        "place": place + 1,
        "count": len(bids),
        "before": bids[place - 1] if place else None,
        "after": bids[place + 1] if place + 1 < len(bids) else None,
    }
    return render(request, "needs/weigh.html", context, status=409 if refusal else 422 if form.errors else 200)


@transaction.atomic
def _keep(form: WeighForm, bid: Bid, user: Any) -> None:
    data = form.cleaned_data
    for row in bid.promises:
        key = str(row.indicator.pk)
        given = {"verdict": data[f"verdict-{key}"], "note": data[f"note-{key}"]}
        held = {"verdict": row.judgement.verdict, "note": row.judgement.note} if row.judgement else None
        if given != (held or {"verdict": "", "note": ""}):
            judge(bid.proposal, row.indicator, **given, by=user)
    if data["shortlisted"] != bid.shortlisted:
        shortlist(bid.proposal, listed=data["shortlisted"], by=user)
    if data["text"]:
        write_note(bid.proposal, text=data["text"], by=user)


def _bids(request: HttpRequest, pk: UUID) -> tuple[Need, list[Bid]]:
    need = inside(request, pk)
    return need, side_by_side(need, request.user) if next_steps.may_hold_bids(need) else []


# ── the table to take along ─────────────────────────────────────────────────────
@signed_in
@require_safe
def table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The comparison as a sheet, a bid a row: for the enterprise, which alone sees the judgements in it."""
    need, bids = _bids(request, pk)
    if not next_steps.is_party(request.user, need):
        raise PermissionDenied(_("只有发榜单位能下载比选表。"))
    title = _("方案比选表")
    head = [f"{need.display_number} {need.title}", _("榜额 %(budget)s") % {"budget": need.budget_text}]
    if any(bid.clarified.count for bid in bids):
        head.append(str(MARKED))
    return download(workbook(title, _columns(need), bids, head=head), f"{title}-{need.display_number}.xlsx", XLSX)


def _columns(need: Need) -> list[Column]:
    columns = [
        Column(_("揭榜方"), lambda bid: bid.proposal.team.name, width=24),
        Column(_("单位"), lambda bid: bid.proposal.team.organisation.name, width=24),
        Column(_("入围"), lambda bid: _("是") if bid.shortlisted else "", width=8),
        Column(_("报价"), lambda bid: bid.proposal.price, WAN, 14),
        Column(_("周期（月）"), lambda bid: bid.content.get("period_months"), COUNT, 10),
    ]
    for place, row in enumerate(need.indicators.all()):
        heading = f"{row.name} {row.requirement}"
        columns.append(Column(heading, lambda bid, place=place: _promised(*bid.lines[place]), width=26))
    columns += [
        Column(_("满足"), lambda bid: bid.met, COUNT, 8),
        Column(_("硬指标未满足"), lambda bid: bid.missed_hard, COUNT, 12),
        Column(TEXTS["risk"][0], lambda bid: bid.content.get("risk", ""), width=40),
        Column(_("澄清"), lambda bid: _clarified(bid, need), width=40),
    ]
    return columns


def _clarified(bid: Bid, need: Need) -> str:
    if not bid.clarified.count:
        return ""
    return _("已澄清 %(count)s 处：%(parts)s") % {"count": bid.clarified.count, "parts": bid.clarified.in_words(need)}


def _promised(row: Promise, mark: Mark | None) -> str:
    judged = Verdict(row.verdict).label
    said = f"{row.value or '—'} {row.indicator.unit}".strip()
    by_hand = _("（人工判定：%(note)s）") % {"note": row.judgement.note or "—"} if row.judgement else ""
    return f"{said} · {judged}{by_hand}" + (" · " + _("已澄清") if mark else "")
