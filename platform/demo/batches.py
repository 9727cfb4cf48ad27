"""The batches of the demo: of each kind, to come, in preparation, archived, and one with questions of its own."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from core.workdays import closing_after
from demo.clockwork import at_hour
from demo.needs import Story
from demo.people import Cast
from demo.rivals import COMPARED
from needs.actions import start_batch
from needs.additions import AnswerKind, Question, as_json
from needs.codes import BatchKind, BidForm, Mode
from needs.models import Batch
from needs.states import FINAL
from workflow.actions import perform

RULES = """一、参与条件：经管委会核验的高校、科研院所和企业团队均可揭榜，不收取任何费用。
二、接收办法：方案在线填写，提交时以该榜单公钥加密，平台出具带签名的回执；截止时间以平台数据库时间为准，到点即止。
三、开启办法：截止后由两名工作人员共同开启，份数和承诺值当场公布。
四、形式审查：密封批次开启后，管委会先审查形式，缺的可以补正一次，不通过的写明原因，可以提一次异议。
五、比选与答复：发榜方逐份比选，每份方案都有结果、原因和一句话，答复后统一公布。
六、异议：对办理过程有异议的，请实名向管委会或纪检监督人员反映。"""
CONTACT = "青岛高新区科技创新部\n办公电话 0532-88880000（工作日 9:00–17:30）"
CALL = """为突破区内企业的关键技术，按“揭榜挂帅”方式征集一批指标明确、企业愿意投入的技术难题，面向全国发榜。
入榜需求经论证发榜，揭榜方案评审公示后立项，财政资金按任务书和里程碑支持。"""
CONTEST = """第七届创新挑战赛（青岛高新区赛区）面向企业征集技术创新需求，邀请全国高校、院所和企业团队“揭榜比拼”。
服务小组全程精准对接，征集、诊断、揭榜和现场赛均不收取任何费用。"""
GUIDE = [
    {
        "title": "参赛须知",
        "text": "一、每项需求至少写明一项量化指标。\n二、公开部分不写商业秘密，配方、图纸等填入非公开说明。\n"
        "三、揭榜团队须依托已核验的单位，联合体由牵头单位提交。",
    },
    {
        "title": "日程安排",
        "text": "需求征集：公布之日起二十天。\n需求诊断与发榜：征集期间随到随审。\n"
        "现场赛：揭榜截止后两周内，通过平台通知。",
    },
    {"title": "奖项设置", "text": "优胜奖三项，每项 10 万元；优秀奖五项，每项 3 万元。与企业签约后兑现。"},
]
WEIGHTS = [
    {"name": "技术方案与路线", "weight": 30},
    {"name": "指标响应度", "weight": 20},
    {"name": "团队与基础", "weight": 20},
    {"name": "进度与风险", "weight": 10},
    {"name": "知识产权与转化", "weight": 5},
    {"name": "报价合理性", "weight": 15},
]
CHAINS = ("新一代信息技术", "高端装备", "新材料", "医疗医药", "其他")
ADDITIONS = [
    Question("qstage", "是否参加现场赛", AnswerKind.YES_NO, help="现场赛由企业负责人和揭榜团队同台答辩。"),
    Question("qchain", "所属产业链", AnswerKind.CHOICE, choices=CHAINS),
    Question("qmarket", "预计三年新增产值", AnswerKind.NUMBER, unit="万元", help="解决后预计带来的产值，估算即可。"),
    Question("qsolver", "希望对接的单位", AnswerKind.LONG, help="有意向的院所或团队。", required=False, public=False),
]


def prepare(cast: Cast, now: datetime) -> dict[str, Batch]:
    """Those the stories are told in, by what they are for; the others stand beside them.

    `now`: from when their windows are counted; they may have been published long before.
    """
    officer, reviewer, today = cast.staff["officer"], cast.staff["reviewer"], clock.day_of(now)
    call: dict[str, Any] = {
        "by": officer, "kind": BatchKind.CALL, "mode": Mode.FISCAL, "bid_form": BidForm.FULL, "rules": RULES
    }  # fmt: skip
    made = {
        "sealed": start_batch(
            **call,
            title=f"{_quarter(today)}揭榜挂帅",
            collects_until=closing_after(now + timedelta(days=20)),
            notice=CALL,
            contact=CONTACT,
            reward_max=Decimal("10000000"),
            weights=WEIGHTS,
        ),
        "contest": start_batch(
            by=officer,
            title="第七届创新挑战赛（青岛高新区）",
            kind=BatchKind.CONTEST,
            edition=7,
            collects_until=closing_after(now + timedelta(days=25)),
            notice=CONTEST,
            guide=GUIDE,
            contact=CONTACT,
            rules=RULES,
            weights=WEIGHTS,
            additions=as_json(ADDITIONS),
        ),
        "paired": start_batch(
            by=officer,
            title=f"{_quarter(today)}重点项目（两人决定）",
            two_deciders=True,
            rules=RULES,
            contact=CONTACT,
            weights=WEIGHTS,
        ),
        "rolling": start_batch(
            by=officer,
            title="常年对接",
            sealing="rolling",
            rules=RULES,
            contact=CONTACT,
            window=timedelta(days=60),
            window_max=timedelta(days=180),
        ),
        "past": start_batch(by=officer, title="往期对接（已归档）", rules=RULES, contact=CONTACT),
        "trial": start_batch(
            by=officer,
            title="演示批次（几分钟走完全程）",
            rules=RULES + "\n七、本批次供演示：揭榜期可以短到 2 分钟，便于当场看完提交、截止、开启和比选。",
            vetting=False,
            window=timedelta(minutes=5),
            window_min=timedelta(minutes=2),
            window_max=timedelta(days=30),
        ),
        "coming": start_batch(
            **call,
            title="新一代信息技术专项",
            opens_at=at_hour(now + timedelta(days=6), 9),
            collects_until=closing_after(now + timedelta(days=26)),
            contact=CONTACT,
        ),
    }
    for batch in made.values():
        perform(batch, "open", by=reviewer)
    start_batch(by=officer, title=f"{_quarter(today, ahead=1)}揭榜挂帅", kind=BatchKind.CALL, rules="")
    return made


def place_of(story: Story) -> str:
    """What has ended lies in the archive; what a contest called for stays with the contest."""
    if story.rolling:
        return "rolling"
    if story.title == COMPARED:  # for enterprise@ to propose and colleague@ to confirm
        return "paired"
    if story.state in FINAL:
        return "past"
    of_contest = story.state == "draft" or ("创新挑战赛" in story.source and story.state != "no_bid")
    return "contest" if of_contest else "sealed"


def answers(number: int, story: Story) -> dict[str, Any]:
    """What the needs of the contest say beyond the common form."""
    if story.state == "draft":
        return {"qstage": True}
    chains = {"1": "新一代信息技术", "2": "医疗医药", "4": "新材料", "8": "高端装备"}
    return {
        "qstage": number % 3 != 0,
        "qchain": chains.get(story.field, "其他"),
        "qmarket": str(300 + 150 * (number % 7)),
        "qsolver": "已与两所高校的课题组有过接触，名单见附件。",
    }


def archive(batch: Batch, cast: Cast) -> None:
    perform(batch, "close", by=cast.staff["reviewer"])
    perform(batch, "archive", by=cast.staff["leader"])


def _quarter(day: date, *, ahead: int = 0) -> str:
    """2026 年第四季度"""
    year, quarter = divmod(day.year * 4 + (day.month - 1) // 3 + ahead, 4)
    return f"{year} 年第{'一二三四'[quarter]}季度"
