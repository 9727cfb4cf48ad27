"""The stuck list: late, unsigned, without bids; and never a word of what is sealed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import world
from core import clock
from core.workdays import one_calendar
from people import Cast
from reports.stuck import NO_BID, OVERDUE, UNSIGNED_INTENT, stuck

pytestmark = pytest.mark.django_db


def late(obj: Any, **columns: Any) -> None:
    """As if it had waited since long ago: past the guards, as time itself would."""
    values = {"due_at": clock.now() - timedelta(days=40), **columns}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        type(obj)._base_manager.filter(pk=obj.pk).update(**values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def seen(user: Any, **filters: Any) -> list[tuple[str, str, Any]]:
    return [(row.why, row.machine.noun, row.pk) for row in stuck(user, **filters)]


def test_what_is_past_its_term_is_stuck_and_what_is_in_time_is_not(cast: Cast) -> None:
    need, in_time = world.need(cast, status="submitted"), world.need(cast, status="submitted")
    late(need)
    (row,) = stuck(cast.guan)
    assert (row.why, row.pk, row.lamp.key, str(row.whose)) == (OVERDUE, need.pk, "red", "管委会（经办）")
    assert row.number == need.application_number
    assert in_time.pk not in {found[2] for found in seen(cast.guan)}


def test_an_intent_unsigned_for_thirty_days_is_named_once(cast: Cast) -> None:
    intent = world.need(cast, status="intended").intents.get()
    assert seen(cast.guan) == []
    late(intent, agreed_at=clock.now() - timedelta(days=31))
    assert seen(cast.guan) == [(UNSIGNED_INTENT, "intent", intent.pk)]


def test_an_intent_under_contract_is_not_stuck(cast: Cast) -> None:
    intent = world.contract(cast, status="performing").intent
    late(intent, agreed_at=clock.now() - timedelta(days=31))
    assert seen(cast.guan) == []


def test_a_listing_without_bids_waits_for_a_decision(cast: Cast) -> None:
    need = world.need(cast, status="no_bid")
    assert seen(cast.ling) == [(NO_BID, "need", need.pk)]
    assert seen(cast.ling, why=NO_BID) == seen(cast.ling)
    assert seen(cast.ling, why=OVERDUE) == []


def test_a_late_milestone_is_stuck_once_its_contract_is_in_force(cast: Cast) -> None:
    drafting = world.contract(cast, status="drafting")
    late(drafting.milestones.first())
    assert [row for row in seen(cast.guan) if row[1] == "milestone"] == []
    performing = world.contract(cast, status="performing")
    milestone = performing.milestones.first()
    late(milestone)
    assert [row for row in seen(cast.guan) if row[1] == "milestone"] == [(OVERDUE, "milestone", milestone.pk)]


def test_sealed_bids_never_show_here(cast: Cast) -> None:
    need = world.listed(cast)
    before = seen(cast.guan)
    late(world.bid(cast, need))
    late(world.draft(cast, need, team=cast.rival_team, by=cast.rui))
    assert seen(cast.guan) == before == []


def test_a_stranger_sees_nothing_of_other_people_s_lateness(cast: Cast) -> None:
    late(world.need(cast, status="submitted"))
    assert seen(cast.charlie) == []


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_one_query_however_long_it_is(cast: Cast, many: int) -> None:
    for _n in range(many):
        late(world.need(cast, status="submitted"))
    stuck(cast.guan)  # his rights are read once a request
    with one_calendar(), CaptureQueriesContext(connection) as asked:
        assert len(stuck(cast.guan)) == many
    assert len([query for query in asked if "UNION ALL" in query["sql"]]) == 1
    assert len(asked) == 2  # the list; the clock with the calendar
