"""Bidding together: whom the team asks, the page of one participant, and the section that participant writes."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from core import clock
from proposals.consortium import Participant
from proposals.content import money
from proposals.joining import decides, invite_participant, lacks, part_of, save_section, stands_elsewhere, writes
from proposals.models import Proposal
from proposals.reception import reception_of
from proposals.rules import is_leader
from proposals.states import TAKING_PART
from teams.rules import in_team
from web.access import signed_in
from web.cases.next_steps import NextStep, led_by
from web.drafts import NOTHING_CAME, Line, Prose, carries_a_form, note_received, received, version_of
from web.teams.bids import LATE, TYPED_HERE, load
from web.teams.section import SectionSheet, filled, shown
from workflow.machine import Refused, Stale
from workflow.queries import offers


class InviteForm(forms.Form):
    partner = Line(
        label=gettext_lazy("参加单位"),
        max_length=120,
        help_text=gettext_lazy("对方的统一社会信用代码，或登记的完整名称。对方须是本平台已核验的单位。"),
        error_messages={"required": gettext_lazy("请填写对方的统一社会信用代码或名称。")},
    )
    note = Prose(
        label=gettext_lazy("给对方的说明"),
        required=False,
        max_length=500,
        rows=3,
        help_text=gettext_lazy("对方答复参加之前，只看到榜单和这段话。"),
    )

    def clean_partner(self) -> Organisation:
        typed = self.cleaned_data["partner"]
        homes = Organisation.objects.verified().exclude(kind=Organisation.Kind.ZONE)
        found = list(homes.filter(uscc=typed.upper())) or list(homes.filter(name=typed)[:2])
        if not found:
            raise forms.ValidationError(_("没有找到这家单位。请核对信用代码，或请对方先登记并通过核验。"))
        if len(found) > 1:
            raise forms.ValidationError(_("有不止一家单位叫这个名称，请改填统一社会信用代码。"))
        return found[0]


@signed_in
def consortium(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who bids together; while the bid is being written, whom else to ask."""
    proposal = load(request, pk)
    may = proposal.is_editable and is_leader(request.user, proposal)
    if request.method == "POST" and not is_leader(request.user, proposal):
        raise PermissionDenied(_("由团队负责人邀请参加单位。"))
    form = InviteForm(request.POST if request.method == "POST" else None) if may else None
    refusal = str(LATE) if request.method == "POST" and form is None else ""
    if request.method == "POST" and form is not None and form.is_valid():
        refusal = _invite(request, proposal, form.cleaned_data)
        if not refusal:
            return redirect("proposal_consortium", pk)
    rows = proposal.participants.select_related("organisation", "confirmed_by")
    context = {
        "proposal": proposal,
        "need": proposal.need,
        "rows": [{"row": row, "share": money(row.section.get("share"))} for row in rows],
        "form": form,
        "refusal": refusal,
        "leads": is_leader(request.user, proposal),
    }
    status = 409 if refusal else 422 if form is not None and form.errors else 200
    return render(request, "proposals/consortium.html", context, status=status)


def _invite(request: HttpRequest, proposal: Proposal, data: dict[str, Any]) -> str:
    """Why it was not possible, or nothing."""
    partner: Organisation = data["partner"]
    try:
        invite_participant(proposal, organisation=partner, note=data["note"], by=request.user)
    except Refused as refused:
        return str(refused)
    messages.success(request, _("已邀请“%(name)s”，对方答复后会通知您。") % {"name": partner.name})
    return ""


@signed_in
@require_safe
def participant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One organisation in one consortium: for the team that leads, and for its own people."""
    row = _load(request, Participant.objects.visible_to(request.user), pk)
    section, may = row.section, offers(row, request.user)
    writing = row.is_editable and writes(request.user, row)
    to_the_form = NextStep(_("填写本单位部分"), reverse("participant_edit", args=[pk]), primary=bool(lacks(section)))
    context = {
        "row": row,
        "proposal": row.proposal,
        "need": row.proposal.need,
        "leading": in_team(request.user, row.proposal.team),
        "acts": writes(request.user, row),
        "inside": row.status in TAKING_PART,
        "elsewhere": writes(request.user, row) and stands_elsewhere(row, request.user),
        "offers": led_by(to_the_form if writing else None, may),
        "part": part_of(row),
        "lacking": lacks(section) if writing else [],
        "reception": reception_of(row.proposal.need),
        "versions": list(row.proposal.submissions.order_by("-version").defer("ciphertext")),
        "clock": clock.now(),
    }
    return render(request, "proposals/participant.html", context)


@signed_in
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _own(request, pk)
    if not row.is_editable:
        messages.warning(request, _("本单位部分已经确认或揭榜已截止，现在不能改。"))
        return redirect(row)
    if request.method != "POST":
        return _page(request, row, shown(row))
    if not carries_a_form(request.POST):
        return _page(request, row, shown(row), refusal=NOTHING_CAME, status=409)
    sheet = filled(request.POST)
    try:
        save_section(row, sheet.content(), by=request.user, revision=version_of(request.POST))
    except Stale:
        current = _own(request, pk).revision
        return _page(request, row, filled(request.POST, version=current), stale=True, status=409)
    except Refused as refused:
        return _page(request, row, sheet, refusal=str(refused), status=409)
    note_received(request, row.pk)
    if not sheet.is_valid():
        messages.warning(request, _("已保存。有几处还要改，已在下面标出。"))
        return redirect("participant_edit", pk)
    messages.success(request, _("已保存。"))
    if request.POST.get("then") == "confirm" and decides(request.user, row) and not lacks(row.section):
        return redirect("move", "participant", pk, "confirm")
    return redirect(row)


@signed_in
@require_POST
def autosave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The section as it is being typed, kept as the bid's own form is."""
    if request.headers.get(TYPED_HERE) != "autosave":
        return edit(request, pk)
    row = _own(request, pk)
    try:
        save_section(row, filled(request.POST).content(), by=request.user, revision=version_of(request.POST))
    except Refused as refused:
        return JsonResponse({"sentence": str(refused)}, status=409)
    at = timezone.localtime(row.working_saved_at) if row.working_saved_at else timezone.localtime()
    return JsonResponse({"version": row.revision, "saved": f"{at:%H:%M}"})


def _page(
    request: HttpRequest, row: Participant, sheet: SectionSheet, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "row": row,
        "need": row.proposal.need,
        "sheet": sheet,
        "received": received(request, row.pk),
        "decides": decides(request.user, row),
        "clock": clock.now(),
        **more,
    }
    return render(request, "proposals/participant_edit.html", context, status=status)


def _own(request: HttpRequest, pk: UUID) -> Participant:
    """Only those who act for it come here; who leads the consortium reads, and writes nothing."""
    row = _load(request, Participant.objects.acting(request.user), pk)
    if row.status not in TAKING_PART:
        raise Http404
    return row


def _load(request: HttpRequest, rows: Any, pk: UUID) -> Participant:
    related = ("proposal__need__batch", "proposal__need__organisation", "proposal__team__organisation",
               "proposal__team__leader", "organisation", "confirmed_by", "writer")  # fmt: skip
    found: Participant = get_object_or_404(rows.select_related(*related), pk=pk)
    return found
