"""台账: the four lists the zone keeps, each declared once; the page and the Excel sheet draw the same columns."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateTimeField, DecimalField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractStatus, Milestone, MilestoneStatus, PaymentStatus
from meetings.models import Intent, IntentStatus
from needs.additions import Question, questions
from needs.models import Batch, Need
from needs.states import NeedStatus
from reports.periods import new_year
from workflow.machine import Text

MONEY = DecimalField(max_digits=14, decimal_places=2)
TEXT, CODE, WAN, DAY, MOMENT, COUNT = "text", "code", "wan", "day", "moment", "count"


@dataclass(frozen=True)
class Column:
    label: Text
    value: Callable[[Any], Any]
    kind: str = TEXT
    width: int = 16  # in the sheet, in characters
    total: str = ""  # the name of the field that the sum row adds up
    links: bool = False  # the column that opens the record


@dataclass(frozen=True)
class Ledger:
    key: str
    title: Text
    rows: Callable[[Any], QuerySet]  # for a user, annotated with `entered`: the time by which a year is chosen
    columns: tuple[Column, ...]
    states: type
    words: tuple[str, ...]  # the fields that are searched
    lead: Text = ""
    hidden: tuple[str, ...] = field(default=())  # states that are not on this ledger

    def select(
        self, user: Any, *, year: int | None = None, status: str = "", words: str = "", batch: Batch | None = None
    ) -> QuerySet:
        found = self.rows(user)
        if batch:
            found = found.filter(batch=batch)
        if year:
            found = found.filter(entered__gte=new_year(year), entered__lt=new_year(year + 1))
        if status:
            found = found.filter(status=status)
        for word in words.split():
            found = found.filter(_any(self.words, word))
        return found.order_by("entered", "pk")

    def totals(self, rows: QuerySet) -> dict[str, Any]:
        """How many, and the sum of every column that has one. One query."""
        sums = {column.total: Sum(column.total) for column in self.columns if column.total}
        return rows.order_by().aggregate(rows=Count("pk"), **{f"sum_{name}": total for name, total in sums.items()})

    def columns_of(self, batch: Batch | None) -> tuple[Column, ...]:
        """With what the batch asks besides, where the ledger is narrowed to one."""
        return (*self.columns, *map(_answer_to, questions(batch))) if batch else self.columns

    def sum_row(self, totals: dict[str, Any], columns: tuple[Column, ...] | None = None) -> list[Any]:
        """One cell for each column, from `totals`."""
        return [(totals[f"sum_{c.total}"] or Decimal(0)) if c.total else None for c in columns or self.columns]

    @property
    def choices(self) -> list[tuple[str, Text]]:
        return [(value, label) for value, label in self.states.choices if value not in self.hidden]  # type: ignore[attr-defined]


def _answer_to(question: Question) -> Column:
    return Column(question.label, lambda row: question.said(row.answers.get(question.key)), width=20)


def _any(fields: tuple[str, ...], word: str) -> Q:
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__icontains": word})
    return found


# ── the rows ────────────────────────────────────────────────────────────────────
def needs(user: Any) -> QuerySet:
    return (
        Need.objects.visible_to(user)
        .filter(submitted_at__isnull=False)
        .select_related("organisation")
        .defer("search", "search_text", "wrapped_key", "confidential")
        .annotate(entered=F("submitted_at"))
    )


def intents(user: Any) -> QuerySet:
    return (
        Intent.objects.visible_to(user)
        .select_related("need__organisation", "proposal__team__organisation")
        .defer("need__search", "need__search_text", "need__wrapped_key", "proposal__working", "proposal__content")
        .annotate(entered=F("created_at"))
    )


def contracts(user: Any) -> QuerySet:
    received = Sum("payments__amount", filter=Q(payments__status=PaymentStatus.RECEIVED))
    return (
        Contract.objects.visible_to(user)
        .filter(signed_at__isnull=False)
        .select_related("need", "party_a", "party_b", "team")
        .defer("need__search", "need__search_text", "need__wrapped_key", "content")
        .annotate(entered=F("signed_at"), received=Coalesce(received, Value(Decimal(0)), output_field=MONEY))
    )


def milestones(user: Any) -> QuerySet:
    """By the day they are due, not the day they were written down."""
    return (
        Milestone.objects.visible_to(user)
        .filter(contract__signed_at__isnull=False)
        .select_related("contract__party_a", "contract__party_b", "contract__team")
        .defer("contract__content")
        .annotate(
            entered=Cast("due_date", DateTimeField()),
            planned=Coalesce(Sum("payments__amount"), Value(Decimal(0)), output_field=MONEY),
        )
    )


# ── the ledgers ─────────────────────────────────────────────────────────────────
LEDGERS = (
    Ledger(
        key="needs",
        title=_("需求台账"),
        lead=_("提交过的全部需求，按首次提交时间。"),
        rows=needs,
        states=NeedStatus,
        hidden=(NeedStatus.DRAFT,),
        words=("title", "number", "application_number", "organisation__name", "region"),
        columns=(
            Column(_("申报编号"), lambda r: r.application_number, CODE, 18),
            Column(_("榜单编号"), lambda r: r.number or "", CODE, 18),
            Column(_("需求名称"), lambda r: r.title, width=40, links=True),
            Column(_("发榜方"), lambda r: r.organisation.name, width=28),
            Column(_("技术领域"), lambda r: r.get_field_display()),
            Column(_("应用行业"), lambda r: r.industry_label, width=24),
            Column(_("地区"), lambda r: r.region),
            Column(_("榜额"), lambda r: r.budget, WAN, 12, "budget"),
            Column(_("提交日期"), lambda r: r.submitted_at, DAY, 12),
            Column(_("发榜日期"), lambda r: r.published_at, DAY, 12),
            Column(_("揭榜截止时间"), lambda r: r.bid_deadline, MOMENT, 17),
            Column(_("状态"), lambda r: r.get_status_display(), CODE, 12),
        ),
    ),
    Ledger(
        key="intents",
        title=_("意向台账"),
        lead=_("登记过的全部意向，按登记时间；放弃和过期的也在内。"),
        rows=intents,
        states=IntentStatus,
        words=("need__title", "need__number", "need__organisation__name", "proposal__team__name"),
        columns=(
            Column(_("榜单编号"), lambda r: r.need.number, CODE, 18),
            Column(_("需求名称"), lambda r: r.need.title, width=40, links=True),
            Column(_("发榜方"), lambda r: r.need.organisation.name, width=28),
            Column(_("揭榜方"), lambda r: f"{r.proposal.team.organisation.name} {r.proposal.team.name}", width=28),
            Column(_("意向金额"), lambda r: r.amount, WAN, 12, "amount"),
            Column(_("登记日期"), lambda r: r.created_at, DAY, 12),
            Column(_("达成日期"), lambda r: r.agreed_at, DAY, 12),
            Column(_("下一步"), lambda r: r.next_step, width=24),
            Column(_("约定日期"), lambda r: r.next_date, DAY, 12),
            Column(_("状态"), lambda r: r.get_status_display(), CODE, 12),
        ),
    ),
    Ledger(
        key="contracts",
        title=_("合同台账"),
        lead=_("双方确认生效的全部合同，按生效时间；终止的也在内。"),
        rows=contracts,
        states=ContractStatus,
        hidden=(ContractStatus.DRAFTING, ContractStatus.OFFERED, ContractStatus.REFUSED),
        words=("number", "title", "need__number", "party_a__name", "party_b__name"),
        columns=(
            Column(_("合同编号"), lambda r: r.number, CODE, 16),
            Column(_("项目名称"), lambda r: r.title, width=40, links=True),
            Column(_("榜单编号"), lambda r: r.need.number, CODE, 18),
            Column(_("甲方"), lambda r: r.party_a.name, width=28),
            Column(_("乙方"), lambda r: r.party_b.name, width=28),
            Column(_("合同金额"), lambda r: r.amount, WAN, 12, "amount"),
            Column(_("已到账"), lambda r: r.received, WAN, 12, "received"),
            Column(_("生效日期"), lambda r: r.signed_at, DAY, 12),
            Column(_("终止日期"), lambda r: r.ends_on, DAY, 12),
            Column(_("状态"), lambda r: r.get_status_display(), CODE, 12),
        ),
    ),
    Ledger(
        key="milestones",
        title=_("里程碑台账"),
        lead=_("生效合同的里程碑，按应完成日期。"),
        rows=milestones,
        states=MilestoneStatus,
        words=("title", "contract__title", "contract__number", "contract__party_a__name", "contract__party_b__name"),
        columns=(
            Column(_("合同编号"), lambda r: r.contract.number, CODE, 16),
            Column(_("项目名称"), lambda r: r.contract.title, width=36),
            Column(_("里程碑"), lambda r: r.title, width=24, links=True),
            Column(_("交付物"), lambda r: r.deliverable, width=28),
            Column(_("乙方"), lambda r: r.contract.party_b.name, width=28),
            Column(_("应完成日期"), lambda r: r.due_date, DAY, 12),
            Column(_("报告日期"), lambda r: r.reported_at, DAY, 12),
            Column(_("核验日期"), lambda r: r.verified_at, DAY, 12),
            Column(_("对应付款"), lambda r: r.planned, WAN, 12, "planned"),
            Column(_("状态"), lambda r: r.get_status_display(), CODE, 12),
        ),
    ),
)
BY_KEY = {ledger.key: ledger for ledger in LEDGERS}
