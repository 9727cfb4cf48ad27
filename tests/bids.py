"""Listings and bids for tests, come the proper way: `published(cast)`, `submitted(need, cast.team)`."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import world
from core import clock
from needs.actions import publish_now, save_need, start_batch, start_need
from needs.models import Batch, Indicator, Need
from people import Cast, organisation, person
from proposals.actions import begin_opening, save_draft, start_proposal
from proposals.models import Opening, Proposal
from teams.actions import create_team
from teams.models import Team
from workflow.actions import perform

MONTH = timedelta(days=30)


def batch(cast: Cast, **fields: Any) -> Batch:
    facts = {
        "title": "2026 年四季度",
        "rules": "密封至截止。",
        "window_min": timedelta(milliseconds=1),
        "vetting": False,
    }
    facts |= fields
    made = start_batch(by=cast.guan, **facts)
    perform(made, "open", by=cast.shen)
    return made


def approved(cast: Cast, *, of: Batch | None = None, **fields: Any) -> Need:
    """An approved need of Alice's enterprise with one number to reach."""
    facts = {
        "title": "高强度抗爆弹性体材料",
        "field": "4",
        "keywords": ["弹性体"],
        "problem": "现有材料抗爆性能不足，低温下变脆，需要国产替代。",
        "goal": "样品经第三方检测达到指标，完成中试放大。",
        "period_months": 12,
        "cooperation": ["joint"],
        "ownership": "joint",
        "contact_name": "艾丽丝",
        "contact_phone": "0532-88888888",
        "budget": Decimal("500000.00"),
        **fields,
    }
    need = start_need(organisation=cast.enterprise, batch=of or batch(cast), by=cast.alice, **facts)
    rows = [
        Indicator(name="拉伸强度", operator="ge", value=25, unit="MPa", test_method="GB/T 528"),
        Indicator(name="耐候性", operator="qual", text="户外三年不开裂", is_hard=False),
    ]
    save_need(need, indicators=rows, by=cast.alice)
    perform(need, "submit", by=cast.alice)
    world.screen(need, cast)
    perform(need, "approve", by=cast.shen)
    return need


def published(cast: Cast, *, closes_in: timedelta = MONTH, of: Batch | None = None, **fields: Any) -> Need:
    need = approved(cast, of=of, **fields)
    publish_now(need, by=cast.ling, bid_deadline=clock.now() + closes_in)
    return need


def content(need: Need, **changes: Any) -> dict[str, Any]:
    """A complete bid on `need`."""
    strength, weather = need.indicators.all()
    return {
        "summary": "以聚脲改性路线达到抗爆要求。",
        "approach": "先做配方筛选，再做中试放大。",
        "basis": "承担过两项同类项目。",
        "risk": "原料批次波动，以双供应商应对。",
        "ownership": "joint",
        "rights": "双方共有。",
        "price": "480000.00",
        "period_months": 10,
        "answers": {
            str(strength.pk): {"value": "27.5", "meets": "met", "evidence": "自测数据"},
            str(weather.pk): {"value": "加速老化 3000 h", "meets": "met", "evidence": ""},
        },
        "milestones": [
            {"title": "样品", "month": 3, "amount": "180000.00", "deliverable": "样品与检测报告"},
            {"title": "中试", "month": 10, "amount": "300000.00", "deliverable": "中试报告"},
        ],
        "members": [{"name": "陶教授", "title": "教授", "role": "负责人"}],
        **changes,
    }


def drafted(need: Need, team: Team, **changes: Any) -> Proposal:
    """A complete draft that nobody has submitted."""
    proposal = start_proposal(need=need, team=team, by=team.leader)
    save_draft(proposal, content(need, **changes), by=team.leader)
    return fresh(proposal)


def submitted(need: Need, team: Team, **changes: Any) -> Proposal:
    proposal = drafted(need, team, **changes)
    perform(proposal, "submit", by=team.leader)
    return fresh(proposal)


def fresh(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("need__batch", "need__organisation", "team__organisation").get(
        pk=proposal.pk
    )


def bidders() -> list[tuple[Team, Any]]:
    """Six teams of six universities, each with its leader."""
    made = []
    for n in range(6):
        leader = person(f"竞争者{n}")
        home = organisation(f"竞争单位{n}", manager=leader, kind="university")
        leader.forget_rights()
        made.append((create_team(organisation=home, name=f"竞争团队{n}", by=leader), leader))
    return made


def opened(need: Need, cast: Cast) -> Opening:
    """Two people break the seal; the worker has not read anything yet."""
    opening = begin_opening(need, by=cast.guan)
    perform(opening, "confirm", by=cast.shen)
    return opening


def full(need: Need) -> dict[str, Any]:
    """What a whole 揭榜申请书 says besides."""
    more = {"evidence": "第三方检测报告", "method": "逐批检测", "risk": "批次波动"}
    answers = {pk: {**row, **more} for pk, row in content(need)["answers"].items()}
    return {
        "background": "国外同类产品延伸率 400%，价格高。",
        "innovation": "引入纳米增强相。",
        "guarantee": "双周例会。",
        "benefit": "替代进口，年新增产值 2000 万元。",
        "trl_now": 3,
        "trl_target": 6,
        "answers": answers,
        "budget": [
            {"item": "materials", "asked": "300000.00", "own": "20000.00", "note": "聚脲原料 2 t"},
            {"item": "labour", "asked": "180000.00", "own": "", "note": ""},
        ],
        "members": [{"name": "陶教授", "title": "教授", "role": "负责人", "months": "6"}],
        "pledged": True,
    }
