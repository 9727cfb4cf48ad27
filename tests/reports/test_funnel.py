"""The funnel: every number is its records, and the audit chain tells the same story."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import world
from audit.models import Event
from contracts.models import Contract
from core import clock
from needs.actions import publish_now
from needs.models import Need
from people import Cast
from reports.funnel import Funnel, funnel, records
from reports.periods import Period, of_year
from reports.stages import STAGES
from workflow.actions import perform

pytestmark = pytest.mark.django_db

PLACES = ("draft", "submitted", "returned", "published", "opened", "no_bid", "failed", "withdrawn", "intended")


def everything(cast: Cast) -> Contract:
    """One need at every place of the funnel, and one contract paid in full."""
    for status in PLACES:
        world.need(cast, status=status)
    contract = world.contract(cast, status="performing")
    world.deliver(contract, cast)
    for payment in contract.payments.all():
        perform(payment, "pay", by=cast.alice, data={"paid_on": clock.today()})
        perform(payment, "receive", by=cast.tao)
    perform(contract, "complete", by=cast.alice)
    return contract


def counts(drawn: Funnel) -> dict[str, int]:
    return {figure.key: figure.value for figure in drawn.figures}


def a_year() -> Period:
    """The last twelve months: in January a listing that is over was published in the year before."""
    until = clock.now() + timedelta(hours=1)
    return Period(until - timedelta(days=365), until)


def test_every_number_counts_exactly_its_records(cast: Cast) -> None:
    everything(cast)
    period = a_year()
    drawn = funnel(period)
    assert counts(drawn) == {
        "collected": 9,
        "published": 7,
        "bids": 4,
        "intents": 2,
        "signed": 1,
        "completed": 1,
        "paid": 2,
    }
    for figure in drawn.figures:
        rows = list(records(figure.key, period.since, period.until))
        assert len(rows) == figure.value
        if figure.stage.money_label:
            assert sum(row.money for row in rows) == figure.amount
        else:
            assert figure.amount is None


def test_the_audit_chain_alone_gives_the_same_numbers(cast: Cast) -> None:
    everything(cast)
    moves = {
        "need.submit": "collected",
        "need.go_live": "published",
        "proposal.open": "bids",
        "intent.agree": "intents",
        "contract.sign": "signed",
        "contract.complete": "completed",
        "payment.receive": "paid",
    }
    told: dict[str, set[str]] = {stage.key: set() for stage in STAGES}
    for event in Event.objects.filter(action__in=moves):
        told[moves[event.action]].add(event.subject_id)
    period = a_year()
    for key, subjects in told.items():
        assert {str(row.pk) for row in records(key, period.since, period.until)} == subjects
    assert counts(funnel(period)) == {key: len(subjects) for key, subjects in told.items()}


def test_intended_contracted_and_paid_money_stay_apart(cast: Cast) -> None:
    everything(cast)
    assert [(str(label), amount) for label, amount in funnel(a_year()).money] == [
        ("意向额", Decimal("960000")),
        ("合同额", Decimal("480000")),
        ("到账额", Decimal("480000")),
    ]


def test_a_need_that_was_sent_back_is_collected_once(cast: Cast) -> None:
    need = world.need(cast, status="returned")
    perform(need, "submit", by=cast.alice)
    assert funnel(a_year())["collected"].value == 1


def test_a_need_listed_again_keeps_the_time_of_its_first_listing(cast: Cast) -> None:
    need = world.need(cast, status="no_bid")
    first = Event.objects.get(subject=f"needs.need:{need.pk}", action="need.go_live").at
    before = Period(a_year().since, first + timedelta(microseconds=1))
    assert funnel(before)["published"].value == 1
    perform(need, "relist", by=cast.ling)
    publish_now(need, by=cast.ling, bid_deadline=clock.now() + timedelta(days=20))
    assert funnel(before)["published"].value == 1
    assert funnel(a_year())["published"].value == 1


def test_an_earlier_day_reads_the_same_whatever_happened_since(cast: Cast) -> None:
    need = world.need(cast, status="selected")
    then = Period(a_year().since, clock.now())
    before = counts(funnel(then))
    world.intent(cast, need, status="agreed")
    world.need(cast, status="published")
    assert counts(funnel(then)) == before
    assert counts(funnel(a_year())) != before


def test_a_rolling_bid_counts_only_when_its_need_has_a_result(cast: Cast) -> None:
    need = world.listed(cast, within=world.batch(cast, sealing="rolling"))
    world.bid(cast, need)
    world.decrypt_opened()
    assert need.proposals.get().opened_at is not None
    assert funnel(a_year())["bids"].value == 0
    world.choose(need, cast)
    assert funnel(a_year())["bids"].value == 1


def test_sealed_bids_count_for_nothing(cast: Cast) -> None:
    need = world.listed(cast)
    before = funnel(a_year())
    world.bid(cast, need)
    world.close(need)
    after = funnel(a_year())
    assert counts(after) == counts(before)


def test_the_week_s_growth_is_what_came_in_the_last_seven_days(cast: Cast) -> None:
    world.need(cast, status="submitted")
    assert funnel(a_year())["collected"].delta == "+1"
    in_eight_days = of_year(now=clock.now() + timedelta(days=8))
    assert funnel(in_eight_days)["collected"].delta == "0"


def test_rates_say_where_needs_are_lost(cast: Cast) -> None:
    everything(cast)
    drawn = funnel(a_year())
    assert {f.key: f.conversion for f in drawn.figures} == {
        "collected": "77.8 %",
        "published": "每项 0.6 份",
        "bids": "28.6 %",
        "intents": "50.0 %",
        "signed": "100.0 %",
        "completed": "",
        "paid": "",
    }
    assert [f.key for f in drawn.figures if f.leak] == ["bids"]


def test_nothing_is_lost_while_all_bids_are_sealed(cast: Cast) -> None:
    world.bid(cast, world.listed(cast))
    drawn = funnel(a_year())
    assert [f.key for f in drawn.figures if f.leak] == []
    assert (drawn["published"].conversion, drawn["bids"].conversion) == ("", "")


def test_an_empty_year_is_all_zeros(cast: Cast) -> None:
    world.need(cast, status="submitted")
    drawn = funnel(of_year(2020))
    assert set(counts(drawn).values()) == {0}
    assert {figure.conversion for figure in drawn.figures} == {""}
    assert "征集 0 项" in drawn.summary


@pytest.mark.parametrize("many", [1, 3])
def test_all_numbers_take_one_query_however_many_rows(cast: Cast, many: int) -> None:
    for _n in range(many):
        world.need(cast, status="opened")
    period = a_year()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        funnel(period)
    assert len(asked) == 1


def test_each_stage_orders_its_records_by_when_they_came(cast: Cast) -> None:
    made = [world.need(cast, status="submitted") for _n in range(3)]
    period = a_year()
    assert [row.pk for row in records("collected", period.since, period.until)] == [need.pk for need in made]
    assert Counter(type(row) for row in records("collected", period.since, period.until)) == Counter({Need: 3})
    untouched: Any = records("paid", period.since, period.until)
    assert list(untouched) == []
