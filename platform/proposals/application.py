"""揭榜申请书: a bid as the document that is handed round, printed and stamped. In Chinese, like every such form."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import override

from core import clock
from core.money import wan
from core.text import chinese_number
from documents.markup import Block, grouped
from documents.queries import Document, chinese_date
from needs.codes import TRL, Ownership
from proposals.codes import BudgetItem
from proposals.content import Answer, answer_to, money, person_months, total
from proposals.joining import with_participants
from proposals.models import Proposal
from proposals.sealing import own_copy

EMPTY = "—"
TITLES = {True: "揭榜申请书", False: "揭榜方案"}
BEFORE = (("方案概述", "summary"), ("国内外现状", "background"), ("技术路线", "approach"), ("创新点", "innovation"))
AFTER = (("研究基础", "basis"), ("风险与对策", "risk"), ("组织保障", "guarantee"), ("预期效益", "benefit"))
PLEDGE = "本方承诺所填内容真实，与发榜方不存在控股、同一法定代表人等关联关系，对榜单和合作中知悉的秘密保密。"
Rows = Iterable[Sequence[str]]


def application_of(proposal: Proposal) -> Document:
    """What was opened, or else the working copy, which says of itself whether it is what was sealed."""
    if proposal.is_revealed:
        return application(proposal, proposal.content or {}, status="本件与开启时读出的内容一致。")
    latest = proposal.latest
    if latest is None:
        status = "本件为工作稿，尚未提交。"
    elif own_copy(proposal) is None:
        status = f"本件为工作稿，第{latest.version}版密封之后改过，以密封的版本为准。"
    else:
        status = f"本件与第{latest.version}版密封的内容一致，承诺值：{grouped(latest.commitment)}。"
    return application(proposal, with_participants(proposal, proposal.draft), status=status)


def application(proposal: Proposal, content: dict[str, Any], *, status: str) -> Document:
    """`content` laid out as the form prescribes; `status` says what it is a copy of."""
    with override("zh-hans"):
        title = TITLES[proposal.need.batch.asks_full]
        at = proposal.working_saved_at or clock.now()
        parts = [(head, blocks) for head, blocks in _parts(proposal, content) if blocks]
        laid = [Block("title", title), *_cover(proposal, content), Block("paragraph", status)]
        for number, (head, blocks) in enumerate(parts, start=1):
            laid += [Block("first", f"{chinese_number(number)}、{head}"), *blocks]
        return Document("bid", title, f"{title} {proposal.need.number}", at, [*laid, *_signature(proposal, at)])


def _cover(proposal: Proposal, content: dict[str, Any]) -> list[Block]:
    need, team = proposal.need, proposal.team
    months = content.get("period_months")
    facts = [
        ("榜单编号", need.number or EMPTY),
        ("榜单名称", need.title),
        ("发榜方", need.organisation.name),
        ("揭榜单位", team.organisation.name),
        ("统一社会信用代码", team.organisation.uscc),
        ("揭榜团队", team.name),
        ("负责人", team.leader.name),
        ("报价", wan(money(content.get("price")))),
        ("周期", f"{months}个月" if months else EMPTY),
    ]
    return [_table((5, 13), ("项目", "内容"), facts)]


def _parts(proposal: Proposal, content: dict[str, Any]) -> list[tuple[str, list[Block]]]:
    """Each part of the form with what the bid says in it; one that says nothing is left out."""
    indicators = [(row, answer_to(content, row)) for row in proposal.need.indicators.all()]
    levels = dict(TRL)
    maturity = [
        f"{label}：{levels[content[name]]}。"
        for label, name in (("现有", "trl_now"), ("目标", "trl_target"))
        if content.get(name) in levels
    ]
    return [
        *((head, _text(content.get(name))) for head, name in BEFORE),
        ("技术成熟度", [Block("paragraph", line) for line in maturity]),
        (
            "对榜单指标的逐项响应",
            [
                _table(
                    (11, 13, 11, 25),
                    ("指标", "要求", "响应值", "依据、方法与风险"),
                    [(i.name, i.requirement, f"{a.value or EMPTY} {i.unit}".strip(), _why(a)) for i, a in indicators],
                )
            ],
        ),
        ("进度与里程碑", _milestones(content)),
        ("经费预算", _budget(content)),
        ("团队成员", _members(content)),
        ("联合体参加单位", _participants(content)),
        *((head, _text(content.get(name))) for head, name in AFTER),
        ("知识产权", _rights(content)),
        ("承诺", [Block("paragraph", PLEDGE)] if content.get("pledged") else []),
        ("附件", [Block("paragraph", f"{n}. {f['name']}") for n, f in enumerate(content.get("files") or [], start=1)]),
    ]


def _text(text: str | None) -> list[Block]:
    return [Block("paragraph", line) for line in (text or "").splitlines() if line.strip()]


def _why(answer: Answer) -> str:
    said = (("依据", answer.evidence), ("方法", answer.method), ("风险", answer.risk))
    return "\n".join(f"{label}：{text}" for label, text in said if text) or EMPTY


def _milestones(content: dict[str, Any]) -> list[Block]:
    held = content.get("milestones") or []
    rows = [
        (m.get("title") or EMPTY, f"第{m['month']}个月" if m.get("month") else EMPTY, m.get("deliverable") or EMPTY,
         wan(money(m.get("amount"))))
        for m in held
    ]  # fmt: skip
    head, foot = ("里程碑", "完成时间", "交付物", "金额"), ("合计", "", "", wan(total(held)))
    return [_table((12, 8, 16, 10), head, [*rows, foot])] if held else []


def _budget(content: dict[str, Any]) -> list[Block]:
    held, labels = content.get("budget") or [], dict(BudgetItem.choices)
    rows = [
        (str(labels.get(row.get("item", ""), EMPTY)), row.get("note") or EMPTY, wan(money(row.get("asked"))),
         wan(money(row.get("own"))))
        for row in held
    ]  # fmt: skip
    foot = ("合计", "", wan(total(held, "asked")), wan(total(held, "own")))
    return [_table((9, 17, 10, 10), ("科目", "测算依据", "申请", "自筹"), [*rows, foot])] if held else []


def _members(content: dict[str, Any]) -> list[Block]:
    held = content.get("members") or []
    if not held:
        return []
    rows = [tuple(row.get(name) or EMPTY for name in ("name", "title", "role", "months")) for row in held]
    if months := person_months(held):
        rows.append(("合计", "", "", f"{months.normalize():f}"))
    return [_table((9, 12, 16, 8), ("姓名", "职称或职务", "分工", "投入人月"), rows)]


def _participants(content: dict[str, Any]) -> list[Block]:
    rows = [
        (
            f"{one['organisation']['name']}\n{one['organisation']['uscc']}",
            one.get("statement") or EMPTY,
            wan(money(one.get("share"))),
            "、".join(person.get("name", "") for person in one.get("people") or []) or EMPTY,
        )
        for one in content.get("participants") or []
    ]
    return [_table((18, 15, 10, 9), ("参加单位", "承担的任务", "经费份额", "参加人员"), rows)] if rows else []


def _rights(content: dict[str, Any]) -> list[Block]:
    label = dict(Ownership.choices).get(content.get("ownership", ""))
    return [*([Block("paragraph", f"建议归属：{label}。")] if label else []), *_text(content.get("rights"))]


def _signature(proposal: Proposal, at: datetime) -> list[Block]:
    return [Block("right", f"{proposal.team.organisation.name}（公章）"), Block("right", chinese_date(at))]


def _table(widths: tuple[int, ...], head: Sequence[str], rows: Rows) -> Block:
    return Block("table", rows=(tuple(head), *(tuple(row) for row in rows)), widths=widths)
