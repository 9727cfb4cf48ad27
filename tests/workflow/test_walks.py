"""Random walks through the whole job: whoever tries whatever, in whatever order, the invariants hold.

`WALKS` sets how many walks of forty steps are made (40 in `make test`; `make gates` makes 2,000). Every second
move is made on its page, as a browser sends it.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import annexing
import consortium
import diagnosing
import insider
import keeping
import life
import world
from audit.models import Event
from changes.actions import ask_to_take_down
from changes.models import Consultation
from clarifications.actions import ask as clarify
from clarifications.models import Clarification
from contracts.actions import draft_contract, save_contract
from contracts.models import Contract, Payment
from core import clock
from core.sealing import merkle_root
from custody.dealing import name_custodian
from custody.models import Custodian
from decisions.actions import answer, inquire
from decisions.models import Inquiry
from diagnoses.rewriting import decide
from meetings.actions import invite as meet
from meetings.models import Intent, Meeting
from needs.listing import content_hash
from needs.models import Batch, Need
from needs.states import EDITABLE, FINAL, JUST_OPENED, LISTED, N
from partners.actions import invite_partner
from partners.terms import is_stale
from people import Cast
from proposals.actions import begin_opening
from proposals.consortium import Participant
from proposals.joining import invite_participant, save_section
from proposals.models import Opening, Proposal, Submission, Vetting
from proposals.queries import awaiting_decryption
from proposals.states import LIVE, UNDER_WAY, P
from proposals.tasks import decrypt_opened
from proposals.vetting_moves import mark
from questions.actions import ask
from rescue.actions import invite
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import offers
from workflow.registry import machine_for
from workflow.tasks import tick

WALKS = int(os.environ.get("WALKS", "40"))
STEPS = 40
RUN_OUT = """
UPDATE proposals_vetting SET due_at = now() - interval '1 minute'
 WHERE proposal_id IN (SELECT id FROM proposals_proposal WHERE need_id = %s)
"""
BEGUN = """
UPDATE meetings_meeting SET starts_at = now() - interval '1 minute'
 WHERE proposal_id IN (SELECT id FROM proposals_proposal WHERE need_id = %s)
