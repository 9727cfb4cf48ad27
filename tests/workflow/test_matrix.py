"""Every (state, move, role) cell of every lifecycle is executed: a table typed by hand against the one the code uses.

An allowed cell moves the row; every other refuses, and refuses without writing a single row anywhere.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

import world
from makers import DATA, MAKERS
from people import Cast
from workflow.actions import perform
from workflow.machine import Invalid, Refused
from workflow.registry import get_machine, machines

OWNER = {"alice", "bob"}
COLLEAGUE = {"bob"}
PARTNER = {"charlie"}
OFFICER = {"guan", "gao"}
HANDLER = {"guan"}  # 首问负责: he ticked the checklist first
APPROVER = {"shen", "ling"}
LEADER = {"ling"}
AGENCY = {"yun"}
TEAM_LEADER = {"tao"}
TEAM = {"tao", "ting"}
OPENERS = {"gao", "shen", "ling"}  # Guan began it

# noun → move → (from, who). A move that is not here is the platform's own and refused to everybody.
TABLE: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "batch": {
        "open": ({"draft"}, APPROVER),
        "close": ({"open", "collected"}, APPROVER),
        "archive": ({"closed"}, APPROVER),
    },
    "need": {
        "submit": ({"draft", "returned"}, OWNER),
        "recall": ({"submitted"}, OWNER),
        "screen": ({"submitted"}, HANDLER),
        "return": ({"submitted"}, HANDLER),
        "take": ({"submitted"}, set()),  # he has it already
        "reject": ({"submitted"}, HANDLER),
        "approve": ({"screened"}, APPROVER),
        "send_back": ({"screened"}, APPROVER),
        "publish": ({"approved"}, APPROVER),
        "unschedule": ({"scheduled"}, APPROVER),
        "withdraw": ({"draft", "returned", "submitted", "screened", "approved", "scheduled"}, OWNER),
        "take_down": ({"published", "closed", "no_bid"}, LEADER),
        "relist": ({"no_bid"}, APPROVER),
        "end_no_bid": ({"no_bid"}, APPROVER),
    },
    "assignment": {  # a diagnosis, put to Yun's agency by Guan
        "accept": ({"offered"}, AGENCY),
        "take_over": ({"offered"}, set()),  # of a handover alone
        "decline": ({"offered"}, AGENCY),
        "finish": ({"accepted"}, AGENCY),
        "give_back": ({"accepted"}, AGENCY),
        "withdraw": ({"offered", "accepted"}, HANDLER | APPROVER),
    },
    "rewrite": {
        "withdraw": ({"offered"}, AGENCY),
    },
    "partnership": {
        "welcome": ({"suggested"}, PARTNER),
        "invite": ({"willing"}, OWNER),
        "consent": ({"invited"}, PARTNER),
        "ask_again": ({"invited", "consented"}, OWNER),
        "decline": ({"suggested", "invited"}, PARTNER),
        "leave": ({"willing", "consented"}, PARTNER),
        "remove": ({"willing", "invited", "consented"}, OWNER),
        "take_back": ({"suggested"}, OFFICER),
    },
    "proposal": {
        "submit": ({"draft"}, TEAM_LEADER),
        "replace": ({"submitted"}, TEAM_LEADER),
        "confirm": ({"submitted"}, TEAM_LEADER),
        "confirm_opened": ({"opened"}, set()),  # of a rolling batch; a sealed one is opened when it is too late
        "withdraw": ({"draft", "submitted"}, TEAM_LEADER),
    },
    "decision": {  # proposed by Alice where her batch asks for two people
        "approve": ({"proposed"}, COLLEAGUE),
        "send_back": ({"proposed"}, COLLEAGUE),
        "publish": ({"decided"}, OWNER),
        "take_back": ({"proposed", "decided"}, OWNER),
    },
    "meeting": {
        "agree": ({"invited"}, TEAM),
        "decline": ({"invited", "agreed"}, TEAM),
        "cancel": ({"invited", "agreed"}, OWNER),
    },
    "inquiry": {
        "reply": ({"asked"}, OWNER),
    },
    "participant": {  # Charlie's organisation in a bid of Tao's team
        "take_part": ({"invited"}, PARTNER),
        "decline": ({"invited"}, PARTNER),
        "confirm": ({"writing"}, PARTNER),
        "reopen": ({"confirmed"}, PARTNER),
        "leave": ({"writing", "confirmed"}, PARTNER),
        "remove": ({"invited", "writing", "confirmed"}, TEAM_LEADER),
    },
    "change": {
        "approve": ({"proposed"}, APPROVER),
        "refuse": ({"proposed"}, APPROVER),
        "withdraw": ({"consulting", "proposed"}, OWNER),
    },
    "consultation": {
        "agree": ({"asked"}, PARTNER),
        "object": ({"asked"}, PARTNER),
    },
    "question": {
        "answer": ({"asked"}, OWNER),
        "decline": ({"asked"}, OWNER),
        "hide": ({"asked", "answered", "declined", "unanswered"}, OFFICER),
    },
    "clarification": {
        "answer": ({"asked"}, TEAM_LEADER),
        "withdraw": ({"asked"}, OWNER),
    },
    "invite": {
        "accept": ({"sent"}, TEAM_LEADER),
        "decline": ({"sent"}, TEAM_LEADER),
    },
    "annex": {
        "grant": ({"requested"}, OWNER),
        "refuse": ({"requested"}, OWNER),
        "revoke": ({"granted"}, OWNER),
    },
    "custodian": {  # Yun's agency holds the outside seat
        "lose": ({"keyed", "proved", "called"}, AGENCY),
        "replace": ({"named", "keyed", "proved", "lost"}, APPROVER),
    },
    "opening": {
        "confirm": ({"awaiting"}, OPENERS),
        "cancel": ({"awaiting"}, {"guan"}),
        "witness": ({"awaiting"}, {"ji"}),
    },
    "intent": {
        "agree": ({"proposed"}, TEAM_LEADER),
        "abandon": ({"proposed", "agreed"}, OWNER | TEAM_LEADER),
    },
    "contract": {
        "offer": ({"drafting"}, OWNER),
        "sign": ({"offered"}, TEAM_LEADER),
        "ask_changes": ({"offered"}, TEAM_LEADER),
        "refuse": ({"drafting", "offered"}, OWNER | TEAM_LEADER),
        "complete": ({"performing"}, OWNER),
        "terminate": ({"performing"}, LEADER),
    },
    "milestone": {
        "report": ({"planned", "rectify"}, TEAM),
        "verify": ({"reported"}, OWNER),
        "rectify": ({"reported"}, OWNER),
    },
    "payment": {
        "pay": ({"planned"}, OWNER),
        "receive": ({"paid"}, TEAM),
        "deny": ({"paid"}, TEAM),
    },
}
EXCEPT: dict[tuple[str, str, str], set[str]] = {
    ("need", "reject", "screened"): APPROVER,  # whoever has it on the desk
    ("partnership", "consent", "consented"): set(),  # nothing has changed since
    ("partnership", "invite", "suggested"): set(),  # the zone's suggestion is not yet known to the lead
}


def cells() -> Iterator[Any]:
    for noun, makers in MAKERS.items():
        for status in makers:
            yield pytest.param(noun, status, id=f"{noun}-{status}")


def writes() -> int:
    """Rows written so far in this transaction, rolled back or not, as PostgreSQL itself counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


