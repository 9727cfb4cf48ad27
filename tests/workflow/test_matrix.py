"""Every (state, move, role) cell of every lifecycle is executed: a table typed by hand against the one the code uses.

An allowed cell moves the row; every other refuses, and refuses without writing a single row anywhere.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import translation

import world
from makers import DATA, MAKERS
from people import Cast
from role_table import EXCEPT, TABLE
from workflow.actions import perform
from workflow.machine import Invalid, Refused
from workflow.registry import get_machine, machines


def cells() -> Iterator[Any]:
    for noun, makers in MAKERS.items():
        for status in makers:
            yield pytest.param(noun, status, id=f"{noun}-{status}")


def writes() -> int:
    """Rows written so far in this transaction, rolled back or not, as PostgreSQL itself counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


def data_of(move: str) -> dict[str, Any]:
    return DATA.get(move, lambda: world.REASON)()


# Whoever comes after the deadline is refused as well, and the moment is kept (tests/proposals/test_late.py).
CAME_LATE = {("proposal", name, "expired") for name in ("submit", "replace", "withdraw")}


class Undo(Exception):
    pass


@pytest.fixture(scope="module")
def everyone(django_db_setup: None, django_db_blocker: Any, keys: Any) -> Iterator[Cast]:
    """All of them, made once: a cell is undone without them."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("zh-hans"):
        made = Cast()
        made.everyone()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def cast(everyone: Cast, db: None) -> Cast:
    """As they were: nobody remembers what a cell before did to them."""
    return deepcopy(everyone)


@pytest.mark.parametrize(("noun", "status"), list(cells()))
def test_every_role_can_do_what_the_table_says_and_nothing_else(cast: Cast, noun: str, status: str) -> None:
    machine, people = get_machine(noun), cast.everyone()
    obj = MAKERS[noun][status](cast)
    assert obj.status == status
    for user in people.values():
        user.forget_rights()
    tried = 0
    for move in machine.transitions:
        sources, who = TABLE[noun].get(move.name, (set(), set()))
        who = EXCEPT.get((noun, move.name, status), who if status in sources else set())
        if noun == "need" and move.name == "approve":
            who = who - {"guan"}
        before = writes()
        for name in people.keys() - who:
            with pytest.raises((PermissionDenied, Refused)):
                perform(obj, move.name, by=people[name], data=data_of(move.name))
            tried += 1
        noted = 2 if (noun, move.name, status) in CAME_LATE else 0  # an event, and the head of its stream
        said = f"somebody was refused {noun}.{move.name} on {status}, but something was written"
        assert writes() == before + noted, said
        obj.refresh_from_db()
        assert obj.status == status
        for name in who:
            with pytest.raises(Undo), transaction.atomic():
                perform(obj, move.name, by=people[name], data=data_of(move.name))
                obj.refresh_from_db()
                assert obj.status == move.target, f"{name} made {noun}.{move.name}"
                raise Undo
            people[name].forget_rights()
            tried += 1
    assert tried == len(machine.transitions) * len(people)


def test_the_table_covers_every_lifecycle_state_and_move() -> None:
    declared = {m.noun for m in machines()} - {"organisation"}  # tests/accounts walks it
    assert declared == set(TABLE) == set(MAKERS)
    for noun in declared:
        machine = get_machine(noun)
        ours = {t.name for t in machine.transitions if not t.driven and t.auto is None}
        assert ours == set(TABLE[noun]), noun
        assert set(machine.states.values) == set(MAKERS[noun]), noun
        for name, (sources, _who) in TABLE[noun].items():
            extra = {state for n, m, state in EXCEPT if (n, m) == (noun, name)}
            assert set(machine.by_name[name].source) == sources | extra, f"{noun}.{name}"


@pytest.mark.parametrize("noun", sorted(TABLE))
def test_what_the_platform_does_by_itself_is_refused_to_everybody(cast: Cast, noun: str) -> None:
    machine = get_machine(noun)
    obj = next(iter(MAKERS[noun].values()))(cast)
    for move in machine.transitions:
        if move.driven or move.auto is not None:
            for user in cast.everyone().values():
                with pytest.raises((PermissionDenied, Refused)):
                    perform(obj, move.name, by=user)


def test_a_move_that_asks_for_something_refuses_an_empty_answer_and_keeps_what_was_typed(cast: Cast) -> None:
    need = world.need(cast, status="submitted")
    with pytest.raises(Invalid) as caught:
        perform(need, "return", by=cast.guan, data={"code": "problem", "reason": "太短"})
    assert caught.value.form["reason"].value() == "太短"
    assert "请至少写 10 个字" in str(caught.value)
    need.refresh_from_db()
    assert need.status == "submitted"
