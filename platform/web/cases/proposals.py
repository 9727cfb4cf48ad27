"""/proposals/<uuid>/: one bid. Its team always; the enterprise and the zone once the seal is broken; else 404."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.models import Event
from core import clock
from core.files import files_of
from decisions.rules import why_not_inquire
from needs.codes import TRL, Ownership
from needs.models import Indicator
from needs.states import N
from proposals.codes import BudgetItem
from proposals.consortium import Participant
from proposals.content import TEXTS, Answer, answer_to, gaps, money, person_months, total, verdict
from proposals.joining import with_participants
from proposals.late import late_attempts
from proposals.late import refusal as signed_refusal
from proposals.lifecycle import proposal_machine
from proposals.models import Proposal
from proposals.reception import reception_of
from proposals.rules import consortium_is_confirmed
from proposals.sealing import own_copy
from proposals.states import P
from teams.rules import in_team
from web.access import signed_in
from web.cases.clarifications import of_bid
from web.cases.next_steps import NextStep, is_party, led_by
from web.cases.receipts import printed
from web.cases.vettings import of_bid as vetting_of
from web.suggestions.listings import fits
from web.suggestions.reading import good
from workflow.queries import offers


@dataclass(frozen=True)
class Answered:
    """One indicator as this bid answers it."""

    indicator: Indicator
    said: Answer
    verdict: str  # of proposals.content, "" where nothing was said


@signed_in
@require_safe
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _load(request, Proposal.objects.visible_to(request.user), pk)
    ours = in_team(request.user, found.team)
    beside = not ours and found.participants.acting(request.user).taking_part().exists()
    content = found.content if found.is_revealed else (_draft(found) if ours or beside else {})
    may = offers(found, request.user)
    step = _to_the_form(found) if ours else _to_the_answer(found, request.user)
    context = {
        "proposal": found,
        "need": found.need,
        "stands": found.need if found.status == P.SUBMITTED and found.need.status != N.PUBLISHED else found,
        "ours": ours,
        "beside": beside,
        "offers": led_by(step, may),
        "mine": any(offer.transition.style == "primary" for offer in may) or (step is not None and not ours),
        "vetting": vetting_of(found) if not beside else None,
        "inquiry": getattr(found, "inquiry", None),
        **read(found, content or {}),
        **of_bid(found, request.user),
    }
    if ours:
        replace = (offer.url for offer in may if offer.transition.name == "replace" and offer.enabled)
        context |= {"replace": next(replace, ""), **_for_the_team(found, request.user)}
    return render(request, "proposals/proposal.html", context)


def _to_the_answer(found: Proposal, user: Any) -> NextStep | None:
    """The enterprise answers on the page of comparison, not by a button here."""
    if found.status != P.OPENED or not is_party(user, found.need):
        return None
    return NextStep(_("比选方案"), reverse("need_compare", args=[found.need_id]))


def _draft(found: Proposal) -> dict[str, Any]:
    """The working copy as it would be sealed now."""
    return with_participants(found, found.draft)


def _to_the_form(found: Proposal) -> NextStep | None:
    """Where the team writes on. In front until the bid can be handed in, then beside that."""
    if found.status == P.WITHDRAWN and found.need.takes_bids:
        return NextStep(_("另写一份"), reverse("proposal_start", args=[found.need.number]))
    if not found.is_editable:
        return None
    sealed = found.status != P.DRAFT
    page = reverse("proposal_edit", args=[found.pk])
    return NextStep(_("修改方案") if sealed else _("填写方案"), page, primary=not sealed)


def read(found: Proposal, content: dict[str, Any]) -> dict[str, Any]:
    """What a bid says, ready to be drawn."""
    milestones = [{**row, "amount": money(row.get("amount"))} for row in content.get("milestones") or []]
    return {
        "content": content,
        "price": money(content.get("price")),
        "planned": total(content.get("milestones") or []),
        "milestones": milestones,
        "answers": [_answered(row, answer_to(content, row)) for row in found.need.indicators.all()],
        "texts_before": _texts(content, ("background", "approach", "innovation")),
        "texts_after": _texts(content, ("basis", "risk", "guarantee", "benefit")),
        "budget": budget_rows(content),
        "asked": total(content.get("budget") or [], "asked"),
        "own": total(content.get("budget") or [], "own"),
        "person_months": person_months(content.get("members") or []),
        "levels": [
            (_("现有技术成熟度"), level_label(content.get("trl_now"))),
            (_("目标技术成熟度"), level_label(content.get("trl_target"))),
        ],
        "participants": [{**row, "share": money(row.get("share"))} for row in content.get("participants") or []],
        "ownership": dict(Ownership.choices).get(content.get("ownership", ""), ""),
        "files": list(files_of(found, "bid")) if found.is_revealed else [],
        "answer": _published_answer(found),
    }


def _answered(indicator: Indicator, said: Answer) -> Answered:
    return Answered(indicator, said, verdict(indicator, said) if said.is_said else "")


def _texts(content: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, Any, str]]:
    return [(name, TEXTS[name][0], content[name]) for name in names if content.get(name)]


def budget_rows(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The budget with its items in words and its amounts as money."""
    labels = dict(BudgetItem.choices)
    return [
        {
            **row,
            "label": labels.get(row.get("item", ""), "—"),
            "asked": money(row.get("asked")),
            "own": money(row.get("own")),
        }
        for row in content.get("budget") or []
    ]


