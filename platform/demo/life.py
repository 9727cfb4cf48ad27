"""What becomes of the demo's listings while they run: changes, questions, and two that nobody looks at."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from changes.actions import ask_to_take_down, propose_amendment, propose_extension
from changes.models import Change
from core import clock
from demo.people import Cast
from needs.models import Need
from proposals.states import P
from questions.actions import ask
from rescue.actions import invite, write_visits
from workflow.actions import perform

CLEARER = "补充了现场工况：连续运行，每天不少于 16 小时。原文漏写，特此更正。"
HARDER = "检测机构复核后，第一项指标按新标准提高，其余不变。"
LONGER = "多家团队反映样品制备和检测周期较长，延长揭榜时间。"
SHELVED = "企业经营计划调整，本项技改暂缓实施，申请撤榜。"


def change_listings(cast: Cast) -> None:
    """Of the sealed listings that are open, the newest: the nearest deadlines stay as they are."""
    rows = (
        Need.objects.taking_bids()
        .filter(batch__sealing="sealed", partnerships=None)
        .select_related("batch", "organisation")
    )
    clearer, harder, longer, waiting, shelved = rows.order_by("-published_at", "-bid_deadline", "pk")[:5]
    _decided(cast, _amendment(clearer, CLEARER, problem=f"{clearer.problem}设备连续运行，每天不少于 16 小时。"))
    for bid in clearer.proposals.filter(status=P.SUBMITTED).order_by("pk")[:1]:
        perform(bid, "confirm", by=bid.team.leader)
    _decided(cast, _amendment(harder, HARDER, harder=True))
    later = longer.bid_deadline + timedelta(days=7) if longer.bid_deadline else None
    if later:
        officer = cast.staff["officer"]
        _decided(cast, propose_extension(longer, new_deadline=later, reason=LONGER, by=officer))
    _amendment(waiting, CLEARER, goal=f"{waiting.goal}验收由双方和检测机构共同进行。")
    ask_to_take_down(shelved, code="plan", reason=SHELVED, by=shelved.created_by)


MORE = "扩大中试规模，榜额相应增加，按原比例分摊。"


def amend_together(cast: Cast) -> None:
    """A joint listing is to cost more: one partner has agreed, enterprise@ is still asked."""
    rows = Need.objects.taking_bids().filter(partnerships__status="consented").select_related("batch", "organisation")
    need = rows.distinct().get()
    change = _amendment(need, MORE, budget=(need.budget or Decimal(500000)) * Decimal("1.2"))
    manager, partner = cast.enterprises[1]
    perform(change.consultations.get(partnership__organisation=partner), "agree", by=manager)


QUESTIONS = (
    ("样件的基材由谁提供，尺寸和数量有没有要求？", "基材由我方提供，尺寸 300 mm × 300 mm，不少于 6 件。"),
    ("现场试验由哪一方组织，费用怎么分担？", "现场试验由我方组织，场地和能耗费用由我方承担，仪器由揭榜方自备。"),
)
WAITING = "目标值是实验室条件还是现场条件下的数值？测试环境温度是多少？"
DECLINED = ("目前使用的是哪家供应商的产品？", "涉及供应商信息，签订保密协议后提供。")
VISITORS = (46, 31, 22, 58, 17)  # of the last days, where people look


def ask_about_listings(cast: Cast) -> None:
    """One listing with answers, one question that waits, one that cannot be answered."""
    need = _open().order_by("published_at", "pk")[2]
    askers = [leader for leader, team in cast.teams if team.organisation_id != need.organisation_id]
    for (text, said), asker in zip(QUESTIONS, askers, strict=False):
        perform(ask(need, text=text, by=asker), "answer", by=need.created_by, data={"answer": said})
    declined = ask(need, text=DECLINED[0], by=askers[-1])
    perform(declined, "decline", by=need.created_by, data={"answer": DECLINED[1]})
    ask(need, text=WAITING, by=askers[0])


def leave_some_cold(cast: Cast) -> None:
    """People look at most listings; two of them are well into their window and nobody does."""
    today = clock.today()
    cold = list(_open().order_by("published_at", "pk")[:2])
    for n, need in enumerate(_open()):
        if need not in cold:
            for back, visitors in enumerate(VISITORS[n % 3 :]):
                write_visits(need.pk, today - timedelta(days=back), visitors)
    for need in cold:
        write_visits(need.pk, today, 3)
    teams = [team for _leader, team in cast.teams if team.organisation_id != cold[0].organisation_id][:3]
    made = invite(cold[0], teams, message="企业愿意提供中试线和检测条件，欢迎来谈。", by=cast.staff["officer"])
    for row in made[1:2]:
        perform(row, "decline", by=row.team.leader, data={"code": "period"})


def _open() -> QuerySet[Need]:
    rows = Need.objects.taking_bids().filter(batch__sealing="sealed", changes=None)
    return rows.select_related("batch", "organisation")


def _amendment(need: Need, reason: str, *, harder: bool = False, **fields: Any) -> Change:
    reads = Need.objects.select_related("batch", "organisation").get(pk=need.pk)
    for name, value in fields.items():
        setattr(reads, name, value)
    rows = list(need.indicators.all())
    if harder and rows[0].value is not None:
        rows[0].value = rows[0].value + 1
    return propose_amendment(reads, indicators=rows, reason=reason, by=need.created_by)


def _decided(cast: Cast, change: Change) -> None:
    perform(change, "approve", by=cast.staff["leader"])
