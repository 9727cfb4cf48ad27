"""What the people of the little zone are doing: a case in each state, come there by the lifecycles."""

from datetime import timedelta
from typing import Any

import company
import consortium
import insider
import world
from accounts.models import User
from canaries import ALICES, EVERYBODY, OFFICERS, OPERATING, PEOPLE, TAOS, WRITERS, Thing
from contracts.actions import draft_contract, save_contract
from contracts.models import Contract
from core import clock, files
from decisions.actions import answer, inquire
from decisions.weighing import judge, shortlist, write_note
from little_people import APART, OPENLY, Neighbours
from meetings.actions import invite, propose_intent
from meetings.models import Intent
from needs.actions import attach, publish_now, save_need, start_need
from needs.models import Need
from proposals.actions import attach as attach_to_bid
from proposals.actions import begin_opening
from proposals.models import Proposal
from proposals.tasks import decrypt_opened
from teams.models import Team
from workflow.actions import perform

WITH_FILES = {"draft", "submitted", "published", "opened"}
ANSWERABLE = {
    "rolling",
    "rival rolling",
    "opened",
    "rival opened",
    "joint opened",
}  # the bids that still wait for their answer
NEED: dict[str, Any] = {
    "title": "大跨度轻量化桁架的连接工艺",
    "field": "8",
    "problem": "现有焊接变形大，返工率高，需要新的连接工艺。",
    "goal": "样件经第三方检测达到指标。",
    "period_months": 12,
    "cooperation": ["joint"],
    "ownership": "joint",
}


