"""The listings for programs: RSS, calendar, JSON, sitemap. What they say is public, and they answer any search."""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from defusedxml import ElementTree
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import world
from core.clock import BEIJING
from needs.models import Need
from people import Cast

pytestmark = pytest.mark.django_db

FEEDS = ("listing_feed", "listing_deadlines", "listing_json", "sitemap")


@pytest.fixture
def two(cast: Cast) -> list[Need]:
    batch = world.batch(cast)
    return [
        world.listed(
            cast, within=batch, title="固态电解质膜, LLZO; 量产", field="6", industry="39", budget=Decimal("800000")
        ),
        world.listed(cast, within=batch, title="PVB膜片稳定性", field="4", industry="29", budget=None, region="上海市"),
    ]


def get(name: str, search: str = "", **headers: str) -> Any:
    response = Client().get(reverse(name) + search, headers=headers)
    assert response.status_code == 200
    return response


def test_rss_has_the_newest_first_with_absolute_addresses(two: list[Need], settings: Any) -> None:
    response = get("listing_feed")
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(response.content).find("channel")
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [two[1].title, two[0].title]
    assert items[0].findtext("link") == items[0].findtext("guid") == f"{settings.SITE_URL}/listings/{two[1].number}/"
    assert "榜额：面议" in items[0].findtext("description")
    assert "新材料" in [one.text for one in items[0].findall("category")]


@pytest.mark.parametrize("name", ["listing_feed", "listing_deadlines", "listing_json"])
def test_every_feed_answers_the_search_in_its_address(two: list[Need], name: str) -> None:
    body = get(name, "?field=4&q=" + quote("膜片")).content.decode()
    assert two[1].number in body
    assert two[0].number not in body
    assert two[1].number not in get(name, "?q=" + quote("区块链")).content.decode()
    of_rubber = get(name, "?industry=29").content.decode()
    assert two[1].number in of_rubber
    assert two[0].number not in of_rubber


def test_the_calendar_has_open_deadlines_in_utc_under_one_identity(two: list[Need]) -> None:
    world.let_the_deadline_pass(two[1])
    response = get("listing_deadlines")
    text = response.content.decode().replace("\r\n ", "")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VEVENT") == 1
    assert f"UID:{two[0].number}@" in text
    assert "SUMMARY:揭榜截止：固态电解质膜\\, LLZO\\; 量产" in text
    assert two[0].bid_deadline.strftime("DTSTART:%Y%m%dT%H%M%SZ") in text


def test_json_says_what_the_page_says_and_nothing_that_is_not_public(two: list[Need], settings: Any) -> None:
    answer = get("listing_json", "?sort=newest").json()
    assert (answer["total"], answer["page"], answer["pages"], answer["next"]) == (2, 1, 1, None)
    newest = answer["listings"][0]
    assert newest["number"] == two[1].number
    assert newest["budget"] is None
    assert answer["listings"][1]["budget"] == "800000.00"
    assert newest["indicators"][0] == {
        "name": "拉伸强度",
        "requirement": "≥ 25 MPa",
        "test_method": "GB/T 528",
        "hard": True,
    }
    for hidden in ("配方代号", "13800000000", "张工", "public_key", "wrapped"):
        assert hidden not in json.dumps(answer, ensure_ascii=False)


def test_json_pages_follow_each_other_and_keep_the_search(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = world.batch(cast)
    numbers = [world.listed(cast, within=batch).number for _n in range(3)]
    monkeypatch.setattr("web.public.feeds.PER_PAGE", 2)
    first = get("listing_json", "?field=4&sort=newest").json()
    assert first["next"].endswith("/listings.json?field=4&sort=newest&page=2")
    second = Client().get(
        first["next"].partition("//")[2].partition("/")[1] + "listings.json?" + first["next"].partition("?")[2]
    )
    assert [row["number"] for row in first["listings"] + second.json()["listings"]] == numbers[::-1]


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_may_be_kept_for_five_minutes_and_are_not_sent_twice(two: list[Need], name: str) -> None:
    response = get(name)
    assert response["Cache-Control"] == "public, max-age=300" or response["Cache-Control"] == "max-age=300, public"
    assert "Set-Cookie" not in response
    assert "Access-Control-Allow-Origin" not in response
    again = Client().get(reverse(name), headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_ask_no_more_for_three_listings_than_for_one(cast: Cast, name: str) -> None:
    batch = world.batch(cast)
    counts = []
    for more in (1, 2):
        for _n in range(more):
            world.listed(cast, within=batch)
        with CaptureQueriesContext(connection) as asked:
            get(name)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4


def test_the_sitemap_names_every_listing_and_robots_names_the_sitemap(two: list[Need], settings: Any) -> None:
    found = ElementTree.fromstring(get("sitemap").content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = [entry.findtext(f"{space}loc") for entry in found]
    days = {entry.findtext(f"{space}loc"): entry.findtext(f"{space}lastmod") for entry in found}
    assert {f"{settings.SITE_URL}/listings/{need.number}/" for need in two} < set(places)
    assert days[places[-1]] == two[0].published_at.astimezone(BEIJING).date().isoformat()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in get("robots").content.decode()


def test_a_draft_is_in_no_feed(cast: Cast) -> None:
    world.need(cast, title="还没有发榜的需求", status="approved")
    assert [name for name in FEEDS if "还没有发榜" in get(name).content.decode()] == []


def test_pages_name_their_feeds_and_their_one_address(two: list[Need], settings: Any) -> None:
    body = get("listing_list", "?utm=1&field=4&page=1").content.decode()
    site = settings.SITE_URL
    assert f'<link rel="canonical" href="{site}/listings/?field=4">' in body
    for path in ("listings/feed.rss", "listings/deadlines.ics", "listings.json"):
        assert f"{site}/{path}?field=4" in body
    page = Client().get(reverse("listing", args=[two[1].number])).content.decode()
    assert f'<link rel="canonical" href="{site}/listings/{two[1].number}/">' in page
    assert f'<meta property="og:title" content="{two[1].title}">' in page
    assert "海岳材料有限公司，榜额 面议，揭榜截止" in page


def test_a_title_cannot_break_out_of_the_head(cast: Cast) -> None:
    need = world.listed(cast, title='"><script>alert(1)</script>')
    page = Client().get(reverse("listing", args=[need.number])).content.decode()
    assert "<script>alert" not in page
    for name in ("listing_feed", "sitemap"):
        ElementTree.fromstring(get(name).content)
