"""Counting the different visitors of a listing in a day, so that nobody can be found in the count.

Who visits is reduced to a keyed hash; the key is drawn by lot each day, lives in the cache alone and is gone the day
after. What reaches the database is a number (`DailyVisits`), written every few minutes by `collect`.
"""

import secrets
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from needs.models import Need
from rescue.actions import write_visits

KEPT = 2 * 24 * 3600  # seconds: what was counted before midnight is collected after it
AT_ONCE = 500


def saw(need: Any, visitor: str) -> None:
    """Somebody looks at this listing. `visitor` is whatever tells people apart for a day; it is kept nowhere."""
    day = timezone.localdate().isoformat()
    key = cache.get_or_set(f"visits:key:{day}", lambda: secrets.token_hex(32), KEPT) or ""
    mark = blake2b(f"{need} {visitor}".encode(), key=str(key).encode()[:64], digest_size=16).hexdigest()
    if cache.add(f"visits:mark:{day}:{mark}", 1, KEPT):
        name = _name(need, day)
        cache.add(name, 0, KEPT)
        try:
            cache.incr(name)
        except ValueError:  # the cache keeps nothing (or was emptied this instant): one visitor fewer
            return


def collect() -> int:
    """Write down what was counted today and yesterday; returns for how many listings and days."""
    today = timezone.localdate()
    needs = list(Need.objects.taking_bids().values_list("pk", flat=True))
    return sum(
        _collect(needs[start : start + AT_ONCE], day)
        for day in (today - timedelta(days=1), today)
        for start in range(0, len(needs), AT_ONCE)
    )


def _collect(needs: list[Any], day: date) -> int:
    names = {_name(need, day.isoformat()): need for need in needs}
    counted = cache.get_many(names)
    for name, visitors in counted.items():
        write_visits(names[name], day, int(visitors))
    return len(counted)


def _name(need: Any, day: str) -> str:
    return f"visits:{day}:{need}"
