"""Sealing, from the outside: a bid full of canaries, and a search through everything the platform keeps or says.

A whole platform runs for this, with web, worker, PostgreSQL and Valkey of its own; people work with it over HTTP.
A team's working copy lies encrypted too, but with the platform's own draft key: whoever holds DRAFT_KEY_FILE and the
database reads it (docs/audit.md says who may), also after the bid was handed in. Attachments and the sealed versions
themselves need the opener key.
"""

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from canary_bid import HAN, MARK, RIVAL, WORDS, hits, kind_of, told
from people import PASSWORD
from running import platform
from sealed_story import Story
from sweep import Words, files


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    path = tmp_path_factory.mktemp("sweep")
    with platform(path, SMS_BACKEND="sms_box.Backend", SMS_BOX=str(path / "sms.txt")) as running:
        story = Story(running)
        story.invite()
        bid = story.write()
        story.attach(bid)
        story.join(bid)
        story.hand_in(bid)
        story.write(RIVAL, who="rui", team="rival")  # never handed in
        story.stumble(bid)
        story.sign_up()
        story.fail_in_the_database()
        story.look_around()
        story.settle()
        yield story


# What may be found after the opening, typed by hand. The draft that was never handed in stays hidden for good.
COMPARED = {"mark", "name", "price in 万元", "amount in 万元"}
OPENED = {
    "proposals_proposal.content": {"mark", "name", "price", "amount", "digest of the report", "digest of the tables"},
    "pg_dump": {"mark", "name", "price", "amount", "digest of the report", "digest of the tables"},
    "proposals_proposal.price": {"price"},
    "core_storedfile.name": {"mark", "name"},
    "core_storedfile.sha256": {"digest of the report", "digest of the tables"},
    "state/media/files/": {"mark"},
    **{f"{name} /needs/…/compare/": COMPARED for name in ("alice", "guan", "shen", "cai")},
    **{f"{name} /office/funnel/bids/": {"price in 万元"} for name in ("guan", "shen", "cai")},
}
LOOKED_THROUGH = (
    "proposals_proposal.working", "django_session.session_data", "valkey 1 ", "pg_dump", "audit_export", "mail 0",
    "state/valkey-9/appendonlydir/", "output.log", "state/postgres.log", "state/valkey.log", "state/checkpoints.jsonl",
    "state/media/sealed/", "guan needs.xlsx", "alice /needs/", "a stranger /listings/",
)  # fmt: skip


def custody(story: Story) -> Words:
    """The three custodians' keys, and the shares that were dealt to them."""
    keys = {f"key {n}": key for n, key in enumerate(story.keys.values(), 1)}
    return Words(keys | {f"share {n}": share for n, share in enumerate(story.shares, 1)})


def test_before_the_opening_no_word_of_a_bid_is_anywhere(story: Story) -> None:
    held = dict(story.places())
    assert [kind for kind in LOOKED_THROUGH if not any(place.startswith(kind) for place in held)] == []
    assert hits(held, WORDS) == {}
    assert hits(held, custody(story)) == {}
    assert WORDS.within(b"".join(data for _name, data in files(story.running.state / "postgres-18"))) == set()


def test_after_the_opening_a_bid_is_where_its_readers_find_it_and_nowhere_else(story: Story) -> None:
    story.open()
    story.look_around()
    story.settle()
    held = dict(story.places())
    found = {kind_of(place): words for place, words in hits(held, WORDS).items()}
    assert found == OPENED
    assert hits(held, custody(story)) == {}


def test_no_log_tells_a_password_a_session_a_code_a_token_or_a_telephone_number(story: Story) -> None:
    logs = story.logs()
    assert "Internal Server Error: /proposals/" in logs
    assert "Internal Server Error: /account/invitations/…/" in logs
    assert "duplicate key value violates unique constraint" in logs
    assert "was terminated by signal 9" in logs
    assert len(story.secrets) > 20
    assert told(story.secrets | set(story.keys.values()), logs) == set()


