"""Which stretch of time does a figure speak of? Always [since, until): 截至 a moment, so that it never drifts."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core import clock
from core.clock import BEIJING

ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FIRST_YEAR = 2020  # the platform has nothing older


@dataclass(frozen=True)
class Period:
    since: datetime
    until: datetime  # exclusive: what the figures are 截至

    @property
    def year(self) -> int:
        return self.since.astimezone(BEIJING).year

    @property
    def a_week_ago(self) -> datetime:
        return max(self.since, self.until - WEEK)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def new_year(year: int) -> datetime:
    return midnight(date(year, 1, 1))


def of_all_time(now: datetime | None = None) -> Period:
    """Up to now, over however many years: what one batch has come to."""
    return Period(new_year(FIRST_YEAR), now or clock.now())


def of_year(year: int | None = None, until: date | None = None, *, now: datetime | None = None) -> Period:
    """A calendar year up to its end, to the end of the day `until`, or to now, whichever comes first."""
    now = now or clock.now()
    year = year or clock.day_of(now).year
    since, ends = new_year(year), [now, new_year(year + 1)]
    if until is not None and until.year <= year:
        ends.append(midnight(until + ONE_DAY))
    return Period(since, max(since, min(ends)))
