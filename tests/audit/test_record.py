"""The chain: who may write, what it holds, what nobody can do to it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from tests.audit.cases import CASE, Person, happen

from audit import checkpoints
from audit.actions import NotForTheChain, erase
from audit.models import Checkpoint, Entry, Event, Head, Note
from audit.queries import history

ALL = [Event, Head, Note, Checkpoint, Entry]


def unbroken(stream: str) -> bool:
    prev, seq, at = "0" * 64, 0, None
    for event in history(stream):
        body = json.loads(event.body)
        assert (event.seq, event.prev) == (seq + 1, prev) == (body["seq"], body["prev"])
        assert sha256(event.body.encode()).hexdigest() == event.hash
        assert at is None or event.at > at
        prev, seq, at = event.hash, event.seq, event.at
    head = Head.objects.get(pk=stream)
    return (head.seq, head.hash, head.at) == (seq, prev, at)


@pytest.mark.django_db
def test_an_event_comes_back_with_its_place_in_the_chain():
    first, second = (
        happen(),
        happen("need.screen", detail={"before": "a", "after": "b", "days": 3, "late": False, "x": None}),
    )
    assert (first.seq, first.prev, second.seq, second.prev) == (1, "0" * 64, 2, first.hash)
    assert second.detail == {"before": "a", "after": "b", "days": 3, "late": False, "x": None}
    assert (second.subject_type, second.subject_id, second.actor) == ("contenttypes.contenttype", "7", "")
    assert list(history(CASE)) == [first, second]
    assert unbroken(CASE)


@pytest.mark.django_db
def test_each_case_has_a_chain_of_its_own():
    happen(), happen(stream="org:1"), happen()
    assert [e.seq for e in history(CASE)] == [1, 2]
    assert [e.seq for e in history("org:1")] == [1]


@pytest.mark.django_db
def test_what_python_claims_about_the_place_or_the_time_is_overruled_by_the_database():
    happen()
    event = Event.objects.create(
        stream=CASE, action="x.y", subject="a:1", seq=99, at="2001-01-01T00:00Z", body="{}", prev="p", hash="h"
    )
    assert event.seq == 2
    assert event.at.year > 2001
    assert unbroken(CASE)


@pytest.mark.django_db
def test_time_never_runs_backwards_in_a_case_even_when_the_servers_clock_does():
    first = happen()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_head SET at = at + interval '1 hour'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert happen().at - first.at > timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize("verb", ["update", "delete", "truncate", "truncate cascade"])
@pytest.mark.parametrize("way", ["orm", "sql"])
def test_nobody_changes_or_removes_what_was_written(model, verb, way):
    happen(note={"reason": "因为"})
    checkpoints.make()
    connection.check_constraints()  # else PostgreSQL refuses TRUNCATE for a reason of its own
    table, key = model._meta.db_table, model._meta.pk.column
    if model is Note and verb == "delete":
        return  # a note is erasable: see below
    with (
        pytest.raises(DatabaseError, match=r"refuses (UPDATE|DELETE|TRUNCATE)|cannot truncate a table referenced"),
        transaction.atomic(),
    ):
        if verb.startswith("truncate"):
            connection.cursor().execute(f"TRUNCATE {table} {verb[9:]}")
        elif way == "sql":
            connection.cursor().execute(
                f"UPDATE {table} SET {key} = {key}" if verb == "update" else f"DELETE FROM {table}"
            )
        elif verb == "update":
            model.objects.update(**{"text" if model is Note else "hash": "0" * 64})
        else:
            model.objects.all()._raw_delete("default")
    assert model.objects.count() == 1
    assert unbroken(CASE)


@pytest.mark.django_db
def test_a_head_cannot_be_planted_either():
    with pytest.raises(DatabaseError, match="only a new event moves a head"):
        Head.objects.create(stream="need:planted", seq=9, at="2026-01-01T00:00Z", hash="0" * 64)


@pytest.mark.django_db(transaction=True)
def test_what_rolls_back_leaves_neither_row_nor_event():
    happen()
    with pytest.raises(RuntimeError), transaction.atomic():
        ContentType.objects.create(app_label="rolled", model="back")
        happen(note={"reason": "x"})
        raise RuntimeError
    assert not ContentType.objects.filter(app_label="rolled").exists()
    assert (Event.objects.count(), Note.objects.count()) == (1, 0)
    assert happen().seq == 2
    assert unbroken(CASE)


@pytest.mark.django_db(transaction=True)
def test_emptying_the_test_database_leaves_the_guards_on():
    happen(note={"reason": "因为"})
    checkpoints.make()
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    assert not any(model.objects.exists() for model in ALL)
    assert happen().seq == 1
    with pytest.raises(DatabaseError, match="append-only"):
        Event.objects.update(action="x")


@pytest.mark.django_db(transaction=True)
def test_an_event_is_never_written_without_its_words():
    def lost(execute, statement, params, many, context):
        if 'INSERT INTO "audit_note"' in statement:
            raise ConnectionError
        return execute(statement, params, many, context)

    with connection.execute_wrapper(lost), pytest.raises(ConnectionError):
        happen(note={"reason": "因为"})
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_forty_writers_at_once_leave_an_unbroken_chain():
    def write(n: int) -> None:
        try:
            with transaction.atomic():
                happen(detail={"writer": n}, note={"reason": f"{n}"})
        finally:
            connection.close()

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(write, range(120)))
    assert {e.detail["writer"] for e in history(CASE)} == set(range(120))
    assert unbroken(CASE)


@pytest.mark.django_db
def test_no_personal_data_is_in_the_chain():
    person = Person()
    event = happen(by=person, detail={"after": "submitted"}, note={"reason": "欧阳明远，电话 13912345678"})
    chained = connection.cursor().execute("SELECT string_agg(e::text, '') FROM audit_event e").fetchone()[0]
    chained += "".join(map(str, Head.objects.values_list())) + checkpoints.make().line
    for secret in (person.name, person.email, person.phone, Note.objects.get().salt):
        assert secret not in chained
    assert (event.actor, event.actor_role) == (str(person.pk), "officer")
    assert Event.objects.get().note_data == {"reason": "欧阳明远，电话 13912345678"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    ["a@b.cn", "电话13912345678", "11010519491231002X", "长" * 257, ["a"], {"a": 1}, object(), b"x"],
)
def test_the_chain_refuses_personal_data_and_anything_but_scalars(value):
    with pytest.raises(NotForTheChain):
        happen(detail={"what": value})
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_amounts_times_and_ids_go_into_the_chain_as_text():
    who, when = uuid4(), datetime(2026, 11, 24, 9, tzinfo=UTC)
    detail = {
        "amount": Decimal("13800000000.00"),
        "who": who,
        "when": when,
        "day": when.date(),
        "hash": "13912345678" * 5,
    }
    assert happen(detail=detail).detail == {
        "amount": "13800000000.00",
        "who": str(who),
        "when": "2026-11-24T09:00:00+00:00",
        "day": "2026-11-24",
        "hash": "13912345678" * 5,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("detail", ['{"a": [1]}', '{"a": {"b": 1}}', "[]", "1"])
def test_the_database_refuses_anything_but_scalars_too(detail):
    with pytest.raises(DatabaseError, match="scalars only"):
        Event.objects.create(stream=CASE, action="a.b", subject="a:1", detail=json.loads(detail))


@pytest.mark.django_db
def test_an_actor_is_a_uuid_and_never_a_name():
    with pytest.raises(DatabaseError, match="actor_is_a_uuid"):
        Event.objects.create(stream=CASE, action="a.b", subject="a:1", actor="王芳")


@pytest.mark.django_db
def test_words_can_be_erased_and_the_chain_stays_whole_and_says_so():
    event = happen(note={"reason": "王芳要求删除"})
    erased = erase(event, reason="person asked", by=Person())
    assert [e.note_data for e in history(CASE)] == [{}, {"reason": "person asked"}]
    assert (erased.action, erased.detail) == ("audit.erase", {"seq": 1})
    assert unbroken(CASE)
    Note.objects.all().delete()
    assert unbroken(CASE)


@pytest.mark.django_db
def test_words_cannot_be_changed_nor_added_afterwards():
    silent, spoken = happen(), happen(note={"reason": "原话"})
    with pytest.raises(DatabaseError, match="erased or left alone"), transaction.atomic():
        Note.objects.filter(event=spoken).update(text='{"reason":"改过的话"}')
    with pytest.raises(DatabaseError, match="chained with other words"), transaction.atomic():
        Note.objects.create(event=silent, salt="00", text='{"reason":"补上的话"}')
    assert Note.objects.get().event == spoken
