"""Needs, bids and contracts that came the proper way as far as a test needs them. Amounts are in 元."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

import world
from contracts.actions import draft_contract, save_contract
from contracts.models import Contract
from core import clock
from decisions.actions import answer
from meetings.actions import propose_intent
from meetings.models import Intent
from needs.actions import publish_now, save_need, start_batch, start_need
from needs.models import Batch, Indicator, Need
from people import Cast
from proposals.actions import begin_opening, save_draft, start_proposal
from proposals.models import Proposal
from proposals.tasks import decrypt_opened
from teams.models import Team
from workflow.actions import perform

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def pdf(name: str = "说明.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def batch(
    cast: Cast, *, sealing: str = "sealed", title: str = "第四季度批次", opened: bool = True, **more: Any
) -> Batch:
    facts = {"vetting": False, "rules": "密封至截止，双人开启，逐份答复。", **more}
    made = start_batch(by=cast.guan, title=title, sealing=sealing, **facts)
    if opened:
        perform(made, "open", by=cast.shen)
    return made


def complete(**fields: Any) -> dict[str, Any]:
    """Everything a need must say before it may be submitted."""
    return {
        "title": "高强度抗爆弹性体材料",
        "field": "4",
        "problem": "现有聚脲涂层在冲击下开裂，抗爆性能不稳定。",
        "goal": "样品经第三方检测达到指标，中试产线连续运行 72 小时。",
        "period_months": 12,
        "cooperation": ["joint"],
        "ownership": "joint",
        "contact_name": "艾丽丝",
        "contact_phone": "0532-88888888",
        "budget": Decimal("500000"),
        **fields,
    }


def indicators() -> list[Indicator]:
    return [
        Indicator(name="拉伸强度", operator="ge", value=Decimal(25), unit="MPa", test_method="GB/T 528"),
        Indicator(name="固化时间", operator="le", value=Decimal(30), unit="min", is_hard=False),
        Indicator(name="外观", operator="qual", text="无气泡、无裂纹"),
    ]


def draft(cast: Cast, *, of: Batch | None = None, **fields: Any) -> Need:
    need = start_need(organisation=cast.enterprise, batch=of or batch(cast), by=cast.alice, **complete(**fields))
    return save_need(need, indicators=indicators(), by=cast.alice)


def submitted(cast: Cast, **given: Any) -> Need:
    need = draft(cast, **given)
    perform(need, "submit", by=cast.alice)
    return need


def published(cast: Cast, *, sealing: str = "sealed", **given: Any) -> Need:
    given.setdefault("of", batch(cast, sealing=sealing))
    return publish(cast, draft(cast, **given))


def publish(cast: Cast, need: Need) -> Need:
    """A draft on its way to the listing."""
    perform(need, "submit", by=cast.alice)
    world.screen(need, cast)
    perform(need, "approve", by=cast.shen)
    return publish_now(need, by=cast.ling, bid_deadline=clock.now() + timedelta(days=20))


def content(need: Need, *, price: int = 480000, strength: str = "27", **changes: Any) -> dict[str, Any]:
    """What a bid says; half of the price after each milestone."""
    rows = list(need.indicators.all())
    said = {"拉伸强度": strength, "固化时间": "45", "外观": "目测无缺陷"}
    return {
        "summary": "以聚脲为基体的互穿网络。",
        "approach": "先小试配方，再中试放大。",
        "basis": "已有三项专利。",
        "price": f"{price}.00",
        "period_months": 10,
        "answers": {str(row.pk): {"value": said[row.name], "meets": "met", "evidence": ""} for row in rows},
        "milestones": [
            {"title": "样品", "month": 3, "amount": f"{price // 2}.00", "deliverable": "样品 3 件"},
            {"title": "中试", "month": 10, "amount": f"{price - price // 2}.00", "deliverable": "中试报告"},
        ],
        "members": [{"name": "陶教授", "title": "教授", "role": "负责人"}],
        **changes,
    }


def bid(need: Need, team: Team, *, by: Any, **changes: Any) -> Proposal:
    """A bid handed in: sealed where the batch is."""
    proposal = start_proposal(need=need, team=team, by=by)
    save_draft(proposal, content(need, **changes), by=by)
    perform(proposal, "submit", by=by)
    return proposal


def pass_deadline(need: Need) -> None:
    """As if the window had been open and is over: the database itself never lets a deadline come earlier."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE needs_need SET published_at = clock_timestamp() - interval '2 days',"
            " bid_deadline = clock_timestamp() - interval '1 hour' WHERE id = %s",
            [need.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    need.refresh_from_db()


def opened(cast: Cast, *, rival: bool = True, **given: Any) -> Need:
    """Bids by Tao's team and, if wanted, by Rui's; opened by two people, ready to be compared."""
    need = published(cast, **given)
    bid(need, cast.team, by=cast.tao)
    if rival:
        bid(need, cast.rival_team, by=cast.rui, price=520000, strength="20")
    return open_bids(cast, need)


def open_bids(cast: Cast, need: Need) -> Need:
    pass_deadline(need)
    if need.batch.sealed:
        perform(begin_opening(need, by=cast.guan), "confirm", by=cast.shen)
    decrypt_opened()
    need.refresh_from_db()
    return need


def selected(cast: Cast, **given: Any) -> Need:
    return choose(cast, opened(cast, **given))


def choose(cast: Cast, need: Need) -> Need:
    """Tao's team is chosen, the others are answered."""
    for proposal in need.proposals.select_related("team"):
        mine = proposal.team == cast.team
        answer(
            proposal,
            outcome="select" if mine else "refuse",
            code="fit" if mine else "price",
            sentence="指标响应最好，路线可行。" if mine else "报价超出预算，指标偏低。",
            by=cast.alice,
        )
    return world.conclude(need, by=cast.alice)


def intent(cast: Cast, *, agreed: bool = True, **given: Any) -> Intent:
    made = propose_intent(
        selected(cast, **given),
        amount=Decimal("480000"),
        next_step="到企业现场对接",
        next_date=clock.today() + timedelta(days=7),
        by=cast.alice,
    )
    if agreed:
        perform(made, "agree", by=cast.tao)
    return made


def contract(cast: Cast, *, signed: bool = True, **given: Any) -> Contract:
    made = draft_contract(intent(cast, **given), by=cast.alice)
    made.confidentiality = "双方对技术资料保密三年。"
    save_contract(made, by=cast.alice)
    if signed:
        perform(made, "offer", by=cast.alice)
        perform(made, "sign", by=cast.tao)
    return made
