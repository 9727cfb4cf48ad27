"""Which days count? The Chinese calendar with its 调休, corrected by the zone's own table.

The functions read the zone's table each time; inside `one_calendar()` (every request, and loops over many rows)
they read it once, when first asked, or with the clock where a page asks `now()`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar
from django.db import connection
from django.utils.translation import gettext as _

from core.clock import BEIJING, day_of
from core.models import DayOverride

CLOSING = time(17, 30)
ONE_DAY = timedelta(days=1)


class MissingYear(Exception):
    """The holiday plan of a year is not known here: no date in it can honestly be promised."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            _(
                "系统还没有 %(year)s 年的放假调休安排，算不出工作日。请系统管理员按国务院办公厅的通知运行 "
                "manage.py load_workdays %(year)s 登记放假和调休上班的日期，或升级 chinesecalendar。"
            )
            % {"year": year}
        )


@dataclass(frozen=True)
class Calendar:
    """The working days as known at one moment."""

    overrides: Mapping[date, bool]

    def is_workday(self, day: date) -> bool:
        if isinstance(day, datetime):
            raise TypeError("Ask for a date: which day an instant belongs to depends on the zone")
        if day in self.overrides:
            return self.overrides[day]
        if (planned := in_the_package(day)) is not None:
            return planned
        # A plan always names New Year's Day; one stray override does not make a year known.
        if date(day.year, 1, 1) not in self.overrides:
            raise MissingYear(day.year)
        return day.weekday() < 5

    def add_workdays(self, start: date, n: int) -> date:
        """The n-th working day after `start`, which itself never counts. With 0: `start`, or the next working day."""
        if n < 0:
            raise ValueError("Deadlines look forward: n must not be negative")
        if n == 0:
            return start if self.is_workday(start) else self.add_workdays(start, 1)
        after = self._workdays_after(start)
        for _count in range(n - 1):
            next(after)
        return next(after)

    def workdays_between(self, a: date, b: date) -> int:
        """How many working days after `a`, up to and with `b`; negative when `b` is earlier.
        So `workdays_between(a, add_workdays(a, n)) == n`."""
        if b < a:
            return -self.workdays_between(b, a)
        return sum(self.is_workday(a + ONE_DAY * n) for n in range(1, (b - a).days + 1))

    def _workdays_after(self, day: date) -> Iterator[date]:
        while True:
            day += ONE_DAY
            if self.is_workday(day):
                yield day


@lru_cache(maxsize=10_000)
def in_the_package(day: date) -> bool | None:
    """None for a year it does not know. It looks for its first and last year anew for every day it is asked about."""
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None


_remembered: ContextVar[list[Calendar] | None] = ContextVar("calendar", default=None)


@contextmanager
def one_calendar() -> Iterator[None]:
    """Inside, the working days are those known at the first question: one query however many rows ask."""
    token = _remembered.set([])
    try:
        yield
    finally:
        _remembered.reset(token)


def calendar() -> Calendar:
    memory = _remembered.get()
    if memory:
        return memory[0]
    known = Calendar(dict(DayOverride.objects.values_list("date", "is_workday")))
    if memory is not None:
        memory.append(known)
    return known


def now() -> datetime:
    """`clock.now()`, and the calendar of this request with it: a page that shows lamps needs both, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp(), array_agg(date), array_agg(is_workday) FROM core_dayoverride"  # always one row
        )
        instant, days, workdays = cursor.fetchone()
    memory = _remembered.get()
    if memory is not None and not memory:
        memory.append(Calendar(dict(zip(days or (), workdays or (), strict=True))))
    return instant  # type: ignore[no-any-return]


def is_workday(day: date) -> bool:
    return calendar().is_workday(day)


def add_workdays(start: date, n: int) -> date:
    return calendar().add_workdays(start, n)


def workdays_between(a: date, b: date) -> int:
    return calendar().workdays_between(a, b)


def end_of_workday(day: date) -> datetime:
    """17:30 in the zone: when a term that ends on that day ends."""
    return datetime.combine(day, CLOSING, BEIJING)


def closing_after(instant: datetime) -> datetime:
    """The first end of a working day from then on: whoever has a question on the last day still finds somebody."""
    day = day_of(instant)
    while end_of_workday(day) < instant or not is_workday_or_weekday(day):
        day += ONE_DAY
    return end_of_workday(day)


def is_workday_or_weekday(day: date) -> bool:
    """Monday to Friday in a year whose holidays are not known: for what harms nobody on a holiday."""
    try:
        return is_workday(day)
    except MissingYear:
        return day.weekday() < 5
