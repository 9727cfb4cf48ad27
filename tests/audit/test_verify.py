"""What an insider with all rights in the database can do to the log, and that the stand-alone verifier finds it."""

import json
from collections.abc import Callable
from contextlib import redirect_stdout
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from tests.audit.cases import CASE, OPENED, ORG, Person, happen
from tests.audit.tampering import (
    TAMPERINGS,
    cut_the_tail,
    edit_a_note,
    rewrite_a_sealed_bid,
    rewrite_the_whole_case,
    sql,
)

from audit import checkpoints
from audit.actions import erase
from audit.export import lines
from audit.models import Checkpoint, Event, Note
from core import sealing

spec = spec_from_file_location("audit_verify", django_settings.ROOT / "tools" / "audit_verify.py")
tool = module_from_spec(spec)
spec.loader.exec_module(tool)


@pytest.fixture
def log(db, settings, checkpoint_file) -> None:
    """A case, an organisation, two sealed bids and one opened; three checkpoints, and an event after the last.

    From here on the triggers are off, as for somebody who owns the database.
    """
    settings.AUDIT_SEALED_STREAMS = "tests.audit.cases.sealed"
    OPENED.clear()
    for part in range(3):
        happen("need.change", by=Person(), detail={"part": part}, note={"reason": f"原因 {part}"})
        happen("need.check", detail={"days": 1.5, "by": "规则"})
        happen("org.change", stream=ORG, by=Person())
        for bid in ("bid:1", "bid:2", "bid:3"):
            happen("proposal.save", stream=bid, note={"price": "48.50"})
        if part == 1:
            OPENED.add("bid:3")
        checkpoints.make()
    happen("need.late"), happen("need.last")
    checkpoints.publish()
    sql("SET LOCAL session_replication_role = replica")


def verified(tmp_path: Path, published: Path, *options: str, stream: str = "") -> tuple[int, list[str]]:
    export = tmp_path / "export.jsonl"
    export.write_text("".join(f"{line}\n" for line in lines(stream)), encoding="utf-8")
    return judged(export, published, *options, *([f"--stream={stream}"] if stream else []))


def judged(export: Path, published: Path, *options: str) -> tuple[int, list[str]]:
    """The exit status and the kinds of findings. Without a --key among the options: the platform's own, as noted."""
    if not any(option.startswith("--key") for option in options):
        options = (*options, f"--key={sealing.public_signing_key()}")
    said = StringIO()
    with redirect_stdout(said):
        status = tool.main([str(export), str(published), "--slack=0", *options])
    return status, [line.split()[0].lower() for line in said.getvalue().splitlines() if line[:22].strip().isupper()]


# ── the database ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("tamper", "kind"), TAMPERINGS, ids=[tamper.__name__ for tamper, _ in TAMPERINGS])
def test_what_an_insider_does_to_the_log_is_found(log, tmp_path, checkpoint_file, tamper, kind):
    assert verified(tmp_path, checkpoint_file) == (0, [])
    tamper()
    status, found = verified(tmp_path, checkpoint_file)
    assert status == 1
    assert kind in found


# ── the published file, the key and the export itself ───────────────────────────
def published_with(path: Path, change: Callable[[list[dict]], list[dict]]) -> None:
    changed = change([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])
    path.write_text("".join(f"{sealing.canonical(line).decode()}\n" for line in changed), encoding="utf-8")


def test_a_published_line_that_was_edited_is_found(log, tmp_path, checkpoint_file):
    published_with(checkpoint_file, lambda lines: [lines[0] | {"events": 99}, *lines[1:]])
    _, found = verified(tmp_path, checkpoint_file)
    assert {"checkpoint-altered", "checkpoint-signature", "checkpoint-counts", "checkpoint-chain"} <= set(found)


def test_a_published_line_that_was_dropped_is_found(log, tmp_path, checkpoint_file):
    published_with(checkpoint_file, lambda lines: [lines[0], lines[2]])
    assert "checkpoint-dropped" in verified(tmp_path, checkpoint_file)[1]


def test_published_lines_in_another_order_of_time_are_found(log, tmp_path, checkpoint_file):
    published_with(checkpoint_file, lambda lines: [*lines[:2], lines[2] | {"at": lines[0]["at"]}])
    assert "checkpoint-chain" in verified(tmp_path, checkpoint_file)[1]


def test_a_log_rewritten_with_checkpoints_of_another_key_is_found(log, tmp_path, checkpoint_file, settings):
    """The whole history forged, consistent to the last byte: only the key that somebody noted tells."""
    known = sealing.public_signing_key()
    settings.SIGNING_KEY_FILE = tmp_path / "signing.key"
    call_command("make_keys", verbosity=0)
    prev = "0" * 64
    for checkpoint in Checkpoint.objects.all():
        signed = sealing.sign(json.loads(checkpoint.line) | {"prev": prev})
        line = sealing.canonical(signed).decode()
        prev = sha256(line.encode()).hexdigest()
        sql("UPDATE audit_checkpoint SET line = %s, hash = %s WHERE number = %s", line, prev, checkpoint.pk)
    checkpoint_file.unlink()
    checkpoints.publish()
    assert verified(tmp_path, checkpoint_file) == (0, [])  # by the new key it is all in order
    assert verified(tmp_path, checkpoint_file, f"--key={known}") == (1, ["checkpoint-signature"] * 3)


def test_a_copy_kept_outside_finds_what_the_key_holder_signed_anew(log, tmp_path, checkpoint_file):
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(checkpoint_file.read_bytes())
    rewrite_the_whole_case()
    sql("DELETE FROM audit_entry")
    sql("DELETE FROM audit_checkpoint")
    checkpoint_file.unlink()
    checkpoints.make()
    checkpoints.publish()
    assert {"checkpoint-altered", "rewritten"} <= set(verified(tmp_path, kept)[1])


