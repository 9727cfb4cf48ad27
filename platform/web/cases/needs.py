"""The inner page of a need, for its enterprise and for the zone. Everybody else reads the public listing."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING, Role
from annexes.actions import note_look
from annexes.queries import in_brief
from core.files import files_of
from decisions.queries import open_decision
from documents.queries import notices_of
from needs.additions import answers
from needs.clarity import clarity
from needs.models import Need
from needs.redaction import marks
from needs.states import EDITABLE, N
from proposals.queries import opening_of
from web.access import signed_in
from web.cases import change_ways, history, next_steps, questions
from web.cases.diagnosis import desk_of, pages
from web.cases.partners import together
from web.suggestions.brief import in_brief as solvers_in_brief
from workflow.queries import offers
from workflow.registry import machine_for


@signed_in
@require_safe
def need(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(_rows(request.user), pk=pk)
    if not sees_inside(request.user, row):
        return redirect("listing", row.number)
    note_look(row, by=request.user)
    events = history.of_need(row, request.user)
    context = {
        "need": row,
        "annex": in_brief(row, request.user),
        "events": events,
        "word": history.last_word(row, events),
        "files": list(files_of(row)),
        "versions": row.versions.count(),
        "documents": notices_of(events),
        "solvers": solvers_in_brief(row, request.user),
        "answers": answers(row, public_only=not reads_all_answers(request.user, row)),
        **whereabouts(row, request.user),
        **change_ways.of_need(row, request.user),
        **questions.of_need(row, request.user),
        **(desk := desk_of(row, request.user)),
        **together(row, request.user),
    }
    if context["partnered"]:
        context["bids"] = next_steps.may_hold_bids(row)
    context["offers"] += pages(row, request.user, desk)
    return render(request, "needs/need.html", context)


def _rows(user: Any) -> Any:
    rows = Need.objects.visible_to(user).select_related("organisation", "batch", "handler")
    return rows.prefetch_related("indicators")


def whereabouts(row: Need, user: Any) -> dict[str, Any]:
    """What has come of it, and where the reader goes next."""
    owner = next_steps.is_party(user, row)
    sides = owner or user.has_role(*OPERATING)
    chosen = sides and row.status in (N.SELECTED, N.INTENDED, N.CONTRACTED, N.COMPLETED, N.TERMINATED)
    intent, contract = next_steps.after_selection(row) if chosen else (None, None)
    wait = machine_for(row).waits.get(row.status)
    decided = open_decision(row) if owner and row.status == N.OPENED else None
    step = next_steps.towards_contract(row, intent, contract) if owner else next_steps.of_office(row, user)
    if decided:
        step = next_steps.of_decision(decided)
    return {
        "owner": owner,
        "mine": (wait is not None and wait.whose.key in ("owner", "both")) if owner else _has_to_vet(row, user) or None,
        "offers": next_steps.led_by(step, offers(row, user)),
        "intent": intent,
        "contract": contract,
        "bids": next_steps.may_hold_bids(row) and sides,
        "may_suggest": user.has_role(Role.OFFICER),
        "opening": opening_of(row) if row.is_opened or row.status == N.NO_BID else None,
        "may_compare": row.status in (N.SUBMITTED, N.SCREENED) and user.has_role(*OPERATING),
        "complete": row.status not in EDITABLE,
        "marks": marks(row) if row.number is None and row.status in machine_for(row).waits else None,
        "clarity": clarity(row) if row.number is None and row.status in machine_for(row).waits else None,
    }


def _has_to_vet(row: Need, user: Any) -> bool:
    """The bids are what waits for an officer then; the need itself has no button for it."""
    return row.status == N.VETTING and user.has_role(Role.OFFICER)


def reads_all_answers(user: Any, row: Need) -> bool:
    """Answers kept from the public are for the enterprise and the zone alone, whoever else was let inside."""
    return next_steps.is_party(user, row) or user.has_role(*OPERATING)


def sees_inside(user: Any, row: Need) -> bool:
    return next_steps.is_party(user, row) or Need.objects.inside(user).filter(pk=row.pk).exists()


def inside(request: HttpRequest, pk: UUID) -> Need:
    """A need for whoever sees its inner pages; others learn nothing."""
    row = get_object_or_404(_rows(request.user), pk=pk)
    if not sees_inside(request.user, row):
        raise Http404
    return row
