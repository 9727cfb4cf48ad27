"""Listings that stay cold: by what people look at, follow, ask and answer, and never by bids."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Value
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import insider
import life
import suggesting
import world
from discovery.actions import follow
from needs import interest
from needs.models import Need
from people import Cast, organisation, person
from reports.stuck import COLD, stuck
from rescue.actions import invite, write_visits
from rescue.cold import cold_listings, warmth
from rescue.models import DailyVisits, Invite
from rescue.visits import collect
from teams.actions import create_team
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo
from wrong_forms import as_

pytestmark = pytest.mark.django_db
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is counted yet, and the day does not end while it is."""
    day_of, today = timezone.localdate, timezone.localdate()
    monkeypatch.setattr(timezone, "localdate", lambda at=None, of=None: day_of(at, of) if at else today)
    cache.clear()
    yield
    cache.clear()


def grow_older(need: Need, *, days: int = 14) -> Need:
    """As if published so long ago, of a window of twenty days."""
    insider.execute(
        "UPDATE needs_need SET published_at = published_at - %s, window_from = window_from - %s,"
        " bid_deadline = bid_deadline - %s WHERE id = %s",
        *[timedelta(days=days)] * 3,
        need.pk,
    )
    need.refresh_from_db()
    return need


def cold(cast: Cast) -> set[Any]:
    return {one.need.pk for one in cold_listings(cast.guan)}


def counts(need: Need) -> dict[str, int]:
    (one,) = warmth(Need.objects.filter(pk=need.pk))
    return {reading.signal.key: reading.count for reading in one.readings}


def test_a_listing_is_cold_from_three_fifths_of_its_window_on(cast: Cast) -> None:
    need = grow_older(world.listed(cast), days=11)
    assert warmth(Need.objects.filter(pk=need.pk))[0].elapsed == 55
    assert cold(cast) == set()
    grow_older(need, days=2)
    assert cold(cast) == {need.pk}


def test_the_rule_says_the_same_with_no_bid_one_and_seven(cast: Cast) -> None:
    need = grow_older(world.listed(cast))
    fresh_need = world.listed(cast)
    seen = []
    for n in (0, 1, 6):
        for k in range(n):
            leader = person(f"竞争者{n}-{k}")
            home = organisation(f"竞争单位{n}-{k}", manager=leader, kind="university")
            leader.forget_rights()
            team = create_team(organisation=home, name=f"竞争团队{n}-{k}", by=leader)
            for of in (need, fresh_need):
                world.bid(cast, of, team=team, by=leader)
        page = world_free(as_(cast.guan), reverse("office_cold"))
        seen.append((cold(cast), counts(need), counts(fresh_need), page))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == {need.pk}


def world_free(client: Client, page: str) -> str:
    """The table alone: the frame has a count of messages and the time."""
    return client.get(page).content.decode().split("<tbody>")[1].split("</tbody>")[0].split('<span class="sub">')[0]


@pytest.mark.parametrize("signal", ["visitors", "followers", "questions", "interested"])
def test_one_signal_that_is_reached_is_enough(cast: Cast, signal: str) -> None:
    need = world.listed(cast)
    match signal:
        case "visitors":
            write_visits(need.pk, timezone.localdate() - timedelta(days=1), 18)
            write_visits(need.pk, timezone.localdate(), 12)
        case "followers":
            for who in (cast.tao, cast.rui, cast.charlie):
                follow(need, by=who)
        case "questions":
            life.question(cast, need)
        case "interested":
            perform(life.invitation(cast, need), "accept", by=cast.tao)
    grow_older(need)
    assert cold(cast) == set()


def test_less_than_that_is_not(cast: Cast) -> None:
    need = world.listed(cast)
    write_visits(need.pk, timezone.localdate(), 29)
    follow(need, by=cast.tao)
    perform(life.invitation(cast, need), "decline", by=cast.tao, data={"code": "busy"})
    grow_older(need)
    assert cold(cast) == {need.pk}
    assert {**counts(need), "visitors": 29, "followers": 1, "questions": 0, "interested": 0} == counts(need)


def test_another_app_adds_what_it_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    need = grow_older(world.listed(cast))
    monkeypatch.setattr(interest, "_signals", dict(interest._signals))
    interest.ask(interest.Signal("requests", "申请查阅附件", 1, lambda: Value(1)))
    assert cold(cast) == set()
    assert "申请查阅附件" in as_(cast.guan).get(reverse("need_rescue", args=[need.pk])).content.decode()


def test_it_is_in_the_stuck_list_and_on_the_desk(cast: Cast) -> None:
    need = grow_older(world.listed(cast))
    (row,) = [row for row in stuck(cast.guan) if row.why == COLD]
    assert row.url == reverse("need_rescue", args=[need.pk])
    page = as_(cast.guan).get(reverse("office_cold")).content.decode()
    assert need.title in page
    assert "从不看有没有方案" in page


