"""What is wrong after the storm: what people were told against what the database and the mailbox of the world hold."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg

from mailbox_server import Mail
from running import Running
from storm import Journal

# Who is told of what, typed by hand; never the one who did it.
TOLD = {
    "need.submit": {"guan", "gao"},  # or Guan alone, where he has returned it and so has the case
    "need.screen": {"shen"},
    "need.return": {"alice", "bob"},  # or Charlie, where it is hers
    "proposal.submit": {"ting"},
    "proposal.replace": {"ting"},
}


def ask(connection: psycopg.Connection, query: str, *parameters: Any) -> list[Any]:
    return connection.execute(query, parameters).fetchall()


def lost_needs(connection: psycopg.Connection, journal: Journal) -> Iterator[str]:
    there = {str(pk): (title, text) for pk, title, text in ask(connection, "SELECT id, title, problem FROM needs_need")}
    for need, title in journal.needs.items():
        if need not in there or there[need][0] != title:
            yield f"need {need} is gone"
    for need, number in journal.texts.items():
        text = there.get(need, ("", ""))[1]
        if not any(text.startswith(f"第 {n} 稿") for n in range(number, journal.tried[need] + 1)):
            yield f"need {need} says “{text[:10]}”, text {number} was acknowledged"


def lost_moves(connection: psycopg.Connection, journal: Journal) -> Iterator[str]:
    query = "SELECT subject, action, count(*) FROM audit_event WHERE subject LIKE 'needs.need:%%' GROUP BY 1, 2"
    done = {(subject.partition(":")[2], action): n for subject, action, n in ask(connection, query)}
    created = {(need, "need.create"): 1 for need in journal.needs}
    for (need, action), count in {**created, **journal.moves}.items():
        if done.get((need, action), 0) != count:
            yield f"{action} of need {need}: acknowledged {count}, in the log {done.get((need, action), 0)}"
    notes = " ".join(text for (text,) in ask(connection, "SELECT text FROM audit_note"))
    yield from (f"a reason is gone: {reason}" for reason in journal.reasons if reason not in notes)


def lost_bids(connection: psycopg.Connection, journal: Journal) -> Iterator[str]:
    query = "SELECT proposal_id, version, receipt, commitment FROM proposals_submission"
    there = {(str(pk), version): (receipt, mark) for pk, version, receipt, mark in ask(connection, query)}
    for key, receipt in journal.receipts.items():
        if there.get(key) != (receipt, receipt["commitment"]):
            yield f"version {key} of a bid is not what its receipt says"
    yield from (f"version {key} of a bid has no receipt on the other side" for key in there.keys() - journal.receipts)


def wrongly_told(connection: psycopg.Connection, names: dict[str, str]) -> Iterator[str]:
    """Each event against the inboxes: who should know, knows once; nobody else does."""
    query = """
        SELECT e.action, e.id, array_agg(u.email) FILTER (WHERE u.id IS NOT NULL), o.name,
               e.detail ->> 'before'
        FROM audit_event e
        LEFT JOIN notifications_notice n ON n.key = e.id::text LEFT JOIN accounts_user u ON u.id = n.recipient_id
        LEFT JOIN needs_need d ON e.subject = 'needs.need:' || d.id
        LEFT JOIN accounts_organisation o ON o.id = d.organisation_id
        WHERE e.action = ANY(%s) GROUP BY e.action, e.id, o.name
    """
    for action, event, emails, enterprise, before in ask(connection, query, list(TOLD)):
        told = Counter(names[email] for email in emails or [])
        due = {"charlie"} if action == "need.return" and enterprise == "澄川装备有限公司" else TOLD[action]
        if (action, before) == ("need.submit", "returned"):
            due = {"guan"}
        if told != Counter(due):
            yield f"{action} {event}: told {dict(told)}, not {due}"


def told_of_nothing(connection: psycopg.Connection) -> Iterator[str]:
    """A notice whose event is not in the log: one of the two was lost, whoever made the move."""
    query = """
        SELECT n.kind, n.key FROM notifications_notice n LEFT JOIN audit_event e ON e.id::text = n.key
        WHERE n.kind = ANY(%s) AND e.id IS NULL
    """
    yield from (f"{kind} {key}: told, and not in the log" for kind, key in ask(connection, query, list(TOLD)))


def wrongly_sent(connection: psycopg.Connection, mails: list[Mail], host: str) -> Iterator[str]:
    """Each letter against the mailbox of the world: it is done, it came, to him, and nothing else came."""
    arrived = {(mail.id, *mail.to) for mail in mails}
    promised = set()
    query = """
        SELECT d.key, d.done_at IS NOT NULL, u.email, n.id IS NOT NULL FROM notifications_notice n
        FULL JOIN notifications_delivery d ON d.notice_id = n.id JOIN accounts_user u ON u.id = n.recipient_id
    """
    for key, done, email, _noticed in ask(connection, query):
        letter = (f"<{hashlib.sha256((key or '').encode()).hexdigest()[:40]}@{host}>", email)
        promised.add(letter)
        if not (key and done and letter in arrived):
            yield f"{key} to {email}: done {done}, arrived {letter in arrived}"
    yield from (f"{letter} tells of something that never happened" for letter in arrived - promised)


def findings(
    connection: psycopg.Connection, journal: Journal, running: Running, mails: list[Mail] | None = None
) -> list[str]:
    names = {email: name for name, email in running.logins.items()}
    host = str(urlsplit(running.address).hostname)
    return [
        *lost_needs(connection, journal),
        *lost_moves(connection, journal),
        *lost_bids(connection, journal),
        *wrongly_told(connection, names),
        *told_of_nothing(connection),
        *wrongly_sent(connection, running.mailbox.mails if mails is None else mails, host),
    ]
