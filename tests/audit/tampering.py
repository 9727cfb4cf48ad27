"""What an insider with all rights in the database could do to the log, and what the verifier calls it."""

import json
from collections.abc import Callable
from hashlib import sha256

from django.db import connection
from tests.audit.cases import CASE, NEW, ORG, Person, happen

from audit.models import Checkpoint, Event, Note


def sql(statement: str, *params: object) -> None:
    connection.cursor().execute(statement, params)


def rechain(stream: str, *, renumber: bool = True) -> None:
    """Recompute every hash of a stream, as a careful forger would."""
    prev, at = "0" * 64, None
    for place, event in enumerate(Event.objects.filter(stream=stream).order_by("seq"), 1):
        seq = place if renumber else event.seq
        body = json.loads(event.body) | {"seq": seq, "prev": prev, "stream": stream, "note": event.note_hash}
        body |= {"actor": event.actor, "action": event.action, "detail": event.detail, "at": stamped(event.at)}
        text = json.dumps(body, ensure_ascii=False)
        at, digest = event.at, sha256(text.encode()).hexdigest()
        sql(
            "UPDATE audit_event SET seq = %s, prev = %s, body = %s, hash = %s WHERE id = %s",
            *(seq, prev, text, digest, event.pk),
        )
        prev = digest
    sql("UPDATE audit_head SET seq = %s, hash = %s, at = %s WHERE stream = %s", seq, prev, at, stream)


def stamped(at) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def edit_text() -> None:
    sql("""UPDATE audit_event SET body = replace(body, '"part": 1', '"part": 7') WHERE stream = %s""", CASE)


def edit_text_and_its_hash() -> None:
    edit_text()
    sql("""UPDATE audit_event SET detail = '{"part": 7}', hash = encode(sha256(convert_to(body, 'UTF8')), 'hex')
           WHERE body LIKE '%%"part": 7%%'""")


def edit_what_is_shown() -> None:
    sql("""UPDATE audit_event SET detail = '{"part": 7}' WHERE stream = %s AND seq = 3""", CASE)


def edit_a_note() -> None:
    sql("UPDATE audit_note SET text = replace(text, '原因 1', '别的')")


def drop_a_note() -> None:
    Note.objects.filter(event__stream=CASE, event__seq=3).delete()


def blank_a_note() -> None:
    Note.objects.filter(event__stream=CASE, event__seq=3).update(text="", salt="")


def add_a_note() -> None:
    Note.objects.create(event=Event.objects.get(stream=CASE, seq=2), salt="00", text='{"reason": "补上"}')


def exchange_notes() -> None:
    one, two = Note.objects.filter(event__stream=CASE).order_by("event__seq")[:2]
    sql("UPDATE audit_note SET salt = %s, text = %s WHERE event_id = %s", two.salt, two.text, one.pk)
    sql("UPDATE audit_note SET salt = %s, text = %s WHERE event_id = %s", one.salt, one.text, two.pk)


def delete(stream: str, where: str) -> None:
    sql(f"DELETE FROM audit_note WHERE event_id IN (SELECT id FROM audit_event WHERE stream = %s AND {where})", stream)
    sql(f"DELETE FROM audit_event WHERE stream = %s AND {where}", stream)


def delete_in_the_middle() -> None:
    delete(CASE, "seq = 3")


def delete_the_first() -> None:
    delete(CASE, "seq = 1")


def cut_the_tail() -> None:
    delete(CASE, "seq > 4")
    rechain(CASE)


def delete_and_renumber() -> None:
    delete(CASE, "seq = 3")
    rechain(CASE)


def delete_and_leave_a_gap() -> None:
    delete(CASE, "seq = 3")
    rechain(CASE, renumber=False)


def rewrite_the_whole_case() -> None:
    sql("UPDATE audit_event SET action = 'need.other' WHERE stream = %s", CASE)
    rechain(CASE)


def rewrite_one_and_all_after_it() -> None:
    sql("""UPDATE audit_event SET detail = '{"part": 7}' WHERE stream = %s AND seq = 5""", CASE)
    rechain(CASE)


def swap_two() -> None:
    sql("UPDATE audit_event SET seq = 999 WHERE stream = %s AND seq = 2", CASE)
    sql("UPDATE audit_event SET seq = 2 WHERE stream = %s AND seq = 3", CASE)
    sql("UPDATE audit_event SET seq = 3 WHERE stream = %s AND seq = 999", CASE)


def swap_two_and_rechain() -> None:
    swap_two()
    rechain(CASE)


def back_date_what_is_shown() -> None:
    sql("UPDATE audit_event SET at = at - interval '1 day' WHERE stream = %s AND seq = 3", CASE)


def back_date_and_rechain() -> None:
    sql("UPDATE audit_event SET at = at - interval '1 day' WHERE stream = %s", CASE)
    rechain(CASE)


def post_date_and_rechain() -> None:
    sql("UPDATE audit_event SET at = at + interval '1 day' WHERE stream = %s", CASE)
    rechain(CASE)


def exchange_the_times_of_the_newest_two() -> None:
    """No checkpoint has seen them, and both times are possible: but not in this order."""
    one, two = Event.objects.filter(stream=CASE).order_by("-seq")[:2]
    sql("UPDATE audit_event SET at = %s WHERE id = %s", two.at, one.pk)
    sql("UPDATE audit_event SET at = %s WHERE id = %s", one.at, two.pk)
    rechain(CASE)


