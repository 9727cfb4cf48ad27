"""The three portals from door to door: every kind of page that a link leads to, in every state it can be in.

Axe finds nothing; nothing runs over the edge of a phone; one thing stands out as what to do next; and no space stands
where Chinese has none, which a template formatter puts there unseen.
"""

import re
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

import world
from browser import come_in, look
from clarifications.actions import ask as clarify
from decisions.actions import answer
from people import Cast

pytestmark = pytest.mark.django_db(transaction=True)

NEEDS = (
    "draft", "returned", "submitted", "approved", "published", "closed", "opened", "selected", "no_bid",
    "failed",
)  # fmt: skip
CONTRACTS = ("drafting", "offered", "performing", "completed")
ROW = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|JB-[\w-]+")
NOT_A_PAGE = re.compile(
    r"/files/|/receipts/\d|/refusals/|/copy/|/export/|logout|\.(jsonl|json|py|docx|xlsx|pdf|rss|ics|xml)\b|/go/|/gallery/|/inbox/|next="
)
# Where a page leads to, and what kind of page it is: read off its text, which is quicker than having it drawn.
READ = """text => { const read = new DOMParser().parseFromString(text, 'text/html');
  const all = (selector, of) => [...read.querySelectorAll(selector)].map(of);
  return [all('a[href^="/"]', a => a.getAttribute('href').split('#')[0]),
          all('.page-head .tag, main .empty-title', e => e.textContent).join()] }"""


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """An enterprise with a need in every state it can see, and a team with the bids and contracts of them."""
    with transaction.atomic():  # in which time can be moved
        sealed, rolling = world.batch(cast), world.batch(cast, sealing="rolling")
        for status in NEEDS:
            world.need(cast, status=status, within=sealed)
        taking = world.listed(cast, within=sealed, title="瓦线横切机结构优化")
        world.bid(cast, taking)
        world.draft(cast, world.listed(cast, within=sealed, title="低噪风机"))
        world.bid(cast, world.listed(cast, within=rolling, title="实验室自动巡检机器人"))
        vetted = world.need(cast, within=world.batch(cast, vetting=True), status="vetting", title="齿轨列车控制装备")
        assert vetted.proposals.exists()
        unclear = world.need(cast, within=sealed, status="opened", title="膜片稳定性")
        clarify(unclear.proposals.first(), **world.UNCLEAR, by=cast.alice)
        chosen = world.need(cast, within=sealed, status="opened", title="密封圈选型")
        answer(chosen.proposals.first(), outcome="select", code="fit", sentence="指标都满足。", by=cast.alice)
        world.decided(chosen, by=cast.alice)
        for status in CONTRACTS:
            world.contract(cast, status=status)
    return cast


def walk(page: Page, base: str, start: str, within: str) -> list[str]:
    """Follow every link from `start`; each kind of page is drawn and looked at once for each state it shows."""
    todo, gone, seen, found = [start], set[str](), set[tuple[str, str]](), []
    while todo:
        address = todo.pop(0)
        gone.add(address)
        answer = page.request.get(base + address)
        if answer.status != 200:
            found.append(f"{address}: {answer.status}")
            continue
        links, shows = page.evaluate(READ, answer.text())
        new = (to for to in dict.fromkeys(links) if to not in {*gone, *todo})
        todo += [to for to in new if re.match(within, to) and not NOT_A_PAGE.search(to)]
        kind = (ROW.sub("#", address.partition("?")[0]), shows)
        if kind not in seen:
            seen.add(kind)
            page.goto(base + address)
            found += [f"{address}: {what}" for what in look(page)]
    assert len(seen) > 8, seen
    return found


def test_every_page_of_the_three_portals_from_door_to_door(page: Page, live_server: Any, busy: Cast) -> None:
    """One test, for the world that is walked through takes longer to make than to walk."""
    about = "results|notices|funnel|how-to|checkpoints|receipts|privacy|accessibility|account"
    both = "proposals|clarifications|vettings|meetings|inquiries|intents|contracts|moves"
    portals = (
        (None, "/", rf"/({about})/|/listings/([^/]+/)?$"),
        (busy.alice, "/enterprise/", rf"/(enterprise|enterprises|needs|decisions|{both})/"),
        (busy.tao, "/team/", rf"/(team|teams|{both})/|/listings/[^/]+/bid/"),
    )
    for user, start, within in portals:
        if user:
            come_in(page.context, live_server, user)
        assert walk(page, live_server.url, start, within) == [], start


def test_what_was_saved_by_hand_is_not_offered_again_as_text_left_behind(
    page: Page, live_server: Any, cast: Cast
) -> None:
    need = world.need(cast, status="draft")
    come_in(page.context, live_server, cast.alice)
    page.goto(live_server.url + reverse("need_edit", args=[need.pk]) + "#part-terms")
    page.locator("[name=budget]").fill("48")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#messages")).to_contain_text("草稿已保存")
    expect(page.locator("[name=budget]")).to_have_value("48.00")
    expect(page.get_by_text("用我写的内容")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []
