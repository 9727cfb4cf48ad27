"""A document ready to be laid out: its wording as it stands, filled with the facts of the case."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from audit.models import Event
from audit.queries import history
from core import clock
from core.money import wan
from documents.kinds import FIRST_WORDING, Kind
from documents.markup import Block, blocks
from documents.models import Wording
from needs import joint
from needs.asks import span
from needs.codes import Cooperation, ReturnReason
from needs.models import Batch, Need

NONE = "无"
CALLS_FOR = "为推动企业技术难题与高校、科研院所的研发力量精准对接，现面向区内企业征集技术需求。"
CERTIFIES = {Kind.ACCEPTANCE: "need.screen", Kind.RETURN: "need.return"}  # the event such a notice is about


class NotIssued(Exception):
    """There is no such document for this case: what it would certify has not happened."""


@dataclass(frozen=True)
class Document:
    kind: str
    title: str
    name: str  # of the file, without its ending
    at: datetime
    blocks: list[Block]


def wording(kind: str) -> str:
    """How this kind reads now."""
    row = Wording.objects.filter(kind=kind).first()
    return row.text if row and row.text else FIRST_WORDING[kind]


def document(kind: str, subject: Any, *, text: str | None = None) -> Document:
    """Always in Chinese: it is the zone's official text. `text` tries a wording out. Raises `NotIssued`."""
    with override("zh-hans"):
        values, table, at, number = FACTS[kind](subject)
        zone = f"{settings.ZONE_NAME}管理委员会"
        always = {"管委会": zone, "成文日期": chinese_date(at), "平台网址": settings.SITE_URL}
        laid = blocks(text or wording(kind), {**always, **values}, table)
        title = next((block.text for block in laid if block.kind == "title"), str(Kind(kind).label))
        return Document(kind, title, f"{Kind(kind).label} {number}".strip(), at, laid)


def chinese_date(at: datetime | date) -> str:
    """2026年11月25日: 成文日期 in figures, without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    day = timezone.localtime(at).date() if isinstance(at, datetime) else at
    return f"{day.year}年{day.month}月{day.day}日"


def notices_of(events: Iterable[Event]) -> list[tuple[str, Any]]:
    """(kind, label) of what the enterprise and the zone may download, by what has happened."""
    happened = {event.action for event in events}
    return [(kind, Kind(kind).label) for kind, action in CERTIFIES.items() if action in happened]


# ── the facts of each kind ──────────────────────────────────────────────────────
Facts = tuple[dict[str, str], tuple[tuple[str, ...], ...], datetime, str]


def _call(batch: Batch) -> Facts:
    values = {
        "批次名称": batch.title,
        "批次类别": batch.kind_text,
        "征集通知正文": batch.notice or CALLS_FOR,
        "征集时间": _collecting(batch),
        "联系方式": batch.contact or "请登录平台查看批次页。",
        "批次网址": f"{settings.SITE_URL}{batch.get_absolute_url()}",
        "办理方式": batch.get_mode_display(),
        "接收方式": batch.get_sealing_display(),
        "揭榜期": span(batch.window),
        "审查时限": _days(batch.screening_days),
        "批准时限": _days(batch.approval_days),
        "答复时限": _days(batch.answer_days),
        "榜额上限": wan(batch.reward_max) if batch.reward_max else "不设",
        "批次规则": batch.rules or NONE,
    }
    return values, (), batch.published_at or batch.status_since or clock.now(), ""


def _collecting(batch: Batch) -> str:
    if batch.is_standing:
        return "常年征集，随时可报"
    start = (
        f"{chinese_date(batch.opens_at)}{timezone.localtime(batch.opens_at):%H:%M}" if batch.opens_at else "公布之日"
    )
    if batch.collects_until is None:
        return f"{start}起"
    return f"{start}至{chinese_date(batch.collects_until)}{timezone.localtime(batch.collects_until):%H:%M}"


def _listing(need: Need) -> Facts:
    if not need.number or not need.bid_deadline or not need.published_at:
        raise NotIssued
    deadline = timezone.localtime(need.bid_deadline)
    values = {
        **_of_need(need),
        "发榜方": _posted_by(need),
        "榜单编号": need.number,
        "技术领域": need.get_field_display(),
        "需求类型": need.get_kind_display(),
        "技术难题": need.problem,
        "现有基础": need.present or NONE,
        "预期目标": need.goal,
        "揭榜要求": need.conditions or "不设额外条件。",
        "榜额": need.budget_text,
        "期望周期": f"{need.period_months}个月" if need.period_months else "面议",
        "合作方式": "、".join(str(Cooperation(code).label) for code in need.cooperation),
        "知识产权": need.get_ownership_display(),
        "后续改进": need.get_improvements_display() or NONE,
        "应用行业": need.industry_label or NONE,
        "交付物": need.deliverables_label or "以合同约定为准。",
        "揭榜截止": f"{chinese_date(deadline)}{deadline:%H:%M}",
        "榜单网址": f"{settings.SITE_URL}/listings/{need.number}/",
    }
    rows = [
        (i.name, i.requirement, i.test_method or "—", "硬指标" if i.is_hard else "软指标")
        for i in need.indicators.all()
    ]
    return values, (("指标", "要求", "测试方法", "性质"), *rows), need.published_at, need.number


def _posted_by(need: Need) -> str:
    """On one line, so that it reads in whatever wording stands around it."""
    partners = joint.names(need)
    if not partners:
        return need.organisation.name
    return f"{need.organisation.name}（牵头单位）；联合发榜单位：{'、'.join(partners)}"


def _acceptance(need: Need) -> Facts:
    event = _last(need, CERTIFIES[Kind.ACCEPTANCE])
    values = {"受理日期": _day_of(event), "批准时限": _days(need.batch.approval_days)}
    return {**_of_need(need), **values}, (), event.at, need.application_number or ""


def _return(need: Need) -> Facts:
    event = _last(need, CERTIFIES[Kind.RETURN])
    note = event.note_data
    reasons = dict(ReturnReason.choices)
    values = {
        "退回日期": _day_of(event),
        "退回原因": str(reasons.get(note.get("code", ""), NONE)),
        "具体说明": note.get("reason", NONE),
    }
    return {**_of_need(need), **values}, (), event.at, need.application_number or ""


def _nda(need: Need) -> Facts:
    return {}, (), clock.now(), need.number or ""


FACTS: dict[str, Callable[[Any], Facts]] = {
    Kind.CALL: _call,
    Kind.LISTING: _listing,
    Kind.ACCEPTANCE: _acceptance,
    Kind.RETURN: _return,
    Kind.NDA: _nda,
}


def _of_need(need: Need) -> dict[str, str]:
    return {
        "需求名称": need.title,
        "发榜方": need.organisation.name,
        "申报编号": need.application_number or NONE,
        "批次名称": need.batch.title,
        "提交日期": chinese_date(need.submitted_at) if need.submitted_at else NONE,
    }


def _last(need: Need, action: str) -> Event:
    event = history(need.audit_stream).filter(action=action).last()
    if event is None:
        raise NotIssued
    return event


def _day_of(event: Event) -> str:
    return chinese_date(event.at)


def _days(count: int) -> str:
    return f"{count}个工作日"
