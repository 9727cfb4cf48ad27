"""The demo, told by the people in it: every need comes to its state through the platform's own lifecycles.

Only time is arranged (`demo.clockwork`): what it tells took weeks. Cases wait, some are late, deadlines are over.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from contracts.actions import draft_contract, save_contract
from contracts.models import Contract
from core import clock
from core.clock import day_of
from core.workdays import closing_after, end_of_workday
from decisions.actions import answer, decide
from demo import batches
from demo.alike import post_together, posted_together
from demo.annexes import NOTE, drawing
from demo.choosing import talk, talked
from demo.clockwork import at_hour, days_ago
from demo.consortia import bid_together
from demo.needs import STORIES, Story, indicator
from demo.people import Cast, newcomer, populate
from demo.rivals import told_by
from demo.timing import (
    AFTER_DEADLINE,
    ANSWERS_AFTER,
    BEGAN,
    CLOSES_AFTER,
    FOUNDED,
    MEETS_AFTER,
    OPENS_AFTER,
    PASSED,
    SIGNS_AFTER,
    WAITED,
    WORKS_AFTER,
    days_of_bids,
    since,
)
from demo.vetting import vet
from diagnoses.checklist import fill_checklist
from diagnoses.codes import Item, Verdict
from meetings.actions import propose_intent
from needs.actions import attach, publish_now, save_need, start_need
from needs.models import Need
from proposals.actions import begin_opening, save_draft, start_proposal
from proposals.models import Proposal
from proposals.states import P
from proposals.tasks import decrypt_opened
from teams.models import Team
from workflow.actions import perform

NONE_WILL_DO = {"code": "indicators", "reason": "各方案的耐热指标都缺少验证数据，本次不选定，完善后另行发榜。"}
RETURN = {"code": "indicators", "reason": "指标还不够量化，请补充检测方法和现有水平，便于揭榜方判断。"}
REJECT = {"code": "scope", "reason": "本项为软科学研究，不属于企业技术需求，请通过相应渠道申报。"}
WITHDRAW = {"code": "plan", "reason": "企业经营计划调整，本项技改暂缓实施，特此说明。"}

INDUSTRY = {"1": "39", "2": "27", "3": "37", "4": "26", "5": "65", "6": "38", "7": "77", "8": "35"}  # by field


class Teller:
    """One telling of the story: the cast, the batches, and a verb for each turn."""

    def __init__(self) -> None:
        now = clock.now()
        with days_ago(FOUNDED):
            self.cast: Cast = populate()
        with days_ago(BEGAN):
            self.batches = batches.prepare(self.cast, now)
        self.needs: list[tuple[Story, Need, Any]] = []
        self.plan: list[tuple[float, Callable[[], Any]]] = []  # how many days ago, and what happened

    def tell(self) -> int:
        """In the order of time over all needs: a checkpoint vouches for whatever came before it."""
        together = posted_together(len(self.cast.enterprises))
        for number, story in enumerate(STORIES):
            if story.state == "draft":
                continue
            with days_ago(BEGAN - 1):
                need, owner = self._begin(number, story)
                if story in together:
                    post_together(self.cast, need)
            self._to_the_desk(number, story, need, owner, since(number, story))
            if story.state in ("published", *AFTER_DEADLINE):
                self._then(since(number, story) - 1.5, self._bids, number, story, need)
            if story.state in AFTER_DEADLINE:
                self._after_the_deadline(story, need, owner)
        self._then(WAITED[1], newcomer)
        for ago, step in sorted(self.plan, key=lambda one: -one[0]):
            with days_ago(ago):
                step()
        for number, story in enumerate(STORIES):
            if story.state == "draft":
                self._begin(number, story)
        decrypt_opened()
        batches.archive(self.batches["past"], self.cast)
        for _story, need, _owner in self.needs:
            need.refresh_from_db()
        return len(self.needs)

    def _then(self, ago: float, step: Callable[..., Any], *given: Any) -> None:
        """Takes its place in time. Steps at the same time keep their order."""
        self.plan.append((ago, partial(step, *given)))

    # ── needs ──
    def _begin(self, number: int, story: Story) -> tuple[Need, Any]:
        owner, organisation = self.cast.enterprises[number % len(self.cast.enterprises)]
        need = self._draft(number, story, owner, organisation)
        self.needs.append((story, need, owner))
        return need, owner

    def _draft(self, number: int, story: Story, owner: Any, organisation: Any) -> Need:
        place = batches.place_of(story)
        need = start_need(
            organisation=organisation,
            batch=self.batches[place],
            answers=batches.answers(number, story) if place == "contest" else {},
            by=owner,
            title=story.title,
            field=story.field,
            region=story.region,
            keywords=list(story.words),
            problem=story.problem,
            goal=story.goal,
            budget=story.budget,
            period_months=story.months,
            cooperation=["commissioned", "joint"],
            ownership="joint" if story.months > 12 else "client",
            contact_name=owner.name,
            contact_phone="0532-88880000",
            confidential=NOTE,
            source_note=f"{story.note}：{story.source}",
            industry=INDUSTRY[story.field],
            deliverables=["prototype", "test"] if story.field == "8" else ["sample", "process", "test"],
            improvements="shared" if story.months > 12 else "",
            funding=["own"],
            engagements=["diagnosis", "centre"] if story.months > 12 else [],
            trl_now=3,
            trl_target=7,
        )
        save_need(need, indicators=[indicator(line) for line in story.indicators], by=owner)
        if story.state == "published":
            attach(need, drawing(), slot="protected", by=owner)
        return need

    def _to_the_desk(self, number: int, story: Story, need: Need, owner: Any, last: float) -> None:
        """Each step a day or two after the one before; the last of them `last` days ago."""
        staff, state = self.cast.staff, story.state
        handled = {"submitted": 0, "returned": 1.2, "rejected": 1.3, "screened": 2.2}.get(state, 4.4)
        self._then(last + handled, self._move, need, "submit", owner)
        if state in ("returned", "rejected"):
            move, data = ("return", RETURN) if state == "returned" else ("reject", REJECT)
            self._then(last, self._move, need, move, staff["officer"], data)
        if state in ("submitted", "returned", "rejected"):
            return
        self._then(last + handled - 2, self._screen, need)
        if state != "screened":
            self._then(last, self._move, need, "approve", staff["reviewer"])
            self._then(last, self._publish, number, story, need)

    def _move(self, need: Need, name: str, by: Any, data: Any = None) -> None:
        need.refresh_from_db()
        perform(need, name, by=by, data=data)

    def _screen(self, need: Need) -> None:
        officer = self.cast.staff["officer"]
        fill_checklist(need, dict.fromkeys(Item, (Verdict.MET, "")), by=officer)
        self._move(need, "screen", officer)

    def _publish(self, number: int, story: Story, need: Need) -> None:
        leader = self.cast.staff["leader"]
        if story.state == "scheduled":
            start = at_hour(clock.now() + timedelta(days=WAITED[-1] + 2), 9)
            data = {"publish_at": start, "bid_deadline": closing_after(start + timedelta(days=30))}
            perform(need, "publish", by=leader, data=data)
        elif story.state != "approved":
            end = clock.now() + timedelta(days=days_of_bids(number, story))
            told = story.state in AFTER_DEADLINE  # what came after is told by the day
            publish_now(need, by=leader, bid_deadline=end_of_workday(day_of(end)) if told else closing_after(end))
        if story.state == "withdrawn":
            perform(need, "take_down", by=leader, data=WITHDRAW)

    # ── bids ──
    def _bids(self, number: int, story: Story, need: Need) -> None:
        if story.state == "no_bid" or (story.state == "published" and number % 3 == 0):
            return
        fitting = [pair for pair in self.cast.teams if story.field in pair[1].field8] or self.cast.teams[:1]
        others = [pair for pair in self.cast.teams if pair not in fitting]
        others = others[number % len(others) :] + others[: number % len(others)]
        bidders = 3 if story.state == "opened" else 2 + number % 2  # enough to compare
        for rank, (leader, team) in enumerate([*fitting, *others][:bidders]):
            proposal = self._bid(story, need, leader, team, rank)
            if story.state == "published" and not story.rolling and rank == 1:
                continue  # a draft on somebody's desk
            perform(proposal, "submit", by=leader)
        decrypt_opened()  # what a rolling batch has taken in reaches the enterprise at once

    def consortia(self) -> None:
        """On two listings nobody has bid for yet."""
        free = [(s, n) for s, n, _owner in self.needs if s.state == "published" and not s.rolling]
        free = [(s, n) for s, n in free if not n.proposals.exists()]
        (tao, own), (rui, rival) = self.cast.teams[:2]
        ours, theirs = ((story, need) for story, need in free[:2])
        bid_together(self.cast, self._bid(*ours, tao, own, 0), self._bid(*theirs, rui, rival, 1))

    def _bid(self, story: Story, need: Need, leader: Any, team: Team, rank: int) -> Proposal:
        budget = story.budget or Decimal(500000)
        price = _hundreds(budget * (Decimal("0.92") + Decimal("0.05") * rank))
        first = _hundreds(price * Decimal("0.4"))
        months = max(4, story.months - 2 + rank)
        answers = {str(i.pk): _answer(i, rank) for i in need.indicators.all()}
        content: dict[str, Any] = {
            "summary": f"围绕“{story.title}”，以{'、'.join(story.words)}为切入点，先验证机理，再放大验证。",
            "approach": "一、复现现状，定位因素；二、小试筛选；三、中试放大并逐项检测；四、现场应用，移交工艺文件。",
            "basis": f"{team.name}近三年承担同类项目 {3 + rank} 项，具备完整的试验与检测条件。",
            "risk": "放大过程可能出现波动，预留一轮工艺窗口试验。",
            "rights": "成果归属按榜单约定执行，后续改进归改进方所有。",
            "answers": answers,
            "price": str(price),
            "period_months": months,
            "milestones": [
                {
                    "title": "小试与方案定型",
                    "month": max(2, months // 3),
                    "amount": str(first),
                    "deliverable": "小试报告和样件",
                },
                {
                    "title": "放大验证与交付",
                    "month": months,
                    "amount": str(price - first),
                    "deliverable": "检测报告、工艺文件",
                },
            ],
            "ownership": need.ownership,
            "members": [{"name": leader.name, "title": "教授", "role": "负责人，总体方案", "months": str(months)}],
            **(_whole(story, price) if need.batch.asks_full else {}),
            **told_by(rank, need, leader),
        }
        said = content if need.batch.asks_full else _short(content)
        return save_draft(start_proposal(need=need, team=team, by=leader), said, by=leader)

    # ── after the deadline ──
    def _after_the_deadline(self, story: Story, need: Need, owner: Any) -> None:
        state, passed = story.state, PASSED[story.state]
        self._then(passed - CLOSES_AFTER, self._move, need, "close", None)
        if state == "closed":
            return
        self._then(passed - OPENS_AFTER, self._open, need)
        self._then(passed - OPENS_AFTER - 0.4, vet, self.cast, need, state == "vetting")
        if state in ("vetting", "opened", "no_bid"):
            return
        self._then(passed - ANSWERS_AFTER + 1, talk, need, owner)
        self._then(passed - ANSWERS_AFTER + 0.05, talked, need, owner)
        self._then(passed - ANSWERS_AFTER, self._answer, state, need, owner)
        if state in ("selected", "failed"):
            return
        self._then(passed - MEETS_AFTER, self._meet, need, owner)
        if state != "intended":
            self._then(passed - SIGNS_AFTER, self._sign, need, owner)
            self._then(passed - WORKS_AFTER, self._work, state, need, owner)

    def _open(self, need: Need) -> None:
        staff = self.cast.staff
        need.refresh_from_db()
        perform(begin_opening(need, by=staff["officer"]), "confirm", by=staff["officer2"])
        decrypt_opened()
        need.refresh_from_db()

    def _meet(self, need: Need, owner: Any) -> None:
        need.refresh_from_db()
        chosen = need.proposals.get(status=P.SELECTED)
        intent = propose_intent(
            need,
            amount=chosen.price or Decimal(1),
            next_step="到企业现场对接，确定合同条款",
            next_date=clock.today() + timedelta(days=7),
            by=owner,
        )
        perform(intent, "agree", by=chosen.team.leader)

    def _answer(self, state: str, need: Need, owner: Any) -> None:
        for rank, proposal in enumerate(need.proposals.filter(status=P.OPENED).order_by("price")):
            if state == "failed":
                told = ("refuse", "indicators", "耐热指标没有给出验证数据，暂不能选定，欢迎补充后再对接。")
            elif rank == 0:
                told = ("select", "fit", "指标逐项响应完整，报价合理，团队有同类项目经验。")
            else:
                told = ("refuse", "price", "技术路线可行，但报价和周期高于首选方案，感谢参与。")
            answer(proposal, outcome=told[0], code=told[1], sentence=told[2], by=owner)
        decision = decide(need, by=owner, **(NONE_WILL_DO if state == "failed" else {}))
        perform(decision, "publish", by=owner)
        need.refresh_from_db()

    def _sign(self, need: Need, owner: Any) -> None:
        contract = draft_contract(need.intents.get(status="agreed"), by=owner)
        contract.confidentiality = "双方对技术资料和经营信息保密，期限为合同终止后三年。"
        save_contract(contract, by=owner)
        perform(contract, "offer", by=owner)
        perform(contract, "sign", by=contract.team.leader)

    def _work(self, state: str, need: Need, owner: Any) -> None:
        contract = Contract.objects.get(need=need)
        leader = contract.team.leader
        milestones = list(contract.milestones.all())
        done = milestones if state == "completed" else milestones[:1]
        for milestone in done:
            perform(
                milestone, "report", by=leader, data={"report": "按计划完成，样件与检测报告已移交，指标达到约定值。"}
            )
            perform(milestone, "verify", by=owner)
            for payment in milestone.payments.all():
                perform(payment, "pay", by=owner, data={"paid_on": clock.today()})
                perform(payment, "receive", by=leader)
        if state == "completed":
            perform(contract, "complete", by=owner)
        elif state == "terminated":
            data = {"code": "plan", "reason": "应用工程取消，双方协商一致终止合同，已付款项据实结算。"}
            perform(contract, "terminate", by=self.cast.staff["leader"], data=data)


def _hundreds(amount: Decimal) -> Decimal:
    """In whole hundreds of 元: two decimals of 万元, as people offer and plan."""
    return amount.quantize(Decimal("1E+2")).quantize(Decimal("1.00"))


def _answer(indicator: Any, rank: int) -> dict[str, str]:
    return {
        "value": _promise(indicator, rank),
        "meets": "met",
        "evidence": "同类样品的第三方检测报告，见附件。",
        "method": f"以小试结果为基础，按{indicator.test_method or '榜单要求'}逐批检测。",
        "risk": "放大后可能波动，预留一轮调整。",
    }


def _short(content: dict[str, Any]) -> dict[str, Any]:
    """The short form asks for less, and a draft keeps nothing that its form does not ask for."""
    answers = {pk: {**row, "method": "", "risk": ""} for pk, row in content["answers"].items()}
    return {**content, "answers": answers, "members": [{**row, "months": ""} for row in content["members"]]}


def _whole(story: Story, price: Decimal) -> dict[str, Any]:
    """What a 揭榜申请书 says beyond one page."""
    materials = _hundreds(price * Decimal("0.5"))
    return {
        "background": f"国外在{'、'.join(story.words)}方面已有成熟产品，价格高、供货周期长；国内多停留在小试。",
        "innovation": "一、配方与工艺一体优化；二、以在线检测代替抽检，批次一致性可追溯。",
        "guarantee": "双周例会，按里程碑核对进度；经费单独核算、专款专用。",
        "benefit": "替代进口后，单件成本预计下降三成。",
        "trl_now": 4,
        "trl_target": 7,
        "budget": [
            {"item": "materials", "asked": str(materials), "own": "30000.00", "note": "原料、样件和辅料"},
            {"item": "testing", "asked": str(price - materials), "own": "", "note": "第三方检测与中试加工"},
        ],
        "pledged": True,
    }


def _promise(indicator: Any, rank: int) -> str:
    """What a bidder answers: the first one a little better than asked, the next ones just so."""
    if indicator.operator == "qual":
        return "完全响应"
    better = Decimal("1.04") if rank == 0 else Decimal("1")
    if indicator.operator == "le":
        better = 2 - better
    return f"{(indicator.value * better).quantize(Decimal('0.01')).normalize():f}"
