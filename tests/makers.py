"""How a row of every lifecycle comes to each of its states: `MAKERS[noun][status](cast)`; what moves ask, in `DATA`."""

from datetime import timedelta
from typing import Any

import company
import consortium
import diagnosing
import insider
import keeping
import life
import world
from annexes.actions import ask, save_terms
from annexes.queries import agreement_in_force
from clarifications.actions import ask as clarify
from core import clock
from decisions.actions import answer, inquire, reply_now
from diagnoses.rewriting import decide
from meetings.actions import invite
from people import Cast
from proposals.actions import begin_opening, save_draft
from proposals.models import Vetting
from proposals.tasks import decrypt_opened
from proposals.vetting_moves import mark
from workflow.actions import perform

DATA: dict[str, Any] = {
    "publish": lambda: {"bid_deadline": clock.now() + timedelta(days=20)},
    "report": lambda: {**world.REASON, "report": "样片三件已送检，强度 27 MPa。"},
    "pay": lambda: {"paid_on": clock.today()},
    "answer": lambda: {"answer": "基材由我方提供。", "reply": "依据已换成新样品的报告。", "text-approach": "新路线。"},
    "decline": lambda: {"answer": "涉及产线参数，签订保密协议后提供。", **diagnosing.DECLINE},
    "reply": lambda: {"reply": "榜额按三家询价的平均值测算。"},
    "hide": lambda: {"code": "abuse"},
    "give_back": lambda: diagnosing.DECLINE,
    "finish": lambda: diagnosing.CONCLUSION,
    "invite": lambda: {"share": "30"},
    "correct": lambda: {"asked": "请补交检测报告原件的扫描件。"},
    "supplement": lambda: {"reply": "已补交扫描件。"},
    "object": lambda: {**world.REASON, "objection": "报告在附件二第 3 页，请复核。"},
    "overturn": lambda: {"ruling": "附件二确有检测报告，异议成立。"},
    "uphold": lambda: {"ruling": "附件二不是原件，维持原结论。"},
    "ask_again": lambda: {"share": "25"},
    "postpone": lambda: {**world.REASON, "starts_at": clock.now() + timedelta(days=4), "place": "线上会议 123"},
    "write": lambda: {
        "result": "followup",
        "came": "发榜方：爱丽丝；揭榜方：陶老师",
        "said": "看了样件，低温指标的依据还差一份检测报告。",
        "next_step": "揭榜方补检测报告",
        "next_date": clock.today() + timedelta(days=14),
    },
}


def of_need(status: str) -> Any:
    def make(cast: Cast) -> Any:
        made = world.need(cast, status=status)
        if status == "submitted":  # checked, by whoever handles it from then on
            world.tick_all(made, by=cast.guan)
        return made

    return make


def of_proposal(status: str) -> Any:
    def make(cast: Cast) -> Any:
        by_need = {
            "vetting": "vetting",
            "opened": "opened",
            "selected": "selected",
            "contracted": "contracted",
            "not_selected": "failed",
        }
        if status in by_need:
            return world.need(cast, status=by_need[status]).proposals.get()
        listed = world.listed(cast)
        made = world.draft(cast, listed) if status in ("draft", "expired") else world.bid(cast, listed)
        if status == "submitted":  # something to confirm, and something new to submit
            life.amend(cast, listed)
            made.refresh_from_db()
            save_draft(made, world.bid_content(listed, price="470000.00"), by=cast.tao)
        if status == "unreadable":
            insider.spoil(made)
            world.open_bids(listed, cast)
            made.refresh_from_db()
        if status == "withdrawn":
            perform(made, "withdraw", by=cast.tao)
        if status == "expired":
            world.let_the_deadline_pass(listed)
            perform(made, "expire", by=None)
        if status == "void":
            perform(listed, "take_down", by=cast.ling, data=world.REASON)
            perform(made, "void", by=None)
        return made

    return make


def of_change(status: str) -> Any:
    def make(cast: Cast) -> Any:
        listed = world.listed(cast)
        made = life.amendment(cast, listed)
        match status:
            case "approved":
                perform(made, "approve", by=cast.ling)
            case "refused":
                perform(made, "refuse", by=cast.shen, data=world.REASON)
            case "withdrawn":
                perform(made, "withdraw", by=cast.alice)
            case "lapsed":
                world.close(listed)
                perform(made, "lapse", by=None)
        return made

    return make