# ── visits ──────────────────────────────────────────────────────────────────────
def visit(need: Need, who: Any = None, address: str = "198.51.100.7", **headers: str) -> None:
    client = as_(who) if who else Client()
    client.get(reverse("listing", args=[need.number]), headers={**BROWSER, **headers}, REMOTE_ADDR=address)


def test_a_visitor_counts_once_a_day_and_is_kept_nowhere(cast: Cast) -> None:
    need = world.listed(cast)
    for _again in range(3):
        visit(need)
    visit(need, address="198.51.100.8")
    visit(need, cast.charlie)
    visit(need, cast.charlie, address="198.51.100.9")
    collect()
    row = DailyVisits.objects.get()
    assert row.visitors == 3
    assert {field.name for field in DailyVisits._meta.fields} == {"id", "created_at", "need", "day", "visitors"}


def test_the_zone_the_enterprise_and_machines_do_not_count(cast: Cast) -> None:
    need = world.listed(cast)
    for who in (cast.guan, cast.alice, cast.bob):
        visit(need, who)
    visit(need, **{"User-Agent": "Googlebot/2.1"})
    visit(need, **{"User-Agent": ""})
    Client().head(reverse("listing", args=[need.number]), headers=BROWSER)
    collect()
    assert not DailyVisits.objects.exists()


def test_what_was_counted_once_is_not_lost_with_the_cache(cast: Cast) -> None:
    need = world.listed(cast)
    visit(need)
    visit(need, address="198.51.100.8")
    collect()
    cache.clear()
    visit(need)
    collect()
    assert DailyVisits.objects.get().visitors == 2


# ── invitations ─────────────────────────────────────────────────────────────────
def test_teams_that_are_suggested_are_proposed_with_the_reason_until_they_are_invited(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    page = reverse("need_rescue", args=[need.pk])
    choice = f'value="{cast.team.pk}"'
    assert choice in as_(cast.guan).get(page).content.decode()
    life.invitation(cast, need)
    assert choice not in as_(cast.guan).get(page).content.decode()


def test_a_team_with_a_bid_is_proposed_like_any_other(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    world.bid(cast, need)
    assert f'value="{cast.team.pk}"' in as_(cast.guan).get(reverse("need_rescue", args=[need.pk])).content.decode()


def test_the_officer_invites_and_the_leader_answers(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    page = reverse("need_rescue", args=[need.pk])
    guan = as_(cast.guan)
    assert guan.post(page, {}).status_code == 422
    assert guan.post(page, {"teams": [cast.rival_team.pk]}).status_code == 422
    guan.post(page, {"teams": [cast.team.pk], "message": "企业愿意提供中试线。"})
    row = Invite.objects.get()
    assert [item.action for item in todo(cast.tao) if item.machine.noun == "invite"] == ["回复邀请"]
    assert "企业愿意提供中试线。" in as_(cast.tao).get(row.get_absolute_url()).content.decode()
    assert as_(cast.rui).get(row.get_absolute_url()).status_code == 404
    assert as_(cast.alice).get(row.get_absolute_url()).status_code == 200  # it is her need
    as_(cast.tao).post(reverse("move", args=["invite", row.pk, "decline"]), {"code": "budget"})
    assert "榜额偏低" in guan.get(page).content.decode()
    assert "榜额偏低" not in as_(cast.alice).get(row.get_absolute_url()).content.decode()


def test_the_invited_team_is_led_on_to_its_bid_and_nobody_else_learns_of_it(cast: Cast) -> None:
    need = world.listed(cast)
    (row,) = invite(need, [cast.team], by=cast.guan)
    page, begin = row.get_absolute_url(), reverse("proposal_start", args=[need.number])
    assert begin not in as_(cast.tao).get(page).content.decode()
    perform(row, "accept", by=cast.tao)
    assert begin in as_(cast.tao).get(page).content.decode()
    before = [as_(who).get(page).content.decode() for who in (cast.guan, cast.alice)]
    bid = world.bid(cast, need)
    assert bid.get_absolute_url() in as_(cast.tao).get(page).content.decode()
    for who, shown in zip((cast.guan, cast.alice), before, strict=True):
        now = as_(who).get(page).content.decode()
        assert bid.get_absolute_url() not in now
        assert now.count("<a ") == shown.count("<a ")


def test_nobody_else_invites_and_nobody_twice(cast: Cast) -> None:
    need = world.listed(cast)
    with pytest.raises(PermissionDenied):
        invite(need, [cast.team], by=cast.shen)
    assert len(invite(need, [cast.team, cast.rival_team], by=cast.guan)) == 2
    assert invite(need, [cast.team], by=cast.gao) == []
    world.close(need)
    with pytest.raises(Refused):
        invite(need, [cast.rival_team], by=cast.guan)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(cast: Cast, rows: int, django_assert_num_queries: Any) -> None:
    for _n in range(rows):
        grow_older(world.listed(cast))
    with django_assert_num_queries(2):
        assert len(cold_listings(cast.guan)) == rows
