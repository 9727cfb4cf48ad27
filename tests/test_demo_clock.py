"""The demo tells its past by the database's own clock: one time everywhere, every guard in force, no trace left."""

from datetime import datetime, time, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

import journey
import world
from audit.models import Event
from core import clock
from core.clock import BEIJING, day_of
from demo.clockwork import SCHEMA, at_hour, days_ago, demo_clock, worked
from needs.models import Need
from people import Cast
from workflow.actions import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO = True


def near(at: Any, days: float) -> bool:
    now = clock.now()
    meant = worked(at_hour(now, 0) - timedelta(days=days)) if days else now
    return bool(abs(meant - at) < timedelta(minutes=10))


def test_the_past_lies_in_the_hours_of_work_and_keeps_its_order() -> None:
    day = datetime(2026, 3, 9, tzinfo=BEIJING)
    moments = [worked(day + timedelta(minutes=n)) for n in range(0, 2 * 24 * 60, 7)]
    assert moments == sorted(set(moments))
    assert {day_of(at) for at in moments} == {day.date(), day.date() + timedelta(days=1)}
    assert min(at.time() for at in moments) == time(8, 30)
    assert max(at.time() for at in moments) < time(18)


def test_rows_and_record_say_the_same_time_and_the_chain_is_whole(cast: Cast) -> None:
    batch = journey.batch(cast)
    with demo_clock():
        with days_ago(9):
            need = journey.draft(cast, of=batch)
        with days_ago(5):
            perform(need, "submit", by=cast.alice)
        assert near(clock.now(), 0)
    need.refresh_from_db()
    events = {event.action: event.at for event in Event.objects.filter(stream=need.audit_stream)}
    assert near(events["need.create"], 9)
    assert near(events["need.submit"], 5)
    assert near(need.status_since, 5)
    assert near(need.submitted_at, 5)
    assert need.due_at is not None
    assert need.due_at - need.status_since < timedelta(days=9)
    perform(need, "recall", by=cast.alice)
    chain = list(Event.objects.filter(stream=need.audit_stream).order_by("seq"))
    assert near(chain[-1].at, 0)
    for before, event in pairwise(chain):
        assert event.prev == before.hash == sha256(before.body.encode()).hexdigest()
        assert event.at > before.at


def test_the_guards_hold_in_the_past_too(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.draft(cast, need)
    with demo_clock(), days_ago(1):
        with pytest.raises(DatabaseError), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(title="改过的榜单")
        perform(bid, "submit", by=cast.tao)
        assert near(bid.latest.received_at, 0)  # by the same clock
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.all().delete()


def test_nothing_is_left_of_it(cast: Cast) -> None:
    with demo_clock(), days_ago(3):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), count(*) FROM pg_namespace WHERE nspname = %s", [SCHEMA])
        path, schemas = cursor.fetchone()
    assert SCHEMA not in path
    assert schemas == 0
    assert near(clock.now(), 0)


def test_outside_the_demo_time_is_not_arranged(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(RuntimeError, match="demo only"), demo_clock():
        pass
    with pytest.raises(RuntimeError, match="demo only"), days_ago(1):
        pass
