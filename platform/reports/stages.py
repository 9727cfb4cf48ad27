"""The stages of the funnel, each with its definition and the rows it counts. Numbers and evidence come from here alone.

Every stage has rows with two annotations: `at`, the moment the row first reached the stage, which never changes
afterwards, and `money` in 元 where the stage has an amount. So a figure 截至 a day
is the same whenever it is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, DecimalField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.fields import CharField, DateTimeField
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.models import Event
from contracts.models import Contract, Payment
from meetings.models import Intent
from needs.codes import Sealing
from needs.models import Need
from proposals.models import Proposal
from workflow.machine import Text

NO_MONEY = Cast(Value(None), DecimalField(max_digits=14, decimal_places=2))


@dataclass(frozen=True)
class Stage:
    key: str
    label: Text
    unit: Text  # the measure word
    definition: Text
    rows: Callable[[], QuerySet]  # annotated with `at` and `money`
    money_label: Text = ""  # which kind of money; the kinds are never added up
    batch: str = "batch"  # the path from a row to the batch it belongs to


def first_event(need: str, *actions: str) -> Subquery:
    """When the need named by the path `need` first made one of these moves, from its audit chain."""
    stream = Concat(Value("need:"), Cast(OuterRef(need), CharField()))
    moves = Event.objects.filter(stream=stream, action__in=actions).order_by("seq").values("at")
    return Subquery(moves[:1], output_field=DateTimeField())


def collected() -> QuerySet:
    return Need.objects.filter(submitted_at__isnull=False).annotate(at=F("submitted_at"), money=NO_MONEY)


def published() -> QuerySet:
    """A need that was listed again keeps the time of its first listing, which only the chain still knows."""
    first = Case(When(relists=0, then=F("published_at")), default=first_event("pk", "need.go_live"))
    return Need.objects.filter(number__isnull=False).annotate(at=first, money=NO_MONEY)


def bids() -> QuerySet:
    """A rolling bid stays hidden from other teams, so it counts only when its need has left the window."""
    rolling = first_event("need_id", "need.open", "need.vet", "need.select", "need.fail")
    revealed = Case(When(need__batch__sealing=Sealing.ROLLING, then=rolling), default=F("opened_at"))
    return Proposal.objects.filter(opened_at__isnull=False).annotate(at=revealed, money=NO_MONEY)


def intents() -> QuerySet:
    return Intent.objects.filter(agreed_at__isnull=False).annotate(at=F("agreed_at"), money=F("amount"))


def signed() -> QuerySet:
    return Contract.objects.filter(signed_at__isnull=False).annotate(at=F("signed_at"), money=F("amount"))


def completed() -> QuerySet:
    return Contract.objects.filter(completed_at__isnull=False).annotate(at=F("completed_at"), money=NO_MONEY)


def paid() -> QuerySet:
    return Payment.objects.filter(received_at__isnull=False).annotate(at=F("received_at"), money=F("amount"))


STAGES = (
    Stage(
        "collected",
        pgettext_lazy("stage", "征集"),
        _("项"),
        _("企业第一次提交审核的需求，退回后重报不重复计算"),
        collected,
    ),
    Stage(
        "published",
        pgettext_lazy("stage", "发榜"),
        _("项"),
        _("取得榜单编号并公布的需求，重新发榜不重复计算"),
        published,
    ),
    Stage(
        "bids",
        pgettext_lazy("stage", "方案"),
        _("份"),
        _("由两人开启、可以读取的方案；随到随送的批次，在该需求有结果之后才计入"),
        bids,
        batch="need__batch",
    ),
    Stage(
        "intents",
        pgettext_lazy("stage", "意向"),
        _("项"),
        _("双方确认、写明金额和下一步的意向，之后放弃的也计入"),
        intents,
        _("意向额"),
        batch="need__batch",
    ),
    Stage(
        "signed",
        pgettext_lazy("stage", "签约"),
        _("项"),
        _("双方确认生效的合同，之后终止的也计入"),
        signed,
        _("合同额"),
        batch="need__batch",
    ),
    Stage(
        "completed",
        pgettext_lazy("stage", "完成"),
        _("项"),
        _("里程碑全部核验、甲方确认履约完成的合同"),
        completed,
        batch="need__batch",
    ),
    Stage(
        "paid",
        pgettext_lazy("stage", "到账"),
        _("笔"),
        _("甲方登记支付、乙方确认收到的款项"),
        paid,
        _("到账额"),
        batch="contract__need__batch",
    ),
)
BY_KEY = {stage.key: stage for stage in STAGES}
