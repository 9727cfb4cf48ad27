"""Before the opening nobody can tell how many bids there are: every page says the same with none, one and seven."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import life
import world
from core.sealing import sign
from discovery.actions import follow, save_search
from discovery.search import Criteria
from needs.models import Need
from people import Cast, organisation, person
from reports.funnel import funnel
from teams.actions import create_team
from workflow.actions import perform

pytestmark = pytest.mark.django_db

MASKS = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="\w+"'), b"csrf"),
    (re.compile(rb'"X-CSRFToken": "\w+"'), b"csrf"),
    (re.compile(rb'data-now="[^"]+"'), b"now"),
    (re.compile(rb"\d+ \xe5\xa4\xa9( \d+ \xe5\xb0\x8f\xe6\x97\xb6)?"), b"left"),  # 19 天 23 小时
    (re.compile(rb"20\d\d-\d\d-\d\d \d\d:\d\d"), b"moment"),
)
PAGES = ("home", "listing_list", "result_list", "notice_list", "funnel", "how_to", "receipt_verify")
FEEDS = ("feeds", "listing_feed", "listing_deadlines", "listing_json", "sitemap")
SEARCHES = ("?q=弹性体", "?q=滨海理工", "?q=480000", "?sort=reward", "?status=open&field=4")


def addresses(need: Need) -> list[str]:
    listing = reverse("listing", args=[need.number])
    searches = [reverse(name) + search for name in ("listing_list", *FEEDS[:-1]) for search in SEARCHES]
    about = [reverse(name, args=[need.number]) for name in ("listing_changes", "listing_questions", "listing_preview")]
    return [*map(reverse, (*PAGES, *FEEDS)), *searches, listing, *about]


def own_addresses(need: Need) -> list[str]:
    """Of whoever has logged in: what they watch, where some of them watch this very listing."""
    return [*map(reverse, ("watching", "search_new")), reverse("listing_follow", args=[need.number])]


def masked(body: bytes) -> bytes:
    for pattern, word in MASKS:
        body = pattern.sub(word, body)
    return body


def seen(need: Need, users: dict[str, Any]) -> dict[tuple[str, str], tuple[int, bytes]]:
    """What every one of them is answered, at every address."""
    answers = {}
    for name, user in users.items():
        client = Client()
        if user is not None:
            client.force_login(user)
        for address in addresses(need) + (own_addresses(need) if user is not None else []):
            response = client.get(address)
            answers[name, address] = (response.status_code, masked(response.content))
    return answers


def rivals(cast: Cast) -> Iterator[tuple[Any, Any]]:
    for n in range(6):
        leader = person(f"竞争者{n}")
        home = organisation(f"竞争单位{n}", manager=leader, kind="university")
        leader.forget_rights()
        yield create_team(organisation=home, name=f"竞争团队{n}", by=leader), leader


@pytest.mark.parametrize("sealing", ["sealed", "rolling"])
def test_every_page_is_the_same_with_no_bid_with_one_and_with_seven(cast: Cast, sealing: str) -> None:
    need = world.listed(cast, within=world.batch(cast, sealing=sealing))
    _bidder, others = cast.team, list(rivals(cast))  # who registers is told to the office: before anything is compared
    users = {"stranger": None, "rival": cast.rui, "charlie": cast.charlie}
    if sealing == "sealed":  # a rolling bid is the enterprise's to read on arrival, and the zone's
        users |= {"owner": cast.alice, "officer": cast.guan, "leader": cast.ling}
    for user in filter(None, users.values()):
        follow(need, by=user)
        save_search(criteria=Criteria.read({"field": ["4"]}), name="新材料", alerts=True, by=user)
    none = seen(need, users)
    world.bid(cast, need)
    world.decrypt_opened()
    one = seen(need, users)
    for team, leader in others:
        world.bid(cast, need, team=team, by=leader)
    world.decrypt_opened()
    seven = seen(need, users)
    assert {status for status, _body in none.values()} == {200}
    assert [key for key in none if none[key] != one[key]] == []
    assert [key for key in none if none[key] != seven[key]] == []


def test_after_the_deadline_and_before_the_opening_the_pages_still_do_not_tell(cast: Cast) -> None:
    shared = world.batch(cast)
    with_bid, without = world.listed(cast, within=shared), world.listed(cast, within=shared)
    world.bid(cast, with_bid)
    pages = []
    for need in (with_bid, without):
        world.close(need)
        body = masked(Client().get(reverse("listing", args=[need.number])).content).decode()
        for own in (need.number, need.public_key, need.batch.frozen_hash, str(need.pk)):
            body = body.replace(own, "own")
        pages.append(re.sub(r'[0-9a-f]{64}|datetime="[^"]+"', "own", body))
    assert pages[0] == pages[1]


def test_the_opening_tells_how_many_and_nothing_of_what_they_say(cast: Cast) -> None:
    need = world.listed(cast)
    world.bid(cast, need, summary="甲骨文暗号")
    before = funnel()["bids"].value
    world.open_bids(need, cast)
    opening = need.openings.get()
    page = Client().get(reverse("listing", args=[need.number])).content.decode()
    assert "1 份" in page
    assert opening.merkle_root in page
    assert opening.commitments[0] in page
    assert "经办、审核" in page
    for hidden in ("甲骨文暗号", "48.00", "滨海理工大学", "弹性体课题组", "管经办", "沈审核"):
        assert hidden not in page
    assert funnel()["bids"].value == before + 1


def test_the_bidder_alone_finds_the_way_to_the_own_bid(cast: Cast) -> None:
    need = world.listed(cast)
    proposal = world.draft(cast, need)
    client = Client()
    client.force_login(cast.tao)
    assert f"/go/proposal/{proposal.pk}/" in client.get(reverse("listing", args=[need.number])).content.decode()
    client.force_login(cast.rui)
    assert "/go/proposal/" not in client.get(reverse("listing", args=[need.number])).content.decode()


def test_a_signed_receipt_does_not_ask_whether_the_bid_is_there(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.bid(cast, need)
    life.amend(cast, need)
    perform(bid, "confirm", by=cast.tao)
    for receipt in (bid.latest.receipt, bid.confirmations.get().receipt):
        invented = sign({**{k: v for k, v in receipt.items() if k != "signature"}, "commitment": "0" * 64})
        answers = []
        for one in (receipt, invented):
            body = Client().post(reverse("receipt_verify"), {"text": json.dumps(one)}).content.decode()
            assert "签名有效" in body
            body = re.sub(r"(?s)<textarea.*</textarea>", "what was typed", body)
            answers.append(masked(body.replace(one["commitment"], "commitment").encode()))
        assert answers[0] == answers[1]


def test_the_withdrawn_bid_of_a_withdrawn_listing_stays_unknown(cast: Cast) -> None:
    need = world.listed(cast)
    world.bid(cast, need)
    perform(need, "take_down", by=cast.ling, data=world.REASON)
    page = Client().get(reverse("listing", args=[need.number])).content.decode()
    assert world.REASON["reason"] in page
    assert "份" not in page.split("<main")[1].replace("每份", "")
    assert "滨海理工大学" not in page
