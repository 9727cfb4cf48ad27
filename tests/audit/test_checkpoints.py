"""What the public is shown of the chains: enough to hold us to them, nothing about sealed bids."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from tests.audit.cases import CASE, OPENED, happen

from audit import checkpoints
from audit.models import Checkpoint, Entry, Head
from audit.tasks import checkpoint as tick
from core.sealing import verify


@pytest.fixture(autouse=True)
def bids_are_sealed(settings):
    settings.AUDIT_SEALED_STREAMS = "tests.audit.cases.sealed"
    OPENED.clear()


def made() -> dict:
    return json.loads(checkpoints.make().line)


def bid(n: int = 1) -> str:
    return happen("proposal.submit", stream=f"bid:{n}").stream


def lines_of(path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.mark.django_db
def test_a_checkpoint_lists_the_heads_that_changed_counts_all_and_is_signed():
    happen(), happen(), happen(stream="org:1")
    first = made()
    last = happen()
    second, third = made(), made()
    assert [head[:2] for head in first["heads"]] == [[CASE, 2], ["org:1", 1]]
    assert second["heads"] == [[CASE, 3, last.hash]]
    assert third["heads"] == []
    assert [(c["number"], c["streams"], c["events"]) for c in (first, second, third)] == [
        (1, 2, 3),
        (2, 2, 4),
        (3, 2, 4),
    ]
    assert all(verify(c) for c in (first, second, third))


@pytest.mark.django_db
def test_each_checkpoint_names_the_hash_of_the_one_before():
    made(), made()
    first, second = Checkpoint.objects.all()
    assert json.loads(first.line)["prev"] == "0" * 64
    assert json.loads(second.line)["prev"] == first.hash


@pytest.mark.django_db
def test_a_public_line_is_the_same_with_no_bid_with_one_and_with_seven():
    happen(stream="need:open")
    made()
    shown = []
    for bids in (0, 0, 1, 6):
        for n in range(bids):
            bid(bids * 10 + n), bid(bids * 10 + n)
        shown.append(made())
    assert Head.objects.filter(stream__startswith="bid:").count() == 7
    assert len({c.pop("sealed") for c in shown}) == 4  # salted anew each time, so a change tells nothing
    lengths = {len(json.dumps(c)) for c in shown}
    for c in shown:
        for name in ("number", "at", "prev", "signature"):
            del c[name]
    assert shown[0] == shown[1] == shown[2] == shown[3]
    assert len(lengths) == 1


@pytest.mark.django_db
def test_the_withheld_heads_can_be_shown_to_an_auditor_and_match_the_digest():
    one, two = bid(1), bid(2)
    line = made()
    stored = Checkpoint.objects.get()
    heads = [list(head) for head in Entry.objects.filter(sealed=True).values_list("stream", "seq", "hash")]
    assert [head[0] for head in heads] == [one, two]
    assert line["sealed"] == checkpoints.withheld_digest(stored.salt, heads)
    assert stored.salt not in stored.line


@pytest.mark.django_db
def test_after_the_opening_the_bids_appear_in_the_next_checkpoint():
    one, two = bid(1), bid(2)
    assert made()["heads"] == []
    OPENED.add(one)
    opened = made()
    assert [head[0] for head in opened["heads"]] == [one]
    assert (opened["streams"], opened["events"]) == (1, 1)
    OPENED.add(two)
    happen("proposal.decline", stream=one)
    assert [head[:2] for head in made()["heads"]] == [[one, 2], [two, 1]]


@pytest.mark.django_db
def test_a_bid_that_arrives_while_a_checkpoint_is_made_is_not_shown(settings):
    settings.AUDIT_SEALED_STREAMS = "tests.audit.cases.sealed_while_a_bid_arrives"
    line = made()
    assert Head.objects.count() == 1
    assert line["heads"] == []
    assert line["events"] == 0


@pytest.mark.django_db
def test_where_no_app_seals_anything_everything_is_listed(settings):
    settings.AUDIT_SEALED_STREAMS = ""
    assert [head[0] for head in (bid(), made())[1]["heads"]] == ["bid:1"]


@pytest.mark.django_db(transaction=True)
def test_the_published_file_holds_every_line_in_order(checkpoint_file):
    happen()
    tick()
    call_command("audit_checkpoint")
    assert lines_of(checkpoint_file) == list(checkpoints.public_lines()) == [c.line for c in Checkpoint.objects.all()]
    assert list(checkpoints.public_lines(after=1)) == lines_of(checkpoint_file)[1:]


@pytest.mark.django_db(transaction=True)
def test_what_rolls_back_is_not_published(checkpoint_file):
    with pytest.raises(RuntimeError), transaction.atomic():
        happen()
        made()
        checkpoints.make_on_commit()
        raise RuntimeError
    assert lines_of(checkpoint_file) == []
    assert not Checkpoint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_asked_for_inside_a_move_covers_the_events_that_follow_it(checkpoint_file):
    with transaction.atomic():
        checkpoints.make_on_commit()
        event = happen()
    assert [json.loads(line)["heads"] for line in lines_of(checkpoint_file)] == [[[CASE, 1, event.hash]]]


@pytest.mark.django_db(transaction=True)
def test_what_a_crash_kept_from_the_file_is_appended_by_the_next(checkpoint_file):
    for _ in range(3):
        made()
    whole = checkpoint_file.read_bytes()
    for left in (b"", whole[:-1], whole[: len(whole) // 2], whole[:5]):
        checkpoint_file.write_bytes(left)
        checkpoints.publish()
        assert checkpoint_file.read_bytes() == whole
    assert checkpoints.publish() == 0


@pytest.mark.django_db(transaction=True)
def test_long_lines_are_published_whole(checkpoint_file):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, stream, actor, actor_role, action, subject, detail, note_hash)"
            " SELECT gen_random_uuid(), 'need:' || n, '', '', 'a.b', 'a:1', '{}', '' FROM generate_series(1, 3000) n"
        )
    made(), made()
    assert lines_of(checkpoint_file) == list(checkpoints.public_lines())


@pytest.mark.django_db(transaction=True)
def test_a_published_line_the_database_does_not_know_stops_the_publishing_loudly(checkpoint_file, caplog):
    made()
    line = lines_of(checkpoint_file)[0]
    checkpoint_file.write_text(line.replace('"events":0', '"events":1') + "\n")
    before = checkpoint_file.read_bytes()
    made()
    assert checkpoint_file.read_bytes() == before
    assert "is not the database's" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_checkpoints_made_at_once_follow_one_another(checkpoint_file):
    def work(n: int) -> None:
        try:
            happen(stream=f"need:{n}")
            checkpoints.make()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    lines = [json.loads(line) for line in lines_of(checkpoint_file)]
    assert [line["number"] for line in lines] == list(range(1, 17))
    assert (lines[-1]["streams"], lines[-1]["events"]) == (16, 16)


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_not_committed_yet_waits_for_the_next_checkpoint():
    def from_outside() -> dict:
        try:
            return made()
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        happen()
        assert pool.submit(from_outside).result(120)["heads"] == []
    assert [head[:2] for head in made()["heads"]] == [[CASE, 1]]