def test_two_checkpoints_that_contradict_each_other_are_found(log, tmp_path, checkpoint_file):
    """A sealed bid exchanged for the minute of its opening: what was withheld and what was then listed differ."""
    before = Event.objects.filter(stream="bid:1").values()
    rows = [dict(row) for row in before]
    rewrite_a_sealed_bid()
    OPENED.add("bid:1")
    checkpoints.make()
    checkpoints.publish()
    for row in rows:
        Event.objects.filter(pk=row.pop("id")).update(**row)
    assert verified(tmp_path, checkpoint_file) == (1, ["rewritten"])


def test_the_key_of_a_file_is_believed_only_aloud(log, tmp_path, checkpoint_file, capsys):
    export = tmp_path / "export.jsonl"
    export.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
    assert tool.main([str(export), str(checkpoint_file)]) == 0
    assert f"compare {sealing.public_signing_key()}" in capsys.readouterr().out


def test_an_export_that_breaks_off_is_found(log, tmp_path, checkpoint_file):
    export = tmp_path / "export.jsonl"
    whole = list(lines())
    for kept in (whole[:-1], [*whole[:-3], whole[-1]], whole[:2]):
        export.write_text("\n".join(kept), encoding="utf-8")
        assert "export" in judged(export, checkpoint_file)[1]


@pytest.mark.parametrize(
    "content", ["", "{}", "not json", '{"type":"header","format":"jiebang-audit/1","stream":"need:x"}']
)
def test_something_that_is_no_export_is_not_verified(tmp_path, checkpoint_file, content):
    export = tmp_path / "export.jsonl"
    export.write_text(content)
    checkpoint_file.write_text("")
    assert judged(export, checkpoint_file) == (2, ["unreadable"])


# ── what is in order is said to be ──────────────────────────────────────────────
@pytest.mark.parametrize("stream", ["", CASE, ORG, "bid:3", "bid:1"])
def test_an_untouched_log_verifies_whole_and_case_by_case(log, tmp_path, checkpoint_file, stream):
    assert verified(tmp_path, checkpoint_file, stream=stream) == (0, [])


def test_an_export_of_one_case_tells_nothing_of_the_others(log):
    text = "\n".join(line for line in lines(CASE) if '"type":"event"' in line or "withheld" in line or "salt" in line)
    assert CASE in text
    assert "bid:" not in text
    assert ORG not in text
    assert not any(salt in "".join(lines(CASE)) for salt in Checkpoint.objects.values_list("salt", flat=True))


@pytest.mark.parametrize(
    ("tamper", "kind"), [(cut_the_tail, "cut"), (rewrite_the_whole_case, "rewritten"), (edit_a_note, "note")]
)
def test_tampering_is_found_in_the_export_of_one_case_too(log, tmp_path, checkpoint_file, tamper, kind):
    tamper()
    assert kind in verified(tmp_path, checkpoint_file, stream=CASE)[1]
    assert verified(tmp_path, checkpoint_file, stream=ORG) == (0, [])


def test_a_note_erased_by_the_book_is_in_order(log, tmp_path, checkpoint_file):
    sql("SET LOCAL session_replication_role = origin")
    erase(Event.objects.get(stream=CASE, seq=3), reason="person asked", by=Person())
    assert verified(tmp_path, checkpoint_file) == (0, [])
    Note.objects.filter(event__stream=CASE, event__seq=3).delete()
    assert verified(tmp_path, checkpoint_file) == (0, [])


def test_an_older_copy_of_the_file_still_vouches_for_its_time(log, tmp_path, checkpoint_file):
    published_with(checkpoint_file, lambda lines: lines[:2])
    assert verified(tmp_path, checkpoint_file) == (0, [])
    cut_the_tail()
    assert "cut" in verified(tmp_path, checkpoint_file)[1]


def test_a_single_line_that_somebody_kept_vouches_for_all_before_it(log, tmp_path, checkpoint_file):
    published_with(checkpoint_file, lambda lines: lines[2:])
    assert verified(tmp_path, checkpoint_file) == (0, [])
    line = sealing.sign(json.loads(Checkpoint.objects.get(pk=1).line) | {"heads": [], "streams": 0, "events": 0})
    sql("UPDATE audit_checkpoint SET line = %s WHERE number = 1", sealing.canonical(line).decode())
    assert "checkpoint-chain" in verified(tmp_path, checkpoint_file)[1]


def test_checkpoints_published_after_the_export_are_no_finding(log, tmp_path, checkpoint_file):
    export = tmp_path / "export.jsonl"
    export.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
    sql("SET LOCAL session_replication_role = origin")
    happen()
    checkpoints.make()
    checkpoints.publish()
    assert judged(export, checkpoint_file) == (0, [])


def test_an_empty_log_verifies(db, tmp_path, checkpoint_file):
    checkpoints.make()
    checkpoints.publish()
    assert verified(tmp_path, checkpoint_file) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_the_operator_verifies_with_one_command_and_fails_loudly(checkpoint_file, tmp_path, capsys):
    happen(note={"reason": "因为"})
    call_command("audit_checkpoint")
    call_command("audit_verify")
    assert "1 events of 1 streams, 1 checkpoints: verified" in capsys.readouterr().out
    call_command("audit_export", "--output", str(tmp_path / "export.jsonl"), "--stream", CASE)
    assert judged(tmp_path / "export.jsonl", checkpoint_file, f"--stream={CASE}") == (0, [])
    Note.objects.all().delete()
    with pytest.raises(CommandError, match="does not verify"):
        call_command("audit_verify", "--stream", CASE)
    assert "its note is gone" in capsys.readouterr().out