def of_question(status: str) -> Any:
    def make(cast: Cast) -> Any:
        listed = world.listed(cast)
        made = life.question(cast, listed)
        match status:
            case "answered":
                perform(made, "answer", by=cast.alice, data=DATA["answer"]())
            case "declined":
                perform(made, "decline", by=cast.alice, data=DATA["decline"]())
            case "hidden":
                perform(made, "hide", by=cast.guan, data=DATA["hide"]())
            case "unanswered":
                world.close(listed)
                perform(made, "close", by=None)
        return made

    return make


def of_clarification(status: str) -> Any:
    def make(cast: Cast) -> Any:
        need = world.need(cast, status="opened")
        bid = need.proposals.get(team=cast.team)
        row = clarify(bid, **world.UNCLEAR, by=cast.alice)
        match status:
            case "answered":
                perform(row, "answer", by=cast.tao, data=DATA["answer"]())
            case "withdrawn":
                perform(row, "withdraw", by=cast.alice)
            case "lapsed":
                perform(row, "lapse", by=None)
        return row

    return make


def of_invite(status: str) -> Any:
    def make(cast: Cast) -> Any:
        listed = world.listed(cast)
        made = life.invitation(cast, listed)
        match status:
            case "interested":
                perform(made, "accept", by=cast.tao)
            case "declined":
                perform(made, "decline", by=cast.tao, data=DATA["decline"]())
            case "lapsed":
                world.close(listed)
                perform(made, "lapse", by=None)
        return made

    return make


def in_reserve(cast: Cast) -> Any:
    """Second choice: Rui's bid is selected, Tao's kept for the case that nothing comes of it."""
    listed = world.listed(cast)
    made = world.bid(cast, listed)
    first = world.bid(cast, listed, team=cast.rival_team, by=cast.rui)
    world.open_bids(listed, cast)
    for proposal, outcome in ((first, "select"), (made, "reserve")):
        proposal.refresh_from_db()
        answer(proposal, outcome=outcome, code="fit", sentence="关键指标响应最好。", by=cast.alice)
    world.conclude(listed, by=cast.alice)
    made.refresh_from_db()
    return made


def has_lapsed(cast: Cast) -> Any:
    return of_intent("abandoned")(cast).proposal


def of_decision(status: str) -> Any:
    """Alice proposes, where her batch asks for two people."""

    def make(cast: Cast) -> Any:
        need = world.need(cast, within=world.batch(cast, two_deciders=True), status="opened")
        answer(need.proposals.get(), outcome="select", code="fit", sentence="关键指标响应最好。", by=cast.alice)
        made = world.decided(need, by=cast.alice)
        if status == "withdrawn":
            perform(made, "take_back", by=cast.alice)
        if status in ("decided", "published"):
            perform(made, "approve", by=cast.bob)
        if status == "published":
            perform(made, "publish", by=cast.alice)
        return made

    return make


def of_inquiry(status: str) -> Any:
    """Tao asks back why his bid was not chosen."""

    def make(cast: Cast) -> Any:
        need = world.need(cast, status="failed")
        made = inquire(need.proposals.get(), text="报价高出多少，能否告知榜额的测算口径？", by=cast.tao)
        if status == "replied":
            perform(made, "reply", by=cast.alice, data=DATA["reply"]())
        return made

    return make


def of_meeting(status: str) -> Any:
    """Alice invites Tao's team to talk before she chooses."""

    def make(cast: Cast) -> Any:
        bid = world.need(cast, status="opened").proposals.get()
        at = clock.now() + timedelta(days=2)
        made = invite(bid, mode="onsite", starts_at=at, place="科创中心 3 楼", agenda="请带样件。", by=cast.alice)
        moves = {"agreed": ["agree"], "held": ["agree"], "declined": ["decline"], "cancelled": ["cancel"]}
        for move in moves.get(status, ()):
            perform(made, move, by=cast.alice if move == "cancel" else cast.tao, data=world.REASON)
        if status in ("held", "lapsed"):
            insider.execute("UPDATE meetings_meeting SET starts_at = now() - interval '1 hour' WHERE id = %s", made.pk)
            perform(made, {"held": "hold", "lapsed": "lapse"}[status], by=None)
        return made

    return make


def of_minutes(status: str) -> Any:
    """What Alice wrote down of the meeting, and what Tao's team said to it."""
    moves = {"confirmed": ["confirm"], "objected": ["object"], "disputed": ["object", "stand"]}

    def make(cast: Cast) -> Any:
        made = of_meeting("held")(cast)
        if status == "unwritten":
            perform(made, "leave", by=None)
            return made
        perform(made, "write", by=cast.alice, data={**DATA["write"](), "said": "看了样件，没有看到检测报告。"})
        for move in {**moves, "unanswered": ["settle"]}.get(status, ()):
            perform(made, move, by=cast.tao if move in ("confirm", "object") else None, data=DATA["object"]())
        return made

    return make


