"""Sealing, from the outside: a bid full of canaries, and a search through everything the platform keeps or says.

A whole platform runs for this, with web, worker, PostgreSQL and Valkey of its own; people work with it over HTTP.
A team's working copy lies encrypted too, but with the platform's own draft key: whoever holds DRAFT_KEY_FILE and the
database reads it (docs/audit.md says who may), also after the bid was handed in. Attachments and the sealed versions
themselves need the opener key.
"""

import base64
import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import secrets
import signal
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from people import PASSWORD, uscc
from running import Answer, Lost, Running, platform, until
from sweep import Words, columns, files, keys

MARK, RIVAL = (f"q{secrets.token_hex(6)}" for _n in range(2))
PART = MARK[:-1]  # what others search for: it would find the bid, and the answer repeats it
HAN = "".join(chr(0x4E00 + secrets.randbelow(0x5000)) for _n in range(6))  # a word of no language
PHONE = "13800138000"
YUAN = ("4837261.93", "1837261.93")
SEEDED = ("alice", "guan", "shen", "tao", "rui", "charlie", "auditor", "cai")

SEED = f"""
import world
from people import PASSWORD, Cast
cast = Cast()
people = {{name: getattr(cast, name) for name in {SEEDED!r}}}
for user in people.values():
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
need = world.listed(cast)
answer({{
    "logins": {{name: user.email for name, user in people.items()}},
    "need": str(need.pk), "number": need.number, "indicators": [str(i.pk) for i in need.indicators.all()],
    "team": str(cast.team.pk), "rival": str(cast.rival_team.pk),
}})
"""
DEADLINE = """
import world
from django.db import transaction
from needs.models import Need
with transaction.atomic():
    world.let_the_deadline_pass(Need.objects.get())
"""


def report() -> bytes:
    """A small PDF, the canary in its text and in its metadata."""
    return (
        f"%PDF-1.4\n1 0 obj<</Author({MARK}author)/Title({MARK}title)>>endobj\n"
        f"2 0 obj<</Length 20>>stream\n({MARK}body) Tj\nendstream endobj\ntrailer<</Info 1 0 R>>\n%%EOF\n"
    ).encode()


BIG = b"".join(f"{MARK}line{n} ".encode() for n in range(200_000))  # more than is kept in memory

WORDS = Words(
    {
        "mark": MARK,
        "name": HAN,
        "price": YUAN[0],
        "price in 万元": "483.726193",
        "price as shown": "483.73",
        "amount": YUAN[1],
        "amount in 万元": "183.726193",
        "digest of the report": hashlib.sha256(report()).hexdigest(),
        "digest of the tables": hashlib.sha256(BIG).hexdigest(),
        "draft of the rival": RIVAL,
    }
)


def code_in(text: str) -> str:
    return re.findall(r"验证码[：\s](\d{6})[（，]", text)[-1]


def told(secrets: set[str], text: str) -> set[str]:
    return {secret for secret in secrets if re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])", text)}


def hits(held: dict[str, bytes], words: Words) -> dict[str, set[str]]:
    return {place: found for place, data in held.items() if (found := words.inside(data))}


def kind_of(place: str) -> str:
    """A place without what is random in its name."""
    place = re.sub(r"files/../[0-9a-f]{32}", "files/", place)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", re.sub(r"^mail \d+", "mail", place)).replace(PART, "…")


