"""Copies of a case, in bulk: new identities, other words, parties and days; hashes, seals, receipts and chains anew.

Written with COPY under `session_replication_role = replica`, where no trigger fires and no foreign key is checked:
what the guards would have refused is up to this file. `manage.py fsck` is asked afterwards.
"""

import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import JSONField, Model, QuerySet

from accounts.models import Organisation, User
from audit.models import Event, Head, Note
from contracts.models import Contract, Milestone, Payment
from core.numbers import next_number
from core.sealing import canonical, commitment, merkle_root, seal
from decisions.models import Decision
from demo.needs import Story
from meetings.models import Intent
from needs.listing import content_hash, search_words
from needs.models import Indicator, Need
from needs.numbering import application_number, listing_number
from notifications.models import Delivery, Notice
from proposals.content import manifest
from proposals.models import Answer, Opening, Proposal, Submission
from proposals.sealing import receipt
from teams.models import Team

Row = dict[str, Any]
Rows = dict[type[Model], list[Row]]
OF_NEED: dict[type[Model], str] = {
    Need: "pk",
    Indicator: "need",
    Proposal: "need",
    Submission: "proposal__need",
    Answer: "proposal__need",
    Opening: "need",
    Decision: "need",
    Intent: "need",
    Contract: "need",
    Milestone: "contract__need",
    Payment: "contract__need",
}
OF_BID: dict[type[Model], str] = {Proposal: "id", Submission: "proposal_id", Answer: "proposal_id"}
TOKENS = re.compile(  # what a copy may have to say differently: identities, digests, instants, numbers
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|\d{4}-\d\d-\d\dT[0-9:.]+\+\d\d:\d\d|(?:JB|HT)-[\w-]+"
)
SHORTEST, FLUSH = len("HT-2026-0001"), 3000  # characters of a token; events written at once
UNREAD = timedelta(days=3)  # older notices have been read


@dataclass(frozen=True)
class Variation:
    """What is different in one copy."""

    story: Story
    title: str
    organisation: Organisation
    manager: User
    teams: list[Team]  # one for each bid that is copied; the first has the chosen one
    back: timedelta  # how much longer ago


class Case:
    """One need with all that belongs to it, as rows."""

    def __init__(self, need: Need) -> None:
        self.need = need
        self.rows: Rows = {model: _rows(model.objects.filter(**{path: need.pk})) for model, path in OF_NEED.items()}
        self.bids = list(Proposal.objects.filter(need=need).select_related("team").order_by("created_at"))
        self.drafts = {bid.pk: json.dumps(bid.draft | {"sealed": None}, ensure_ascii=False) for bid in self.bids}
        streams = [need.audit_stream, *(bid.audit_stream for bid in self.bids)]
        self.rows[Event] = _rows(Event.objects.filter(stream__in=streams).order_by("stream", "seq"))
        events = [row["id"] for row in self.rows[Event]]
        self.rows[Note] = _rows(Note.objects.filter(event__in=events))
        self.rows[Notice] = _rows(Notice.objects.filter(key__in=map(str, events)))
        self.rows[Delivery] = _rows(Delivery.objects.filter(notice__in=[row["id"] for row in self.rows[Notice]]))

    def without(self, dropped: list[Proposal]) -> Rows:
        """The rows as if these bids had never been made; the record of the opening is written anew anyway."""
        pks = {bid.pk for bid in dropped}
        streams = {bid.audit_stream for bid in dropped}
        left = {
            model: [row for row in rows if model not in OF_BID or row[OF_BID[model]] not in pks]
            for model, rows in self.rows.items()
        }
        left[Event] = [row for row in left[Event] if row["stream"] not in streams]
        told = {row["id"] for row in left[Event]}
        left[Note] = [row for row in left[Note] if row["event_id"] in told]
        left[Notice] = [row for row in left[Notice] if UUID(row["key"]) in told]
        notices = {row["id"] for row in left[Notice]}
        left[Delivery] = [row for row in left[Delivery] if row["notice_id"] in notices]
        return left


