"""Once a week each leader is told which new listings fit his teams: only good matches, only what is public."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from core import clock
from core.clock import BEIJING
from core.workdays import is_workday_or_weekday
from needs.models import Need
from notifications.actions import notify, one_by_one
from notifications.kinds import register_kind
from notifications.models import Notice
from rescue.models import Invite
from suggestions.actions import switch_digest
from suggestions.models import Digest, Judgement, Suggestion, SuggestionQuerySet
from suggestions.queries import BEST_FIRST
from teams.models import Team, TeamMember

DIGEST = register_kind("match.digest")
AT = time(8, 30)
SHOWN = 10


def send_digests() -> int:
    """After 08:30 on the first working day of a week: one to everybody who has news. Asked again it does nothing."""
    now = clock.now()
    monday = clock.day_of(now) - timedelta(days=clock.day_of(now).weekday())
    begin = datetime.combine(_first_workday(monday), AT, BEIJING)
    if now < begin:
        return 0
    told = Digest.objects.filter(user=OuterRef("pk"))
    off, done = told.filter(is_on=False), told.filter(told_at__gte=begin)
    news = _news().filter(team__leader=OuterRef("pk"))
    leaders = User.objects.filter(Exists(news), ~Exists(off), ~Exists(done), is_active=True)
    return one_by_one(leaders, lambda leader: send_digest(leader, week=monday, now=now))


@transaction.atomic
def send_digest(leader: User, *, week: date, now: datetime) -> bool:
    """Tell one person what is new for the teams he leads; True where there was something."""
    rows = _news().filter(team__leader=leader).select_related("need", "team")
    best: dict[Any, Suggestion] = {}
    for row in rows.order_by(BEST_FIRST, "-score", "pk"):
        best.setdefault(row.need_id, row)
    if not best:
        return False
    Suggestion.objects.filter(pk__in=rows.values("pk")).update(told_at=now)
    Digest.objects.update_or_create(user=leader, defaults={"told_at": now})
    listings = [_row(row) for row in list(best.values())[:SHOWN]]
    context = {"listings": listings, "count": len(best), "more": len(best) > SHOWN}
    notify([leader], kind=DIGEST, subject=leader, context=context, key=f"match-digest:{week.isoformat()}")
    return True


def _news() -> SuggestionQuerySet:
    """Good matches of open listings that the leader was not told of, of teams he still works in."""
    works_there = TeamMember.objects.now().filter(team=OuterRef("team"), user=OuterRef("team__leader"))
    rows = Suggestion.objects.showable().good().filter(Exists(works_there), told_at=None)
    return rows.filter(need__in=Need.objects.taking_bids().values("pk"))


def _row(row: Suggestion) -> dict[str, Any]:
    return {
        "number": row.need.number,
        "title": row.need.title,
        "team": row.team.name,
        "deadline": clock.in_figures(row.need.bid_deadline),
        "path": row.need.public_url,
    }


def _first_workday(monday: date) -> date:
    """Of that week; of a week without any, its Monday."""
    days = (monday + timedelta(days=n) for n in range(7))
    return next((day for day in days if is_workday_or_weekday(day)), monday)


# ── no more of them ─────────────────────────────────────────────────────────────
def is_told(user: User) -> bool:
    return not Digest.objects.filter(user=user, is_on=False).exists()


def stop(user: User) -> None:
    switch_digest(on=False, by=user)


# ── one's own data ──────────────────────────────────────────────────────────────
def everything_matched(user: User) -> dict[str, Any]:
    """Beside `accounts.queries.everything_about`: what this person said of matches, whom he asked, what he was told of.

    A need by its public number alone, and no team by name: what others prepare or do is theirs.
    """
    said = Judgement.objects.filter(by=user).order_by("made_at", "pk")
    taken_back = Judgement.objects.filter(withdrawn_by=user).order_by("withdrawn_at", "pk")
    asked = Invite.objects.filter(invited_by=user).order_by("created_at", "pk")
    told = Notice.objects.filter(recipient=user, kind=DIGEST).order_by("created_at", "pk")
    refused = Team.objects.filter(matching_refused_by=user).order_by("matching_refused_at", "pk")
    return {
        "match_judgements": list(said.values("need__number", "side", "code", "words", "made_at", "withdrawn_at")),
        "match_judgements_taken_back": list(taken_back.values("need__number", "side", "withdrawn_at")),
        "match_invitations": list(asked.values("need__number", "message", "created_at")),
        "match_refusals": list(refused.values("matching_refused_at")),
        "match_digest": list(Digest.objects.visible_to(user).values("is_on", "told_at")),
        "match_digests": [
            {"created_at": one.created_at, "listings": [row["number"] for row in one.context.get("listings", [])]}
            for one in told
        ],
    }
