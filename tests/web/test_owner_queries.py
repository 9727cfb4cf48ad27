"""As many queries for one row as for three: a page that asks the database for each row dies with its success."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import journey
import world
from contracts.models import Contract
from core import files
from needs.models import Indicator

MOST = 15  # session, person, roles, positions, organisations and inbox are six of them


def queries(client, url):
    client.get(url)  # what is read once for the process is read
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def same(client, url, more):
    before = queries(client, url)
    more()
    after = queries(client, url)
    assert after == before
    assert after <= MOST


@pytest.fixture
def alice(client, cast):
    client.force_login(cast.alice)
    return client


@pytest.mark.parametrize("url", ["/enterprise/", "/enterprise/needs/"])
def test_needs_of_every_kind(alice, cast, url):
    batch = journey.batch(cast)
    journey.published(cast, of=batch)
    journey.submitted(cast, of=batch)  # due soon: the calendar is read

    def more():
        journey.published(cast, of=batch)
        journey.draft(cast, of=batch)
        journey.submitted(cast, of=batch)

    same(alice, url, more)


@pytest.mark.parametrize("url", ["/enterprise/", "/enterprise/intents/", "/enterprise/contracts/"])
def test_contracts_and_intents(alice, cast, url):
    journey.contract(cast)
    same(alice, url, lambda: [journey.contract(cast) for _n in range(2)])


def test_one_need_with_many_indicators_and_files(alice, cast):
    need = journey.draft(cast)
    files.store(journey.pdf(), subject=need, slot="public", by=cast.alice)

    def more():
        for n in range(3):
            Indicator.objects.create(need=need, name=f"指标{n}", value=Decimal(1), unit="个")
            files.store(journey.pdf(f"{n}.pdf"), subject=need, slot="public", by=cast.alice)

    same(alice, f"/needs/{need.pk}/", more)
    same(alice, f"/needs/{need.pk}/edit/", more)


def test_bids_side_by_side(alice, cast):
    one = journey.opened(cast, rival=False)
    two = journey.opened(cast)
    counts = [queries(alice, f"/needs/{need.pk}/compare/") for need in (one, two)]
    assert counts[0] == counts[1]
    assert counts[0] <= MOST


def test_a_contract_with_many_parts(client, cast):
    contract = journey.contract(cast)
    for user in (cast.alice, cast.tao, cast.guan):
        client.force_login(user)
        url = f"/contracts/{contract.pk}/"
        before = queries(client, url)
        with_more = four_parts(cast)
        assert queries(client, f"/contracts/{with_more.pk}/") == before
        assert before <= MOST


def four_parts(cast) -> Contract:
    rows = [{"title": f"第 {n} 步", "month": n, "amount": "120000.00", "deliverable": "报告"} for n in (1, 2, 3, 4)]
    need = journey.published(cast)
    journey.bid(need, cast.team, by=cast.tao, milestones=rows)
    journey.open_bids(cast, need)
    journey.answer(need.proposals.get(), outcome="select", code="fit", sentence="指标响应最好，可行。", by=cast.alice)
    world.conclude(need, by=cast.alice)
    intent = journey.propose_intent(
        need, amount=Decimal(480000), next_step="对接", next_date=journey.clock.today(), by=cast.alice
    )
    journey.perform(intent, "agree", by=cast.tao)
    contract = journey.draft_contract(intent, by=cast.alice)
    contract.confidentiality = "保密三年。"
    journey.save_contract(contract, by=cast.alice)
    journey.perform(contract, "offer", by=cast.alice)
    journey.perform(contract, "sign", by=cast.tao)
    return contract