def level_label(level: int | None) -> Any:
    return dict(TRL).get(level or 0, "")


def _published_answer(found: Proposal) -> Any:
    answer = getattr(found, "answer", None)
    return answer.public if answer is not None else None


def _for_the_team(found: Proposal, user: Any) -> dict[str, Any]:
    """What only the bidder sees: sealed versions, receipts, whether the working copy has moved on."""
    versions = list(found.submissions.order_by("-version").select_related("submitted_by").defer("ciphertext"))
    has_copy = own_copy(found) is not None
    ended = found.status in (P.NOT_SELECTED, P.LAPSED, P.VOID)
    return {
        "may_inquire": not why_not_inquire(found),
        "matches": good(fits(user, [found.team], most=3)) if ended else [],
        "versions": versions,
        "confirmations": list(found.confirmations.all()) if found.need.amendments else [],
        "late": [_late(event) for event in late_attempts(found)],
        "has_copy": has_copy,
        "unsealed": bool(versions) and not has_copy and found.is_editable,
        "lacking": gaps(found.need, _draft(found)) if found.is_editable else [],
        "unconfirmed": consortium_is_confirmed(found) if found.is_editable else "",
        "asked_along": list(found.participants.all()),
        "clock": clock.now(),
        "reception": reception_of(found.need),
        "sealed_files": found.draft.get("files", []) if not found.is_revealed else [],
    }


def _late(event: Event) -> dict[str, Any]:
    return {"event": event, "what": proposal_machine.by_name[event.detail["move"]].label}


@signed_in
@require_safe
def receipt(request: HttpRequest, pk: UUID, version: int) -> HttpResponse:
    """The signed receipt of one version, exactly as it was given; with `?as=pdf` in words, for the file."""
    found = _load(request, Proposal.objects.of_consortium(request.user), pk)
    row = get_object_or_404(found.submissions, version=version)
    if row.receipt is None:
        raise Http404
    if request.GET.get("as") == "pdf":
        return printed(row.receipt, found.need)
    return _download(row.receipt, f"receipt-{found.need.number}-v{version}.json")


@signed_in
@require_safe
def confirmation(request: HttpRequest, pk: UUID, kept: UUID) -> HttpResponse:
    """The signed receipt of a confirmation that the sealed version stands under the amended listing."""
    found = _load(request, Proposal.objects.of_team(request.user), pk)
    row = get_object_or_404(found.confirmations.exclude(receipt=None), pk=kept)
    if request.GET.get("as") == "pdf":
        return printed(row.receipt, found.need)
    return _download(row.receipt, f"confirmation-{found.need.number}-{row.amendment}.json")


@signed_in
@require_safe
def refusal(request: HttpRequest, pk: UUID, event: UUID) -> HttpResponse:
    """未接收凭证: signed proof that something was tried, and when, after the deadline."""
    found = _load(request, Proposal.objects.of_team(request.user), pk)
    signed = signed_refusal(get_object_or_404(late_attempts(found), pk=event), found)
    if request.GET.get("as") == "pdf":
        return printed(signed, found.need)
    return _download(signed, f"refusal-{found.need.number}-{signed['tried_at'][:10]}.json")


@signed_in
@require_safe
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the bidder can prove the sealed content with; gone once the working copy was changed."""
    found = _load(request, Proposal.objects.of_consortium(request.user), pk)
    if (held := own_copy(found)) is None:
        messages.warning(request, _("工作稿在密封之后改过，平台手里已没有与回执一致的副本。请使用您当时下载的副本。"))
        return redirect(found)
    return _download(held, f"bid-{found.need.number}-v{held['manifest']['version']}.json")


def _load(request: HttpRequest, rows: Any, pk: UUID) -> Proposal:
    related = ("need__batch", "need__organisation", "team__organisation", "team__leader", "answer", "inquiry")
    beside = Prefetch("participants", Participant.objects.select_related("organisation", "confirmed_by"))
    rows = rows.select_related(*related).prefetch_related("need__indicators", beside)
    found: Proposal = get_object_or_404(rows, pk=pk)
    return found


def _download(payload: dict[str, Any], name: str) -> HttpResponse:
    response = JsonResponse(payload, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
