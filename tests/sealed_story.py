"""What happens to a sealed bid, step by step, over HTTP, and everything a platform then holds."""

import contextlib
import functools
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from canary_bid import BIG, HAN, MARK, PART, PHONE, YUAN, Upload, code_in, report, sheet
from people import PASSWORD, uscc
from running import Answer, Lost, Running, cut_off, until
from sealed_programs import CUSTODIANS, DEADLINE, PUBLISH, SEED, SEEDED, SHARES
from sweep import columns, files, keys


class Story:
    """What happens to the bid; every step over HTTP, as its people would do it."""

    def __init__(self, running: Running) -> None:
        self.running, self.facts = running, running.python(SEED)
        running.logins = self.facts["logins"]
        self.people = {name: running.visitor(name) for name in SEEDED}
        self.seen: dict[str, bytes] = {}  # what others were answered
        self.token = ""  # of an invitation
        self.secrets: set[str] = {PASSWORD}
        self.keys: dict[str, str] = {}  # custodian: what is on his paper
        self.keepers = dict(zip(self.facts["custodians"], map(running.visitor, CUSTODIANS), strict=True))
        self.keep()

    def keep(self) -> None:
        """Three people take a key each, mistype it once, prove it; then the listing is published."""
        for pk, visitor in self.keepers.items():
            shown = visitor.post(f"/custodians/{pk}/", {"do": "take"})
            groups = re.findall(r"<span>([A-Z0-9-]{4,16})</span>", shown.text)
            key = self.keys[pk] = "".join(groups)
            for typed, status in ((key[:-1], 422), (key, 302)):
                assert visitor.post(f"/custodians/{pk}/", {"do": "prove", "prove-key": typed}).status == status
        self.facts["number"] = self.running.python(PUBLISH % self.running.logins["ling"])
        self.shares = self.running.python(SHARES % self.keys)

    def bring(self) -> None:
        """Two of them come to the opening, one with the key of the other at first."""
        first, second, _third = self.keys
        for pk, wrong in ((first, second), (second, first)):
            for key, status in ((self.keys[wrong], 422), (self.keys[pk], 302)):
                form = {"do": "bring", "bring-key": key}
                assert self.keepers[pk].post(f"/custodians/{pk}/", form).status == status
        here = "SELECT count(*) FROM custody_custodian WHERE status = 'accepted'"
        until(lambda: self.running.rows(here)[0][0] == 2, "the worker has checked two shares")

    def edit(self, team: str, who: str) -> str:
        answer = self.people[who].post(f"/listings/{self.facts['number']}/bid/", {"team": self.facts[team]})
        assert answer.status == 302, answer.text
        return answer.location.removesuffix("edit/")

    def typed(self, who: str, bid: str, form: dict[str, Any], *, to: str = "autosave/") -> Answer:
        """The form as a browser holds it, with the revision it was drawn from; saved as one types, or by the button."""
        visitor = self.people[who]
        drawn = re.search(r'name="version" value="(\d+)"', visitor.get(f"{bid}edit/").text)
        headers = {"X-Requested-With": "autosave"} if to == "autosave/" else {}
        return visitor.post(bid + to, {"version": drawn[1] if drawn else "0", **form}, **headers)

    def write(self, mark: str = MARK, *, who: str = "tao", team: str = "team") -> str:
        """A draft, typed in, half of it wrong at first, and saved as one types."""
        bid, visitor = self.edit(team, who), self.people[who]
        for changes in ({"price": f"{mark}eleven"}, {"approach": f"{mark}too long " * 600}, {}):
            answer = self.typed(who, bid, sheet(mark, self.facts["indicators"], **changes))
            assert answer.status == 200, answer.text
        visitor.post(f"{bid}check/", sheet(mark, self.facts["indicators"]))
        return bid

    def join(self, bid: str, mark: str = MARK) -> None:
        """Charlie's organisation is asked into the bid, writes its section, half of it wrong at first, and confirms."""
        tao, charlie = self.people["tao"], self.people["charlie"]
        asked = {"partner": self.facts["beside"], "note": f"{mark}asked {HAN}"}
        assert tao.post(f"{bid}consortium/", asked).status == 302
        pk = self.running.rows("SELECT id FROM proposals_participant")[0][0]
        assert charlie.get(f"/participants/{pk}/").status == 200
        assert charlie.post(f"/moves/participant/{pk}/take_part/").status == 302
        section = {
            "statement": f"{mark}statement {HAN}", "share": "12.345678", "people-TOTAL_FORMS": "1",
            "people-INITIAL_FORMS": "0", "people-0-name": f"{mark}person", "people-0-role": f"{mark}task",
        }  # fmt: skip
        for changes in ({"share": f"{mark}twelve"}, {}):
            drawn = re.search(r'name="version" value="(\d+)"', charlie.get(f"/participants/{pk}/edit/").text)
            form = {"version": drawn[1] if drawn else "0", **section, **changes}
            answer = charlie.post(f"/participants/{pk}/autosave/", form, **{"X-Requested-With": "autosave"})
            assert answer.status == 200, answer.text
        assert charlie.get(bid).status == 200
        assert charlie.post(f"/moves/participant/{pk}/confirm/").status == 302
        assert self.people["alice"].get(f"/participants/{pk}/").status == 404

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
        assert self.typed("tao", bid, {**changed, "then": "submit"}, to="edit/").location.endswith("/replace/")
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

        def invited() -> Answer:
            return self.running.stranger().get(f"/account/invitations/{self.token}/")

        def typed() -> Answer:
            return self.typed("tao", bid, sheet(MARK, self.facts["indicators"]))

        for engine in ("postgres", "valkey", "worker"):
            killed = self.kill(engine)
            self.answers(lambda: self.log_in_with(self.running.logins["rui"]))
            for ask in (invited, typed) if engine == "postgres" else ():
                until(functools.partial(self.breaks, ask, engine), "PostgreSQL is seen to be away")
            self.answers(invited)
            until(lambda: self.answers(typed), f"one goes on writing without the {engine} that was killed")
            self.running.wait_for_another(engine, killed)

    def kill(self, engine: str) -> int:
        pid: int = until(lambda: self.running.child(engine), f"{engine} is up to be killed")
        os.kill(pid, signal.SIGKILL)
        return pid

    def breaks(self, ask: Callable[[], Answer], engine: str) -> bool:
        """Whether he who asks just then is told that something broke; else it was back already, and is killed again."""
        with contextlib.suppress(Lost):
            if ask().status == 500:
                return True
            self.kill(engine)
        return False

    def log_in_with(self, login: str, password: str = PASSWORD) -> Answer:
        visitor = self.running.stranger()
        visitor.cookies["csrftoken"] = self.people["tao"].cookies["csrftoken"]
        return visitor.post("/account/login/", {"login": login, "password": password})

    def answers(self, ask: Callable[[], Answer]) -> bool:
        with contextlib.suppress(Lost):
            return ask().status < 400
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
        by_mail = code_in(self.letter_to("new@example.com"))
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

    def letter_to(self, address: str) -> str:
        """The last one; letters to others may go out meanwhile."""
        mails = self.running.mailbox.mails
        found = until(lambda: [mail for mail in mails if address in mail.to], f"a letter to {address}")
        return str(found[-1].message.get_content())

    def fail_in_the_database(self) -> None:
        """A row refused and a backend killed, with a secret in the statement."""
        session = self.people["tao"].cookies["sessionid"]
        with self.running.database() as connection, contextlib.suppress(psycopg.Error):
            row = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s"
            connection.execute(f"INSERT INTO django_session {row}", [session])
        other = self.running.database()
        with self.running.database() as connection, contextlib.suppress(psycopg.Error):
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            connection.execute("SELECT pg_sleep(60), %s", [session])
        # The killed backend is gone at once, the others when the postmaster hears of it: until then all seems well.
        until(lambda: cut_off(other), "PostgreSQL sends everybody away")
        self.running.wait_until_well()

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
                answer = visitor.get(page)
                assert answer.status < 500, f"{name} {page} was not seen: {answer.text}"
                self.seen[f"{name} {page}"] = answer.body
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
        self.bring()
        opening = self.running.rows("SELECT id FROM proposals_opening")[0][0]
        assert self.people["shen"].post(f"/moves/opening/{opening}/confirm/").status == 302
        read = "SELECT count(*) FROM proposals_proposal WHERE status = 'opened'"
        until(lambda: self.running.rows(read)[0][0] == 1, "the worker has read the bid")
