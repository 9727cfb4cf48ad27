"""How long a state may wait, and the lamp that says so."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.workdays import MissingYear, add_workdays, end_of_workday, workdays_between
from workflow.machine import Tracked, Wait

log = logging.getLogger(__name__)

LATE = 5  # working days
LATE_FOR_SURE = timedelta(days=31)  # no holiday leaves so few working days in a month


def due_after(wait: Wait | None, obj: Tracked, since: datetime) -> datetime | None:
    """The instant the present state is due, or None where nothing is asked of anybody."""
    if wait is None:
        return None
    ends = [_at(wait.at, obj)] if wait.at else []
    days = wait.days(obj) if callable(wait.days) else wait.days
    if days is not None:
        ends.append(_after(days, since))
    return min((end for end in ends if end is not None), default=None)


def _at(path: str, obj: Tracked) -> datetime | None:
    value: Any = obj
    for part in path.split("."):
        value = getattr(value, part)
    return value  # type: ignore[no-any-return]


def _after(days: int, since: datetime) -> datetime:
    start = timezone.localdate(since)
    try:
        return end_of_workday(add_workdays(start, days))
    except MissingYear as missing:
        # The State Council publishes next year's calendar in November or later. Work must not stop over it:
        # count Monday to Friday, and shout until an administrator has entered the year.
        _shout(str(missing))
        return end_of_workday(start + timedelta(days=days + 2 * ((start.weekday() + days) // 5)))


@dataclass(frozen=True)
class Lamp:
    key: str  # green | blue | yellow | red
    mark: str
    label: Promise | str


GREEN = Lamp("green", "●", _("正常"))
BLUE = Lamp("blue", "◔", _("临期"))
YELLOW = Lamp("yellow", "▲", _("滞后"))
RED = Lamp("red", "■", _("超期"))


def lamp(since: datetime, due: datetime | None, now: datetime) -> Lamp:
    """绿 in time; 蓝 within 15 % of its length or 3 working days; 黄 up to 5 working days late; 红 later.

    Source: domain.md 6.1, the zone's default table.
    """
    if due is None:
        return GREEN
    if now >= due:
        return RED if now - due > LATE_FOR_SURE or _workdays(due, now) > LATE else YELLOW
    soon = due - now <= (due - since) * 0.15 or (due - now <= timedelta(days=7) and _workdays(now, due) <= 3)
    return BLUE if soon else GREEN


@cache
def _shout(sentence: str) -> None:
    """Once a process: the first screens of the zone say it too, until the year has been entered."""
    log.error("%s", sentence)


def _workdays(start: datetime, end: datetime) -> int:
    first, last = timezone.localdate(start), timezone.localdate(end)
    try:
        return workdays_between(first, last)
    except MissingYear:
        return sum((first + timedelta(days=n)).weekday() < 5 for n in range(1, (last - first).days + 1))
