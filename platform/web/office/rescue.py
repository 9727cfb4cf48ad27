"""Listings that find too little interest, and what an officer can do for one: invite, amend, extend."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.roles import OPERATING
from needs.interest import signals
from needs.models import Need
from rescue.cold import SHARE, cold_listings, warmth
from rescue.models import Invite
from rescue.rules import reads_message, reads_reason
from suggestions.queries import Match
from teams.rules import in_team
from web.access import signed_in, staff
from web.cases.change_ways import ways
from web.suggestions.inviting import InviteForm, panel, send
from web.suggestions.listings import begun
from web.suggestions.solvers import about, note_shown, solvers_of


@staff(*OPERATING)
@require_safe
def office_cold(request: HttpRequest) -> HttpResponse:
    context = {"rows": cold_listings(request.user), "signals": signals(), "share": SHARE}
    return render(request, "rescue/cold.html", context)


@staff(*OPERATING)
def need_rescue(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Need.objects.visible_to(request.user).listed().select_related("organisation", "batch")
    need = get_object_or_404(rows.prefetch_related("indicators"), pk=pk)
    matches = solvers_of(need, request.user)
    if request.method != "POST":
        note_shown(matches, request.user)
        return _page(request, need, matches)
    sent = send(request, need, matches)
    if sent.status:
        return _page(request, need, matches, sent.form, refusal=sent.refusal, status=sent.status)
    return redirect("need_rescue", pk)


def _page(
    request: HttpRequest,
    need: Need,
    matches: list[Match],
    form: InviteForm | None = None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "need": need,
        "warmth": warmth(Need.objects.filter(pk=need.pk).select_related("batch"))[0],
        "share": SHARE,
        "ways": ways(need, request.user),
        "refusal": refusal,
        **about(request, need, matches),
        **panel(request, need, matches, form),
    }
    return render(request, "rescue/need.html", context, status=status)


@signed_in
@require_safe
def invite_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For the team that was invited, for who invited it, and for the zone."""
    rows = Invite.objects.visible_to(request.user)
    told = rows.select_related("need__organisation", "need__batch", "team__leader", "organisation")
    row = get_object_or_404(told, pk=pk)
    context = {
        "invite": row,
        "need": row.need,
        "ours": (ours := in_team(request.user, row.team)),
        "bid": begun(request.user).filter(need=row.need_id, team=row.team_id).first() if ours else None,
        "reads_reason": reads_reason(request.user, row),
        "reads_message": reads_message(request.user, row),
    }
    return render(request, "rescue/invite.html", context)
