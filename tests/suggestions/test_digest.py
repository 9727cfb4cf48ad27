"""Once a week a leader is told which new listings fit his teams; one click ends it, without a login."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import suggesting
import world
from core import clock
from core.clock import BEIJING
from core.models import DayOverride
from notifications.kinds import stop_path
from notifications.models import Delivery, Notice
from notifications.queries import read
from people import Cast
from rescue.actions import invite
from suggestions import digest
from suggestions.actions import judge, switch_digest, withdraw
from suggestions.digest import send_digests
from suggestions.models import Suggestion
from teams.actions import hand_over
from teams.matching import refuse_matching
from wrong_forms import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The hour on a day of the week after next, whose Monday is a holiday and whose Tuesday is not."""
    monday = clock.today() - timedelta(days=clock.today().weekday()) + timedelta(days=14)
    for n in range(7):
        DayOverride.objects.create(date=monday + timedelta(days=n), is_workday=0 < n < 5)

    def set_to(day: int, hour: int, minute: int = 0, *, weeks: int = 0) -> None:
        on = monday + timedelta(days=day, weeks=weeks)
        if weeks:
            DayOverride.objects.get_or_create(date=on, defaults={"is_workday": True})
        now = datetime(on.year, on.month, on.day, hour, minute, tzinfo=BEIJING)
        monkeypatch.setattr(digest.clock, "now", lambda: now)

    yield set_to
    monkeypatch.undo()


def told(user: Any) -> list[Notice]:
    return list(Notice.objects.filter(recipient=user, kind="match.digest"))


def test_it_comes_on_the_first_working_morning_of_a_week_once(cast: Cast, at: Any) -> None:
    suggesting.suggest(world.listed(cast), cast.team)
    for day, hour, minute in ((0, 12, 0), (1, 8, 29)):
        at(day, hour, minute)
        assert send_digests() == 0
    at(1, 8, 30)
    assert send_digests() == 1
    at(2, 9)
    suggesting.suggest(world.listed(cast), cast.team)
    assert send_digests() == 0  # next week
    assert len(told(cast.tao)) == 1
    at(0, 9, weeks=1)
    assert send_digests() == 1
    assert [len(notice.context["listings"]) for notice in told(cast.tao)] == [1, 1]
    assert send_digests() == 0


def test_only_good_matches_of_open_listings_that_may_be_shown(cast: Cast, at: Any) -> None:
    weak, hidden, over, refused = (world.listed(cast) for _n in range(4))
    early = world.need(cast, status="submitted")
    suggesting.suggest(weak, cast.team, strength="weak")
    suggesting.suggest(hidden, cast.team)
    judge(hidden, cast.team, side="team", code="busy", by=cast.tao)
    suggesting.suggest(early, cast.team)
    suggesting.suggest(over, cast.team)
    world.close(over)
    suggesting.suggest(refused, cast.rival_team)
    refuse_matching(cast.rival_team, by=cast.rui)
    at(1, 9)
    assert send_digests() == 0
    good = world.listed(cast)
    suggesting.suggest(good, cast.team, strength="medium")
    assert send_digests() == 1
    (notice,) = told(cast.tao)
    words = read([notice])[0].message
    assert good.number in words.body
    assert Suggestion.objects.filter(told_at__isnull=False).count() == 1


def test_it_goes_to_the_leader_of_today(cast: Cast, at: Any) -> None:
    suggesting.suggest(world.listed(cast), cast.team)
    hand_over(cast.team, to=cast.ting, by=cast.tao)
    at(1, 9)
    assert send_digests() == 1
    assert len(told(cast.ting)) == 1
    assert told(cast.tao) == []


def test_one_click_ends_it_and_a_login_begins_it_again(cast: Cast, at: Any) -> None:
    suggesting.suggest(world.listed(cast), cast.team)
    at(1, 9)
    send_digests()
    (notice,) = told(cast.tao)
    assert Delivery.objects.filter(notice=notice).exists()
    path = stop_path(notice)
    assert digest.is_told(cast.tao)
    page = Client().get(path).content.decode()
    assert "不再每周提醒" in page
    assert digest.is_told(cast.tao)  # looking changes nothing
    Client().post(path)
    assert not digest.is_told(cast.tao)
    suggesting.suggest(world.listed(cast), cast.team)
    at(0, 9, weeks=1)
    assert send_digests() == 0
    switch_digest(on=True, by=cast.tao)
    assert send_digests() == 1


# ── one's own data ──────────────────────────────────────────────────────────────
def test_what_one_said_asked_and_was_told_is_in_the_own_data_and_nothing_of_others(cast: Cast, at: Any) -> None:
    """PIPL art. 45: all of his and only his; three other people leave their words in the same matches."""
    need, other = world.listed(cast), world.listed(cast)
    for listing in (need, other):
        for team in (cast.team, cast.rival_team):
            suggesting.suggest(listing, team)
    invite(need, [cast.team], message="金丝雀：经办请您看看。", by=cast.guan)
    invite(need, [cast.rival_team], message="金丝雀：欢迎来厂。", by=cast.alice)
    judge(other, cast.team, side="need", code="other", words="金丝雀：企业不愿意再谈。", by=cast.bob)
    judge(other, cast.rival_team, side="need", code="other", words="金丝雀：经办认为不合适。", by=cast.guan)
    judge(other, cast.rival_team, side="team", code="other", words="金丝雀：对手说不做。", by=cast.rui)
    at(1, 9)
    send_digests()
    mine = judge(other, cast.team, side="team", code="other", words="这是我说的。", by=cast.tao)
    withdraw(mine, by=cast.tao)
    refuse_matching(cast.team, by=cast.tao)
    switch_digest(on=False, by=cast.tao)
    text = as_(cast.tao).post(reverse("personal_data")).content.decode()
    data = json.loads(text)
    assert [row["words"] for row in data["match_judgements"]] == ["这是我说的。"]
    assert data["match_judgements"][0]["need__number"] == other.number
    assert data["match_digest"][0]["is_on"] is False
    assert data["match_digests"][0]["listings"] == [need.number]
    assert len(data["match_refusals"]) == len(data["match_judgements_taken_back"]) == 1
    for foreign in ("金丝雀", cast.rui.name, cast.guan.name, cast.rival_team.name, cast.bob.name):
        assert foreign not in text
    officers = json.loads(as_(cast.guan).post(reverse("personal_data")).content)
    assert [row["message"] for row in officers["match_invitations"]] == ["金丝雀：经办请您看看。"]
    assert [row["words"] for row in officers["match_judgements"]] == ["金丝雀：经办认为不合适。"]
    assert officers["match_digests"] == []
