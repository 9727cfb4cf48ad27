"""我的关注 in pages: save a search, follow a listing, stop both; each sees only what is their own."""

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import world
from discovery.actions import follow, save_search
from discovery.models import Follow, SavedSearch
from discovery.search import Criteria
from discovery.stopping import SIGNER
from people import PASSWORD, Cast, person

pytestmark = pytest.mark.django_db

SEARCH = "?q=" + quote("弹性体") + "&field=4&sort=reward"


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def saved(by: Any, name: str = "新材料") -> SavedSearch:
    return save_search(criteria=Criteria.read({"field": ["4"]}), name=name, alerts=True, by=by)


def stop_address(*parts: Any) -> str:
    return reverse("stop", args=[SIGNER.sign(".".join(map(str, parts)))])


# ── saving ──────────────────────────────────────────────────────────────────────
def test_the_search_of_a_visitor_is_still_there_after_the_login(cast: Cast) -> None:
    world.listed(cast)
    user = person("访客", email="guest@example.com", password=PASSWORD)
    client = Client()
    body = client.get(reverse("listing_list") + SEARCH).content.decode()
    assert reverse("search_new") + SEARCH.replace("&", "&amp;") in body
    answer = client.get(reverse("search_new") + SEARCH)
    assert answer.status_code == 302
    answer = client.post(answer["Location"], {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("search_new") + SEARCH
    page = client.get(answer["Location"]).content.decode()
    assert 'value="“弹性体”、新材料"' in page
    client.post(reverse("search_new") + SEARCH, {"name": "新材料", "alerts": "on"})
    (search,) = SavedSearch.objects.visible_to(user)
    assert search.kept == {"q": ["弹性体"], "field": ["4"], "sort": ["reward"]}


def test_the_form_says_that_it_will_mail_how_often_and_how_to_stop(cast: Cast) -> None:
    page = browser(cast.tao).get(reverse("search_new")).content.decode()
    for promise in ("每个工作日 08:30 最多发一封邮件到 tao@example.com", "没有新榜单不发", "停止链接，不用登录"):
        assert promise in page


def test_a_second_search_of_the_same_name_is_told_so_and_nothing_typed_is_lost(cast: Cast) -> None:
    saved(cast.tao)
    answer = browser(cast.tao).post(reverse("search_new") + SEARCH, {"name": "新材料"})
    assert answer.status_code == 422
    assert "同名" in answer.content.decode()
    assert 'value="新材料"' in answer.content.decode()


def test_a_search_is_changed_and_deleted_by_its_owner_only(cast: Cast) -> None:
    search = saved(cast.tao)
    edit, delete = reverse("search_edit", args=[search.pk]), reverse("search_delete", args=[search.pk])
    stranger = browser(cast.rui)
    assert [stranger.get(edit).status_code, stranger.post(edit).status_code, stranger.post(delete).status_code] == [
        404
    ] * 3
    client = browser(cast.tao)
    client.post(edit, {"name": "改名"})
    search.refresh_from_db()
    assert (search.name, search.alerts) == ("改名", False)
    assert client.get(delete).status_code == 405
    client.post(delete)
    assert SavedSearch.objects.count() == 0


def test_ones_own_page_shows_ones_own_and_nothing_of_others(cast: Cast) -> None:
    need = world.listed(cast)
    saved(cast.tao, "陶的搜索")
    follow(need, by=cast.tao)
    mine = browser(cast.tao).get(reverse("watching")).content.decode()
    assert "陶的搜索" in mine
    assert need.title in mine
    others = browser(cast.rui).get(reverse("watching")).content.decode()
    assert "陶的搜索" not in others
    assert need.title not in others
    assert "还没有保存搜索" in others
    assert "还没有关注榜单" in others
    assert Client().get(reverse("watching"))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_row_and_for_three(cast: Cast, rows: int) -> None:
    batch = world.batch(cast)
    for n in range(rows):
        saved(cast.tao, f"搜索{n}")
        follow(world.listed(cast, within=batch), by=cast.tao)
    client = browser(cast.tao)
    client.get(reverse("watching"))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("watching"))
    assert len(asked) == 5


def test_what_is_kept_about_a_person_includes_what_is_watched(cast: Cast) -> None:
    need = world.listed(cast)
    saved(cast.tao)
    follow(need, by=cast.tao)
    everything = browser(cast.tao).post(reverse("personal_data")).json()
    assert everything["saved_searches"][0]["kept"] == {"field": ["4"]}
    assert everything["follows"][0]["need__number"] == need.number


# ── following ───────────────────────────────────────────────────────────────────
def test_following_is_a_button_that_works_with_and_without_scripts(cast: Cast) -> None:
    need = world.listed(cast)
    client, url = browser(cast.tao), reverse("listing_follow", args=[need.number])
    listing = reverse("listing", args=[need.number])
    assert 'value="1"' in client.get(listing).content.decode()
    assert client.post(url, {"follow": "1"})["Location"] == listing
    assert "已关注" in client.get(listing).content.decode()
    part = client.post(url, {"follow": "0"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert b"<html" not in part.content
    assert Follow.objects.count() == 0


def test_looking_at_the_follow_page_follows_nothing_and_a_visitor_is_asked_to_log_in(cast: Cast) -> None:
    need = world.listed(cast)
    url = reverse("listing_follow", args=[need.number])
    page = browser(cast.tao).get(url).content.decode()
    assert "距截止还有三天" in page
    assert Follow.objects.count() == 0
    stranger = Client()
    assert url in stranger.get(reverse("listing", args=[need.number])).content.decode()
    assert stranger.get(url)["Location"].endswith("?next=" + quote(url, safe=""))
    assert stranger.post(url, {"follow": "1"}).status_code == 302
    assert Follow.objects.count() == 0


def test_what_is_not_listed_cannot_be_followed(cast: Cast) -> None:
    world.need(cast, status="approved")
    assert browser(cast.tao).post(reverse("listing_follow", args=["JB-2026-Q4-9999"])).status_code == 404


# ── stopping ────────────────────────────────────────────────────────────────────
def test_the_stop_address_shows_a_button_and_changes_nothing_until_it_is_pressed(cast: Cast) -> None:
    search = saved(cast.tao)
    url = stop_address("alerts", cast.tao.pk)
    for answer in (Client().get(url), Client().head(url)):
        assert answer.status_code == 200
    search.refresh_from_db()
    assert search.alerts
    page = Client().get(url).content.decode()
    assert page.split("<main")[1].split("</main>")[0].count('method="post"') == 1
    assert "新材料" not in page  # whoever holds the mail learns nothing about the person
    assert "陶教授" not in page
    done = Client(enforce_csrf_checks=True).post(url, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "已停止" in done.content.decode()
    search.refresh_from_db()
    assert not search.alerts
    assert "已经停止" in Client().get(url).content.decode()


def test_stopping_one_listing_stops_that_one(cast: Cast) -> None:
    one, two = world.listed(cast), world.listed(cast)
    for need in (one, two):
        follow(need, by=cast.tao)
    assert Client().post(stop_address("follow", cast.tao.pk, one.pk)).status_code == 200
    assert [row.need for row in Follow.objects.all()] == [two]


@pytest.mark.parametrize("change", ["cut", "other", "word"])
def test_an_address_that_was_not_signed_by_us_stops_nothing(cast: Cast, change: str) -> None:
    saved(cast.tao)
    good = SIGNER.sign(f"alerts.{cast.tao.pk}")
    token = {"cut": good[:-1], "other": good.replace(str(cast.tao.pk), str(cast.rui.pk)), "word": "x"}[change]
    assert Client().post(reverse("stop", args=[token])).status_code == 404
    assert SavedSearch.objects.get().alerts