def back_date_the_newest() -> None:
    """No checkpoint has seen it: only its time, earlier than a checkpoint that lacks it, gives it away."""
    at = Checkpoint.objects.order_by("number")[1].at
    sql("UPDATE audit_event SET at = %s WHERE stream = %s AND action = 'need.last'", at, CASE)
    rechain(CASE)


def insert_with_an_old_date() -> None:
    sql("SET LOCAL session_replication_role = origin")
    event = happen("need.late", stream=NEW)
    sql("SET LOCAL session_replication_role = replica")
    sql("UPDATE audit_event SET at = at - interval '3 days' WHERE id = %s", event.pk)
    rechain(NEW)


def copy(action: str, note: str, seq: str, at: str) -> None:
    row = f"gen_random_uuid(), stream, actor, actor_role, {action}, subject, detail, {note}, {seq}, {at}, body, prev"
    sql(f"INSERT INTO audit_event SELECT {row}, hash FROM audit_event WHERE stream = %s AND seq = 2", CASE)


def insert_in_the_middle() -> None:
    sql("UPDATE audit_event SET seq = seq + 1000 WHERE stream = %s AND seq > 2", CASE)
    copy("'need.planted'", "''", "3", "at + interval '1 microsecond'")
    rechain(CASE)


def insert_a_copy() -> None:
    copy("action", "note_hash", "99", "at")


def remove_a_whole_case() -> None:
    delete(CASE, "true")
    sql("DELETE FROM audit_head WHERE stream = %s", CASE)


def move_to_another_case() -> None:
    sql("UPDATE audit_event SET stream = %s, seq = 4 WHERE stream = %s AND seq = 7", ORG, CASE)


def exchange_the_actor() -> None:
    sql("UPDATE audit_event SET actor = %s WHERE stream = %s AND seq = 3", str(Person().pk), CASE)


def exchange_the_actor_and_rechain() -> None:
    exchange_the_actor()
    rechain(CASE)


def alter_a_checkpoint() -> None:
    sql("""UPDATE audit_checkpoint SET line = replace(line, '"streams":2', '"streams":1') WHERE number = 1""")


def drop_a_checkpoint() -> None:
    sql("DELETE FROM audit_entry WHERE checkpoint_id = 2")
    sql("DELETE FROM audit_checkpoint WHERE number = 2")


def drop_the_last_checkpoint_and_what_it_saw() -> None:
    sql("DELETE FROM audit_entry WHERE checkpoint_id = 3")
    sql("DELETE FROM audit_checkpoint WHERE number = 3")
    delete(CASE, "seq > 4")
    rechain(CASE)


def alter_the_sealed_list() -> None:
    sql("UPDATE audit_entry SET hash = repeat('f', 64) WHERE sealed AND checkpoint_id = 1 AND stream = 'bid:1'")


def shorten_the_sealed_list() -> None:
    sql("DELETE FROM audit_entry WHERE sealed AND stream = 'bid:1'")
    delete("bid:1", "true")
    sql("DELETE FROM audit_head WHERE stream = 'bid:1'")


def lengthen_the_sealed_list() -> None:
    values = "(1, 'bid:0', 1, repeat('a', 64), true)"
    sql(f"INSERT INTO audit_entry (checkpoint_id, stream, seq, hash, sealed) VALUES {values}")


def change_the_salt() -> None:
    sql("UPDATE audit_checkpoint SET salt = repeat('0', 64) WHERE number = 2")


def rewrite_a_sealed_bid() -> None:
    sql("UPDATE audit_event SET action = 'proposal.other' WHERE stream = 'bid:1'")
    rechain("bid:1")


def rewrite_an_opened_bid() -> None:
    sql("UPDATE audit_event SET action = 'proposal.other' WHERE stream = 'bid:3' AND seq = 1")
    rechain("bid:3")


TAMPERINGS: list[tuple[Callable[[], None], str]] = [
    (edit_text, "hash"),
    (edit_text_and_its_hash, "chain"),
    (edit_what_is_shown, "edited"),
    (edit_a_note, "note"),
    (drop_a_note, "note"),
    (blank_a_note, "note"),
    (add_a_note, "note"),
    (exchange_notes, "note"),
    (delete_in_the_middle, "chain"),
    (delete_the_first, "chain"),
    (delete_and_renumber, "rewritten"),
    (delete_and_leave_a_gap, "chain"),
    (cut_the_tail, "cut"),
    (rewrite_the_whole_case, "rewritten"),
    (rewrite_one_and_all_after_it, "rewritten"),
    (swap_two, "edited"),
    (swap_two_and_rechain, "rewritten"),
    (back_date_what_is_shown, "edited"),
    (back_date_and_rechain, "rewritten"),
    (post_date_and_rechain, "time"),
    (exchange_the_times_of_the_newest_two, "time"),
    (back_date_the_newest, "time"),
    (insert_with_an_old_date, "time"),
    (insert_in_the_middle, "rewritten"),
    (insert_a_copy, "edited"),
    (remove_a_whole_case, "cut"),
    (move_to_another_case, "edited"),
    (exchange_the_actor, "edited"),
    (exchange_the_actor_and_rechain, "rewritten"),
    (alter_a_checkpoint, "checkpoint-altered"),
    (drop_a_checkpoint, "checkpoint-dropped"),
    (drop_the_last_checkpoint_and_what_it_saw, "checkpoint-dropped"),
    (alter_the_sealed_list, "sealed"),
    (shorten_the_sealed_list, "sealed"),
    (lengthen_the_sealed_list, "sealed"),
    (change_the_salt, "sealed"),
    (rewrite_a_sealed_bid, "rewritten"),
    (rewrite_an_opened_bid, "rewritten"),
]
