"""What lies on the desk of the demo: a checklist begun, a case handed over, needs an agency diagnoses."""

import copy
from decimal import Decimal
from typing import Any

from core import clock
from demo.people import Cast
from diagnoses.actions import give_credit, offer, write_entry
from diagnoses.checklist import fill_checklist
from diagnoses.codes import Duty, Item, Verdict
from diagnoses.models import Assignment, Rewrite
from diagnoses.rewriting import decide, propose
from needs.models import Indicator, Need
from workflow.actions import perform

RUNNING, WAITING, DONE, HANDED = "三氯蔗糖氯化", "玻璃配合料", "漆包线铜粉", "百蕊草"
MET = dict.fromkeys(Item, (Verdict.MET, ""))


def give_out(cast: Cast) -> None:
    officer, second = cast.staff["officer"], cast.staff["officer2"]
    (agent, agency), (_other, other) = cast.agencies
    running = _given(
        RUNNING, agency, "到氯化车间看投料和温控，把“转化率提升”写成可检测的数值。", by=officer, agent=agent
    )
    _visit(running, agent)
    _reword(running.need, agent)
    _given(WAITING, agency, "企业说法前后不一，请弄清颗粒强度怎么测、现在是多少。", by=officer)
    _finished(_given(DONE, agency, "指标没有检测方法，请与企业商定标准。", by=officer, agent=agent), agent)
    handed = _need(HANDED)
    fill_checklist(handed, {**_some(5), Item.INDICATORS: (Verdict.UNMET, "发芽率没有写试验条件和天数。")}, by=officer)
    offer(handed, duty=Duty.HANDOVER, officer=second, task="种业口归您，企业答应本周补试验条件。", by=officer)
    for number, need in enumerate(Need.objects.filter(number__isnull=False).order_by("application_number")[:9]):
        whom: tuple[dict[str, Any], ...] = ({"agency": agency}, {"agency": other}, {"officer": second})
        give_credit(need, **whom[number % 3], reason="走访记录", by=officer)


def _need(title: str) -> Need:
    return Need.objects.select_related("organisation").get(title__startswith=title)


def _some(count: int) -> dict[str, tuple[str, str]]:
    return {item: MET[item] for item in list(Item)[:count]}


def _given(title: str, agency: Any, task: str, *, by: Any, agent: Any = None) -> Assignment:
    made = offer(_need(title), duty=Duty.DIAGNOSIS, agency=agency, task=task, by=by)
    if agent:
        perform(made, "accept", by=agent)
    return made


def _visit(given: Assignment, agent: Any) -> None:
    write_entry(
        given,
        on=clock.today(),
        how="call",
        found="与企业技术负责人通话：现用间歇釜，单釜 6 小时，转化率在 78% 到 84% 之间波动，怀疑是局部过热。",
        next_step="明天上午到车间看温度曲线。",
        by=agent,
    )
    write_entry(
        given,
        on=clock.today(),
        how="visit",
        found="看了三釜的温度曲线：加料后 20 分钟内温差超过 9 ℃，副产物在这一段生成。液相色谱自有，可逐釜检测。",
        next_step="提出改写建议，请企业确认指标。",
        by=agent,
    )


def _reword(need: Need, agent: Any) -> Rewrite:
    wanted = copy.copy(need)
    wanted.problem = "氯化釜加料后 20 分钟内温差超过 9 ℃，副产物集中生成，转化率在 78% 到 84% 之间波动，分离负荷大。"
    wanted.present = "自有间歇釜 4 台，单釜 6 小时；有液相色谱，可逐釜检测。已试过慢加料，转化率提高不到 1 个百分点。"
    rows = list(need.indicators.all())
    extra = Indicator(
        name="釜内温差",
        operator="le",
        value=Decimal(3),
        unit="℃",
        test_method="三点测温，加料后 20 分钟内",
        is_hard=True,
    )
    return propose(
        need,
        wanted=wanted,
        indicators=[*rows, extra],
        reason="现场看到副产物与温差有关，写进去揭榜方才好判断。",
        by=agent,
    )


def _finished(given: Assignment, agent: Any) -> None:
    write_entry(
        given,
        on=clock.today(),
        how="meeting",
        found="与企业质检、生产一起开会：铜粉量按每百米收线刮下的质量计，天平精度 0.1 mg，双方认可。",
        by=agent,
    )
    need = _need(DONE)
    owner = need.organisation.members()[0].user
    wanted = copy.copy(need)
    wanted.present = "现用毛毡加润滑，铜粉量每百米 8 到 12 mg，换线后前 30 分钟最多；试过加密毛毡，两小时后失效。"
    made = propose(
        need,
        wanted=wanted,
        indicators=list(need.indicators.all()),
        reason="补上现有水平，揭榜方知道要降多少。",
        by=agent,
    )
    decide(made, {line.pk: "accepted" for line in made.lines.all()}, by=owner)
    conclusion = {"conclusion": "难题清楚，检测办法已与企业商定：每百米收线称重。补上现有水平后可以重新提交。"}
    perform(given, "finish", by=agent, data=conclusion)
