"""A small zone with one case in each state that matters, come there by the lifecycles, every field of it a canary.

`Zone()` is everybody of people.py and a few more. `zone.things` holds the objects by the kind of address that leads
to them, each with the groups of people its pages are for, typed here by hand.
"""

from collections import defaultdict
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import connection

import world
from accounts.actions import add_evidence, ask_to_join, edit_organisation
from accounts.invitations import invite, token_of
from accounts.models import Appointment, JoinRequest, Organisation, User
from audit import checkpoints
from canaries import ALICES, EVERYBODY, OFFICERS, OPERATING, PEOPLE, STAFF, TAOS, WRITERS, Garden, Thing
from contracts.actions import draft_contract, save_contract
from contracts.models import Contract
from core import clock, files
from discovery.actions import follow, save_search
from discovery.search import Criteria
from discovery.stopping import SIGNER
from meetings.actions import propose_intent
from meetings.models import Intent
from needs.actions import attach, publish_now, save_need, start_need
from needs.models import Need
from notifications.models import Delivery, Notice
from people import Cast, organisation, person
from proposals.actions import answer, begin_opening, conclude
from proposals.actions import attach as attach_to_bid
from proposals.models import Proposal
from proposals.tasks import decrypt_opened
from teams.actions import create_team
from teams.models import Team
from workflow.actions import perform

WITH_FILES = {"draft", "submitted", "published", "opened"}
ANSWERABLE = {"rolling", "rival rolling", "opened", "rival opened"}  # the bids that still wait for their answer


class People(Cast):
    """The cast, and who else lives in this zone."""

    @cached_property
    def zone(self) -> Organisation:
        return organisation("青岛高新区管委会", manager=self.head, kind="zone")

    @cached_property
    def head(self) -> User:
        """Manages the zone as an organisation: invites its people, holds no role."""
        return person("部办公室", email="head@example.com")

    @cached_property
    def agency(self) -> Organisation:
        return organisation("海岳技术转移有限公司", manager=self.yun, kind="agency")

    @cached_property
    def yun(self) -> User:
        """Manages a service agency that nobody has given a case."""
        return person("云中介", email="yun@example.com")

    @cached_property
    def lone(self) -> User:
        """Has signed up and belongs nowhere."""
        return person("独一人", email="lone@example.com")

    def bidder(self, name: str, user: User) -> Team:
        home = organisation(f"{name}研究院", manager=user, kind="institute")
        user.forget_rights()
        return create_team(organisation=home, name=f"{name}团队", by=user)


