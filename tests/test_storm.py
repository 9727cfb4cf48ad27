"""kill -9, KILLS times, a database that stands still and a disk that is full, while people work.

What was acknowledged is there, every notice came and is shown once.
"""

import contextlib
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest

from embedded import processes
from mailbox_server import Mail
from people import PASSWORD
from running import Running, platform, until
from storm import KILLS, Journal, crowd, kills, limit_files, stop, tell, victim
from storm_findings import findings

SEED = int(os.environ.get("STORM_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")  # shown with a failure, and by -rP


class Storm:
    """The load, the killing and what is left of it."""

    def __init__(self, running: Running, chance: random.Random) -> None:
        self.running, self.load = running, crowd(running)
        self.chance = chance
        self.killed: list[str] = []
        running.mailbox.pause = 0.05  # a letter is on the wire for a while, to be killed there

    @property
    def journal(self) -> Journal:
        return self.load.journal

    def findings(self, connection: psycopg.Connection, mails: list[Mail] | None = None) -> list[str]:
        return findings(connection, self.journal, self.running, mails)

    def blow(self) -> None:
        self.load.begin()
        for together in kills(self.chance):
            self.works_again(time.time())
            for target in together:  # at any moment, not only after something was done
                time.sleep(self.chance.random())
                self.kill(target)
        self.works_again(time.time())
        self.stand_still("postgres", 10)
        self.fill_the_disk(5)
        self.load.end()

    def stand_still(self, name: str, seconds: float) -> None:
        """Neither dead nor alive: what is asked of it waits, and is answered as if nothing had been."""
        members = stop(self.running.child(name))
        before = self.journal.acknowledged
        until(lambda: not self.promised_within(3), "what was on the wire has arrived")
        assert self.journal.acknowledged - before <= len(self.load.people), "one answer each may have been on the wire"
        assert not self.promised_within(seconds), "something was promised that no database had"
        stopped = self.journal.acknowledged
        tell(members, signal.SIGCONT)
        until(lambda: self.journal.acknowledged > stopped, "work goes on")

    def promised_within(self, seconds: float) -> int:
        before = self.journal.acknowledged
        time.sleep(seconds)
        return self.journal.acknowledged - before

    def fill_the_disk(self, seconds: float) -> None:
        """No byte more into any file: uploads, the write-ahead log, even the log of errors.

        Whoever dies of it and is started again writes: the supervisor would give up a PostgreSQL that dies six times.
        """
        refused, end = self.journal.repeated, time.monotonic() + seconds
        parents = [self.running.child(name) for name in ("web", "worker", "postgres")]
        while time.monotonic() < end or self.journal.repeated == refused:
            limit_files(parents, 0)
            time.sleep(0.1)
        until(lambda: not limit_files(parents, resource.RLIM_INFINITY), "everybody has his disk back")
        self.works_again(time.time())

    def kill(self, target: str) -> None:
        def struck() -> tuple[int, str] | None:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself just now
                if (pid := victim(self.running, target, self.chance)) and (born := processes.identity(pid)):
                    os.kill(pid, signal.SIGKILL)
                    return pid, born
            return None

        pid, born = until(struck, f"{target} is up to be killed")
        until(lambda: processes.identity(pid) != born, f"{target} is dead")
        self.killed.append(target)

    def works_again(self, since: float) -> None:
        """All are up, somebody got a good answer, and a letter went out, all after that moment."""
        until(lambda: all(map(self.running.child, ("web", "worker", "beat", "postgres", "valkey"))), "all are started")
        until(self.running.is_well, "a good answer")
        before = self.journal.acknowledged
        until(lambda: self.journal.acknowledged > before + 2, "people get on with their work")
        until(lambda: self.relayed_after(since), "letters go out")

    def relayed_after(self, since: float) -> bool:
        found = self.running.rows("SELECT count(*) FROM notifications_delivery WHERE done_at > to_timestamp(%s)", since)
        return found[0][0] > 0

    def drain(self) -> None:
        query = "SELECT count(*) FROM notifications_delivery WHERE done_at IS NULL AND NOT dead"
        until(lambda: self.running.rows(query)[0][0] == 0, "no letter waits", 180)


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    say(f"STORM_SEED={SEED}")
    with platform(tmp_path_factory.mktemp("storm")) as running:
        storm = Storm(running, random.Random(SEED))
        storm.blow()
        storm.drain()
        yield storm


def test_nothing_acknowledged_is_lost_and_every_notice_came_and_is_shown_once(storm: Storm) -> None:
    journal, mails = storm.journal, storm.running.mailbox.mails
    kinds = Counter(target.partition("/")[0] for target in storm.killed)
    repeats = len(mails) - len({mail.id for mail in mails})
    say(
        f"{len(storm.killed)} kills {dict(kinds)}; {journal.acknowledged} writes acknowledged, {journal.repeated} sent"
        f" again; {len(journal.receipts)} receipts; {len(mails)} mails, {repeats} of them repeats"
    )
    assert kinds == dict.fromkeys(("web", "worker", "postgres", "valkey"), KILLS // 4)
    assert journal.odd == [], "an answer nobody should have got, such as the login page"
    assert min(len(journal.needs), len(journal.reasons), len(journal.receipts), len(mails)) > 10, "hardly a load"
    with storm.running.database() as connection:
        assert storm.findings(connection) == []


def test_there_are_no_half_states_and_the_log_verifies(storm: Storm) -> None:
    for command in ("fsck", "audit_verify"):
        done = storm.running.manage(command)
        say(done.stdout)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_writers_find_their_texts_and_files_in_the_browser(storm: Storm) -> None:
    visitor = storm.running.visitor("tao")
    assert storm.journal.files
    for bid, names in storm.journal.files.items():
        page = visitor.get(f"/proposals/{bid}/edit/").text
        assert [name for name in names if name not in page] == []
    sealed = storm.running.rows("SELECT path, size FROM proposals_sealedfile")
    media = storm.running.state / "media"
    assert [path for path, size in sealed if (media / path).stat().st_size != size] == []


def test_no_password_and_no_session_is_in_a_log(storm: Storm) -> None:
    people = [person.visitor for person in storm.load.people]
    secrets = [PASSWORD, *(visitor.cookies[name] for visitor in people for name in ("sessionid", "csrftoken"))]
    logs = [storm.running.output, *storm.running.state.glob("*.log")]
    assert {log.name for log in logs} == {"output.log", "postgres.log", "valkey.log"}
    text = b"".join(log.read_bytes() for log in logs)
    assert b"terminated by signal 9" in text or b"database system was interrupted" in text
    assert [secret for secret in secrets if secret.encode() in text] == []


def test_the_next_start_clears_what_a_killed_supervisor_left_and_goes_on(storm: Storm) -> None:
    running = storm.running

    def members() -> dict[int, str]:
        parents = filter(None, map(running.child, ("web", "worker", "beat", "postgres", "valkey")))
        return {pid: processes.identity(pid) for parent in parents for pid in processes.session_members(parent)}

    left = until(lambda: len(found := members()) >= 9 and found, "web and worker have two children each")
    assert running.process is not None
    running.process.kill()
    running.process.wait()
    assert all(map(processes.identity, left)), "they live on"
    running.start()
    gone = [processes.identity(pid) != born for pid, born in left.items()]  # a pid is given away again
    assert all(gone), left
    assert "stopped what it left behind: beat, worker, web, valkey, postgres" in running.output.read_text()
    until(storm.running.is_well, "a good answer")
    with running.database() as connection:
        assert storm.findings(connection) == []


# ── the checks themselves are seen failing ──────────────────────────────────────
PAST_GUARDS = "SET LOCAL session_replication_role = replica"
A_SUBMIT = "(SELECT id FROM audit_event WHERE action = 'need.submit' ORDER BY id LIMIT 1)"
A_SUBMIT_BEFORE = (  # of a listing that was there before the storm: in nobody's journal
    "(SELECT e.id FROM audit_event e JOIN needs_need d ON e.subject = 'needs.need:' || d.id"
    " WHERE e.action = 'need.submit' AND d.title NOT LIKE '风暴中的需求%' LIMIT 1)"
)
SABOTAGE = {
    "a need is gone": "DELETE FROM needs_need WHERE title LIKE '风暴中的需求%' AND id = (SELECT max(id::text)::uuid"
    " FROM needs_need WHERE title LIKE '风暴中的需求%')",
    "an older text is back": "UPDATE needs_need SET problem = '第 0 稿' WHERE id = (SELECT max(id::text)::uuid"
    " FROM needs_need WHERE title LIKE '风暴中的需求%')",
    "an event is gone": f"DELETE FROM audit_event WHERE id = {A_SUBMIT}",
    "an event nobody wrote down is gone": f"DELETE FROM audit_event WHERE id = {A_SUBMIT_BEFORE}",
    "a move was made twice": "INSERT INTO audit_event SELECT gen_random_uuid(), stream, actor, actor_role, action,"
    " subject, detail, note_hash, seq + 1000, at, body, prev, hash FROM audit_event WHERE action = 'need.screen'"
    " LIMIT 1",
    "a reason is gone": "UPDATE audit_note SET text = '' WHERE text LIKE '%请补充失效数据%'",
    "a bid is gone": "DELETE FROM proposals_submission WHERE version = 2",
    "a bid nobody was given a receipt for": "UPDATE proposals_submission SET version = 99 WHERE version = 1",
    "a notice is gone": f"DELETE FROM notifications_notice WHERE key = {A_SUBMIT}::text",
    "a notice is shown twice": "ALTER TABLE notifications_notice DROP CONSTRAINT notifications_notice_once;"
    " INSERT INTO notifications_notice"
    " (id, recipient_id, address, language, kind, subject_type, subject_id, context, key)"
    " SELECT gen_random_uuid(), recipient_id, address, language, kind, subject_type, subject_id, context, key"
    f" FROM notifications_notice WHERE key = {A_SUBMIT}::text LIMIT 1",
    "a letter still waits": "UPDATE notifications_delivery SET done_at = NULL WHERE id = (SELECT id FROM"
    " notifications_delivery LIMIT 1)",
    "a letter was never promised": "DELETE FROM notifications_delivery WHERE id = (SELECT id FROM"
    " notifications_delivery LIMIT 1)",
}


@pytest.mark.parametrize("sql", SABOTAGE.values(), ids=SABOTAGE)
def test_a_loss_behind_the_platforms_back_is_noticed(storm: Storm, sql: str) -> None:
    with storm.running.database() as connection:
        connection.execute(PAST_GUARDS)
        connection.execute(sql)
        found = storm.findings(connection)
        connection.rollback()
    say("\n".join(found[:3]))
    assert found


def without_the_first(mails: list[Mail]) -> list[Mail]:
    return [mail for mail in mails if mail.id != mails[0].id]


def with_one_to_a_stranger(mails: list[Mail]) -> list[Mail]:
    return [*mails, Mail(["stranger@example.com"], mails[0].message)]


@pytest.mark.parametrize("change", [without_the_first, with_one_to_a_stranger])
def test_a_mail_that_never_came_or_went_astray_is_noticed(storm: Storm, change: Callable[..., list[Mail]]) -> None:
    with storm.running.database() as connection:
        assert storm.findings(connection, change(storm.running.mailbox.mails))
