"""How the demo's enterprises choose: what they note down, a decision that waits to be published, a question back."""

from datetime import datetime, timedelta
from typing import Any

from clarifications.actions import ask
from core import clock
from core.clock import BEIJING
from decisions.actions import answer, decide, inquire
from decisions.weighing import judge, shortlist, write_note
from demo.clockwork import at_hour, days_ago
from demo.people import Cast
from meetings.actions import invite
from meetings.models import Meeting, MeetingStatus
from needs.models import Need
from needs.states import N
from proposals.models import Proposal
from proposals.states import P
from workflow.actions import perform

NOTE = "电话核实过：第三方检测报告本月可补，样件可先寄一套。"
GROUNDS = "到现场看过样机，满足要求。"
FIRST_HOUR, LAST_HOUR = 9, 16  # people meet between these
AGENDA = "请带样件，说明指标的检测依据和放大计划。"
QUESTION = "耐热指标的验证需要哪一类检测报告，自测数据可以补充吗？"
UNCLEAR = "方案里的检测依据是旧样品，与响应值不一致，请补充新样品的检测报告编号。"
CLEARER = "已换成新样品的检测结果，报告编号写在指标依据里，其余不变。"
REPLY = "请以有资质的第三方检测报告为准；自测数据可以作为参考，下次对接时一并提供。"


def choose(cast: Cast) -> None:
    for place, need in enumerate(Need.objects.filter(status=N.OPENED, batch__sealing="sealed").order_by("number")):
        _weigh(need, place)
        for bid in need.proposals.filter(status=P.OPENED).order_by("price")[1:2]:
            _have_met(bid, need.created_by, hour=(9, 11, 15)[place % 3], written=place == 0)
        if place != 2:  # the one of enterprise@ is the second: ready to be compared, nothing decided
            _clarify(need, answered=place == 1)
        else:
            _decide(need)
    lost = Need.objects.filter(status=N.FAILED, proposals__status=P.NOT_SELECTED).order_by("number").distinct()
    for place, need in enumerate(lost):
        _ask_back(need, replied=place % 2 == 0)


def _weigh(need: Need, place: int) -> None:
    owner, bids = need.created_by, list(need.proposals.filter(status=P.OPENED).order_by("price"))
    for bid in bids[:1]:
        _meet(bid, owner, hour=(10, 14, 16)[place % 3], agreed=place == 1)
        write_note(bid, text=NOTE, by=owner)
        shortlist(bid, listed=True, by=owner)
        for row in need.indicators.all():
            if not row.is_quantified:
                judge(bid, row, verdict="met", note=GROUNDS, by=owner)


def _clarify(need: Need, *, answered: bool) -> None:
    """The dearest bid is asked about the evidence of its first indicator."""
    bid, first = need.proposals.filter(status=P.OPENED).order_by("-price").first(), need.indicators.first()
    if bid is None or first is None:
        return
    code = f"answer:{first.pk}:evidence"
    row = ask(bid, question=UNCLEAR, parts=[code], days=5, by=need.created_by)
    if answered:
        words = {"reply": CLEARER, code.replace(":", "-"): "新样品第三方检测报告 2026-118 号"}
        perform(row, "answer", by=bid.team.leader, data=words)


def _meet(bid: Proposal, owner: Any, *, hour: int, agreed: bool) -> None:
    """Asked to talk in three days; one team of them has agreed."""
    at = at_hour(clock.now() + timedelta(days=3), hour)
    met = invite(bid, mode="onsite", starts_at=at, place="高新区科创中心 3 楼", agenda=AGENDA, by=owner)
    if agreed:
        perform(met, "agree", by=bid.team.leader)


def _have_met(bid: Proposal, owner: Any, *, hour: int, written: bool) -> None:
    """Talked to yesterday: the minutes are still to be written, or to be confirmed by the team."""
    at = at_hour(clock.now() - timedelta(days=1), hour)
    with days_ago(1.2):
        met = invite(bid, mode="online", starts_at=at, place="腾讯会议 418 220 905", agenda=AGENDA, by=owner)
        perform(met, "agree", by=bid.team.leader)
    with days_ago(0.15):
        perform(met, "hold", by=None)
    if written:
        with days_ago(0.1):
            perform(met, "write", by=owner, data=minutes(bid, owner))


def talk(need: Need, owner: Any) -> None:
    """With the cheapest, before it is chosen: asked and agreed."""
    bid = need.proposals.filter(status=P.OPENED).order_by("price").first()
    if bid is None:
        return
    met = invite(bid, mode="visit", starts_at=soonest(clock.now()), place="发榜企业中试车间", agenda=AGENDA, by=owner)
    perform(met, "agree", by=bid.team.leader)


def talked(need: Need, owner: Any) -> None:
    """What was agreed has been held: minuted and confirmed."""
    for met in Meeting.objects.filter(proposal__need=need, status=MeetingStatus.AGREED):
        for move, by in (("hold", None), ("write", owner), ("confirm", met.proposal.team.leader)):
            perform(met, move, by=by, data={**minutes(met.proposal, owner), "result": "intent"})


def soonest(now: datetime) -> datetime:
    """The next time of day at which people talk, an hour ahead at least, eighteen at most."""
    at = (now + timedelta(hours=1)).astimezone(BEIJING)
    if at.hour < LAST_HOUR:
        return at_hour(at, max(at.hour + 1, FIRST_HOUR))
    return at_hour(at + timedelta(days=1), FIRST_HOUR)


def minutes(bid: Proposal, owner: Any) -> dict[str, Any]:
    return {
        "result": "followup",
        "came": f"发榜方：{owner.name}；揭榜方：{bid.team.leader.name}",
        "said": "看了样件和检测记录。第一项指标的依据是旧样品，揭榜方同意换新样品再测；报价没有谈。",
        "next_step": "揭榜方寄新样品的检测报告",
        "next_date": clock.today() + timedelta(days=7),
    }


def _decide(need: Need) -> None:
    """The cheapest, and the next in reserve. Decided, and still to be published."""
    owner = need.created_by
    for place, bid in enumerate(need.proposals.filter(status=P.OPENED).order_by("price")):
        outcome, code = (("select", "fit"), ("reserve", "fit"), ("refuse", "price"))[min(place, 2)]
        said = "指标逐项响应完整，报价合理。" if place == 0 else "路线可行，报价和周期略高于首选方案，感谢参与。"
        answer(bid, outcome=outcome, code=code, sentence=said, by=owner)
    decide(need, by=owner)


def _ask_back(need: Need, *, replied: bool) -> None:
    bid = need.proposals.filter(status=P.NOT_SELECTED).select_related("team__leader").order_by("pk")[0]
    asked = inquire(bid, text=QUESTION, by=bid.team.leader)
    if replied:
        perform(asked, "reply", by=need.created_by, data={"reply": REPLY})
