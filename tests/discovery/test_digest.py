"""What people are told: a digest on a working morning, a reminder before a deadline, how a followed listing moves."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

import insider
import world
from core import clock
from core.clock import BEIJING
from core.models import DayOverride
from discovery import digest
from discovery.actions import change_search, drop_search, follow, save_search, stop_alerts, unfollow
from discovery.digest import remind_followers, send_digests
from discovery.models import Follow, SavedSearch
from discovery.search import Criteria
from needs.models import Need
from notifications.mail import compose
from notifications.models import Delivery, Notice
from notifications.queries import inbox, read
from people import Cast
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db

EVERYTHING = Criteria.read({})


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The hour on the day after tomorrow: what was just published was published before that morning."""

    def set_to(hour: int, minute: int = 0, *, days: int = 2, workday: bool = True) -> datetime:
        day = clock.today() + timedelta(days=days)
        DayOverride.objects.update_or_create(date=day, defaults={"is_workday": workday})
        now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)
        monkeypatch.setattr(digest.clock, "now", lambda: now)
        return now

    real = clock.now
    yield set_to
    monkeypatch.setattr(digest.clock, "now", real)


def search(by: Any, *, name: str = "新材料", alerts: bool = True, **values: list[str]) -> SavedSearch:
    return save_search(criteria=Criteria.read(values), name=name, alerts=alerts, by=by)


def told(user: Any, kind: str = "search.digest") -> list[Notice]:
    return list(Notice.objects.filter(recipient=user, kind=kind))


# ── the digest ──────────────────────────────────────────────────────────────────
def test_a_new_listing_is_told_once_on_the_next_working_morning_and_not_before(cast: Cast, at: Any) -> None:
    search(cast.tao, field=["4"])
    need = world.listed(cast)
    at(8, 29)
    assert send_digests() == 0
    at(8, 30)
    assert send_digests() == 1
    assert send_digests() == 0
    (notice,) = told(cast.tao)
    letter = compose(Delivery.objects.get(notice=notice))
    assert need.title in letter.body
    assert f"/listings/{need.number}/" in letter.body
    assert "“新材料”：1 项" in letter.body
    at(8, 30, days=3)
    assert send_digests() == 0


def test_nothing_new_is_no_mail_and_other_fields_are_nothing_new(cast: Cast, at: Any) -> None:
    world.listed(cast)
    search(cast.tao, field=["4"])
    search(cast.rui, field=["5"])
    world.listed(cast, within=world.batch(cast, title="另一批"), field="6")
    at(9)
    assert send_digests() == 0
    assert Notice.objects.filter(kind="search.digest").count() == 0


def test_no_digest_on_a_holiday_and_all_of_it_on_the_day_after(cast: Cast, at: Any) -> None:
    search(cast.tao)
    world.listed(cast)
    at(9, workday=False)
    assert send_digests() == 0
    at(9, days=3)
    assert send_digests() == 1


def test_several_searches_make_one_mail_with_each_under_its_name(cast: Cast, at: Any) -> None:
    search(cast.tao, name="材料")
    search(cast.tao, name="两字", q=["抗爆"])
    search(cast.tao, name="无关", q=["区块链"])
    search(cast.tao, name="关着", alerts=False)
    world.listed(cast)
    at(9)
    assert send_digests() == 1
    (notice,) = told(cast.tao)
    assert [row["name"] for row in notice.context["searches"]] == ["材料", "两字"]
    assert Delivery.objects.filter(notice=notice).count() == 1


def test_a_listing_that_was_withdrawn_before_the_morning_is_not_told(cast: Cast, at: Any) -> None:
    search(cast.tao)
    perform(world.listed(cast), "take_down", by=cast.ling, data=world.REASON)
    at(9)
    assert send_digests() == 0


