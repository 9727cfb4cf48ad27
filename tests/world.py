"""Cases on their way: a need, a bid, a contract in any state, brought there by the people who would bring them.

Nothing is written past the lifecycles; only time is: `let_the_deadline_pass` moves a listing's clock back as a whole.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import insider
from calls import call, collected
from contracts.actions import draft_contract, save_contract
from contracts.models import Contract
from core import clock
from decisions.actions import answer, decide
from decisions.models import Decision
from diagnoses.checklist import fill_checklist
from diagnoses.codes import Item, Verdict
from meetings.actions import propose_intent
from meetings.models import Intent
from needs.actions import publish_now, save_need, start_batch, start_need
from needs.models import Batch, Indicator, Need
from people import Cast
from proposals.actions import begin_opening, save_draft, start_proposal
from proposals.models import Proposal, Vetting
from proposals.states import P, V
from proposals.tasks import decrypt_opened
from proposals.vetting_moves import mark
from teams.models import Team
from workflow.actions import perform

NEED_BACK = """
UPDATE needs_need n
   SET publish_at = publish_at - s.age, published_at = published_at - s.age, bid_deadline = bid_deadline - s.age
  FROM (SELECT id, bid_deadline - now() + interval '1 hour' AS age FROM needs_need) s
 WHERE s.id = n.id AND n.id = %s
"""
BIDS_BACK = """
UPDATE proposals_submission
   SET received_at = least(received_at, (SELECT bid_deadline - interval '1 second' FROM needs_need WHERE id = %s))
 WHERE proposal_id IN (SELECT id FROM proposals_proposal WHERE need_id = %s)
"""
NONE_WILL_DO = {"code": "price", "reason": "各方案报价均超出预算，拟调整榜额后再发榜。"}
UNCLEAR: dict[str, Any] = {"question": "依据与响应值不一致，请说明。", "parts": ["text:approach"], "days": 3}
VOUCHED = {"papers": ("met", ""), "signature": ("met", "")}  # what only a person can tell of a bid
REASON = {"code": "other", "reason": "请按说明修改后再办理，谢谢配合。"}


def batch(cast: Cast, *, sealing: str = "sealed", status: str = "open", **fields: Any) -> Batch:
    fields = {
        "title": "常年对接",
        "rules": "公开、公平，方案密封至截止。",
        "window": timedelta(days=30),
        "window_min": timedelta(milliseconds=1),
        "window_max": timedelta(days=60),
        "vetting": False,  # as most cases are told; those with a formal check say so
        **fields,
    }
    if status == "collected":
        made = call(cast, sealing=sealing, **fields)
        collected(made)
        return made
    made = start_batch(by=cast.guan, sealing=sealing, **fields)
    moves = ("open", "close", "archive")[: ("draft", "open", "closed", "archived").index(status)]
    for move in moves:
        perform(made, move, by=cast.shen)
    return made


def need(cast: Cast, *, within: Batch | None = None, status: str = "draft", **fields: Any) -> Need:
    """A complete need of Alice's, as far along as `status`; from `closed` on with one bid of Tao's, but for 流榜."""
    fields = {
        "title": "高强度抗爆弹性体材料",
        "field": "4",
        "keywords": ["弹性体", "抗爆"],
        "region": "青岛高新区",
        "problem": "现有涂层在强冲击下开裂，需要高强度、高延伸率的弹性体材料。",
        "goal": "形成配方和喷涂工艺，第三方检测合格后验收。",
        "period_months": 12,
        "budget": Decimal("500000"),
        "cooperation": ["commissioned"],
        "ownership": "joint",
        "contact_name": "张工",
        "contact_phone": "13800000000",
        "confidential": "内部配方代号与产线参数。",
        **fields,
    }
    made = start_need(organisation=cast.enterprise, batch=within or batch(cast), by=cast.alice, **fields)
    save_need(made, indicators=indicators(), by=cast.alice)
    bring(made, cast, status)
    return made


def bring(made: Need, cast: Cast, status: str) -> None:
    """A draft as far along as `status`."""
    _NEED[status](made, cast)
    made.refresh_from_db()


def indicators() -> list[Indicator]:
    return [
        Indicator(name="拉伸强度", operator="ge", value=Decimal("25"), unit="MPa", test_method="GB/T 528"),
        Indicator(name="断裂伸长率", operator="range", value=Decimal("300"), value_max=Decimal("450"), unit="%"),
        Indicator(name="施工性能", operator="qual", text="可常温喷涂", is_hard=False),
    ]


def tick_all(need: Need, *, by: Any) -> None:
    """The whole checklist, with nothing to object to."""
    fill_checklist(need, dict.fromkeys(Item, (Verdict.MET, "")), by=by)


def screen(need: Need, cast: Cast, *, by: Any = None) -> None:
    """Checked item by item and passed, by default by Guan."""
    tick_all(need, by=by or cast.guan)
    perform(need, "screen", by=by or cast.guan)


def listed(cast: Cast, **fields: Any) -> Need:
    return need(cast, status="published", **fields)


def bid_content(need: Need, *, price: str = "480000.00", **changes: Any) -> dict[str, Any]:
    values = {"拉伸强度": "27", "断裂伸长率": "380", "施工性能": "可常温喷涂，表干 30 秒"}
    return {
        "summary": "聚脲改性弹性体方案。",
        "approach": "以芳香族聚脲为基体，引入纳米增强相。",
        "answers": {
            str(i.pk): {"value": values[i.name], "meets": "met", "evidence": ""} for i in need.indicators.all()
        },
        "price": price,
        "period_months": 10,
        "milestones": [
            {"title": "小试配方", "month": 3, "amount": "180000.00", "deliverable": "样片和检测报告"},
            {"title": "中试与交付", "month": 10, "amount": str(Decimal(price) - 180000), "deliverable": "工艺包"},
        ],
        "members": [{"name": "陶教授", "title": "教授", "role": "负责人"}],
        "rights": "成果双方共有。",
        **changes,
    }


def draft(cast: Cast, of: Need, *, team: Team | None = None, by: Any = None, **changes: Any) -> Proposal:
    by = by or cast.tao
    made = start_proposal(need=of, team=team or cast.team, by=by)
    return save_draft(made, bid_content(of, **changes), by=by)


def bid(cast: Cast, of: Need, *, team: Team | None = None, by: Any = None, **changes: Any) -> Proposal:
    """A sealed bid, by default Tao's."""
    made = draft(cast, of, team=team, by=by, **changes)
    perform(made, "submit", by=by or cast.tao)
    return made


