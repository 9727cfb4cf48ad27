"""What fails for one person keeps nobody else from his news, and is tried again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import insider
import world
from core import clock
from core.clock import BEIJING
from core.models import DayOverride
from discovery import digest
from discovery.actions import follow, save_search
from discovery.digest import remind_followers, send_digests
from discovery.models import Follow
from discovery.search import Criteria
from notifications.models import Notice
from people import Cast

pytestmark = pytest.mark.django_db


def told(user: Any, kind: str) -> list[Notice]:
    return list(Notice.objects.filter(recipient=user, kind=kind))


def test_a_digest_that_fails_keeps_nobody_else_from_his_and_is_tried_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner in (cast.tao, cast.rui, cast.alice):
        save_search(criteria=Criteria.read({}), name="新材料", alerts=True, by=owner)
    world.listed(cast)
    day = clock.today() + timedelta(days=2)
    DayOverride.objects.create(date=day, is_workday=True)
    monkeypatch.setattr(digest.clock, "now", lambda: datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING))
    real = digest.notify

    def torn(users: Any, **words: Any) -> None:
        real(users, **words)
        if cast.rui in users:
            raise OSError("no room on the disk")

    monkeypatch.setattr(digest, "notify", torn)
    assert send_digests() == 2
    assert [len(told(owner, "search.digest")) for owner in (cast.tao, cast.rui, cast.alice)] == [1, 0, 1]
    monkeypatch.setattr(digest, "notify", real)
    assert send_digests() == 1
    assert send_digests() == 0
    assert [len(told(owner, "search.digest")) for owner in (cast.tao, cast.rui, cast.alice)] == [1, 1, 1]


def test_a_reminder_that_fails_keeps_nobody_else_from_his(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    need = world.listed(cast)
    for user in (cast.tao, cast.rui):
        follow(need, by=user)
    back = "UPDATE needs_need SET publish_at = publish_at - s, published_at = published_at - s,"
    back += " bid_deadline = bid_deadline - s FROM (SELECT interval '18 days' AS s) t WHERE id = %s"
    insider.execute(back, need.pk)
    Follow.objects.update(created_at=clock.now() - timedelta(days=5))
    real = digest.notify

    def torn(users: Any, **words: Any) -> None:
        if cast.tao in users:
            raise OSError("no room on the disk")
        real(users, **words)

    monkeypatch.setattr(digest, "notify", torn)
    assert remind_followers() == 1
    monkeypatch.setattr(digest, "notify", real)
    assert remind_followers() == 1
    assert [len(told(user, "follow.deadline")) for user in (cast.tao, cast.rui)] == [1, 1]