"""
ACTORS = ("alice", "bob", "tao", "rui", "guan", "gao", "shen", "ling", "charlie", "ji", "ting", "yun")
DATA = {
    "need.publish": lambda: {"bid_deadline": _soon()},
    "milestone.report": lambda: {"report": "样片三件已送检，强度 27 MPa。"},
    "payment.pay": lambda: {"paid_on": _today()},
    "question.answer": lambda: {"answer": "基材由我方提供。"},
    "question.decline": lambda: {"answer": "涉及产线参数，不便公开。"},
    "inquiry.reply": lambda: {"reply": "以第三方检测报告为准。"},
    "meeting.postpone": lambda: {"starts_at": _soon(), "place": "线上会议", "reason": "当天要迎检，改一天。"},
    "meeting.write": lambda: {"result": "none", "came": "双方负责人", "said": "价格谈不拢，暂不合作。"},
    "meeting.object": lambda: {"objection": "我方没有说过价格不能谈。"},
    "question.hide": lambda: {"code": "abuse"},
    "clarification.answer": lambda: {"reply": "依据已换成新样品的报告。", "text-approach": "换一条路线。"},
    "vetting.correct": lambda: {"asked": "请补交检测报告原件的扫描件。"},
    "vetting.supplement": lambda: {"reply": "已补交扫描件。"},
    "vetting.refuse": lambda: {"code": "papers", "sentence": "没有提交检测报告原件。"},
    "vetting.object": lambda: {"objection": "报告在附件二第 3 页，请复核。"},
    "vetting.overturn": lambda: {"ruling": "附件二确有检测报告，异议成立。"},
    "vetting.uphold": lambda: {"ruling": "附件二不是原件，维持原结论。"},
    "invite.decline": lambda: {"code": "busy"},
    "partnership.invite": lambda: {"share": "20"},
    "partnership.ask_again": lambda: {"share": "25"},
    "assignment.decline": lambda: diagnosing.DECLINE,
    "assignment.give_back": lambda: diagnosing.DECLINE,
    "assignment.finish": lambda: diagnosing.CONCLUSION,
}


def _soon() -> Any:
    return clock.now() + timedelta(days=20)


def _today() -> Any:
    return clock.today()


def _typed(value: Any) -> Any:
    """What stands in the field of a form: minutes, in local time."""
    return f"{localtime(value):%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value


def walk_class(cast: Cast, counted: Counter[str], within: tuple[str, ...]) -> type[RuleBasedStateMachine]:
    people = {name: getattr(cast, name) for name in ACTORS}
    kinds = {"sealed": {}, "rolling": {"sealing": "rolling"}, "two": {"two_deciders": True}}
    kinds["dealt"] = {"custody_from": Decimal(0)}
    kinds["dealt vetted"] = {**kinds["dealt"], "vetting": True}
    kinds |= {"vetted": {"vetting": True}, "rolling vetted": {"sealing": "rolling", "vetting": True}}
    batches = {kind: world.batch(cast, **setting) for kind, setting in kinds.items()}
    _ = (cast.team, cast.rival_team)

    class Walk(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.undo = transaction.atomic()
            self.undo.__enter__()
            self.need: Need | None = None
            self.checked = -1

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            connection.needs_rollback = False

        @initialize(
            sealing=st.sampled_from(within),
            status=st.sampled_from(["draft", "screened", "published", "published"]),
            annex=st.booleans(),
            shares=st.sampled_from([(), (1, 2), (3, 1)]),
        )
        def begin(self, sealing: str, status: str, annex: bool, shares: tuple[int, ...]) -> None:
            if self.need is None:
                ready = sealing.startswith("dealt") and status == "published"
                within = batches[sealing]
                self.need = keeping.listed(cast, within) if ready else world.need(cast, within=within, status=status)
                if annex:  # with so many rules to draw from, few walks would come to read one
                    self.a_team_is_let_in_and_reads("tao", auto=True, own=False)
                if ready and shares:
                    self.it_is_opened_with_shares(shares)

        @rule(first=st.integers(0, len(ACTORS) - 1), pick=st.integers(0, 11))
        def somebody_takes_a_move_that_is_offered(self, first: int, pick: int) -> None:
            objects = self.objects()
            for who in (*ACTORS[first:], *ACTORS[:first]):
                found = [(o, m) for o in objects for m in offers(o, people[who]) if m.enabled]
                if found:
                    obj, offer = found[pick % len(found)]
                    self.attempt(partial(self.move, obj, offer.transition.name, people[who]))
                    return

        def somebody_takes_the_primary_move(self, first: int) -> None:
            objects = self.objects()
            for who in (*ACTORS[first:], *ACTORS[:first]):
                found = [
                    (o, m)
                    for o in objects
                    for m in offers(o, people[who])
                    if m.enabled and m.transition.style == "primary"
                ]
                if found:
                    obj, offer = found[0]
                    self.attempt(partial(self.move, obj, offer.transition.name, people[who]))
                    return

        @rule(times=st.integers(1, 5))
        def the_case_takes_its_course(self, times: int) -> None:
            for _time in range(times):
                self.somebody_takes_the_primary_move(0)

        @rule(who=st.sampled_from(ACTORS), pick=st.integers(0, 200))
        def try_any_move(self, who: str, pick: int) -> None:
            objects = self.objects()
            if objects:
                obj = objects[pick % len(objects)]
                moves = machine_for(obj).transitions
                self.attempt(lambda: self.move(obj, moves[pick % len(moves)].name, people[who]))

        @rule(who=st.sampled_from(["tao", "rui"]), ready=st.booleans())
        def bid(self, who: str, ready: bool) -> None:
            team = cast.team if who == "tao" else cast.rival_team
            if self.need is not None and self.need.status == N.PUBLISHED:
                make = world.bid if ready else world.draft
                self.attempt(lambda: make(cast, self.need, team=team, by=people[who]))

        @rule(who=st.sampled_from(["tao", "tao", "ting", "charlie"]), write=st.booleans())
        def bid_together(self, who: str, write: bool) -> None:
            """Charlie's organisation is asked into Tao's bid, and writes its section."""
            bid = self.need.proposals.filter(team=cast.team, status=P.DRAFT).first() if self.need else None
            if bid is None:
                return
            home, by = cast.other_enterprise, people[who]
            self.attempt(lambda: invite_participant(bid, organisation=home, by=by))
            row = bid.participants.filter(status="writing").first()
            if row and write:
                self.attempt(lambda: save_section(row, dict(consortium.SECTION), by=by))

        @rule(who=st.sampled_from(["guan", "guan", "gao", "shen"]))
        def the_checklist_is_filled_in(self, who: str) -> None:
            if self.need is not None:
                self.attempt(lambda: world.tick_all(self.need, by=people[who]))

        @rule(who=st.sampled_from(["guan", "gao", "ling", "alice"]), handed=st.booleans())
        def the_need_is_given_to_somebody(self, who: str, handed: bool) -> None:
            give = diagnosing.handover if handed else partial(diagnosing.offered, by=people[who])
            if self.need is not None:
                self.attempt(lambda: give(cast, self.need))

        @rule(who=st.sampled_from(["yun", "yun", "guan", "charlie"]), answered=st.booleans())
        def the_need_is_looked_into_and_reworded(self, who: str, answered: bool) -> None:
            given = self.need.assignments.filter(duty="diagnosis").first() if self.need else None
            if given is None:
                return
            self.attempt(lambda: diagnosing.entry(cast, given, by=people[who]))
            self.attempt(lambda: diagnosing.rewrite(cast, given, by=people[who]))
            made = given.rewrites.filter(status="offered").first()
            if made and answered:
                self.attempt(lambda: decide(made, diagnosing.answers(made), by=cast.alice))

        @rule()
        def the_deadline_passes(self) -> None:
            if self.need is not None and self.need.status == N.PUBLISHED:
                world.let_the_deadline_pass(self.need)
                self.checked = -1

        @rule()
        def the_clock_ticks(self) -> None:
            tick()
            decrypt_opened()
            assert not awaiting_decryption().filter(need=self.need).exists()  # what two people opened is read

        @rule(who=st.sampled_from(["shen", "ling", "guan", "alice"]), move=st.sampled_from(["close", "archive"]))
        def somebody_ends_the_batch(self, who: str, move: str) -> None:
            if self.need is not None and self.need.number:
                batch = Batch.objects.get(pk=self.need.batch_id)
                self.attempt(partial(self.move, batch, move, people[who]))

        @rule(who=st.sampled_from(["guan", "shen", "alice", "ji"]), seat=st.integers(1, 3), own=st.booleans())
        def begin_opening(self, who: str, seat: int, own: bool) -> None:
            if self.need is not None:
                self.attempt(lambda: begin_opening(self.need, by=people[who]))
            if self.need is not None and self.need.batch.custody_from is not None:
                self.a_custodian_is_named_proves_and_brings(seat, by=people["shen"], own=own)

        def a_custodian_is_named_proves_and_brings(self, seat: int, *, by: Any, own: bool) -> None:
            person = keeping.people(cast)[seat]
            self.attempt(lambda: name_custodian(self.need, seat=seat, person=person, by=by))
            for row in (one for one in keeping.sitting(self.need) if one.seat == seat):
                for act in (keeping.take, keeping.prove, keeping.bring):
                    self.attempt(partial(act, row, by=person if own else people["ting"]))
                    row.refresh_from_db()

        @rule(seats=st.sampled_from([(1, 2), (2, 3), (3, 1), (1,)]))
        def it_is_opened_with_shares(self, seats: tuple[int, ...]) -> None:
            """The long way there, which chance alone hardly ever goes."""
            if self.need is None or self.need.batch.custody_from is None or self.need.status != N.PUBLISHED:
                return
            self.attempt(lambda: world.bid(cast, self.need, team=cast.team, by=cast.tao))
            self.the_deadline_passes()
            self.the_clock_ticks()
            for seat in seats:
                self.begin_opening("guan", seat, True)
            self.the_clock_ticks()
            opening = Opening.objects.filter(need=self.need, status="awaiting").first()
            if opening is not None:
                self.attempt(partial(self.move, opening, "confirm", cast.shen))
            self.the_clock_ticks()

        @rule(
            who=st.sampled_from(["alice", "guan", "ling", "charlie"]), kind=st.sampled_from(["amend", "extend", "down"])
        )
        def propose_a_change(self, who: str, kind: str) -> None:
            if self.need is None or self.need.status != N.PUBLISHED:
                return
            by, of = people[who], self.need
            match kind:
                case "amend":
                    rows = life.harder(of) if of.amendments % 2 else None
                    words = {"problem": f"第 {of.amendments + 1} 次更正后的难题。"}
                    self.attempt(lambda: life.amendment(cast, of, by=by, rows=rows, **words))
                case "extend":
                    self.attempt(lambda: life.extension(cast, of, by=by, days=1))
                case "down":
                    self.attempt(lambda: ask_to_take_down(of, code="plan", reason="企业经营计划调整，暂缓。", by=by))

        @rule(who=st.sampled_from(["alice", "alice", "guan"]))
        def an_enterprise_is_asked_to_join(self, who: str) -> None:
            if self.need is not None:
                home = cast.other_enterprise
                act = partial(invite_partner, self.need, organisation=home, share=Decimal(20), by=people[who])
                self.attempt(act)

        @rule(who=st.sampled_from(["tao", "charlie", "alice", "guan"]), n=st.integers(0, 2))
        def somebody_asks(self, who: str, n: int) -> None:
            if self.need is not None:
                self.attempt(lambda: ask(self.need, text=f"第 {n} 个问题：基材由谁提供？", by=people[who]))

        @rule(who=st.sampled_from(["alice", "guan", "tao", "charlie"]))
        def somebody_wants_it_clearer(self, who: str) -> None:
            for bid in self.need.proposals.all() if self.need is not None else []:
                self.attempt(lambda b=bid: clarify(b, **world.UNCLEAR, by=people[who]))

        @rule(who=st.sampled_from(["guan", "guan", "gao", "alice"]), found=st.sampled_from(["met", "met", "unmet"]))
        def somebody_looks_at_the_form(self, who: str, found: str) -> None:
            marks = {"papers": (found, "缺检测报告原件" if found == "unmet" else ""), "signature": ("met", "")}
            for row in Vetting.objects.filter(proposal__need=self.need, status="checking") if self.need else ():
                self.attempt(lambda r=row: mark(r, marks, by=people[who]))

        @rule()
        def a_term_of_the_formal_check_runs_out(self) -> None:
            if self.need is not None:
                insider.execute(RUN_OUT, self.need.pk)
                tick()

        @rule(who=st.sampled_from(["guan", "gao", "alice"]))
        def somebody_invites(self, who: str) -> None:
            if self.need is not None:
                teams = [cast.team, cast.rival_team]
                self.attempt(lambda: invite(self.need, teams, by=people[who]))

        @rule(who=st.sampled_from(["alice", "alice", "charlie"]), auto=st.booleans(), own=st.booleans())
        def the_annex_is_offered(self, who: str, auto: bool, own: bool) -> None:
            if self.need is not None:
                self.attempt(lambda: annexing.offer(self.need, auto=auto, own=own, by=people[who]))

        @rule(who=st.sampled_from(["tao", "tao", "ting", "rui", "charlie"]), fresh=st.booleans())
        def somebody_asks_for_the_annex(self, who: str, fresh: bool) -> None:
            team = cast.rival_team if who == "rui" else cast.team
            if self.need is not None:
                self.attempt(lambda: annexing.ask_or_accept(self.need, team, fresh=fresh, by=people[who]))

        @rule(who=st.sampled_from(["tao", "tao", "rui", "alice"]), auto=st.booleans(), own=st.booleans())
        def a_team_is_let_in_and_reads(self, who: str, auto: bool, own: bool) -> None:
            self.the_annex_is_offered("alice", auto, own)
            self.somebody_asks_for_the_annex(who, True)
            for request in self.need.annex_requests.filter(status="requested") if self.need else ():
                self.attempt(partial(self.move, request, "grant", people["alice"]))
            for reader in ("tao", "ting", "rui"):
                self.somebody_reads_the_annex(reader)

        @rule(who=st.sampled_from(["tao", "ting", "rui", "charlie", "guan"]))
        def somebody_reads_the_annex(self, who: str) -> None:
            if self.need is None:
                return
            for request in self.need.annex_requests.all():
                counted["read"] += annexing.read(request, by=people[who])

        @rule(
            who=st.sampled_from(["alice", "alice", "bob", "charlie", "tao"]),
            outcomes=st.lists(st.sampled_from(["select", "reserve", "refuse"]), min_size=2, max_size=2),
        )
        def answer_and_conclude(self, who: str, outcomes: list[str]) -> None:
            if self.need is None:
                return
            open_ones = self.need.proposals.filter(status__in=(P.OPENED, P.RESERVE)).order_by("pk")
            for proposal, outcome in zip(open_ones, outcomes, strict=False):
                self.attempt(
                    lambda p=proposal, o=outcome: answer(
                        p, outcome=o, code="fit", sentence="理由充分。", by=people[who]
                    )
                )
            self.attempt(lambda: world.decided(self.need, by=people[who]))

        @rule(who=st.sampled_from(["alice", "bob", "tao"]))
        def somebody_invites_to_talk(self, who: str) -> None:
            said = {"mode": "onsite", "place": "科创中心 3 楼", "agenda": "请带样件。"}
            for proposal in self.need.proposals.all()[:1] if self.need is not None else ():
                self.attempt(lambda p=proposal: meet(p, starts_at=_soon(), by=people[who], **said))

        @rule()
        def the_time_of_a_meeting_comes(self) -> None:
            if self.need is not None:
                insider.execute(BEGUN, self.need.pk)
                tick()

        @rule(who=st.sampled_from(["tao", "rui", "charlie"]))
        def somebody_asks_back(self, who: str) -> None:
            for proposal in self.need.proposals.all() if self.need is not None else ():
                self.attempt(lambda p=proposal: inquire(p, text="是以哪份检测报告为准判定的？", by=people[who]))

        @rule(who=st.sampled_from(["alice", "tao"]))
        def propose_and_draft(self, who: str) -> None:
            if self.need is None:
                return
            if self.need.status == N.SELECTED:
                self.attempt(lambda: world.intent(cast, self.need))
            intent = Intent.objects.filter(need=self.need, status="agreed").first()
            if intent:
                self.attempt(lambda: self.draft(intent, people[who]))

        def draft(self, intent: Intent, by: Any) -> None:
            contract = draft_contract(intent, by=by)
            contract.confidentiality = "保密三年。"
            save_contract(contract, by=by)

        def objects(self) -> list[Any]:
            if self.need is None:
                return []
            contracts = list(Contract.objects.filter(need=self.need))
            parts = [part for c in contracts for part in (*c.milestones.all(), *c.payments.all())]
            need = self.need
            rows = (
                need.decisions.all(),
                need.changes.all(),
                need.proposals.all(),
                need.openings.all(),
                need.intents.all(),
                Inquiry.objects.filter(proposal__need=need),
                Meeting.objects.filter(proposal__need=need),
            )
            rows += (need.questions.all(), need.invites.all(), need.assignments.all(), need.rewrites.all())
            rows += (need.annex_requests.all(),)
            rows += (need.partnerships.all(), Consultation.objects.filter(change__need=need))
            rows += (Clarification.objects.filter(proposal__need=need),)
            rows += (need.custodians.all(),)
            rows += (Vetting.objects.filter(proposal__need=need),)
            rows += (Participant.objects.filter(proposal__need=need),)
            return [self.need, *(row for found in rows for row in found), *contracts, *parts]

        def move(self, obj: Any, name: str, by: Any) -> None:
            data = DATA.get(f"{machine_for(obj).noun}.{name}", lambda: world.REASON)()
            counted["moves"] += 1
            if counted["moves"] % 2:
                perform(obj, name, by=by, data=data)
            else:
                self.move_on_its_page(obj, name, by, data)

        def move_on_its_page(self, obj: Any, name: str, by: Any, data: dict[str, Any]) -> None:
            """As a browser sends it. Whatever page comes back instead of going on, nothing may have been written."""
            counted["pages"] += 1
            browser = Client()
            browser.force_login(by)
            typed = {field: _typed(value) for field, value in data.items()}
            answer = browser.post(reverse("move", args=[machine_for(obj).noun, obj.pk, name]), typed)
            assert answer.status_code in (302, 403, 404, 409, 422), answer.status_code
            assert not answer.headers.get("Location", "").startswith("/account/")
            if answer.status_code != 302:
                raise Refused(f"{answer.status_code}")
            counted["by page"] += 1

        def attempt(self, act: Callable[[], Any]) -> None:
            counted["tried"] += 1
            before = Event.objects.count()
            try:
                with transaction.atomic():
                    act()
                counted["done"] += 1
            except (Refused, PermissionDenied):
                assert Event.objects.count() == before
            assert self.need is not None
            self.need.refresh_from_db()

        # ── the invariants, by their numbers in the threat model ──
        @invariant()
        def hold(self) -> None:
            counted["steps"] += 1
            if self.need is None or self.checked == (now := Event.objects.count()):
                return  # nothing has happened since the last look
            self.checked = now
            need = self.need
            need.refresh_from_db()
            self.a_sealed_bid_exists_for_its_team_alone(need)
            self.what_was_opened_is_what_was_recorded(need)
            self.a_dealt_key_lies_with_three_and_is_joined_by_two(need)
            self.one_live_bid_a_team_and_none_late(need)
            self.a_listing_changes_only_by_two_people(need)
            self.no_partner_is_bound_by_what_it_did_not_agree_to(need)
            self.an_asker_is_named_in_no_case_but_the_own(need)
            self.what_is_listed_is_what_was_approved(need)
            self.an_archive_is_at_rest(need)
            self.an_agency_reads_while_it_diagnoses(need)
            annexing.a_grant_is_of_one_accepted_version(need)
            self.nothing_is_compared_before_its_formal_check(need)
            self.nothing_closes_without_an_answer(need)
            self.nobody_is_told_before_it_is_published(need)
            self.money_adds_up(need)
            self.every_status_has_its_event(need)

        def a_sealed_bid_exists_for_its_team_alone(self, need: Need) -> None:  # I1
            sealed = set(
                need.proposals.filter(status__in=(P.DRAFT, P.SUBMITTED, P.WITHDRAWN, P.EXPIRED, P.VOID)).values_list(
                    "pk", flat=True
                )
            )
            beside = Participant.objects.taking_part().filter(organisation=cast.other_enterprise)
            for name in ("alice", "guan", "ling", "ji", "charlie"):
                if name == "charlie":
                    sealed -= set(beside.values_list("proposal", flat=True))
                assert not sealed & set(Proposal.objects.visible_to(people[name]).values_list("pk", flat=True)), name
            for mine, other in (("tao", cast.rival_team), ("rui", cast.team)):
                assert not Proposal.objects.visible_to(people[mine]).filter(need=need, team=other).exists()
            if need.batch.sealed and need.status in (N.PUBLISHED, N.CLOSED):
                assert not need.proposals.filter(content__isnull=False).exists()

        def what_was_opened_is_what_was_recorded(self, need: Need) -> None:  # I2
            for opening in Opening.objects.filter(need=need, status="opened", round=need.relists):
                assert opening.confirmed_by_id != opening.started_by_id
                assert opening.count == len(opening.commitments)
                assert opening.merkle_root == merkle_root(opening.commitments)
                out = (P.DRAFT, P.WITHDRAWN, P.EXPIRED, P.VOID)
                revealed = need.proposals.exclude(status__in=out).filter(round=opening.round)
                assert revealed.count() == opening.count

        def a_dealt_key_lies_with_three_and_is_joined_by_two(self, need: Need) -> None:
            rows = Custodian.objects.of(need)
            if need.batch.custody_from is not None and need.status in (N.PUBLISHED, N.CLOSED):
                assert need.key_dealt
                assert need.wrapped_key is None
                assert rows.exclude(sealed_share=None).exclude(proof_key="").count() == 3
            if need.key_dealt and need.status in JUST_OPENED:
                brought = Event.objects.filter(stream=need.audit_stream, action="custodian.accept")
                assert brought.values("subject").distinct().count() >= 2
            assert not rows.filter(brought__isnull=False).exclude(status__in=("brought", "accepted")).exists()

        def one_live_bid_a_team_and_none_late(self, need: Need) -> None:  # I3, I8
            late = Submission.objects.filter(proposal__need=need, received_at__gte=need.bid_deadline or _soon())
            assert not late.exists()
            live = need.proposals.filter(status__in=LIVE).values("team").annotate(n=Count("pk")).filter(n__gt=1)
            assert not live.exists()

        def a_listing_changes_only_by_two_people(self, need: Need) -> None:  # I5
            done = need.changes.filter(status="approved")
            assert need.amendments == done.filter(kind="amend").count() == need.versions.filter(event="amend").count()
            assert need.extensions == done.filter(kind="extend").count() <= 1
            assert not done.filter(Q(approved_by=None) | Q(approved_by=F("proposed_by"))).exists()
            assert not done.filter(new_deadline__lt=F("old_deadline")).exists()
            assert need.changes.filter(status__in=("consulting", "proposed")).count() <= 1

        def no_partner_is_bound_by_what_it_did_not_agree_to(self, need: Need) -> None:
            asked = Consultation.objects.filter(change__need=need)
            assert not asked.filter(change__status="approved").exclude(status="agreed").exists()
            assert not asked.filter(status="objected").exclude(change__status="objected").exists()
            bound = need.partnerships.select_related("need").filter(status="consented")
            if need.status in LISTED:
                assert not [row for row in bound if is_stale(row)]

        def an_asker_is_named_in_no_case_but_the_own(self, need: Need) -> None:
            assert not Event.objects.filter(stream=need.audit_stream, action__startswith="question.").exists()
            assert not need.questions.filter(status="answered", answer="").exists()

        def what_is_listed_is_what_was_approved(self, need: Need) -> None:  # I11
            if need.status in LISTED:
                assert need.published_hash == content_hash(need)
                assert need.number
                assert need.indicators.count() == 3

        def an_archive_is_at_rest(self, need: Need) -> None:
            if Batch.objects.get(pk=need.batch_id).status == "archived":
                assert need.status in (*FINAL, *EDITABLE)

        def an_agency_reads_while_it_diagnoses(self, need: Need) -> None:
            running = need.assignments.filter(agency=cast.agency, status="accepted").exists()
            reads = running and need.status in ("submitted", "returned")
            assert Need.objects.inside(people["yun"]).filter(pk=need.pk).exists() is reads

        def nothing_closes_without_an_answer(self, need: Need) -> None:
            if need.status in (N.SELECTED, N.INTENDED, N.CONTRACTED, N.COMPLETED, N.FAILED):
                assert not need.proposals.filter(status__in=(P.SUBMITTED, P.VETTING, P.OPENED, P.UNREADABLE)).exists()
            for proposal in need.proposals.filter(status__in=(P.SELECTED, P.RESERVE, P.NOT_SELECTED)):
                assert proposal.answer.sentence
                assert proposal.answer.published_at

        def nothing_is_compared_before_its_formal_check(self, need: Need) -> None:
            if not need.batch.vetting:
                return
            looked_at = ("draft", "submitted", "withdrawn", "expired", "void", "vetting", "unreadable", "rejected")
            rest = need.proposals.exclude(status__in=looked_at)
            assert not rest.exclude(vetting__status="passed").exists()
            failed = need.proposals.filter(status="rejected")
            assert not failed.exclude(vetting__status="failed").exists()
            hidden = need.proposals.filter(status__in=("vetting", "rejected"))
            assert not Proposal.objects.visible_to(people["alice"]).filter(pk__in=hidden).exists()
            waiting = Vetting.objects.filter(proposal__need=need, status__in=UNDER_WAY).exists()
            if need.status == N.VETTING:
                assert waiting or need.proposals.filter(status=P.SUBMITTED).exists()

        def nobody_is_told_before_it_is_published(self, need: Need) -> None:
            decided = need.decisions.filter(status__in=("decided", "published"), kind="choice")
            if need.batch.two_deciders:
                assert not decided.filter(Q(approved_by=None) | Q(approved_by=F("decided_by"))).exists()
            if need.status in (N.SELECTED, N.INTENDED, N.CONTRACTED, N.COMPLETED):
                assert need.decisions.filter(status="published").exists()
            assert need.decisions.filter(status__in=("proposed", "decided")).count() <= 1
            for proposal in need.proposals.filter(status=P.OPENED, answer__isnull=False):
                assert proposal.answer.public is None

        def money_adds_up(self, need: Need) -> None:  # I6
            for contract in Contract.objects.filter(need=need).exclude(status__in=("drafting", "refused")):
                assert contract.planned_total == contract.amount
                paid = Payment.objects.filter(contract=contract, status__in=("paid", "received"))
                assert (paid.aggregate(total=Sum("amount"))["total"] or Decimal(0)) <= contract.amount
                assert not paid.exclude(milestone__status="verified").exists()

        def every_status_has_its_event(self, need: Need) -> None:  # I12
            for obj in self.objects():
                last = (
                    Event.objects.filter(stream=obj.audit_stream, subject=f"{obj._meta.label_lower}:{obj.pk}")
                    .exclude(detail__after=None)
                    .order_by("-seq")
                    .first()
                )
                assert last is not None
                assert last.detail["after"] == obj.status

    return Walk


@pytest.mark.django_db
def test_no_order_of_moves_breaks_an_invariant(cast: Cast) -> None:
    counted = Counter[str]()
    run_state_machine_as_test(
        walk_class(cast, counted, ("sealed", "two", "rolling", "vetted", "rolling vetted")),
        settings=_settings(),
    )
    sys.stderr.write(
        f"{WALKS} walks: {counted['steps']} steps, {counted['tried']} attempts, {counted['done']} of them allowed, "
        f"{counted['read']} reads of an annex, {counted['pages']} moves tried on their page, "
        f"{counted['by page']} made\n"
    )
    assert counted["steps"] >= WALKS * STEPS * 0.5
    assert counted["done"] >= WALKS // 2
    assert counted["read"] >= WALKS // 10
    assert counted["pages"] >= WALKS // 2
    assert counted["by page"] >= WALKS // 20


@pytest.mark.django_db
def test_no_order_of_moves_opens_a_key_that_three_people_hold(cast: Cast) -> None:
    """Apart from the others, which need their steps for what is rarer there."""
    counted = Counter[str]()
    walks = max(WALKS // 4, 1)
    run_state_machine_as_test(walk_class(cast, counted, ("dealt", "dealt vetted")), settings=_settings(walks))
    sys.stderr.write(f"{walks} walks: {counted['steps']} steps, {counted['done']} of {counted['tried']} allowed\n")
    assert counted["done"] >= walks // 2


def _settings(walks: int = WALKS) -> settings:
    return settings(
        max_examples=walks,
        stateful_step_count=STEPS,
        deadline=None,
        print_blob=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
