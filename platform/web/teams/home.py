"""The team's portal: what waits for us, what we have bid for, what we have agreed on, and what may fit."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.parties import BOTH, PARTICIPANT, TEAM
from contracts.models import Contract
from contracts.models import ContractStatus as C
from core import clock, workdays
from decisions.queries import IS_FRESH
from decisions.states import ASK_WITHIN
from meetings.models import Intent
from meetings.models import IntentStatus as I
from needs.states import N
from proposals.consortium import Participant
from proposals.models import Proposal, Submission
from proposals.states import P
from teams.models import Team
from web.access import signed_in
from web.cases.meetings import ahead_of
from web.suggestions.listings import fits, speaks_for_any
from web.suggestions.reading import good
from workflow.queries import todo

ACTIVE = (P.DRAFT, P.SUBMITTED, P.UNREADABLE, P.OPENED, P.SELECTED, P.RESERVE)
OURS = (TEAM.label, PARTICIPANT.label, BOTH.label)
PAGE, FITS = 20, 4
MOST_BIDS, MOST_ANSWERED = 10, 5
BIDDING = "bidding"  # in the session: the listing somebody wanted to bid for before he had a team


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    teams = list(Team.objects.of(user).select_related("organisation"))
    if not teams:
        return render(request, "teams/first.html", {**way_in(user), "beside": _beside(user)})
    now = workdays.now()
    shown: list[Any] = list(_shown(user))
    answered = sorted((bid for bid in shown if bid.asks_until), key=lambda bid: bid.asks_until, reverse=True)
    context = {
        "teams": teams,
        "bidding": request.session.pop(BIDDING, ""),
        "todos": [item for item in todo(user, now=now) if item.whose in OURS],
        "answered": answered[:MOST_ANSWERED],
        "bids": [bid for bid in shown if bid.status in ACTIVE][:MOST_BIDS],
        "agreements": [*_intents(user).filter(status__in=(I.PROPOSED, I.AGREED))[:5], *_running(user)[:5]],
        "matches": good(fits(user, teams, most=FITS)),
        "off": [team for team in teams if not team.is_matched],
        "may_judge": speaks_for_any(user, teams),
        "clock": now,
    }
    return render(request, "teams/home.html", context)


@signed_in
@require_safe
def my_proposals(request: HttpRequest) -> HttpResponse:
    return _list(request, "teams/proposals.html", _bids(request.user), beside=_beside(request.user))


@signed_in
@require_safe
def my_intents(request: HttpRequest) -> HttpResponse:
    return _list(request, "teams/intents.html", _intents(request.user), meetings=ahead_of(request.user))


@signed_in
@require_safe
def my_contracts(request: HttpRequest) -> HttpResponse:
    return _list(request, "teams/contracts.html", _contracts(request.user))


def way_in(user: Any) -> dict[str, Any]:
    """For somebody without a team: what comes first."""
    organisations = list(user.organisations())
    return {"organisations": organisations, "ready": [one for one in organisations if one.is_verified]}


def _list(request: HttpRequest, template: str, rows: QuerySet[Any], **more: Any) -> HttpResponse:
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, template, {"page": page, "clock": clock.now(), **more})


def _beside(user: Any) -> list[Participant]:
    """The consortia this person acts in for an organisation that does not lead."""
    related = ("proposal__need", "proposal__team__organisation", "organisation")
    return list(Participant.objects.acting(user).select_related(*related).order_by("-created_at")[:PAGE])


def _bids(user: Any) -> QuerySet[Proposal]:
    """Our bids, each with its newest sealed version and the answer it got."""
    taken = Q(need__status=N.PUBLISHED, need__bid_deadline__gt=Now())
    newest = Submission.objects.filter(proposal=OuterRef("pk")).order_by("-version")
    return (
        Proposal.objects.of_team(user)
        .defer("working", "content")
        .select_related("need__organisation", "team", "answer")
        .annotate(
            sealed_version=Subquery(newest.values("version")[:1]),
            sealed_at=Subquery(newest.values("received_at")[:1]),
            window=ExpressionWrapper(taken, BooleanField()),
            to_write=ExpressionWrapper(taken & Q(status=P.DRAFT), BooleanField()),
        )
        .order_by("-created_at")
    )


def _shown(user: Any) -> QuerySet[Proposal]:
    """In one question to the database: what is under way, and what may still be asked back about, and until when."""
    until = Case(When(IS_FRESH, then=F("answer__published_at") + ASK_WITHIN), output_field=DateTimeField())
    found = _bids(user).filter(Q(status__in=ACTIVE) | IS_FRESH).select_related("inquiry")
    return found.annotate(asks_until=until)[: MOST_BIDS * 4]


def _intents(user: Any) -> QuerySet[Intent]:
    own = Team.objects.of(user)
    return Intent.objects.filter(proposal__team__in=own).select_related("need__organisation", "proposal__team")


def _contracts(user: Any) -> QuerySet[Contract]:
    return Contract.objects.filter(team__in=Team.objects.of(user)).select_related("need", "party_a", "team")


def _running(user: Any) -> QuerySet[Contract]:
    return _contracts(user).filter(status__in=(C.DRAFTING, C.OFFERED, C.PERFORMING))