def of_vetting(status: str) -> Any:
    """The formal check of Tao's bid; Guan finds a paper missing where it is not passed."""

    def make(cast: Cast) -> Any:
        if status == "void":
            return overtaken_vetting(cast)
        made = Vetting.objects.get(proposal__need=world.need(cast, status="vetting"))
        lacks = {} if status in ("checking", "passed") else {"papers": ("unmet", "缺检测报告原件")}
        mark(made, world.VOUCHED | lacks, by=cast.guan)
        if status == "passed":
            perform(made, "pass", by=cast.guan)
        if status == "correcting":
            perform(made, "correct", by=cast.guan, data=DATA["correct"]())
        if status in ("refused", "objected", "failed"):
            perform(made, "refuse", by=cast.guan, data={"code": "papers", "sentence": "没有提交检测报告原件。"})
        if status == "objected":
            perform(made, "object", by=cast.tao, data=DATA["object"]())
        if status == "failed":
            perform(made, "close", by=None)
        return made

    return make


def overtaken_vetting(cast: Cast) -> Any:
    """Of a bid nobody could read, which Alice answered before anybody had looked at its form."""
    listed = world.listed(cast, within=world.batch(cast, sealing="rolling", vetting=True))
    spoilt = world.bid(cast, listed)
    insider.spoil(spoilt)
    decrypt_opened()
    answer(spoilt, outcome="refuse", code="other", sentence="方案无法读取，欢迎重新提交。", by=cast.alice)
    reply_now(spoilt, by=cast.alice)
    made = Vetting.objects.get(proposal=spoilt)
    perform(made, "void", by=None)
    return made


def of_opening(status: str) -> Any:
    def make(cast: Cast) -> Any:
        opening = begin_opening(world.need(cast, status="closed"), by=cast.guan)
        if status != "awaiting":
            perform(
                opening,
                {"opened": "confirm", "cancelled": "cancel"}[status],
                by=cast.gao if status == "opened" else cast.guan,
            )
        return opening

    return make


def of_intent(status: str) -> Any:
    def make(cast: Cast) -> Any:
        made = world.intent(
            cast, world.need(cast, status="selected"), status="proposed" if status == "proposed" else "agreed"
        )
        if status == "abandoned":
            perform(made, "abandon", by=cast.alice, data=world.REASON)
        if status == "expired":
            insider.make_older(made, days=181)
            perform(made, "expire", by=None)
        return made

    return make


def of_contract(status: str) -> Any:
    def make(cast: Cast) -> Any:
        made = world.contract(cast, status={"refused": "offered", "terminated": "performing"}.get(status, status))
        if status == "refused":
            perform(made, "refuse", by=cast.tao, data=world.REASON)
        if status == "performing":
            world.deliver(made, cast)
        if status == "terminated":
            perform(made, "terminate", by=cast.ling, data=world.REASON)
        return made

    return make


def of_milestone(status: str) -> Any:
    def make(cast: Cast) -> Any:
        made = world.contract(cast, status="performing").milestones.first()
        if status != "planned":
            perform(made, "report", by=cast.tao, data=DATA["report"]())
        if status == "rectify":
            perform(made, "rectify", by=cast.alice, data=world.REASON)
        if status == "verified":
            perform(made, "verify", by=cast.alice)
        return made

    return make


def of_payment(status: str) -> Any:
    def make(cast: Cast) -> Any:
        agreed = world.contract(cast, status="performing")
        world.deliver(agreed, cast)
        made = agreed.payments.first()
        if status != "planned":
            perform(made, "pay", by=cast.alice, data=DATA["pay"]())
        if status == "received":
            perform(made, "receive", by=cast.tao)
        return made

    return make


def of_assignment(status: str) -> Any:
    def make(cast: Cast) -> Any:
        if status in ("accepted", "returned", "done", "withdrawn"):
            made = diagnosing.done(cast) if status == "done" else diagnosing.accepted(cast)
            if status == "accepted":  # something to finish with
                diagnosing.entry(cast, made)
            move = {"returned": ("give_back", cast.yun), "withdrawn": ("withdraw", cast.guan)}.get(status)
        else:
            made = diagnosing.offered(cast)
            move = {"declined": ("decline", cast.yun)}.get(status)
        if move:
            perform(made, move[0], by=move[1], data=DATA.get(move[0], lambda: world.REASON)())
        return made

    return make


def of_rewrite(status: str) -> Any:
    def make(cast: Cast) -> Any:
        made = diagnosing.rewrite(cast)
        if status == "settled":
            made = decide(made, diagnosing.answers(made), by=cast.alice)
        if status == "withdrawn":
            perform(made, "withdraw", by=cast.yun)
        return made

    return make


