"""The records behind a number of the funnel, as a table: the same columns on the page and in the sheet."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from needs.models import Batch
from reports.funnel import records
from reports.ledgers import CODE, DAY, MOMENT, WAN, Column
from reports.periods import Period
from reports.stages import BY_KEY, Stage


@dataclass(frozen=True)
class Evidence:
    related: tuple[str, ...]
    unread: tuple[str, ...]  # wide columns the table does not show
    columns: tuple[Column, ...]


REACHED = _("到达时间")
NEED = ("search", "search_text", "wrapped_key", "confidential", "problem", "present", "goal")
VIA_NEED = tuple(f"need__{name}" for name in NEED)
NEED_COLUMNS = (
    Column(REACHED, lambda r: r.at, MOMENT, 17),
    Column(_("申报编号"), lambda r: r.application_number, CODE, 18),
    Column(_("榜单编号"), lambda r: r.number or "", CODE, 18),
    Column(_("需求名称"), lambda r: r.title, width=40, links=True),
    Column(_("发榜方"), lambda r: r.organisation.name, width=28),
    Column(_("榜额"), lambda r: r.budget, WAN, 12),
    Column(_("现在"), lambda r: r.get_status_display(), CODE, 12),
)
CONTRACT_COLUMNS = (
    Column(REACHED, lambda r: r.at, MOMENT, 17),
    Column(_("合同编号"), lambda r: r.number, CODE, 16),
    Column(_("项目名称"), lambda r: r.title, width=40, links=True),
    Column(_("甲方"), lambda r: r.party_a.name, width=28),
    Column(_("乙方"), lambda r: r.party_b.name, width=28),
    Column(_("合同金额"), lambda r: r.amount, WAN, 12, "money"),
    Column(_("现在"), lambda r: r.get_status_display(), CODE, 12),
)
OF_NEED = Evidence(("organisation",), NEED, NEED_COLUMNS)
OF_CONTRACT = Evidence(("party_a", "party_b"), ("content",), CONTRACT_COLUMNS)
EVIDENCE = {
    "collected": OF_NEED,
    "published": OF_NEED,
    "bids": Evidence(
        ("need", "team__organisation"),
        (*VIA_NEED, "working", "content"),
        (
            Column(REACHED, lambda r: r.at, MOMENT, 17),
            Column(_("榜单编号"), lambda r: r.need.number, CODE, 18),
            Column(_("需求名称"), lambda r: r.need.title, width=40, links=True),
            Column(_("揭榜方"), lambda r: f"{r.team.organisation.name} {r.team.name}", width=32),
            Column(_("报价"), lambda r: r.price, WAN, 12),
            Column(_("现在"), lambda r: r.get_status_display(), CODE, 12),
        ),
    ),
    "intents": Evidence(
        ("need__organisation", "proposal__team__organisation"),
        (*VIA_NEED, "proposal__working", "proposal__content"),
        (
            Column(REACHED, lambda r: r.at, MOMENT, 17),
            Column(_("榜单编号"), lambda r: r.need.number, CODE, 18),
            Column(_("需求名称"), lambda r: r.need.title, width=40, links=True),
            Column(_("发榜方"), lambda r: r.need.organisation.name, width=28),
            Column(_("揭榜方"), lambda r: f"{r.proposal.team.organisation.name} {r.proposal.team.name}", width=32),
            Column(_("意向金额"), lambda r: r.amount, WAN, 12, "money"),
            Column(_("现在"), lambda r: r.get_status_display(), CODE, 12),
        ),
    ),
    "signed": OF_CONTRACT,
    "completed": Evidence(
        OF_CONTRACT.related,
        OF_CONTRACT.unread,
        tuple(Column(c.label, c.value, c.kind, c.width, links=c.links) for c in CONTRACT_COLUMNS),
    ),
    "paid": Evidence(
        ("contract__party_a", "contract__party_b"),
        ("contract__content",),
        (
            Column(REACHED, lambda r: r.at, MOMENT, 17),
            Column(_("合同编号"), lambda r: r.contract.number, CODE, 16),
            Column(_("项目名称"), lambda r: r.contract.title, width=36),
            Column(_("款项"), lambda r: r.title, width=20, links=True),
            Column(_("付款方"), lambda r: r.contract.party_a.name, width=28),
            Column(_("收款方"), lambda r: r.contract.party_b.name, width=28),
            Column(_("支付日期"), lambda r: r.paid_on, DAY, 12),
            Column(_("到账金额"), lambda r: r.amount, WAN, 12, "money"),
        ),
    ),
}


def evidence(key: str, period: Period, batch: Batch | None = None) -> tuple[Stage, tuple[Column, ...], QuerySet]:
    """A stage, its columns, and exactly the rows its number counts."""
    told = EVIDENCE[key]
    rows: Any = records(key, period.since, period.until, batch).select_related(*told.related).defer(*told.unread)
    return BY_KEY[key], told.columns, rows