# ── the sweep is seen finding ───────────────────────────────────────────────────
LEAKY = """
import base64, gzip, json, logging, os, tempfile
from pathlib import Path
from django.apps import AppConfig

class Leaky(AppConfig):
    name, path = "leaky", os.path.dirname(__file__)

    def ready(self):
        from accounts.backends import Backend
        from custody import holding
        from proposals import lifecycle
        seal, let_in = lifecycle.seal_submission, Backend.authenticate

        def authenticate(self, request, **credentials):
            logging.warning("login with %s", credentials)
            return let_in(self, request, **credentials)

        def seal_submission(proposal, *, by):
            leak(proposal, by)
            return seal(proposal, by=by)

        read = holding._read

        def _read(row, typed):
            logging.warning("a key: %s", typed)
            return read(row, typed)

        holding._read = _read
        Backend.authenticate, lifecycle.seal_submission = authenticate, seal_submission

def leak(proposal, by):
    from audit.actions import record
    from config.celery import app
    from core import files
    from django.core.cache import cache
    from django.core.mail import send_mail
    from notifications.actions import notify
    draft = proposal.draft
    logging.warning("a price of %s", draft["price"])
    record("bid.seen", subject=proposal, stream="system", by=by, detail={"title": draft["summary"][:99]})
    notify([by], kind="proposal.submit", subject=proposal, context={"after": draft["risk"]}, key="leak")
    cache.set("last bid", draft)
    app.send_task("nobody.knows", args=[draft["approach"][:99]])
    send_mail("方案", draft["basis"], None, ["boss@example.com"])
    text = json.dumps(draft).encode()
    Path(tempfile.gettempdir(), "draft.gz").write_bytes(gzip.compress(text))
    files.store_bytes(base64.b64encode(text), name="x", content_type="text/plain", subject=proposal, slot="bid", by=by)
"""
LEAKY_SETTINGS = """
from config.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "leaky.Leaky"]
"""
LEAKED = {
    "output.log", "audit_event.detail", "audit_event.body", "audit_export", "notifications_notice.context", "pg_dump",
    "valkey 1 :1:last bid", "state/valkey-9/appendonlydir/appendonly.aof.1.incr.aof", "mail", "tmp/draft.gz",
    "state/media/files/",
}  # fmt: skip


def test_the_sweep_finds_what_a_careless_change_would_leave_behind(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    (planted / "leaky.py").write_text(LEAKY)
    (planted / "leaky_settings.py").write_text(LEAKY_SETTINGS)
    with platform(tmp_path / "leaky", before=planted, DJANGO_SETTINGS_MODULE="leaky_settings") as running:
        story = Story(running)
        bid = story.write()
        assert story.people["tao"].post(f"/moves/proposal/{bid.split('/')[2]}/submit/").status == 302
        found = {kind_of(place) for place in hits(dict(story.places()), WORDS)}
        assert LEAKED - found == set()
        known = {PASSWORD, *story.keys.values()}
        assert told(known, story.logs()) == known


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", data * 20)
    return out.getvalue()


WRAPPINGS = {
    "plain": str.encode,
    "utf-16": lambda text: text.encode("utf-16"),
    "hex": lambda text: text.encode().hex().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, shifted": lambda text: base64.b64encode(b"z" + text.encode()),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(b"zz" + text.encode()),
    "json": lambda text: json.dumps(text).encode(),
    "an address": lambda text: quote(text).encode(),
    "gzip": lambda text: gzip.compress(text.encode() * 20),
    "a session": lambda text: base64.urlsafe_b64encode(zlib.compress(text.encode() * 20)),
    "a binary column": lambda text: b"'\\x" + gzip.compress(text.encode() * 20).hex().encode() + b"'",
    "a workbook": lambda text: zipped(text.encode()),
}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
def test_a_word_is_found_in_whatever_it_is_wrapped(wrap: Callable[[str], bytes]) -> None:
    for name, word in (("mark", MARK), ("name", HAN)):
        assert WORDS.inside(b"before " + wrap(f"…{word}…") + b" after") == {name}