def test_what_was_published_while_alerts_were_off_is_not_told_when_they_are_on_again(cast: Cast, at: Any) -> None:
    saved = search(cast.tao, alerts=False)
    world.listed(cast)
    change_search(saved, name=saved.name, alerts=True, by=cast.tao)
    at(9)
    assert send_digests() == 0


def test_a_long_list_is_cut_and_leads_to_the_search(cast: Cast, at: Any) -> None:
    search(cast.tao, q=["弹性体"])
    batch = world.batch(cast)
    for _n in range(digest.SHOWN + 2):
        world.listed(cast, within=batch)
    at(9)
    send_digests()
    (item,) = read(inbox(cast.tao).filter(kind="search.digest"))
    assert "“新材料”：12 项" in item.message.body
    assert item.message.body.count("- JB-") == digest.SHOWN
    assert "其余的见：" in item.message.body
    assert "sort=newest" in item.message.body


def test_people_without_a_mail_address_or_a_login_are_not_mailed(cast: Cast, at: Any) -> None:
    search(cast.tao)
    search(cast.rui)
    cast.tao.email, cast.tao.phone = None, "+8613800000001"
    cast.tao.save()
    cast.rui.is_active = False
    cast.rui.save()
    world.listed(cast)
    at(9)
    assert send_digests() == 1
    (notice,) = told(cast.tao)
    assert not Delivery.objects.filter(notice=notice).exists()
    assert told(cast.rui) == []


# ── saved searches ──────────────────────────────────────────────────────────────
def test_two_searches_of_one_person_have_two_names_and_of_two_people_may_share_one(cast: Cast) -> None:
    search(cast.tao)
    with pytest.raises(Refused, match="同名"):
        search(cast.tao)
    assert search(cast.rui).name == "新材料"


def test_there_is_a_limit_and_a_sentence(cast: Cast) -> None:
    for n in range(30):
        search(cast.tao, name=f"搜索{n}")
    with pytest.raises(Refused, match="30"):
        search(cast.tao, name="再一个")


def test_a_saved_search_is_its_owners(cast: Cast) -> None:
    saved = search(cast.tao)
    assert list(SavedSearch.objects.visible_to(cast.rui)) == []
    for verb in (drop_search, lambda s, by: change_search(s, name="x", alerts=True, by=by)):
        with pytest.raises(PermissionDenied, match="owner"):
            verb(saved, by=cast.rui)
    assert SavedSearch.objects.get().name == "新材料"


def test_what_was_searched_for_comes_back_as_it_was(cast: Cast) -> None:
    values = {"q": ["弹性体 PVB"], "field": ["4", "6"], "industry": ["29"], "sort": ["reward"], "due": ["week"]}
    values["region"] = ["上海市"]
    saved = search(cast.tao, **values, nonsense=["1"])
    saved.refresh_from_db()
    assert saved.kept == values
    assert saved.criteria == Criteria.read(values)


def test_stopping_all_alerts_keeps_the_searches_and_is_ones_own_affair(cast: Cast) -> None:
    search(cast.tao)
    search(cast.rui)
    assert stop_alerts(by=cast.tao) == 1
    assert list(SavedSearch.objects.order_by("alerts").values_list("owner", "alerts")) == [
        (cast.tao.pk, False),
        (cast.rui.pk, True),
    ]


# ── follows ─────────────────────────────────────────────────────────────────────
def near(need: Need, *, followed_days_ago: int = 5) -> None:
    """The listing was published and followed some days ago and closes in two days."""
    back = "UPDATE needs_need SET publish_at = publish_at - s, published_at = published_at - s,"
    back += " bid_deadline = bid_deadline - s FROM (SELECT interval '18 days' AS s) t WHERE id = %s"
    insider.execute(back, need.pk)
    Follow.objects.update(created_at=clock.now() - timedelta(days=followed_days_ago))
    need.refresh_from_db()