class Zone:
    def __init__(self) -> None:
        self.garden, self.cast = Garden(), People()
        self.things: dict[str, dict[str, Thing]] = defaultdict(dict)
        self.moves: dict[str, Thing] = {}
        self._people()
        self._organisations()
        self._batches()
        self._needs()
        self._bids()
        self._cases()
        self._others_case()
        self._letters()
        self._watching()
        self._addresses()
        checkpoints.make()

    def user(self, name: str) -> User | None:
        return None if name == "stranger" else User.objects.get(pk=self.users[name])

    # ── people and organisations ──
    def _people(self) -> None:
        cast, plant = self.cast, self.garden
        cast.agency, cast.zone, cast.lone  # noqa: B018 - the first mention makes them
        everyone = {**cast.everyone(), "yun": cast.yun, "head": cast.head, "lone": cast.lone}
        everyone["san"] = person("三教授", email="san@example.com")
        everyone["si"] = person("四教授", email="si@example.com")
        assert set(everyone) == PEOPLE
        self.users = {name: user.pk for name, user in everyone.items()}
        cast.team, cast.rival_team  # noqa: B018
        self.third = cast.bidder(plant.word("who lost"), everyone["san"])
        self.fourth = cast.bidder(plant.word("who is sealed"), everyone["si"])
        self.san, self.si = everyone["san"], everyone["si"]
        for name, user in everyone.items():
            user.email, user.phone = plant.mail(f"mail of {name}"), plant.mobile(f"mobile of {name}")
            user.phone_verified = True
            user.save(update_fields=["email", "phone", "phone_verified"])
            user.emailaddress_set.update(email=user.email)

    def _organisations(self) -> None:
        cast, plant = self.cast, self.garden
        homes = {
            "Alice's": (cast.enterprise, cast.alice, ALICES),
            "Charlie's": (cast.other_enterprise, cast.charlie, {"charlie"}),
            "Tao's": (cast.university, cast.tao, {"tao", "ting"}),
            "Rui's": (cast.rival_university, cast.rui, {"rui"}),
            "Wei's": (cast.wei.memberships.get().organisation, cast.wei, {"wei"}),
            "Yun's": (cast.agency, cast.yun, {"yun"}),
        }
        for whose, (home, manager, members) in homes.items():
            manager.forget_rights()
            secret = f"{whose} organisation"
            described = {"address": plant.word(secret), "contact": plant.word(secret), "intro": plant.word(secret)}
            phone, region = plant.phone(secret), "青岛高新区"
            edit_organisation(home, by=manager, contact_phone=phone, region=region, **described)
            home.refresh_from_db()
            evidence = add_evidence(home, upload=plant.file(f"{whose} licence"), by=manager)
            groups = {"reader": members | STAFF, "manager": {self._name(manager)}, "member": members}
            self.things["organisation"][whose] = Thing((home.pk,), groups)
            self.things["file"][f"licence of {whose}"] = Thing((evidence.pk,), {"reader": members | STAFF})
            for membership in home.memberships.filter(left_at=None).select_related("user"):
                who = self._name(membership.user)
                left, removed = {"reader": members, "actor": {who}}, {"reader": members, "actor": members & {"alice"}}
                self.things["membership"][f"{who} leaves {whose}"] = Thing((membership.pk,), left, "leave")
                if whose == "Alice's" and who == "bob":
                    self.things["membership"][f"{who} goes from {whose}"] = Thing((membership.pk,), removed, "remove")
        plant.known(cast.enterprise.uscc, "Alice's credit code")
        self._comings_and_goings()
        zone = cast.zone
        self.things["organisation"]["the zone"] = Thing(
            (zone.pk,), {"reader": STAFF | {"head"}, "manager": {"head"}, "member": STAFF | {"head"}}
        )
        for role in ("officer", "sysadmin"):
            row = Appointment.objects.filter(role=role, until=None).first()
            self.things["appointment"][role] = Thing((row.pk,), {"actor": {"secadmin"}})

    def _comings_and_goings(self) -> None:
        cast, plant = self.cast, self.garden
        manager = {"reader": ALICES, "actor": {"alice"}}
        sent = invite(organisation=cast.enterprise, email=plant.mail("whom Alice invites"), by=cast.alice)
        self.things["invitation"]["Alice's"] = Thing((sent.pk,), manager)
        self.things["token"]["Alice's"] = Thing((token_of(sent),), {"reader": EVERYBODY, "addressee": PEOPLE})
        asked = ask_to_join(cast.enterprise, message=plant.word("who asks to join Alice's"), by=cast.lone)
        self.things["join"]["Lone's"] = Thing((JoinRequest.objects.get(pk=asked.pk).pk,), manager)
        for label, team, user in (
            ("Tao's", cast.team, cast.tao),
            ("Rui's", cast.rival_team, cast.rui),
            ("San's", self.third, self.san),
        ):
            members = TAOS if label == "Tao's" else {self._name(user)}
            team.intro = plant.word(f"{label} team")
            team.save(update_fields=["intro"])
            cast.ting.forget_rights()
            groups = {"reader": members | STAFF, "runner": {self._name(user)}}
            self.things["team"][label] = Thing((team.pk,), groups)
            for place in team.people():
                who = self._name(place.user)
                acts = {"reader": groups["reader"], "actor": groups["runner"] | {who}}
                self.things["place"][f"{who} in {label}"] = Thing((place.pk,), acts)

    def _name(self, user: User) -> str:
        return next(name for name, pk in self.users.items() if pk == user.pk)

    # ── batches and needs ──
    def _batches(self) -> None:
        cast, plant = self.cast, self.garden
        self.sealed, self.rolling = world.batch(cast), world.batch(cast, sealing="rolling")
        draft = world.batch(cast, status="draft", title=plant.word("batch in preparation"))
        for label, row, readers in (("open", self.sealed, EVERYBODY), ("draft", draft, STAFF)):
            self.things["batch"][label] = Thing((row.pk,), {"reader": readers, "writer": WRITERS, "staff": STAFF})
            self.things["call"][label] = Thing((row.pk, "docx"), {"reader": readers})
        self.things["wording"]["return"] = Thing(("return",), {"reader": {"sysadmin"}})
        self.things["move"]["open the batch"] = Thing(
            ("batch", draft.pk, "open"), {"reader": STAFF, "actor": {"shen", "ling"}}
        )

    def _need(
        self,
        label: str,
        *,
        status: str = "draft",
        inside: set[str] = ALICES | OPERATING,
        whole: str = "",
        within: Any = None,
    ) -> Need:
        """One of Alice's; `whole` names the secret while none of it is public."""
        plant, cast = self.garden, self.cast
        secret = whole or "what Alice's need keeps to the parties"
        public = {name: plant.word(whole) for name in ("title", "problem", "goal")} if whole else {}
        need = world.need(
            cast,
            within=within or self.sealed,
            confidential=plant.word(secret),
            contact_name=plant.word(secret),
            contact_phone=plant.phone(secret),
            **public,
        )
        for slot in ("public", "protected"):
            kind = whole or ("listing" if slot == "public" else secret)
            held = attach(need, plant.file(kind), slot=slot, by=cast.alice)
            if label in WITH_FILES:
                readers = EVERYBODY if kind == "listing" else inside
                self.things["file"][f"{slot} of {label}"] = Thing((held.pk,), {"reader": readers})
                groups = {"reader": inside | readers, "owner": ALICES}
                self.things["need-file"][f"{slot} of {label}"] = Thing((need.pk, slot, held.pk), groups)
        if status != "draft":
            world._NEED[status](need, cast)
            need.refresh_from_db()
        readers = EVERYBODY if need.number else inside
        deciding = ALICES if label in ("published", "closed", "rolling", "opened") else set()
        knowing = readers - {"stranger"}  # who is sent to log in learns nothing either way
        groups = {"reader": knowing, "inside": inside, "owner": ALICES, "deciding": deciding}
        self.things["need"][label] = Thing((need.pk,), groups)
        if need.number:
            self.things["listing"][label] = Thing((need.number,), {"reader": EVERYBODY})
        if label in ("published", "opened"):
            self.things["announcement"][label] = Thing((need.number, "docx"), {"reader": EVERYBODY})
            self.things["certificate"][label] = Thing((need.pk, "acceptance", "docx"), {"reader": inside})
        return need

    def _needs(self) -> None:
        cast, plant = self.cast, self.garden
        draft = self._need("draft", whole="Alice's draft", inside=ALICES)
        self._move("submit a draft", "need", draft, "submit", ALICES, ALICES)
        draft.typed = [["title", plant.word("Alice's draft")]]
        draft.save(update_fields=["typed"])
        submitted = self._need("submitted", status="submitted", whole="need under review")
        inside = ALICES | OPERATING
        self._move("screen", "need", submitted, "screen", inside, OFFICERS)
        self._move("return", "need", submitted, "return", inside, OFFICERS)
        returned = self._need("returned", status="submitted", whole="need under review")
        perform(returned, "return", by=cast.guan, data=self._reason("need under review"))
        withdrawn = self._need("withdrawn unseen", status="submitted", whole="need under review")
        perform(withdrawn, "withdraw", by=cast.alice, data={**self._reason("need under review"), "code": "plan"})
        approved = self._need("approved", status="screened", whole="need under review")
        perform(approved, "send_back", by=cast.shen, data=self._reason("word between the desks"))
        perform(approved, "screen", by=cast.guan)
        perform(approved, "approve", by=cast.shen)
        self._move("publish", "need", approved, "publish", inside, {"shen", "ling"})

    def _reason(self, secret: str) -> dict[str, str]:
        return {"code": "other", "reason": f"请按说明修改后再办理，谢谢配合。{self.garden.word(secret)}"}

    def _move(self, label: str, noun: str, row: Any, name: str, readers: set[str], actors: set[str]) -> None:
        self.things["move"][label] = Thing((noun, row.pk, name), {"reader": readers, "actor": actors})
        if noun in ("opening", "milestone", "payment", "intent"):
            self.things["go"][noun] = Thing((noun, row.pk), {"reader": readers})

    # ── bids ──
    def _bid(
        self, label: str, of: Need, secret: str, team: Team, by: User, readers: set[str], *, sealed: bool = True
    ) -> Proposal:
        plant, members = self.garden, TAOS if by == self.cast.tao else {self._name(by)}
        words = {name: plant.word(secret) for name in ("summary", "approach", "basis", "risk")}
        made = world.draft(self.cast, of, team=team, by=by, price=str(plant.money(secret)), **words)
        attach_to_bid(made, plant.file(secret), by=by)
        made.refresh_from_db()
        if sealed:
            perform(made, "submit", by=by)
        # Until the opening the very identity of a bid is secret; the record of the opening then publishes it.
        told = secret if "sealed" in secret or "draft" in secret else "identity of an opened bid"
        plant.known(made.pk, told)
        if sealed:
            plant.known(made.latest.commitment, told)
        if label.endswith((" a contract", " an intent")):
            return made
        groups = {"reader": readers, "team": members, "leader": {self._name(by)}}
        self.things["proposal"][label] = Thing((made.pk,), groups)
        self.things["proposal-file"][label] = Thing((made.pk, made.draft["files"][0]["id"]), groups)
        self.things["receipt"][label] = Thing((made.pk, 1), groups if sealed else {"reader": readers, "team": set()})
        answerable = ALICES if label in ANSWERABLE else set()
        self.things["reply"][label] = Thing((of.pk, made.pk), {"reader": EVERYBODY, "owner": answerable})
        return made

    def _bids(self) -> None:
        """Two teams seal, one drafts, one bids where the listing is taken down; none of it is known to anybody else."""
        cast = self.cast
        sealed = self._need("published", status="published")
        taos = self._bid("sealed", sealed, "Tao's sealed bid", cast.team, cast.tao, TAOS)
        self._bid("fourth sealed", sealed, "Si's sealed bid", self.fourth, self.si, {"si"})
        self._bid("draft", sealed, "Rui's draft bid", cast.rival_team, cast.rui, {"rui"}, sealed=False)
        self._move("withdraw a bid", "proposal", taos, "withdraw", TAOS, {"tao"})
        self._move("replace a bid", "proposal", taos, "replace", TAOS, {"tao"})
        self._move("open a bid by hand", "proposal", taos, "open", TAOS, set())
        self._move("take down", "need", sealed, "take_down", EVERYBODY, {"ling"})
        self._move("select by hand", "need", sealed, "select", EVERYBODY, set())
        down = self._need("taken down", status="published")
        void = self._bid("void", down, "Tao's sealed bid", cast.team, cast.tao, TAOS)
        perform(down, "take_down", by=cast.ling, data=self._reason("listing"))
        perform(void, "void", by=None)
        closed = self._need("closed", status="published")
        self._bid("closed", closed, "Tao's sealed bid", cast.team, cast.tao, TAOS)
        world.close(closed)
        opening = begin_opening(closed, by=cast.guan)
        self._move("confirm an opening", "opening", opening, "confirm", OPERATING, WRITERS)
        self._move("cancel an opening", "opening", opening, "cancel", OPERATING, {"guan"})
        self._rolling()
        self._opened()

    def _rolling(self) -> None:
        """Opened on arrival, for the enterprise and the zone; never for the other team."""
        cast = self.cast
        need = self._need("rolling", status="published", within=self.rolling)
        readers = ALICES | OPERATING
        self._bid("rolling", need, "Tao's opened bid", cast.team, cast.tao, TAOS | readers)
        self._bid("rival rolling", need, "Rui's opened bid", cast.rival_team, cast.rui, {"rui"} | readers)
        decrypt_opened()
        self._files_of("rolling", TAOS | readers)

    def _opened(self) -> None:
        cast, plant = self.cast, self.garden
        need = self._need("opened", status="published")
        readers = ALICES | OPERATING
        self._bid("opened", need, "Tao's opened bid", cast.team, cast.tao, TAOS | readers)
        rivals = self._bid("rival opened", need, "Rui's opened bid", cast.rival_team, cast.rui, {"rui"} | readers)
        world.open_bids(need, cast)
        said = plant.word("answer not yet published")
        answer(rivals, outcome="refuse", code="price", sentence=f"报价超出预算。{said}", by=cast.alice)

    def _files_of(self, label: str, readers: set[str]) -> None:
        row = Proposal.objects.get(pk=self.things["proposal"][label].args[0])
        held = files.files_of(row, "bid").get()
        self.things["file"][f"bid {label}"] = Thing((held.pk,), {"reader": readers})

    # ── what comes of it ──
    def _won(self, label: str) -> Need:
        """Tao's bid chosen, San's refused with a sentence."""
        cast, plant = self.cast, self.garden
        need = self._need(label, status="published")
        readers = ALICES | OPERATING
        made = self._bid(f"won {label}", need, "Tao's opened bid", cast.team, cast.tao, TAOS | readers)
        lost = self._bid(f"lost {label}", need, "San's opened bid", self.third, self.san, {"san"} | readers)
        world.open_bids(need, cast)
        for row, outcome, code, secret in (
            (made, "select", "fit", "answer to Tao"),
            (lost, "refuse", "indicators", "answer to San"),
        ):
            sentence = f"请看比选情况。{plant.word(secret)}"
            answer(row, outcome=outcome, code=code, sentence=sentence, by=cast.alice)
        conclude(need, by=cast.alice)
        need.refresh_from_db()
        return need

    def _intent(self, label: str, need: Need, parties: set[str], *, by: User, other: User, agreed: bool) -> Intent:
        plant = self.garden
        secret = "between the parties" if by == self.cast.alice else "between the other parties"
        made = propose_intent(
            need, amount=plant.money(secret), next_step=plant.word(secret), next_date=clock.today(), by=by
        )
        if agreed:
            perform(made, "agree", by=other)
        owners = {self._name(by)} | (ALICES if by == self.cast.alice else set())
        self.things["intent"][label] = Thing((made.pk,), {"reader": parties | OPERATING, "owner": owners})
        return made

    def _contract(self, label: str, made: Intent, parties: set[str], *, by: User, other: User, until: str) -> Contract:
        plant = self.garden
        secret = "between the parties" if by == self.cast.alice else "between the other parties"
        contract = draft_contract(made, by=by)
        contract.confidentiality, contract.ownership_terms = plant.word(secret), plant.word(secret)
        save_contract(contract, by=by)
        owners = {self._name(by)} | (ALICES if by == self.cast.alice else set())
        groups = {"reader": parties | OPERATING, "owner": owners}
        self.things["contract"][label] = Thing((contract.pk,), groups)
        if until != "drafting":
            perform(contract, "offer", by=by)
        if until not in ("drafting", "offered"):
            perform(contract, "sign", by=other)
        return contract

    def _cases(self) -> None:
        cast, parties = self.cast, ALICES | TAOS
        readers = parties | OPERATING
        self._won("selected")
        sides: dict[str, Any] = {"by": cast.alice, "other": cast.tao}
        proposed = self._intent("proposed", self._won("with an intent"), parties, agreed=False, **sides)
        self._move("agree", "intent", proposed, "agree", readers, {"tao"})
        self._move("abandon", "intent", proposed, "abandon", readers, ALICES | {"tao"})
        papers = {}
        for until in ("drafting", "offered", "performing", "completed"):
            made = self._intent(until, self._won(f"{until} a contract"), parties, agreed=True, **sides)
            papers[until] = self._contract(until, made, parties, until=until, **sides)
        self._move("offer", "contract", papers["drafting"], "offer", readers, ALICES)
        self._move("sign", "contract", papers["offered"], "sign", readers, {"tao"})
        self._move("ask for changes", "contract", papers["offered"], "ask_changes", readers, {"tao"})
        self._move("terminate", "contract", papers["performing"], "terminate", readers, {"ling"})
        self._deliver(papers["performing"], readers, upto="reported")
        self._deliver(papers["completed"], readers, upto="received")
        perform(papers["completed"], "complete", by=cast.alice)
        for label in ("won selected", "lost selected"):
            self._files_of(label, self.things["proposal"][label].groups["reader"])

    def _deliver(self, made: Contract, readers: set[str], *, upto: str) -> None:
        """The first milestone reported with evidence; for `received` all of them verified and paid."""
        cast, plant = self.cast, self.garden
        first, *rest = made.milestones.all()
        ours = made.party_a == cast.enterprise
        by, other = (cast.alice, cast.tao) if ours else (cast.charlie, cast.rui)
        clients, developers = (ALICES, TAOS) if ours else ({"charlie"}, {"rui"})
        secret = "between the parties" if ours else "between the other parties"
        report = {"report": f"样片三件已送检，强度 27 MPa。{plant.word(secret)}"}
        perform(first, "report", by=other, data=report, files={"evidence": plant.file(secret)})
        evidence = files.files_of(first, "evidence").get()
        self.things["file"][f"evidence of {made.pk}"] = Thing((evidence.pk,), {"reader": readers})
        self._move(f"verify {upto}", "milestone", first, "verify", readers, clients)
        if upto == "reported":
            self._move("report", "milestone", rest[0], "report", readers, developers)
            self._move("pay", "payment", made.payments.first(), "pay", readers, clients)
            self._move("receive", "payment", made.payments.first(), "receive", readers, developers)
            return
        perform(first, "verify", by=by)
        for milestone in rest:
            perform(milestone, "report", by=other, data={"report": "中试样机已经交付并验收。"})
            perform(milestone, "verify", by=by)
        for payment in made.payments.all():
            perform(payment, "pay", by=by, data={"paid_on": clock.today()})
            perform(payment, "receive", by=other)

    def _others_case(self) -> None:
        """Charlie's enterprise and Rui's team have a contract too: nobody on Alice's side or Tao's may see into it."""
        cast, plant = self.cast, self.garden
        cast.charlie.forget_rights()
        secret, readers = "what Charlie's need keeps to the parties", {"charlie"} | OPERATING
        words = {"confidential": plant.word(secret), "contact_name": plant.word(secret)}
        need = start_need(
            organisation=cast.other_enterprise,
            batch=self.sealed,
            by=cast.charlie,
            **{**NEED, **words, "contact_phone": plant.phone(secret)},
        )
        save_need(need, indicators=world.indicators(), by=cast.charlie)
        held = attach(need, plant.file(secret), slot="protected", by=cast.charlie)
        self.things["file"]["protected of Charlie's"] = Thing((held.pk,), {"reader": readers})
        perform(need, "submit", by=cast.charlie)
        perform(need, "screen", by=cast.guan)
        perform(need, "approve", by=cast.shen)
        publish_now(need, by=cast.ling, bid_deadline=clock.now() + timedelta(days=20))
        self._bid("Charlie's", need, "Rui's bid to Charlie", cast.rival_team, cast.rui, {"rui"} | readers)
        world.open_bids(need, cast)
        answer(need.proposals.get(), outcome="select", code="fit", sentence="指标响应最好。", by=cast.charlie)
        conclude(need, by=cast.charlie)
        groups = {"reader": PEOPLE, "inside": readers, "owner": {"charlie"}, "deciding": set()}
        self.things["need"]["Charlie's"] = Thing((need.pk,), groups)
        sides: dict[str, Any] = {"by": cast.charlie, "other": cast.rui}
        made = self._intent("Charlie's", need, {"charlie", "rui"}, agreed=True, **sides)
        paper = self._contract("Charlie's", made, {"charlie", "rui"}, until="performing", **sides)
        self._deliver(paper, readers | {"rui"}, upto="received")

    # ── what people are told ──
    def _letters(self) -> None:
        """One letter of Alice's could not be sent, and one about a bid that is still sealed."""
        plant = self.garden
        for label, kind, secret in (
            ("Alice's", "need.return", "why a letter failed"),
            ("sealed", "proposal.submit", "Tao's sealed bid"),
        ):
            about = Notice.objects.filter(kind=kind).order_by("created_at").first()
            if label == "sealed":
                about = Notice.objects.get(kind=kind, subject_id=self.things["proposal"]["sealed"].args[0])
            letter = Delivery.objects.filter(notice=about).first()
            Delivery.objects.filter(pk=letter.pk).update(dead=True, attempts=9, last_error=plant.word(secret))
            retriers = OFFICERS | {"sysadmin"} if label == "Alice's" else set()
            self.things["letter"][label] = Thing((letter.pk,), {"actor": retriers})
        for name in ("alice", "tao", "guan"):
            notice = Notice.objects.filter(recipient=self.users[name]).first()
            self.things["notice"][name] = Thing((notice.pk,), {"actor": {name}})

    def _watching(self) -> None:
        """What Alice wants to be told of is nobody else's business."""
        name = self.garden.word("what Alice watches")
        search = save_search(criteria=Criteria.read({"q": ["弹性体"]}), name=name, alerts=True, by=self.cast.alice)
        self.things["search"]["Alice's"] = Thing((search.pk,), {"reader": {"alice"}})
        need = Need.objects.listed().get(number=self.things["listing"]["published"].args[0])
        follow(need, by=self.cast.alice)
        self.things["followed"]["published"] = Thing((need.number,), {"reader": PEOPLE})
        token = SIGNER.sign(f"follow.{self.cast.alice.pk}.{need.pk}")
        self.things["stop"]["Alice's"] = Thing((token,), {"reader": EVERYBODY})

    def _addresses(self) -> None:
        """What else stands in an address."""
        for key in ("collected", "published", "bids", "intents", "signed", "completed", "paid"):
            self.things["stage"][key] = Thing((key,), {"reader": OPERATING})
        for key in ("needs", "intents", "contracts", "milestones"):
            self.things["ledger"][key] = Thing((key,), {"reader": OPERATING})
        for label, thing in self.things["need"].items():
            slot = {"reader": thing.groups["reader"], "owner": thing.groups["owner"]}
            self.things["need-slot"][label] = Thing((*thing.args, "protected"), slot)
            zone = OPERATING if label != "draft" else set()
            openers = WRITERS if label != "draft" else set()
            self.things["opened-need"][label] = Thing(thing.args, {"zone": zone, "opener": openers})
        for thing in self.things["listing"].values():
            thing.groups["signed-in"] = PEOPLE
        for noun in ("need", "proposal", "contract", "organisation", "batch"):
            label, thing = next(iter(self.things[noun].items()))
            readers = thing.groups["reader"] - {"stranger"}
            self.things["go"][f"{noun} {label}"] = Thing((noun, *thing.args), {"reader": readers})
        self.things["passkey"]["somebody's"] = Thing((1,), {})
        self.trap = organisation("无人单位", manager=person("无人", email="nobody@example.com"))
        # What no form asks for: a view that takes what it is sent would be seen by `trapped`.
        self.forbidden = {
            **dict.fromkeys(("organisation", "organisation_id", "party_a", "party_b"), str(self.trap.pk)),
            **{"status": "completed", "number": "JB-6666-Q6-0666", "role": "leader", "duty": "0", "is_active": ""},
            **dict.fromkeys(("is_staff", "is_superuser", "is_demo", "phone_verified"), "on"),
            **{"published_at": "2020-01-01 00:00", "signed_at": "2020-01-01 00:00", "commitment": "6" * 64},
        }

    def trapped(self) -> tuple[int, ...]:
        """How many rows hold what only `forbidden` would have put there."""
        with connection.cursor() as cursor:
            cursor.execute(TRAPS, {"trap": self.trap.pk})
            return cursor.fetchone()