class Copies:
    """Writes copies of cases; `flush` at the end."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.pending: dict[type[Model], list[Row]] = defaultdict(list)

    def add(self, case: Case, varied: Variation) -> None:
        for model, rows in Copy(case, varied, self.rng).rows().items():
            self.pending[model] += rows
        if len(self.pending[Event]) > FLUSH:
            self.flush()

    def flush(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for model, rows in self.pending.items():
                _write(cursor, model, rows)
            cursor.execute("SET LOCAL session_replication_role = origin")
        self.pending.clear()


class Copy:
    """One copy, row by row; each step finds in `self.words` what the steps before gave other names to."""

    def __init__(self, case: Case, varied: Variation, rng: random.Random) -> None:
        self.case, self.varied, self.rng = case, varied, rng
        self.bids = list(zip(case.bids, varied.teams, strict=False))
        self.old = case.without(case.bids[len(self.bids) :])
        self.words: dict[str, str] = {}
        self.swap(case.need.organisation_id, varied.organisation.pk)
        self.swap(case.need.created_by_id, varied.manager.pk)
        for bid, team in self.bids:
            for name in ("id", "leader_id", "organisation_id"):
                self.swap(getattr(bid.team, name), getattr(team, name))
        for model, rows in self.old.items():
            for row in rows if model is not Note else ():
                self.swap(row["id"], UUID(int=rng.getrandbits(128), version=4))

    def rows(self) -> Rows:
        made: Rows = {Indicator: self.plain(Indicator)}
        need = self.need(made)
        sealed = [one for bid, team in self.bids for one in self.bid(need, bid, team, made)]
        for model in (Answer, Decision, Intent, Milestone, Payment):
            made[model] = self.plain(model)
        made[Opening] = [self.opening(row, sealed) for row in self.plain(Opening)]
        made[Contract] = [self.contract(row, need) for row in self.plain(Contract)]
        made[Note] = self.plain(Note)
        made[Event], made[Head] = self.chains(made)
        made[Notice] = [self.notice(row) for row in self.plain(Notice)]
        made[Delivery] = self.plain(Delivery)
        return made

    # ── the same said of another case ──
    def swap(self, old: Any, new: Any) -> None:
        self.words[str(old)] = str(new)

    def text(self, value: str) -> str:
        return TOKENS.sub(self._token, value)

    def _token(self, found: re.Match[str]) -> str:
        token = found.group()
        if token in self.words or token[10:11] != "T":
            return self.words.get(token, token)
        return (datetime.fromisoformat(token) - self.varied.back).isoformat()

    def value(self, value: Any) -> Any:
        match value:
            case UUID():
                return UUID(self.words[str(value)]) if str(value) in self.words else value
            case str():
                return self.text(value) if len(value) >= SHORTEST else value
            case datetime():
                return value - self.varied.back
            case date():
                return value - timedelta(days=self.varied.back.days)
            case dict() | list():
                return json.loads(self.text(json.dumps(value, ensure_ascii=False)))
        return value

    def plain(self, model: type[Model]) -> list[Row]:
        return [{name: self.value(value) for name, value in row.items()} for row in self.old[model]]

    # ── what is computed anew ──
    def need(self, made: Rows) -> Need:
        """The need with other words; its hash and its numbers are what every later row speaks of."""
        (old,), (row,) = self.old[Need], self.plain(Need)
        story = self.varied.story
        row |= {"title": self.varied.title, "problem": story.problem, "goal": story.goal, "field": story.field}
        row |= {"region": story.region, "keywords": list(story.words)}
        row["budget"] = None if story.budget is None else story.budget.quantize(Decimal("0.01"))
        need = Need(**row)
        need.organisation = self.varied.organisation
        indicators = Indicator.objects.none()
        indicators._result_cache = [Indicator(**one) for one in made[Indicator]]  # type: ignore[attr-defined]
        need._prefetched_objects_cache = {"indicators": indicators}  # type: ignore[attr-defined]
        if need.application_number and need.submitted_at:
            need.application_number = application_number(need.submitted_at)
            self.swap(old["application_number"], need.application_number)
        if need.number and need.published_at:
            need.number, need.search_text = listing_number(need.published_at), search_words(need)
            self.swap(old["number"], need.number)
        if need.published_hash:
            need.published_hash = content_hash(need)
            self.swap(old["published_hash"], need.published_hash)
        made[Need] = [{name: getattr(need, name) for name in row}]
        return need

    def bid(self, need: Need, old: Proposal, team: Team, made: Rows) -> list[Submission]:
        """One bid, really sealed, with the receipt its team would hold."""
        (row,) = [row for row in self.old[Proposal] if row["id"] == old.pk]
        content = json.loads(self.text(self.case.drafts[old.pk]))
        del content["sealed"]
        proposal = Proposal(**{name: self.value(value) for name, value in row.items() if name != "content"})
        proposal.need, proposal.team, proposal.content = need, team, row["content"] and content
        found = [row for row in self.old[Submission] if row["proposal_id"] == old.pk]
        sealed = [self.submission(proposal, content, row) for row in found]
        proposal.draft = {**content, "sealed": sealed[-1][1]} if sealed else content
        made.setdefault(Proposal, []).append({name: getattr(proposal, name) for name in row})
        made.setdefault(Submission, []).extend({name: getattr(one, name) for name in found[0]} for one, _kept in sealed)
        return [one for one, _kept in sealed]

    def submission(self, proposal: Proposal, content: Row, row: Row) -> tuple[Submission, Row]:
        """As `proposals.sealing` does it, without the database's part; and what the working copy keeps of it."""
        new = Submission(**{name: self.value(value) for name, value in row.items() if name != "receipt"})
        new.proposal = proposal
        salt, body = self.rng.randbytes(32), manifest(proposal, content, version=new.version)
        envelope = canonical({"salt": salt.hex(), "manifest": body.decode()})
        new.ciphertext, new.commitment = seal(envelope, proposal.need.public_key), commitment(body, salt)
        new.receipt = receipt(new)
        self.swap(row["commitment"], new.commitment)
        return new, {"version": new.version, "salt": salt.hex(), "commitment": new.commitment}

    def opening(self, row: Row, sealed: list[Submission]) -> Row:
        live = sorted(one.commitment for one in sealed if one.withdrawn_at is None)
        root = merkle_root(live)
        self.swap(row["merkle_root"], root)
        return row | {"commitments": live, "count": len(live), "merkle_root": root}

    def contract(self, row: Row, need: Need) -> Row:
        if row["number"]:
            series = row["number"].split("-")[1]
            number = f"HT-{series}-{next_number(f'contract:{series}'):04d}"
            self.swap(row["number"], number)
            row["number"] = number
        return row | {"title": need.title}

    def chains(self, made: Rows) -> tuple[list[Row], list[Row]]:
        """Every event with the hash before it, as the database's own trigger links them; and the ends."""
        words = {row["event_id"]: row["salt"] + row["text"] for row in made[Note]}
        heads: dict[str, Row] = {}
        events = self.plain(Event)
        for event in events:
            if event["id"] in words:
                event["note_hash"] = _sha256(words[event["id"]])
            if event["action"] == "opening.confirm":
                event["detail"]["count"] = made[Opening][0]["count"]
            event["prev"] = heads[event["stream"]]["hash"] if event["stream"] in heads else "0" * 64
            event["body"] = _body(event)
            event["hash"] = _sha256(event["body"])
            heads[event["stream"]] = {name: event[name] for name in ("stream", "seq", "at", "hash")}
        return events, list(heads.values())

    def notice(self, row: Row) -> Row:
        return row | {"read_at": row["created_at"] if self.varied.back > UNREAD else None}


def _body(event: Row) -> str:
    at = event["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    said = {"v": 1, "at": at, "role": event["actor_role"], "note": event["note_hash"]}
    said |= {name: event[name] for name in ("stream", "seq", "prev", "actor", "action", "subject", "detail")}
    return json.dumps(said, ensure_ascii=False)


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _columns(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _rows(found: QuerySet) -> list[Row]:
    return list(found.values(*(field.attname for field in _columns(found.model))))


def _write(cursor: Any, model: type[Model], rows: list[Row]) -> None:
    columns = _columns(model)
    names = ", ".join(f'"{field.column}"' for field in columns)
    with cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([_cell(field, row[field.attname]) for field in columns])


def _cell(field: Any, value: Any) -> Any:
    return value if value is None or not isinstance(field, JSONField) else json.dumps(value, ensure_ascii=False)