def test_followers_are_reminded_once_within_three_days_of_the_deadline(cast: Cast) -> None:
    need = world.listed(cast)
    follow(need, by=cast.tao)
    assert remind_followers() == 0
    near(need)
    assert remind_followers() == 1
    assert remind_followers() == 0
    (notice,) = told(cast.tao, "follow.deadline")
    letter = compose(Delivery.objects.get(notice=notice))
    assert need.bid_deadline.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") in letter.body
    assert f"/listings/{need.number}/" in letter.body


def test_a_new_deadline_is_reminded_of_again(cast: Cast) -> None:
    need = world.listed(cast)
    follow(need, by=cast.tao)
    near(need)
    remind_followers()
    insider.execute("UPDATE needs_need SET bid_deadline = bid_deadline + interval '12 hours' WHERE id = %s", need.pk)
    assert remind_followers() == 1
    assert len(told(cast.tao, "follow.deadline")) == 2


def test_who_begins_to_follow_within_the_three_days_is_not_reminded_at_once(cast: Cast) -> None:
    need = world.listed(cast)
    follow(need, by=cast.tao)
    near(need, followed_days_ago=0)
    assert remind_followers() == 0


def test_followers_learn_of_a_withdrawal_in_words_of_their_own_and_nobody_is_told_twice(cast: Cast) -> None:
    need = world.listed(cast)
    for user in (cast.tao, cast.alice):
        follow(need, by=user)
    perform(need, "take_down", by=cast.ling, data=world.REASON)
    (notice,) = told(cast.tao, "need.take_down.followed")
    (item,) = read([notice])
    assert item.message.title == f"您关注的榜单已撤榜：{need.title}"
    assert item.message.url == f"/listings/{need.number}/"
    assert told(cast.alice, "need.take_down.followed") == []  # the owner has been told as the owner
    assert len(told(cast.alice, "need.take_down")) == 1


def test_followers_learn_of_the_result_and_of_a_listing_nobody_answered(cast: Cast) -> None:
    chosen, empty = world.listed(cast), world.listed(cast)
    follow(chosen, by=cast.rui)
    follow(empty, by=cast.rui)
    world.bid(cast, chosen)
    for need in (chosen, empty):
        world.open_bids(need, cast)
    assert len(told(cast.rui, "need.lapse.followed")) == 1
    world.choose(chosen, cast)
    (notice,) = told(cast.rui, "need.select.followed")
    assert "滨海理工" not in str(notice.context)


def test_a_bid_tells_followers_nothing(cast: Cast) -> None:
    need = world.listed(cast)
    follow(need, by=cast.rui)
    before = Notice.objects.filter(recipient=cast.rui).count()
    world.bid(cast, need)
    assert Notice.objects.filter(recipient=cast.rui).count() == before


def test_only_a_listing_can_be_followed_and_twice_is_once(cast: Cast) -> None:
    draft = world.need(cast)
    with pytest.raises(PermissionDenied, match="listing"):
        follow(draft, by=cast.tao)
    need = world.listed(cast)
    assert follow(need, by=cast.tao) == follow(need, by=cast.tao)
    unfollow(need, by=cast.rui)
    assert Follow.objects.count() == 1
    unfollow(need, by=cast.tao)
    assert Follow.objects.count() == 0


def test_every_mail_that_somebody_asked_for_says_how_to_stop_it_and_others_do_not(cast: Cast, at: Any) -> None:
    search(cast.tao)
    need = world.listed(cast)
    follow(need, by=cast.rui)
    at(9)
    send_digests()
    perform(need, "take_down", by=cast.ling, data=world.REASON)
    letters = {letter.notice.kind: compose(letter) for letter in Delivery.objects.select_related("notice", "recipient")}
    for kind in ("search.digest", "need.take_down.followed"):
        address = letters[kind].extra_headers["List-Unsubscribe"]
        assert address.strip("<>") in letters[kind].body
        assert letters[kind].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in letters["need.take_down"].extra_headers
    assert "/stop/" not in letters["need.take_down"].body
