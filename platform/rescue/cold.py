"""Which open listings find too little interest? A rule that anybody can recompute, and nothing in it comes from bids.

A listing is cold (遇冷) when three fifths of its bid window are over and every one of the signals below is short of
its least: thirty visitors, three followers, one question, one invited team that is interested (and whatever the apps
above add by `needs.interest.ask`). One signal that is reached is enough: somebody out there cares.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import DurationField, Expression, ExpressionWrapper, F, FloatField, IntegerField, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce, Extract, Floor, Least, Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from discovery.models import Follow
from needs import interest
from needs.interest import Signal, counted
from needs.models import Need
from questions.queries import asked_about
from rescue.models import DailyVisits, Invite
from rescue.states import InviteStatus

SHARE = 60  # per cent of the bid window


def register_signals() -> None:
    visitors = Signal("visitors", _("访客"), 30, lambda: counted(DailyVisits.objects.all(), Sum("visitors")))
    followers = Signal("followers", pgettext_lazy("signal", "关注"), 3, lambda: counted(Follow.objects.all()))
    questions = Signal("questions", _("提问"), 1, asked_about)
    interested = Signal("interested", _("受邀有兴趣"), 1, lambda: counted(_interested()))
    for signal in (visitors, followers, questions, interested):
        interest.ask(signal)


def _interested() -> QuerySet[Invite]:
    return Invite.objects.filter(status=InviteStatus.INTERESTED)


def _seconds(until: Any, since: Any) -> Expression:
    return Extract(ExpressionWrapper(until - since, DurationField()), "epoch", output_field=FloatField())


def _elapsed() -> Expression:
    """How much of the running bid window is over, in per cent, by the clock of the database."""
    start = Coalesce(F("window_from"), F("published_at"))
    share = 100 * _seconds(Now(), start) / _seconds(F("bid_deadline"), start)
    return Cast(Least(Floor(share), 100.0), IntegerField())


def measured(needs: QuerySet[Need]) -> QuerySet[Need]:
    """With `elapsed`, and `signal_<key>` for each signal."""
    signals = {f"signal_{signal.key}": signal.count() for signal in interest.signals()}
    return needs.annotate(elapsed=_elapsed(), **signals)


def cold(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Those of these listings that are open and cold."""
    short = {f"signal_{signal.key}__lt": signal.least for signal in interest.signals()}
    return measured(needs.taking_bids()).filter(elapsed__gte=SHARE, **short)  # type: ignore[attr-defined, misc]


@dataclass(frozen=True)
class Reading:
    signal: Signal
    count: int

    @property
    def reached(self) -> bool:
        return self.count >= self.signal.least


@dataclass(frozen=True)
class Warmth:
    """One listing: how much of its window is over, and what each signal says."""

    need: Need
    elapsed: int  # per cent
    readings: tuple[Reading, ...]

    @property
    def cold(self) -> bool:
        return self.elapsed >= SHARE and not any(reading.reached for reading in self.readings)


def warmth(needs: QuerySet[Need]) -> list[Warmth]:
    """Of each of these listings, in their order. One query."""
    return [_warmth(need) for need in measured(needs)]


def cold_listings(user: Any) -> list[Warmth]:
    """The cold ones, the nearest deadline first. One query."""
    rows = cold(Need.objects.visible_to(user)).select_related("organisation", "batch").order_by("bid_deadline", "pk")
    return [_warmth(need) for need in rows]


def _warmth(need: Any) -> Warmth:
    readings = tuple(Reading(signal, getattr(need, f"signal_{signal.key}")) for signal in interest.signals())
    return Warmth(need, need.elapsed, readings)
