"""Before the opening every page that anybody but the bidder can reach says the same with no bid, one and seven.

Not only the public pages (tests/web/test_public_sealed.py): the office, the enterprise, a rival, the inspector, the
administrators, the sheets they take away, the checkpoints made meanwhile, and the letters the mail did not bring.

And the same work is done for it, so that no clock tells: the time of an answer is another on every machine, so what it
is made of is compared, every statement sent to the database, in its order and its words, and how many rows came back.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

import life
import world
from answers import LEFT, MASKS, Plain, difference, readable
from audit import checkpoints
from bids import bidders
from core import clock
from doors import DOORS
from needs.models import Need
from notifications.models import Delivery
from people import Cast
from teams.models import Team

pytestmark = pytest.mark.django_db

WATCHERS = ("stranger", "alice", "rui", "guan", "ling", "ji", "sysadmin", "secadmin", "auditor")
# A line of a checkpoint holds a fresh salt, so its digest is always another.
SAVEPOINT = re.compile(r'(?<=SAVEPOINT )"\w+"')
Work = list[str]
WITNESSED = re.compile(r"[0-9a-f]{64}|[0-9a-f]{16}(?=…)")
SEARCHES = {
    "listing_list": ("?q=弹性体", "?q=滨海理工", "?q=480000", "?sort=reward", "?status=open&field=4"),
    "office_needs": ("?q=滨海理工", "?list=open", "?sort=budget", "?late=1"),
    "office_audit": ("?q=bid", "?q=proposal", "?page=2"),
    "office_funnel": ("?why=overdue", "?year=2026"),
    "enterprise_needs": ("?q=弹性体", "?group=open"),
    "notice_list": ("?page=2",),
}
SHEETS = [("office_funnel_stage", key) for key in ("published", "bids", "intents")]
SHEETS += [("office_ledger", key) for key in ("needs", "intents", "contracts", "milestones")]


@contextmanager
def noted(work: Work) -> Iterator[None]:
    """Every statement as it is sent, without its values, and the rows it touched."""

    def note(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        answer = execute(sql, params, many, context)
        work.append(f"{context['cursor'].rowcount} ← {SAVEPOINT.sub('…', sql)}")
        return answer

    with connection.execute_wrapper(note):
        yield


class Watch:
    """What each of the watchers is answered everywhere as it is now, and the work behind every answer."""

    def __init__(self, cast: Cast, need: Need, only: str = "") -> None:
        self.need, self.cast, self.only = need, cast, only
        self.clients = {name: Plain().come_as(getattr(cast, name, None)) for name in WATCHERS}

    def addresses(self) -> Iterator[str]:
        if self.only:
            yield reverse(self.only, args=[self.need.number] if self.only == "listing" else [])
            return
        for name, door in DOORS.items():
            if door.get and not door.of and not door.library:
                yield from (reverse(name) + search for search in ("", *SEARCHES.get(name, ())))
        need = self.need
        yield reverse("enterprise", args=[need.organisation_id])
        for name in (
            "need",
            "need_edit",
            "need_compare",
            "need_compare_state",
            "need_compare_table",
            "need_conclude",
            "need_intent",
            "opening",
        ):
            yield reverse(name, args=[need.pk])
        yield from (
            reverse(name, args=[need.number])
            for name in ("listing", "listing_changes", "listing_questions", "listing_ask", "proposal_start")
        )
        yield from (reverse("need_change", args=[need.pk, kind]) for kind in ("amend", "extend", "take_down"))
        yield from (reverse("change", args=[pk]) for pk in need.changes.values_list("pk", flat=True))
        yield reverse("need_rescue", args=[need.pk])
        yield from (reverse("decision", args=[pk]) for pk in need.decisions.values_list("pk", flat=True))
        yield from (reverse("question", args=[pk]) for pk in need.questions.values_list("pk", flat=True))
        yield reverse("batch", args=[need.batch_id])
        yield reverse("go", args=["need", need.pk])
        yield from (reverse("move", args=["need", need.pk, name]) for name in ("take_down", "close", "open"))
        yield reverse("organisation", args=[self.cast.university.pk])
        yield reverse("team", args=[self.cast.team.pk])
        yield from (reverse(name, args=[key]) for name, key in SHEETS)

    def look(self, by: tuple[str, ...] = WATCHERS) -> dict[tuple[str, str], str]:
        seen = {}
        with transaction.atomic():  # a checkpoint is made as at any tick, and unmade: the next look compares the same
            checkpoints.make()
            for name in by:
                client = self.clients[name]
                for address in self.addresses():
                    work: Work = []
                    with noted(work):
                        answer = client.get(address)
                    assert answer.status_code < 500, address  # broken for everybody is no page that tells nothing
                    seen[name, address] = masked(address, readable(answer))
                    seen[name, f"work for {address}"] = "\n".join(work)
                for sheet, key in SHEETS if name in ("guan", "ji") and not self.only else ():
                    seen[name, f"sheet {sheet} {key}"] = taken_away(client, reverse(sheet, args=[key]))
            transaction.set_rollback(True)
        return seen


def taken_away(client: Plain, address: str) -> str:
    with transaction.atomic():
        sheet = masked(address, readable(client.post(address)))
        transaction.set_rollback(True)
    return sheet


def masked(address: str, text: str) -> str:
    for pattern, word in (*MASKS, LEFT):
        text = pattern.sub(word, text)
    if address == reverse("checkpoint_file"):
        lines = [json.loads(line) for line in text.partition("\n\n")[2].splitlines()]
        return json.dumps([{**line, "at": "", "sealed": "", "signature": ""} for line in lines])
    return WITNESSED.sub("digest", text) if address == reverse("checkpoints") else text


def bid(cast: Cast, need: Need, team: Team, by: Any, *, mail_fails: bool) -> None:
    made = world.bid(cast, need, team=team, by=by)
    if mail_fails:
        Delivery.objects.filter(notice__subject_id=made.pk).update(dead=True, attempts=9, last_error="550 mailbox full")


def looks(cast: Cast, only: str = "") -> list[dict[tuple[str, str], str]]:
    """With none, one and seven; every other letter to a bidder is one the mail could not bring.

    Once before that, for what is read once and kept.
    """
    need = world.listed(cast)
    life.amend(cast, need)
    life.answered(cast, need)
    life.question(cast, need, text="测试温度是多少，现场还是实验室？")
    cast.team, cast.everyone()  # who registers is told to the office: before anything is compared
    others = bidders()
    Delivery.objects.update(done_at=clock.now())
    watch = Watch(cast, need, only)
    watch.look(by=("stranger", "alice", "guan", "auditor"))
    seen = [watch.look()]
    bid(cast, need, cast.team, cast.tao, mail_fails=True)
    seen.append(watch.look())
    for n, (team, leader) in enumerate(others):
        bid(cast, need, team, leader, mail_fails=n % 2 == 0)
    return [*seen, watch.look()]


def told(seen: list[dict[tuple[str, str], str]]) -> list[str]:
    """Who could tell, where, and by what."""
    none, *more = seen
    pairs = [(key, none[key], later[key]) for later in more for key in none if none[key] != later[key]]
    return [f"{name} {address}: {difference(after, before)}" for (name, address), before, after in pairs]


def test_nobody_but_the_bidder_can_tell_no_bid_from_one_and_from_seven(cast: Cast, record_property: Any) -> None:
    seen = looks(cast)
    works = sum(where.startswith("work for ") for answers in seen for _name, where in answers)
    record_property("sealed pages", sum(map(len, seen)) - works)
    record_property("answers whose work was compared", works)
    assert told(seen) == []
    assert works > 3 * 600


def count_on_the_listing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("web.public.listings.public_state", lambda need: f"已有 {need.proposals.count()} 份方案")


def letters_to_bidders(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("web.office.oversight.letters_about_sealed_bids", Delivery.objects.none)


def bids_in_the_audit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("web.office.oversight.sealed_stream_names", list)


def bids_in_the_checkpoints(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checkpoints, "sealed_streams", set)


@pytest.mark.parametrize(
    ("plant", "where"),
    [
        (count_on_the_listing, "listing"),
        (letters_to_bidders, "office_letters"),
        (letters_to_bidders, "office_health"),
        (bids_in_the_audit, "office_audit"),
        (bids_in_the_checkpoints, "checkpoint_file"),
    ],
    ids=lambda given: getattr(given, "__name__", given),
)
def test_a_page_that_tells_is_seen(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
    where: str,
    record_property: Any,
) -> None:
    plant(monkeypatch)
    record_property("mutants", 1)
    assert told(looks(cast, only=where)) != []
