"""Every list of every portal asks the database as often for many rows as for few, and never more than eight times."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import world
from people import Cast
from reports.ledgers import LEDGERS
from reports.stages import STAGES
from workflow.registry import machines

MOST = 8
MOST_IN_THE_INBOX = 3 + len(machines())  # one for each kind of thing it tells of, the person, the count, the notices
STATES = ("draft", "submitted", "published", "opened", "no_bid", "intended", "contracted", "completed")
VISITOR = ("/", "/listings/", "/results/", "/notices/", "/funnel/", "/checkpoints/")
OFFICER = (
    "/office/",
    "/office/needs/",
    "/office/contracts/",
    "/office/batches/",
    "/office/organisations/",
    "/office/funnel/",
    "/office/letters/",
    *(f"/office/funnel/{stage.key}/" for stage in STAGES),
    *(f"/office/ledgers/{ledger.key}/" for ledger in LEDGERS),
    "/inbox/",
)
PAGES = {
    "": VISITOR,
    "guan": OFFICER,
    "secadmin": ("/office/staff/",),
    "auditor": ("/office/audit/",),
    "alice": ("/enterprise/", "/enterprise/needs/", "/enterprise/intents/", "/enterprise/contracts/", "/inbox/"),
    "tao": ("/team/", "/team/proposals/", "/team/intents/", "/team/contracts/", "/inbox/", "/listings/"),
    "rui": ("/account/",),
}


def add(cast: Cast, batch: world.Batch) -> None:
    """One more need in each state that shows something else, and a bid under way."""
    for state in STATES:
        world.need(cast, within=batch, status=state)
    world.draft(cast, world.need(cast, within=batch, status="published"))


def queries(client: Client, url: str) -> int:
    client.get(url)  # what is read once for the process has been read
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    return len(captured)


def asked(cast: Cast) -> Iterator[tuple[str, int]]:
    for who, urls in PAGES.items():
        client = Client()
        if who:
            client.force_login(getattr(cast, who))
        for url in urls:
            yield f"{who or 'visitor'} {url}", queries(client, url)


def test_every_list_asks_as_often_for_many_rows_as_for_few(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.inbox.views.PAGE", 500)  # it asks once for each kind of thing told of: keep every kind
    batch = world.batch(cast)
    add(cast, batch)
    few = dict(asked(cast))
    for _n in range(2):
        add(cast, batch)
    assert dict(asked(cast)) == few
    assert {page: n for page, n in few.items() if n > (MOST_IN_THE_INBOX if "inbox" in page else MOST)} == {}