class Cases(Neighbours):
    """Needs, bids, intents and contracts, each in every state that makes a difference."""

    sealed: Any
    rolling: Any

    def _need(
        self,
        label: str,
        *,
        status: str = "draft",
        inside: set[str] = ALICES | OPERATING,
        whole: str = "",
        within: Any = None,
        joint: str = "",
    ) -> Need:
        """One of Alice's; `whole` names the secret while none of it is public, `joint` where Charlie's posts it."""
        plant, cast = self.garden, self.cast
        secret = whole or joint or "what Alice's need keeps to the parties"
        public = {name: plant.word(whole) for name in ("title", "problem", "goal")} if whole else {}
        need = world.need(
            cast,
            within=within or self.sealed,
            confidential=plant.word(secret),
            contact_name=plant.word(secret),
            contact_phone=plant.phone(secret),
            answers=self.answers(whole or "listing", secret),
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
        if joint:
            company.consented(cast, need)
        if status != "draft":
            world._NEED[status](need, cast)
            need.refresh_from_db()
        readers = EVERYBODY if need.number else inside
        officer = OFFICERS if need.number or inside & OFFICERS else set()
        deciding = ALICES if label in ("published", "closed", "rolling", "opened", "joint opened") else set()
        signed = readers - {"stranger"}
        groups = {"reader": readers, "signed": signed, "inside": inside, "owner": ALICES, "deciding": deciding}
        groups["officer"] = officer
        self.things["need"][label] = Thing((need.pk,), groups)
        if need.number:
            self.things["listing"][label] = Thing((need.number,), {"reader": EVERYBODY})
        return need

    def _needs(self) -> None:
        cast, plant = self.cast, self.garden
        draft = self._need("draft", whole="Alice's draft", inside=ALICES)
        self._move("submit a draft", "need", draft, "submit", ALICES, ALICES)
        draft.typed = [["title", plant.word("Alice's draft")]]
        draft.save(update_fields=["typed"])
        submitted = self._need("submitted", status="submitted", whole="need under review")
        inside = ALICES | OPERATING
        self._move("screen", "need", submitted, "screen", inside, {"guan"})
        self._move("return", "need", submitted, "return", inside, {"guan"})
        returned = self._need("returned", status="submitted", whole="need under review")
        perform(returned, "return", by=cast.guan, data=self._reason("need under review"))
        withdrawn = self._need("withdrawn unseen", status="submitted", whole="need under review")
        perform(withdrawn, "withdraw", by=cast.alice, data={**self._reason("need under review"), "code": "plan"})
        approved = self._need("approved", status="screened", whole="need under review")
        perform(approved, "send_back", by=cast.shen, data=self._reason("word between the desks"))
        world.screen(approved, cast)
        perform(approved, "approve", by=cast.shen)
        self._move("publish", "need", approved, "publish", inside, {"shen", "ling"})

    def _joint(self) -> None:
        """Charlie's enterprise posts a draft together with Alice's; of another one it knows only that it exists."""
        cast, plant = self.cast, self.garden
        secret, both = "what a joint need keeps to its partners", ALICES | {"charlie"}
        cast.charlie.forget_rights()
        draft = self._need("joint", whole=secret, inside=both)
        row = company.invited(cast, draft, note=plant.word(secret))
        self._move("consent", "partnership", row, "consent", both, {"charlie"})
        self._move("ask again", "partnership", row, "ask_again", both, ALICES)
        self.things["partnership"]["invited"] = Thing((row.pk,), {"reader": both})
        note = plant.word("what the zone suggests to Charlie")
        other = self._need("asked for", status="submitted", whole="need under review")
        words: dict[str, Any] = {"title": "弹性体喷涂", "problem": "抗爆涂层开裂。", "goal": "检测合格。"}
        words["answers"] = {OPENLY.key: "新材料", APART.key: "不限"}
        suggested = company.suggested(cast, other, note=note, **words)
        self._move("welcome", "partnership", suggested, "welcome", {"charlie"} | OPERATING, {"charlie"})
        self.things["partnership"]["suggested"] = Thing((suggested.pk,), {"reader": {"charlie"} | OPERATING})

    def _posted_together(self) -> None:
        """Charlie's enterprise is asked about an amendment, and reads the bids to another listing once open."""
        cast, plant = self.cast, self.garden
        secret, readers = "what a joint listing keeps to whoever posts it", ALICES | OPERATING | {"charlie"}
        need = self._need("joint published", status="published", inside=readers, joint=secret)
        row = need.partnerships.get()
        self.things["partnership"]["published"] = Thing((row.pk,), {"reader": readers})
        change = company.amendment(cast, need)
        self.things["change"]["consulting"] = Thing((change.pk,), {"reader": readers})
        asked = change.consultations.get()
        self.things["consultation"]["asked"] = Thing((asked.pk,), {"reader": readers})
        for name in ("agree", "object"):
            self._move(f"{name} to an amendment", "consultation", asked, name, readers, {"charlie"})
        opened = self._need("joint opened", status="published", inside=readers, joint=secret)
        told = "Tao's bid to a joint listing"
        self._bid("joint opened", opened, told, cast.team, cast.tao, TAOS | readers)
        world.open_bids(opened, cast)
        said = plant.word("answer not yet published")
        answer(opened.proposals.get(), outcome="refuse", code="price", sentence=f"报价超出预算。{said}", by=cast.alice)

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
        for form in ("docx", "pdf"):
            self.things["bid-document"][f"{label} {form}"] = Thing((made.pk, form), groups)
        self.things["receipt"][label] = Thing((made.pk, 1), groups if sealed else {"reader": readers, "team": set()})
        answerable = ALICES if label in ANSWERABLE else set()
        weighing = {"reader": answerable, "owner": answerable, "inviter": answerable}
        self.things["weigh"][label] = Thing((of.pk, made.pk), weighing)
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
        self._consortium()
        self._rolling()
        self._opened()
        self._decided()

    def _consortium(self) -> None:
        """Tao leads, Charlie's organisation takes part in one draft and is asked to take part in another."""
        cast, plant = self.cast, self.garden
        cast.charlie.forget_rights()
        secret, both = "a consortium's bid", TAOS | {"charlie"}
        need = self._need("with a consortium", status="published")
        bid = self._bid("consortium", need, secret, cast.team, cast.tao, both, sealed=False)
        section = {"statement": plant.word(secret), "share": str(plant.money(secret))}
        people = [{"name": plant.word(secret), "title": "", "role": "", "months": ""}]
        row = consortium.writing(cast, bid, people=people, **section)
        plant.known(row.pk, secret)
        self.things["participant"]["writing"] = Thing((row.pk,), {"reader": both, "writer": {"charlie"}})
        self._move("confirm a section", "participant", row, "confirm", both, {"charlie"})
        self._move("remove a participant", "participant", row, "remove", both, {"tao"})
        other = self._need("asked to join", status="published")
        asked_for = self._bid("asked to join", other, "Tao's draft bid", cast.team, cast.tao, TAOS, sealed=False)
        asked = consortium.invited(cast, asked_for, note=plant.word(secret))
        plant.known(asked.pk, secret)
        self.things["participant"]["invited"] = Thing((asked.pk,), {"reader": both, "writer": {"charlie"}})
        self._move("take part", "participant", asked, "take_part", both, {"charlie"})

    def _rolling(self) -> None:
        """Opened on arrival, for the enterprise and the zone; never for the other team."""
        cast = self.cast
        need = self._need("rolling", status="published", within=self.rolling)
        readers = ALICES | OPERATING
        self._bid("rolling", need, "Tao's opened bid", cast.team, cast.tao, TAOS | readers)
        self._bid("rival rolling", need, "Rui's opened bid", cast.rival_team, cast.rui, {"rui"} | readers)
        decrypt_opened()
        self._files_of("rolling", TAOS | readers)

    def _minuted(self, bid: Proposal, readers: set[str]) -> None:
        """A meeting that was, and what was written down of it."""
        cast, plant = self.cast, self.garden
        at = clock.now() + timedelta(days=1)
        met = invite(bid, mode="onsite", starts_at=at, place="园区", agenda="看样件。", by=cast.alice)
        perform(met, "agree", by=cast.rui)
        insider.execute("UPDATE meetings_meeting SET starts_at = now() - interval '1 hour' WHERE id = %s", met.pk)
        perform(met, "hold", by=None)
        self._move("write minutes", "meeting", met, "write", readers, ALICES)
        word = plant.word("minutes with Rui")
        said = {"result": "followup", "came": word, "said": word, "next_step": word, "next_date": clock.today()}
        perform(met, "write", by=cast.alice, data=said)
        self.things["meeting"]["minuted"] = Thing((met.pk,), {"reader": readers})
        self._move("confirm minutes", "meeting", met, "confirm", readers, {"rui"})
        self._move("object to minutes", "meeting", met, "object", readers, {"rui"})

    def _opened(self) -> None:
        cast, plant = self.cast, self.garden
        need = self._need("opened", status="published")
        readers = ALICES | OPERATING
        self._bid("opened", need, "Tao's opened bid", cast.team, cast.tao, TAOS | readers)
        rivals = self._bid("rival opened", need, "Rui's opened bid", cast.rival_team, cast.rui, {"rui"} | readers)
        world.open_bids(need, cast)
        talk = {"place": plant.word("talk with Rui"), "agenda": plant.word("talk with Rui")}
        met = invite(rivals, mode="onsite", starts_at=clock.now() + timedelta(days=2), **talk, by=cast.alice)
        self.things["meeting"]["invited"] = Thing((met.pk,), {"reader": {"rui"} | readers})
        self._move("agree to meet", "meeting", met, "agree", {"rui"} | readers, {"rui"})
        self._move("cancel a meeting", "meeting", met, "cancel", {"rui"} | readers, ALICES)
        self._move("put off a meeting", "meeting", met, "postpone", {"rui"} | readers, ALICES)
        self._minuted(rivals, {"rui"} | readers)
        said = plant.word("answer not yet published")
        write_note(rivals, text=plant.word("note about a bid"), by=cast.alice)
        note = plant.word("note about a bid")
        judge(rivals, need.indicators.first(), verdict="unmet", note=note, by=cast.alice)
        shortlist(rivals, listed=True, by=cast.alice)
        answer(rivals, outcome="refuse", code="price", sentence=f"报价超出预算。{said}", by=cast.alice)

    def _decided(self) -> None:
        """Alice has proposed whom to choose; Bob has yet to approve it."""
        cast, plant = self.cast, self.garden
        need, readers = self._need("decided", status="published", within=self.two), ALICES | OPERATING
        made = self._bid("decided", need, "Tao's opened bid", cast.team, cast.tao, TAOS | readers)
        world.open_bids(need, cast)
        said = plant.word("decision not yet published")
        answer(made, outcome="select", code="fit", sentence=f"关键指标响应最好。{said}", by=cast.alice)
        row = world.decided(need, by=cast.alice)
        self.things["decision"]["proposed"] = Thing((row.pk,), {"reader": readers})
        self._move("approve a decision", "decision", row, "approve", readers, ALICES)
        self._move("send a decision back", "decision", row, "send_back", readers, ALICES)
        self._move("take a decision back", "decision", row, "take_back", readers, ALICES)

    def _asked_back(self, need: Need) -> None:
        """San asks once why his bid was not chosen; Tao has not asked yet."""
        cast, plant = self.cast, self.garden
        lost = need.proposals.get(team=self.third)
        text = plant.word("what San asks back")
        row = inquire(lost, text=f"是以哪份检测报告为准？{text}", by=self.san)
        readers = {"san"} | ALICES | OPERATING
        self.things["inquiry"]["asked"] = Thing((row.pk,), {"reader": readers})
        self._move("reply to a question back", "inquiry", row, "reply", readers, ALICES)
        won = need.proposals.get(team=cast.team)
        self.things["asking-back"]["won"] = Thing((won.pk,), {"asker": TAOS, "reader": TAOS | ALICES | OPERATING})
        self.things["answering"]["Alice's"] = Thing((cast.enterprise.pk,), {"reader": EVERYBODY})

    def _files_of(self, label: str, readers: set[str]) -> None:
        row = Proposal.objects.get(pk=self.things["proposal"][label].args[0])
        held = files.files_of(row, "bid").get()
        self.things["file"][f"bid {label}"] = Thing((held.pk,), {"reader": readers})

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
        world.conclude(need, by=cast.alice)
        self.things["decision"][label] = Thing((need.decisions.get().pk,), {"reader": readers})
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
        self._asked_back(self._won("selected"))
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
            answers=self.answers("listing", secret),
        )
        save_need(need, indicators=world.indicators(), by=cast.charlie)
        held = attach(need, plant.file(secret), slot="protected", by=cast.charlie)
        self.things["file"]["protected of Charlie's"] = Thing((held.pk,), {"reader": readers})
        perform(need, "submit", by=cast.charlie)
        world.screen(need, cast)
        perform(need, "approve", by=cast.shen)
        publish_now(need, by=cast.ling, bid_deadline=clock.now() + timedelta(days=20))
        self._bid("Charlie's", need, "Rui's bid to Charlie", cast.rival_team, cast.rui, {"rui"} | readers)
        world.open_bids(need, cast)
        answer(need.proposals.get(), outcome="select", code="fit", sentence="指标响应最好。", by=cast.charlie)
        world.conclude(need, by=cast.charlie)
        groups = {"reader": EVERYBODY, "signed": PEOPLE, "inside": readers, "owner": {"charlie"}, "deciding": set()}
        self.things["need"]["Charlie's"] = Thing((need.pk,), groups)
        sides: dict[str, Any] = {"by": cast.charlie, "other": cast.rui}
        made = self._intent("Charlie's", need, {"charlie", "rui"}, agreed=True, **sides)
        paper = self._contract("Charlie's", made, {"charlie", "rui"}, until="performing", **sides)
        self._deliver(paper, readers | {"rui"}, upto="received")
