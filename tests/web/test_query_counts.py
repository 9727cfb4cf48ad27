"""Every list of every portal asks the database as often for many rows as for few, and seldom more than eight times."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import life
import suggesting
import world
from people import Cast
from reports.ledgers import LEDGERS
from reports.stages import STAGES
from suggestions.actions import judge
from workflow.registry import machines

MOST = 8
MOST_OF_A_TEAM = MOST + 1  # beside what it does: which listings fit it, and the works that say so as they are now
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
    "/office/needs/unmatched/",
    "/office/invites/",
    "/office/invites/?by=need",
    "/office/suggestions/",
    "/office/suggestions/shown/",
    "/office/suggestions/judgements/",
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
    "tao": (
        "/team/",
        "/team/proposals/",
        "/team/intents/",
        "/team/contracts/",
        "/team/suggestions/",
        "/inbox/",
        "/listings/",
    ),
    "rui": ("/account/",),
}


def add(cast: Cast, batch: world.Batch) -> None:
    """One more need in each state that shows something else, and a bid under way."""
    for state in STATES:
        world.need(cast, within=batch, status=state)
    world.draft(cast, world.need(cast, within=batch, status="published"))
    listed = world.need(cast, within=batch, status="published")
    suggesting.shown(cast, listed)
    contested = suggesting.suggest(world.need(cast, within=batch, status="published"), cast.team)
    judge(contested.need, cast.team, side="team", code="busy", by=cast.tao)
    suggesting.suggest(world.need(cast, within=batch, status="submitted"), cast.team, strength="weak")
    life.invitation(cast, listed, team=cast.rival_team)


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
    allowed = {"tao /team/": MOST_OF_A_TEAM, "alice /inbox/": MOST_IN_THE_INBOX}
    allowed |= dict.fromkeys(("guan /inbox/", "tao /inbox/"), MOST_IN_THE_INBOX)
    assert {page: n for page, n in few.items() if n > allowed.get(page, MOST)} == {}
