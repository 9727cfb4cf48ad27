"""What becomes of the demo's listings while they run: amended, extended, and two changes that wait to be decided."""

from datetime import timedelta
from typing import Any

from changes.actions import ask_to_take_down, propose_amendment, propose_extension
from changes.models import Change
from demo.people import Cast
from needs.models import Need
from proposals.states import P
from workflow.actions import perform

CLEARER = "补充了现场工况：连续运行，每天不少于 16 小时。原文漏写，特此更正。"
HARDER = "检测机构复核后，第一项指标按新标准提高，其余不变。"
LONGER = "多家团队反映样品制备和检测周期较长，延长揭榜时间。"
SHELVED = "企业经营计划调整，本项技改暂缓实施，申请撤榜。"


def change_listings(cast: Cast) -> None:
    """Of the sealed listings that are open, those that close last: the nearest deadlines stay as they are."""
    rows = Need.objects.taking_bids().filter(batch__sealing="sealed").select_related("batch", "organisation")
    clearer, harder, longer, waiting, shelved = rows.order_by("-bid_deadline", "pk")[:5]
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
