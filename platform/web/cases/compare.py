"""The bids side by side, the answer to each, and the one moment in which all of them are told."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING
from audit.queries import timeline
from clarifications.queries import unanswered_by_teams
from decisions.actions import decide, reply_now
from decisions.asks import RejectForm
from decisions.models import Decision
from decisions.queries import (
    ANSWERABLE,
    BY_RESULT,
    chooses,
    open_decision,
    to_tell,
    why_not_decide,
)
from decisions.states import D
from needs.models import Need
from needs.rules import lacks_a_second_person
from needs.states import N
from proposals.models import Proposal
from proposals.queries import being_vetted, rejected
from proposals.states import Outcome
from web.access import signed_in
from web.cases import answers, history, next_steps
from web.cases.bids import MARKED, Bid, drafted, side_by_side
from web.cases.needs import inside
from web.drafts import note_received, received
from workflow.machine import Refused, Stale
from workflow.registry import machine_for

_SEALED = gettext_lazy("揭榜截止、两名工作人员开启之前，谁也看不到方案，也不知道有没有方案。")
_NOT_YET = gettext_lazy("方案正在形式审查，审查结束后由发榜方比选。")


@signed_in
def compare(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = inside(request, pk)
    if not next_steps.may_hold_bids(need):
        messages.warning(request, str(_NOT_YET if need.status == N.VETTING else _SEALED))
        return redirect(need)
    if request.method != "POST":
        bids = side_by_side(need, request.user)
        proposals = answerable(need, request.user)
        return _page(request, need, answers.shown(request, need, proposals, _drafts(bids)), bids=bids)
    return _save(request, need)


def _drafts(bids: list[Bid]) -> answers.Suggestions:
    return {bid.proposal.pk: bid.suggestion for bid in bids if bid.ours}


def _save(request: HttpRequest, need: Need) -> HttpResponse:
    if not deciding(need, request.user):
        raise PermissionDenied(_("只有发榜单位能答复方案，且结果公布前才能改。"))
    proposals = answerable(need, request.user)
    given = answers.filled(request, need, proposals, _drafts(side_by_side(need, request.user)))
    by_hand = request.headers.get("X-Requested-With") != "autosave"
    try:
        version = answers.save(request, given, proposals)
    except Refused as refused:
        if not by_hand:
            return JsonResponse({"sentence": str(refused)}, status=409)
        return _page(request, need, given, refusal=str(refused), stale=isinstance(refused, Stale), status=409)
    if not by_hand:
        return JsonResponse({"version": version, "saved": f"{timezone.localtime():%H:%M}"})
    return _saved(request, need, given)


def _saved(request: HttpRequest, need: Need, given: answers.Answers) -> HttpResponse:
    wrong = any(form.errors for form in given.forms.values())
    if wrong:
        return _page(request, inside(request, need.pk), given, status=422)
    note_received(request, need.pk)
    then, _colon, which = request.POST.get("then", "").partition(":")
    why_not = why_not_decide(need)
    if then == "conclude" and not why_not:
        return redirect("need_conclude", need.pk)
    if then == "reply" and which in {str(key) for key in given.forms}:
        return redirect("need_reply", need.pk, which)
    if whole := given.whole:
        messages.success(request, _("已保存 %(count)s 份答复，公布结果之前对方看不到。") % {"count": whole})
    if missing := given.missing:
        tone = messages.INFO if whole else messages.WARNING
        messages.add_message(request, tone, _("还没有答复：%(bids)s。") % {"bids": missing})
    if clash := given.clash:
        messages.warning(request, clash)
    elif then == "conclude" and not missing:
        messages.warning(request, why_not)
    return redirect("need_compare", need.pk)


@signed_in
@require_safe
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The button of the page and the heads of the bids, for what has been saved."""
    need = inside(request, pk)
    context = _decision(request, need)
    heads = [(one, drafted(one)) for one in answerable(need, request.user)] if context["owner"] else []
    return render(request, "needs/compare_state.html", {**context, "heads": heads})