def let_the_deadline_pass(*needs: Need) -> None:
    """An hour later: the listing's times and what was received move back together, past the guards."""
    for one in needs:
        insider.execute(NEED_BACK, one.pk)
        insider.execute(BIDS_BACK, one.pk, one.pk)
        one.refresh_from_db()


def close(one: Need) -> None:
    let_the_deadline_pass(one)
    perform(one, "close", by=None)


def open_bids(one: Need, cast: Cast) -> None:
    close(one)
    perform(begin_opening(one, by=cast.guan), "confirm", by=cast.shen)
    decrypt_opened()
    one.refresh_from_db()


def vet(one: Need, cast: Cast, *, by: Any = None) -> None:
    """Every bid of `one` looked at and passed, by default by Guan."""
    for vetting in Vetting.objects.filter(proposal__need=one, status=V.CHECKING):
        mark(vetting, VOUCHED, by=by or cast.guan)
        perform(vetting, "pass", by=by or cast.guan)
    one.refresh_from_db()


def choose(one: Need, cast: Cast) -> Proposal:
    """Tao's bid chosen, the others refused; the result published."""
    for proposal in one.proposals.filter(status__in=(P.OPENED, P.RESERVE)):
        outcome = "select" if proposal.team_id == cast.team.pk else "refuse"
        answer(proposal, outcome=outcome, code="fit", sentence="关键指标响应最好。", by=cast.alice)
    conclude(one, by=cast.alice)
    one.refresh_from_db()
    return one.proposals.get(status=P.SELECTED)


def decided(one: Need, *, by: Any) -> Decision:
    """What the answers of `one` say, recorded; with the reason that everybody will read where none is chosen."""
    chosen = one.proposals.filter(answer__outcome="select", status__in=("opened", "reserve", "unreadable")).exists()
    return decide(one, by=by, **({} if chosen else NONE_WILL_DO))


def conclude(one: Need, *, by: Any) -> Need:
    """Decided and published at once, by one person."""
    perform(decided(one, by=by), "publish", by=by)
    one.refresh_from_db()
    return one


def intent(cast: Cast, of: Need, *, status: str = "proposed") -> Intent:
    made = propose_intent(of, amount=Decimal("480000"), next_step="到企业见面", next_date=clock.today(), by=cast.alice)
    if status != "proposed":
        perform(made, "agree", by=cast.tao)
    return made