def of_annex(status: str) -> Any:
    """Tao's request to read what Alice's listing keeps to itself."""

    def make(cast: Cast) -> Any:
        listed = world.listed(cast)
        save_terms(listed, offered=True, auto_grant=False, own_text="", by=cast.alice)
        sha = agreement_in_force(listed).sha256
        made = ask(listed, team=cast.team, purpose="核对产线参数，判断路线。", sha256=sha, by=cast.tao)
        if status in ("granted", "revoked"):
            perform(made, "grant", by=cast.alice)
        if status in ("refused", "revoked"):
            perform(made, {"refused": "refuse", "revoked": "revoke"}[status], by=cast.alice, data=world.REASON)
        if status == "lapsed":
            world.close(listed)
            perform(made, "lapse", by=None)
        return made

    return make


def of_partnership(status: str) -> Any:
    return lambda cast: company.partnership(cast, status=status)


def of_consultation(status: str) -> Any:
    return lambda cast: company.consultation(cast, status=status)


def of_participant(status: str) -> Any:
    return lambda cast: consortium.participant(cast, status=status)


def of_custodian(status: str) -> Any:
    def make(cast: Cast) -> Any:
        return keeping.custodian(cast, status=status)

    return make


MAKERS: dict[str, dict[str, Any]] = {
    "participant": {s: of_participant(s) for s in ("invited", "writing", "confirmed", "declined", "left", "removed")},
    "custodian": {
        s: of_custodian(s)
        for s in (
            "named",
            "keyed",
            "proved",
            "called",
            "brought",
            "accepted",
            "reported",
            "absent",
            "lost",
            "replaced",
            "released",
        )
    },
    "annex": {s: of_annex(s) for s in ("requested", "granted", "refused", "revoked", "lapsed")},
    "batch": {
        s: (lambda cast, s=s: world.batch(cast, status=s)) for s in ("draft", "open", "collected", "closed", "archived")
    },
    "need": {s: of_need(s) for s in world._NEED},
    "assignment": {s: of_assignment(s) for s in ("offered", "accepted", "done", "declined", "returned", "withdrawn")},
    "rewrite": {s: of_rewrite(s) for s in ("offered", "settled", "withdrawn")},
    "proposal": {
        s: of_proposal(s)
        for s in (
            "draft",
            "submitted",
            "withdrawn",
            "expired",
            "void",
            "vetting",
            "opened",
            "selected",
            "not_selected",
            "contracted",
            "unreadable",
        )
    }
    | {"reserve": in_reserve, "lapsed": has_lapsed, "rejected": lambda cast: of_vetting("failed")(cast).proposal},
    "meeting": {
        **{s: of_meeting(s) for s in ("invited", "agreed", "held", "declined", "cancelled", "lapsed")},
        **{s: of_minutes(s) for s in ("minuted", "objected", "confirmed", "unanswered", "disputed", "unwritten")},
    },
    "inquiry": {s: of_inquiry(s) for s in ("asked", "replied")},
    "decision": {s: of_decision(s) for s in ("proposed", "decided", "published", "withdrawn")},
    "change": {s: of_change(s) for s in ("proposed", "approved", "refused", "withdrawn", "lapsed")}
    | {s: (lambda cast, s=s: company.amendment(cast, status=s)) for s in ("consulting", "objected")},
    "consultation": {s: of_consultation(s) for s in ("asked", "agreed", "objected", "lapsed")},
    "question": {s: of_question(s) for s in ("asked", "answered", "declined", "unanswered", "hidden")},
    "clarification": {s: of_clarification(s) for s in ("asked", "answered", "lapsed", "withdrawn")},
    "invite": {s: of_invite(s) for s in ("sent", "interested", "declined", "lapsed")},
    "vetting": {
        s: of_vetting(s) for s in ("checking", "correcting", "refused", "objected", "passed", "failed", "void")
    },
    "opening": {s: of_opening(s) for s in ("awaiting", "opened", "cancelled")},
    "intent": {s: of_intent(s) for s in ("proposed", "agreed", "abandoned", "expired")}
    | {"converted": lambda cast: world.contract(cast, status="performing").intent},
    "contract": {
        s: of_contract(s) for s in ("drafting", "offered", "performing", "completed", "refused", "terminated")
    },
    "milestone": {s: of_milestone(s) for s in ("planned", "reported", "rectify", "verified")},
    "partnership": {
        s: of_partnership(s) for s in ("suggested", "willing", "invited", "consented", "declined", "left", "removed")
    },
    "payment": {s: of_payment(s) for s in ("planned", "paid", "received")},
}