class Upload:
    """A file as a form sends it."""

    def __init__(self, name: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        self.name, self.data, self.content_type = name, data, content_type

    def read(self) -> bytes:
        return self.data


def sheet(mark: str, indicators: list[str], **changes: Any) -> dict[str, Any]:
    """A bid with a canary in every field that takes a text."""
    return {
        "summary": f"{mark}summary {HAN}概述", "approach": f"{mark}approach {HAN}", "basis": f"{mark}basis",
        "risk": f"{mark}risk", "rights": f"{mark}rights", "price": "483.726193", "period_months": "10",
        "milestones-TOTAL_FORMS": "2", "milestones-INITIAL_FORMS": "0",
        "milestones-0-title": f"{mark}sample", "milestones-0-month": "3", "milestones-0-amount": "183.726193",
        "milestones-0-deliverable": f"{mark}deliverable", "milestones-1-title": f"{mark}plant",
        "milestones-1-month": "10", "milestones-1-amount": "300",
        "members-TOTAL_FORMS": "1", "members-INITIAL_FORMS": "0", "members-0-name": f"{mark}member {HAN}",
        "members-0-title": f"{mark}professor", "members-0-role": f"{mark}leads",
        **{f"answer-{pk}-value": f"{mark}value" for pk in indicators},
        **{f"answer-{pk}-note": f"{mark}note" for pk in indicators},
        **{f"answer-{pk}-meets": "met" for pk in indicators},
        **changes,
    }  # fmt: skip


class Story:
    """What happens to the bid; every step over HTTP, as its people would do it."""

    def __init__(self, running: Running) -> None:
        self.running, self.facts = running, running.python(SEED)
        running.logins = self.facts["logins"]
        self.people = {name: running.visitor(name) for name in SEEDED}
        self.seen: dict[str, bytes] = {}  # what others were answered
        self.token = ""  # of an invitation
        self.secrets: set[str] = {PASSWORD}

    def edit(self, team: str, who: str) -> str:
        answer = self.people[who].post(f"/listings/{self.facts['number']}/bid/", {"team": self.facts[team]})
        assert answer.status == 302, answer.text
        return answer.location.removesuffix("edit/")

    def write(self, mark: str = MARK, *, who: str = "tao", team: str = "team") -> str:
        """A draft, typed in, half of it wrong at first, and saved as one types."""
        bid, visitor = self.edit(team, who), self.people[who]
        for changes in ({"price": f"{mark}eleven"}, {"approach": f"{mark}too long " * 600}, {}):
            answer = visitor.post(f"{bid}autosave/", sheet(mark, self.facts["indicators"], **changes))
            assert answer.status == 200, answer.text
        visitor.post(f"{bid}check/", sheet(mark, self.facts["indicators"]))
        return bid

    def attach(self, bid: str, mark: str = MARK) -> None:
        tao = self.people["tao"]
        assert tao.upload(f"{bid}files/", upload=Upload(f"{mark}{HAN}.pdf", report())).status == 302
        assert tao.upload(f"{bid}files/", upload=Upload(f"{mark}tables.txt", BIG)).status == 302
        for refused in (Upload(f"{mark}.exe", b"MZ" + BIG[:500]), Upload(f"{mark}.pdf", BIG[:500])):
            assert tao.upload(f"{bid}files/", upload=refused).status == 422

    def hand_in(self, bid: str) -> None:
        tao, pk = self.people["tao"], bid.split("/")[2]
        assert tao.post(f"/moves/proposal/{pk}/submit/").status == 302
        assert tao.get(f"{bid}receipts/1/").status == 200
        assert json.loads(tao.get(f"{bid}copy/").body)["manifest"]["content"]["price"] == YUAN[0]
        changed = sheet(MARK, self.facts["indicators"], risk=f"{MARK}another")
        assert tao.post(f"{bid}edit/", {**changed, "then": "submit"}).location.endswith("/replace/")
        assert tao.post(f"/moves/proposal/{pk}/replace/").status == 302
        assert tao.get(f"{bid}receipts/2/").status == 200

    def stumble(self, bid: str) -> None:
        """Everything that goes wrong on the way: a lost session, a stale form, strangers, engines that die."""
        tao = self.people["tao"]
        late = self.running.stranger()
        late.cookies = {"csrftoken": tao.cookies["csrftoken"]}
        kept = late.post(f"{bid}autosave/", sheet(MARK, self.facts["indicators"]))
        assert "/account/login/" in kept.location
        stale = tao.post(f"{bid}edit/", sheet(MARK, self.facts["indicators"], version="0", basis=f"{MARK}stale"))
        assert stale.status == 409
        forger = self.running.stranger()
        forger.cookies = {"sessionid": tao.cookies["sessionid"]}
        assert forger.post(f"{bid}edit/", sheet(MARK, self.facts["indicators"])).status == 403
        for name in ("rui", "alice", "guan"):
            assert self.people[name].get(bid).status == 404
            assert self.people[name].post(f"{bid}autosave/", sheet(MARK, self.facts["indicators"])).status == 404
        for engine in ("postgres", "valkey", "worker"):
            os.kill(self.running.child(engine), signal.SIGKILL)
            self.answers(lambda: self.log_in_with(self.running.logins["rui"]))
            self.answers(lambda: self.running.stranger().get(f"/account/invitations/{self.token}/"))
            until(lambda: self.answers(lambda: tao.post(f"{bid}autosave/", sheet(MARK, self.facts["indicators"]))), "…")
            until(lambda: self.answers(lambda: self.running.stranger().get("/healthz")), f"{engine} is back")

    def log_in_with(self, login: str, password: str = PASSWORD) -> Answer:
        visitor = self.running.stranger()
        visitor.cookies["csrftoken"] = self.people["tao"].cookies["csrftoken"]
        return visitor.post("/account/login/", {"login": login, "password": password})

    def answers(self, ask: Callable[[], Answer]) -> bool:
        try:
            return ask().status < 400
        except Lost:
            return False

    # ── what lets people in ──
    def invite(self) -> None:
        organisation = self.running.rows("SELECT id FROM accounts_organisation WHERE name = '海岳材料有限公司'")[0][0]
        invited = {"address": "invited@example.com", "role": "member"}
        page = self.people["alice"].post(f"/organisations/{organisation}/members/", invited).text
        self.token = re.findall(r"/account/invitations/([\w-]+)/", page)[0]

    def sign_up(self) -> None:
        """A new person by mail and telephone, who mistypes every code and password once, and takes a new password."""
        visitor, first, second, wrong = self.running.stranger(), "榜-first-horse-8", "榜-second-horse-9", "榜-wrong-10"
        visitor.get("/account/signup/")
        visitor.post("/account/signup/", {
            "name": "新人", "email": "new@example.com", "phone": PHONE, "password1": first, "kind": "enterprise",
            "organisation_name": "新人材料有限公司", "uscc": uscc(), "region": "青岛高新区", "address": "火炬路 9 号",
        })  # fmt: skip
        by_sms = code_in(json.loads((self.running.path / "sms.txt").read_text().splitlines()[-1])[1])
        visitor.post("/account/phone/verify/", {"code": "000000"})
        assert visitor.post("/account/phone/verify/", {"code": by_sms}).location == "/account/confirm-email/"
        by_mail = code_in(self.running.mailbox.mails[-1].message.get_content())
        visitor.post("/account/confirm-email/", {"code": by_mail})
        assert visitor.get("/account/").status == 200
        assert self.log_in_with("new@example.com", wrong).status == 200
        change = {"oldpassword": first, "password1": second, "password2": second}
        assert visitor.post("/account/password/change/", {**change, "oldpassword": wrong}).status == 200
        assert visitor.post("/account/password/change/", change).status == 302
        assert self.log_in_with("new@example.com", second).status == 302
        self.secrets |= {first, second, wrong, by_sms, by_mail, PHONE}
        self.secrets |= {value for person in (visitor, *self.people.values()) for value in person.cookies.values()}
        self.secrets = {self.token, *self.secrets} - {""}

    def fail_in_the_database(self) -> None:
        """A row refused and a backend killed, with a secret in the statement."""
        session = self.people["tao"].cookies["sessionid"]
        with self.running.database() as connection, contextlib.suppress(psycopg.Error):
            row = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s"
            connection.execute(f"INSERT INTO django_session {row}", [session])
        with self.running.database() as connection, contextlib.suppress(psycopg.Error):
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            connection.execute("SELECT pg_sleep(60), %s", [session])
        until(lambda: self.answers(lambda: self.running.stranger().get("/healthz")), "PostgreSQL is back")

    def logs(self) -> str:
        logs = [self.running.output, *self.running.state.glob("*.log")]
        assert {log.name for log in logs} == {"output.log", "postgres.log", "valkey.log"}
        return "\n".join(log.read_text(errors="replace") for log in logs)

    # ── what others see meanwhile ──
    def look_around(self) -> None:
        need, number = self.facts["need"], self.facts["number"]
        pages = [
            "/", "/listings/", f"/listings/?q={PART}", f"/listings/{number}/", "/results/", "/notices/", "/funnel/",
            "/checkpoints/", "/checkpoints.jsonl", "/inbox/", "/account/", "/account/export/", f"/needs/{need}/",
            "/enterprise/", "/enterprise/needs/", "/team/", "/team/proposals/", f"/needs/{need}/compare/",
            f"/needs/{need}/opening/", "/office/", "/office/needs/", f"/office/needs/?q={PART}", "/office/contracts/",
            "/office/audit/", "/office/health/", "/office/letters/", "/office/funnel/", "/office/ledgers/",
            "/office/ledgers/needs/", "/office/organisations/", "/office/funnel/bids/",
        ]  # fmt: skip
        others = {**self.people, "a stranger": self.running.stranger()}
        del others["tao"]
        for name, visitor in others.items():
            for page in pages:
                self.seen[f"{name} {page}"] = visitor.get(page).body
            for ledger in ("needs", "intents", "contracts", "milestones"):
                answer = visitor.post(f"/office/ledgers/{ledger}/", {})
                self.seen[f"{name} {ledger}.xlsx"] = answer.body

    # ── everything there is ──
    def places(self) -> Iterator[tuple[str, bytes]]:
        running, env = self.running, self.running.inside()
        with running.database() as connection:
            yield from columns(connection)
        yield from keys(env["VALKEY_URL"])
        dump = subprocess.run(
            ["pg_dump", "--inserts", "--no-owner", env["DATABASE_URL"]], env=env, capture_output=True, check=True
        )
        yield "pg_dump", dump.stdout
        yield "audit_export", self.running.manage("audit_export").stdout.encode()
        for number, mail in enumerate(running.mailbox.mails):
            yield f"mail {number}", mail.message.as_bytes() + str(mail.message.get_content()).encode()
        yield from files(running.path, but=("state/postgres-",))
        yield from self.seen.items()

    def settle(self) -> None:
        waiting = "SELECT count(*) FROM notifications_delivery WHERE done_at IS NULL"
        until(lambda: self.running.rows(waiting)[0][0] == 0, "every letter has left")
        self.running.manage("audit_checkpoint")

    def open(self) -> None:
        """The deadline passes, two people break the seal, the worker brings everything into the open."""
        self.running.python(DEADLINE)
        need, status = self.facts["need"], "SELECT status FROM needs_need"
        until(lambda: self.running.rows(status)[0][0] == "closed", "the clock has closed the listing")
        assert self.people["guan"].post(f"/needs/{need}/opening/").status == 302
        opening = self.running.rows("SELECT id FROM proposals_opening")[0][0]
        assert self.people["shen"].post(f"/moves/opening/{opening}/confirm/").status == 302
        read = "SELECT count(*) FROM proposals_proposal WHERE status = 'opened'"
        until(lambda: self.running.rows(read)[0][0] == 1, "the worker has read the bid")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    path = tmp_path_factory.mktemp("sweep")
    with platform(path, SMS_BACKEND="sms_box.Backend", SMS_BOX=str(path / "sms.txt")) as running:
        story = Story(running)
        story.invite()
        bid = story.write()
        story.attach(bid)
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


def test_before_the_opening_no_word_of_a_bid_is_anywhere(story: Story) -> None:
    held = dict(story.places())
    assert [kind for kind in LOOKED_THROUGH if not any(place.startswith(kind) for place in held)] == []
    assert hits(held, WORDS) == {}
    assert WORDS.within(b"".join(data for _name, data in files(story.running.state / "postgres-18"))) == set()


def test_after_the_opening_a_bid_is_where_its_readers_find_it_and_nowhere_else(story: Story) -> None:
    story.open()
    story.look_around()
    story.settle()
    held = dict(story.places())
    found = {kind_of(place): words for place, words in hits(held, WORDS).items()}
    assert found == OPENED


def test_no_log_tells_a_password_a_session_a_code_a_token_or_a_telephone_number(story: Story) -> None:
    logs = story.logs()
    assert "Internal Server Error: /proposals/" in logs
    assert "Internal Server Error: /account/invitations/…/" in logs
    assert "duplicate key value violates unique constraint" in logs
    assert "was terminated by signal 9" in logs
    assert len(story.secrets) > 20
    assert told(story.secrets, logs) == set()


# ── the sweep is seen finding ───────────────────────────────────────────────────
LEAKY = """
import base64, gzip, json, logging, os, tempfile
from pathlib import Path
from django.apps import AppConfig

class Leaky(AppConfig):
    name, path = "leaky", os.path.dirname(__file__)

    def ready(self):
        from accounts.backends import Backend
        from proposals import lifecycle
        seal, let_in = lifecycle.seal_submission, Backend.authenticate

        def authenticate(self, request, **credentials):
            logging.warning("login with %s", credentials)
            return let_in(self, request, **credentials)

        def seal_submission(proposal, *, by):
            leak(proposal, by)
            return seal(proposal, by=by)

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
        assert told({PASSWORD}, story.logs()) == {PASSWORD}


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