@signed_in
def conclude(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What everybody will be told, once more; then it is decided. To publish it is a step of its own."""
    need = inside(request, pk)
    if not next_steps.is_party(request.user, need):
        raise PermissionDenied(_("只有发榜单位能决定。"))
    if already := open_decision(need):
        return redirect(already)
    if need.status == N.VETTING:
        messages.warning(request, str(_NOT_YET))
        return redirect(need)
    if need.status not in (N.OPENED, N.PUBLISHED, N.CLOSED):
        messages.warning(request, _("结果已经公布过了，下面是最新状态。"))
        return redirect(need)
    why_not = why_not_decide(need)
    form = None if why_not or chooses(need) else RejectForm(request.POST or None)
    if request.method == "POST" and not why_not and (form is None or form.is_valid()):
        return _decided(request, need, form.cleaned_data if form else {})
    status = 409 if why_not else 422 if form is not None and form.errors else 200
    asked = list(unanswered_by_teams(need))
    context = {
        "bids": side_by_side(need, request.user),
        "form": form,
        "asked": asked,
        "alone": lacks_a_second_person(need),
        **_decision(request, need),
    }
    return render(request, "needs/conclude.html", context, status=status)


def _decided(request: HttpRequest, need: Need, said: dict[str, str]) -> HttpResponse:
    try:
        made = decide(need, by=request.user, **said)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("need_conclude", need.pk)
    if made.status == D.PROPOSED:
        messages.success(request, _("已提出，等本单位的另一名同事确认。"))
    else:
        messages.success(request, _("决定已记录。公布之前，揭榜方和公众都不知道。"))
    return redirect(made)


@signed_in
@require_safe
def decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A decision: the enterprise reads it whole, the zone what has been told."""
    row: Decision = get_object_or_404(
        Decision.objects.visible_to(request.user).select_related(
            "need__organisation", "need__batch", "decided_by", "approved_by"
        ),
        pk=pk,
    )
    owner = next_steps.is_party(request.user, row.need)
    reads = owner or row.published_at is not None
    wait = machine_for(row).waits.get(row.status)
    context = {
        "decision": row,
        "need": row.need,
        "owner": owner,
        "reads": reads,
        "bids": _answers_of(row, request.user) if reads else [],
        "mine": None if wait is None or not owner else row.status == D.DECIDED or row.decided_by_id != request.user.pk,
        "events": history.of_rows(row.audit_stream, [row.pk]),
        "alone": lacks_a_second_person(row.need) if owner and row.status == D.PROPOSED else "",
        "onward": next_steps.of_owner(row.need) if owner and row.status == D.PUBLISHED else None,
        "back": history.latest(timeline(row.audit_stream), "decision.send_back", row) if owner else None,
    }
    return render(request, "decisions/decision.html", context)


def _answers_of(row: Decision, user: Any) -> list[tuple[Proposal, Any]]:
    """Each bid with what it is, or was, told."""
    if row.is_open:
        return to_tell(row)
    found = Proposal.objects.visible_to(user).revealed().filter(need=row.need).exclude(answer=None)
    bids = found.select_related("team__organisation", "answer", "need")
    return [(bid, bid.answer.public) for bid in bids.order_by(*BY_RESULT) if bid.answer.public]


@signed_in
def reply(request: HttpRequest, pk: UUID, proposal: UUID) -> HttpResponse:
    """In a rolling batch: tell one bidder now that his bid is not chosen."""
    need = inside(request, pk)
    if not next_steps.is_party(request.user, need):
        raise PermissionDenied(_("只有发榜单位能答复方案。"))
    row = get_object_or_404(answerable(need, request.user, lazily=True), pk=proposal)
    refusal = ""
    if request.method == "POST":
        try:
            reply_now(row, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("已答复“%(team)s”。") % {"team": row.team.name})
            return redirect("need_compare", pk)
    ready = getattr(row, "answer", None) and row.answer.outcome == Outcome.REFUSE
    context = {"need": need, "proposal": row, "ready": ready, "refusal": refusal}
    return render(request, "needs/reply.html", context, status=409 if refusal else 200)


def deciding(need: Need, user: Any) -> bool:
    """Whether this reader may still answer: the enterprise, while the result is open."""
    return _compares(need, user) and open_decision(need) is None


def _compares(need: Need, user: Any) -> bool:
    open_states = (N.OPENED,) if need.batch.sealed else (N.PUBLISHED, N.CLOSED, N.OPENED)
    return next_steps.is_party(user, need) and need.status in open_states


def answerable(need: Need, user: Any, *, lazily: bool = False) -> Any:
    found = Proposal.objects.visible_to(user).filter(need=need, status__in=ANSWERABLE)
    found = found.select_related("team__organisation", "answer", "need__organisation", "need__batch").order_by("pk")
    return found if lazily else list(found)


def _decision(request: HttpRequest, need: Need) -> dict[str, Any]:
    owner = next_steps.is_party(request.user, need)
    partner = not owner and not request.user.has_role(*OPERATING)
    decided = open_decision(need) if owner else None
    may = decided is None and _compares(need, request.user)
    why_not = why_not_decide(need) if may else ""
    return {
        "need": need,
        "owner": owner,
        "partner": partner,
        "deciding": may,
        "decided": decided,
        "why_not": why_not,
    }


def _page(
    request: HttpRequest,
    need: Need,
    given: answers.Answers,
    *,
    bids: list[Bid] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    found = side_by_side(need, request.user) if bids is None else bids
    bids = [replace(bid, form=given.forms.get(bid.proposal.pk)) for bid in found]
    context = {
        "bids": bids,
        "clarified": MARKED if any(bid.clarified.count for bid in bids) else "",
        "version": given.version,
        "received": received(request, need.pk),
        "forms": list(given.forms.values()),
        "indicators": need.indicators.all(),
        "rejected": list(rejected(need)) if need.batch.vetting else [],
        "checked": being_vetted(need).count() if need.batch.vetting else 0,
        **_decision(request, need),
        **more,
    }
    return render(request, "needs/compare.html", context, status=status)