TRAPS = """
SELECT (SELECT count(*) FROM needs_need WHERE organisation_id = %(trap)s OR number LIKE 'JB-6666%%'),
       (SELECT count(*) FROM needs_need WHERE status = 'completed' OR published_at < '2021-01-01'),
       (SELECT count(*) FROM contracts_contract WHERE %(trap)s IN (party_a_id, party_b_id) OR status = 'completed'),
       (SELECT count(*) FROM contracts_contract WHERE signed_at < '2021-01-01'),
       (SELECT count(*) FROM proposals_submission WHERE commitment LIKE '66666666%%'),
       (SELECT count(*) FROM teams_team WHERE organisation_id = %(trap)s),
       (SELECT count(*) FROM accounts_membership WHERE organisation_id = %(trap)s),
       (SELECT count(*) FROM accounts_appointment WHERE role = 'leader'),
       (SELECT count(*) FROM accounts_user WHERE is_active AND NOT is_demo),
       (SELECT count(*) FROM accounts_organisation WHERE is_demo)
"""
NEED: dict[str, Any] = {
    "title": "大跨度轻量化桁架的连接工艺",
    "field": "8",
    "problem": "现有焊接变形大，返工率高，需要新的连接工艺。",
    "goal": "样件经第三方检测达到指标。",
    "period_months": 12,
    "cooperation": ["joint"],
    "ownership": "joint",
    "contact_name": "查工",
    "region": "青岛高新区",
}