class Undo(Exception):
    pass


@pytest.mark.django_db
@pytest.mark.parametrize(("noun", "status"), list(cells()))
def test_every_role_can_do_what_the_table_says_and_nothing_else(cast: Cast, noun: str, status: str) -> None:
    machine, people = get_machine(noun), cast.everyone()
    obj = MAKERS[noun][status](cast)
    assert obj.status == status
    tried = 0
    for move in machine.transitions:
        sources, who = TABLE[noun].get(move.name, (set(), set()))
        who = EXCEPT.get((noun, move.name, status), who if status in sources else set())
        if noun == "need" and move.name == "approve":
            who = who - {"guan"}
        for name, user in people.items():
            user.forget_rights()
            data = DATA.get(move.name, lambda: world.REASON)()
            before = writes()
            if name in who:
                with pytest.raises(Undo), transaction.atomic():
                    perform(obj, move.name, by=user, data=data)
                    obj.refresh_from_db()
                    assert obj.status == move.target, f"{name} made {noun}.{move.name}"
                    raise Undo
            else:
                with pytest.raises((PermissionDenied, Refused)), transaction.atomic():
                    perform(obj, move.name, by=user, data=data)
                assert writes() == before, (
                    f"{name} was refused {noun}.{move.name} on {status}, but something was written"
                )
            obj.refresh_from_db()
            assert obj.status == status
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


@pytest.mark.django_db
@pytest.mark.parametrize("noun", sorted(TABLE))
def test_what_the_platform_does_by_itself_is_refused_to_everybody(cast: Cast, noun: str) -> None:
    machine = get_machine(noun)
    obj = next(iter(MAKERS[noun].values()))(cast)
    for move in machine.transitions:
        if move.driven or move.auto is not None:
            for user in cast.everyone().values():
                with pytest.raises((PermissionDenied, Refused)):
                    perform(obj, move.name, by=user)


@pytest.mark.django_db
def test_a_move_that_asks_for_something_refuses_an_empty_answer_and_keeps_what_was_typed(cast: Cast) -> None:
    need = world.need(cast, status="submitted")
    with pytest.raises(Invalid) as caught:
        perform(need, "return", by=cast.guan, data={"code": "problem", "reason": "太短"})
    assert caught.value.form["reason"].value() == "太短"
    assert "请至少写 10 个字" in str(caught.value)
    need.refresh_from_db()
    assert need.status == "submitted"