def contract(cast: Cast, *, status: str = "drafting") -> Contract:
    of = need(cast, status="intended")
    made = draft_contract(of.intents.get(), by=cast.alice)
    made.confidentiality = "双方对技术资料保密三年。"
    save_contract(made, by=cast.alice)
    steps = {"drafting": 0, "offered": 1, "performing": 2, "completed": 3}
    if steps[status] > 0:
        perform(made, "offer", by=cast.alice)
    if steps[status] > 1:
        perform(made, "sign", by=cast.tao)
    if steps[status] > 2:
        deliver(made, cast)
        perform(made, "complete", by=cast.alice)
    made.refresh_from_db()
    return made


def deliver(made: Contract, cast: Cast) -> None:
    for milestone in made.milestones.all():
        perform(milestone, "report", by=cast.tao, data={"report": "样片三件已送检，强度 27 MPa。"})
        perform(milestone, "verify", by=cast.alice)


# ── how a need comes to each of its states ─────────────────────────────────────
def _submitted(n: Need, c: Cast) -> None:
    perform(n, "submit", by=c.alice)


def _screened(n: Need, c: Cast) -> None:
    _submitted(n, c)
    screen(n, c)


def _approved(n: Need, c: Cast) -> None:
    _screened(n, c)
    perform(n, "approve", by=c.shen)


def publish(n: Need, c: Cast) -> None:
    publish_now(n, by=c.ling, bid_deadline=clock.now() + timedelta(days=20))


def _published(n: Need, c: Cast) -> None:
    _approved(n, c)
    publish(n, c)


def _closed(n: Need, c: Cast) -> None:
    _published(n, c)
    bid(c, n)
    close(n)


def _opened(n: Need, c: Cast) -> None:
    _published(n, c)
    bid(c, n)
    open_bids(n, c)


def _vetting(n: Need, c: Cast) -> None:
    n.batch = batch(c, title="先审形式", vetting=True)
    n.save(update_fields=["batch"])
    _opened(n, c)


def _no_bid(n: Need, c: Cast) -> None:
    _published(n, c)
    open_bids(n, c)


def _selected(n: Need, c: Cast) -> None:
    _opened(n, c)
    choose(n, c)


def _intended(n: Need, c: Cast) -> None:
    _selected(n, c)
    intent(c, n, status="agreed")


def _then(before: Any, name: str, who: str, data: Any = None) -> Any:
    def walk(n: Need, c: Cast) -> None:
        before(n, c)
        perform(n, name, by=getattr(c, who), data=data)

    return walk


def _scheduled(n: Need, c: Cast) -> None:
    _approved(n, c)
    later = clock.now() + timedelta(days=1)
    perform(n, "publish", by=c.ling, data={"publish_at": later, "bid_deadline": later + timedelta(days=20)})


def _failed(n: Need, c: Cast) -> None:
    _opened(n, c)
    answer(n.proposals.get(), outcome="refuse", code="price", sentence="报价超出预算。", by=c.alice)
    conclude(n, by=c.alice)


def _contract(n: Need, c: Cast, upto: int) -> None:
    _intended(n, c)
    made = draft_contract(n.intents.get(), by=c.alice)
    made.confidentiality = "保密三年。"
    save_contract(made, by=c.alice)
    perform(made, "offer", by=c.alice)
    perform(made, "sign", by=c.tao)
    if upto == 1:
        deliver(made, c)
        perform(made, "complete", by=c.alice)
    if upto == 2:
        perform(made, "terminate", by=c.ling, data=REASON)


_NEED: dict[str, Any] = {
    "draft": lambda n, c: None,
    "submitted": _submitted,
    "returned": _then(_submitted, "return", "guan", REASON),
    "rejected": _then(_submitted, "reject", "guan", REASON),
    "screened": _screened,
    "approved": _approved,
    "scheduled": _scheduled,
    "published": _published,
    "closed": _closed,
    "vetting": _vetting,
    "opened": _opened,
    "no_bid": _no_bid,
    "selected": _selected,
    "intended": _intended,
    "contracted": lambda n, c: _contract(n, c, 0),
    "completed": lambda n, c: _contract(n, c, 1),
    "terminated": lambda n, c: _contract(n, c, 2),
    "failed": _failed,
    "withdrawn": _then(_published, "take_down", "ling", REASON),
}
