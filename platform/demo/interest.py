"""What the demo's people watch: a saved search with its first digest, and listings that are followed."""

from datetime import timedelta

from core import clock
from demo.people import Cast
from discovery.actions import follow, save_search
from discovery.digest import send_digest
from discovery.models import SavedSearch
from discovery.search import Criteria
from needs.models import Need

A_WEEK = timedelta(days=7)
SEARCHES = (
    ("新材料，正在揭榜", {"field": ["4"], "status": ["open"]}, True),
    ("检测，榜额高的在前", {"q": ["检测"], "sort": ["reward"]}, False),
)


def show_interest(cast: Cast) -> None:
    """The first team watches; its searches count as kept before the first listing, so that there is news to tell."""
    user, _team = cast.teams[0]
    now = clock.now()
    for name, values, alerts in SEARCHES:
        save_search(criteria=Criteria.read(values), name=name, alerts=alerts, by=user)
    SavedSearch.objects.filter(owner=user).update(told_at=now - A_WEEK)
    send_digest(user, day=clock.day_of(now), until=now)
    for need in Need.objects.taking_bids().order_by("bid_deadline")[:3]:
        follow(need, by=user)
