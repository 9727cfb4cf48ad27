"""What each person is told in the morning, and before a deadline. Only what everybody can read on the public pages."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from core import clock
from core.clock import BEIJING
from core.workdays import is_workday_or_weekday
from discovery.models import Follow, SavedSearch
from discovery.search import IS_OPEN
from needs.models import Need
from notifications.actions import notify, one_by_one
from notifications.kinds import register_kind

AT = time(8, 30)
SETTLED = timedelta(minutes=5)  # what was published later may not be committed yet: it waits for the next morning
NEAR = timedelta(days=3)
SHOWN = 10  # listings of one search in one mail; the rest are behind its link

DIGEST = register_kind("search.digest")
DEADLINE = register_kind("follow.deadline")


# ── every working morning ───────────────────────────────────────────────────────
def send_digests() -> int:
    """After 08:30 on a working day: one digest to everybody who has news. Asked again the same day it does nothing."""
    now = clock.now()
    day = clock.day_of(now)
    begin = datetime.combine(day, AT, BEIJING)
    if now < begin or not is_workday_or_weekday(day):
        return 0
    due = SavedSearch.objects.filter(alerts=True, told_at__lt=begin - SETTLED, owner=OuterRef("pk"))
    owners = User.objects.filter(Exists(due), is_active=True)
    return one_by_one(owners, lambda owner: send_digest(owner, day=day, until=begin - SETTLED))


@transaction.atomic
def send_digest(owner: User, *, day: date, until: datetime) -> bool:
    """Tell one person what is new in all their searches since each was last told; True where there was something."""
    due = SavedSearch.objects.visible_to(owner).filter(alerts=True, told_at__lt=until)
    searches = list(due.select_for_update(skip_locked=True))
    found = [told for search in searches if (told := _news(search, until))]
    due.filter(pk__in=[search.pk for search in searches]).update(told_at=until)
    if not found:
        return False
    context = {"searches": found, "link": reverse("watching")}
    notify([owner], kind=DIGEST, subject=owner, context=context, key=f"digest:{day.isoformat()}")
    return True


def _news(search: SavedSearch, until: datetime) -> dict[str, Any] | None:
    """Listings of this search that were published since it was last told and are still open."""
    rows = search.criteria.rows.filter(IS_OPEN, published_at__gt=search.told_at, published_at__lte=until)
    needs = list(rows.only("number", "title", "bid_deadline"))
    if not needs:
        return None
    return {
        "name": search.name,
        "count": len(needs),
        "more": len(needs) > SHOWN,
        "path": reverse("listing_list") + search.criteria.address(sort="newest"),
        "listings": [_row(need) for need in needs[:SHOWN]],
    }


def _row(need: Need) -> dict[str, Any]:
    return {
        "number": need.number,
        "title": need.title,
        "deadline": clock.in_figures(need.bid_deadline),
        "path": need.public_url,
    }


# ── before a deadline ───────────────────────────────────────────────────────────
def remind_followers() -> int:
    """Three days before a followed listing closes, once for each deadline it has.

    Who began to follow within the three days has just read the date.
    """
    far = Q(created_at__lt=F("need__bid_deadline") - NEAR)
    untold = Q(deadline_told=None) | ~Q(deadline_told=F("need__bid_deadline"))
    open_now = Q(need__in=Need.objects.taking_bids(), need__bid_deadline__lte=clock.now() + NEAR)
    due = Follow.objects.filter(far, untold, open_now, user__is_active=True)
    return one_by_one(due.values_list("pk", flat=True), _remind)


@transaction.atomic
def _remind(pk: Any) -> bool:
    rows = Follow.objects.select_for_update(of=("self",), skip_locked=True).select_related("user", "need")
    follow = rows.filter(pk=pk).first()
    if follow is None or follow.need.bid_deadline is None:
        return False
    deadline = follow.need.bid_deadline
    context = {"deadline": clock.in_figures(deadline), "link": follow.need.public_url}
    key = f"near:{follow.need_id}:{deadline.isoformat()}"
    notify([follow.user], kind=DEADLINE, subject=follow.need, context=context, key=key)
    Follow.objects.filter(pk=pk).update(deadline_told=deadline)
    return True


# ── whom a move of a listing is told to ─────────────────────────────────────────
def followers_of(need: Need) -> list[User]:
    return list(User.objects.filter(follows__need=need, is_active=True))
