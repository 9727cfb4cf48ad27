"""The figures of the zone's first screen; each names the list that holds its records."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import SIGNED, Contract, Payment, PaymentStatus
from core.workdays import MissingYear, is_workday
from needs.models import Need
from needs.states import N
from notifications.queries import oldest_pending_age
from workflow.clocks import BLUE, GREEN, RED, YELLOW, Lamp, lamp

AHEAD = (N.SUBMITTED, N.RETURNED, N.SCREENED, N.APPROVED, N.SCHEDULED)
OPEN = (N.PUBLISHED, N.CLOSED, N.OPENED, N.NO_BID, N.SELECTED, N.INTENDED)
RUNNING = (N.CONTRACTED,)
LISTS = {"ahead": AHEAD, "open": OPEN, "running": RUNNING}


@dataclass(frozen=True)
class Figure:
    label: str
    value: Any
    href: str
    definition: str = ""


class InHand:
    """The needs in hand, read once: in which of the three lists they are, and how their lamps shine."""

    def __init__(self, now: datetime) -> None:
        rows = Need.objects.filter(status__in=(*AHEAD, *OPEN, *RUNNING)).order_by()
        self.statuses: Counter[str] = Counter()
        self.shining: Counter[str] = Counter()
        for status, since, due in rows.values_list("status", "status_since", "due_at"):
            self.statuses[status] += 1
            self.shining[lamp(since, due, now).key] += 1

    def lists(self) -> list[Figure]:
        """三张清单: before listing, on the list, under contract."""
        words = {
            "ahead": (_("前期"), _("已提交、尚未发榜的需求")),
            "open": (_("在揭榜"), _("已发榜、尚未签约的需求")),
            "running": (_("在实施"), _("合同已生效、尚未完成的需求")),
        }
        counts = {key: sum(self.statuses[status] for status in group) for key, group in LISTS.items()}
        return [
            Figure(label, counts[key], f"{reverse('office_needs')}?list={key}", definition)
            for key, (label, definition) in words.items()
        ]

    def lamps(self) -> list[tuple[Lamp, int]]:
        """How many shine in which colour, worked out from the clock, never typed."""
        return [(colour, self.shining[colour.key]) for colour in (GREEN, BLUE, YELLOW, RED)]


def money(today: date) -> dict[str, Decimal]:
    """Contracted and received this year, 元: two figures that are never added."""
    arrived = Payment.objects.filter(contract=OuterRef("pk"), status=PaymentStatus.RECEIVED).order_by()
    received = arrived.values("contract").annotate(total=Sum("amount")).values("total")
    sums = (
        Contract.objects.filter(status__in=SIGNED, signed_at__year=today.year)
        .annotate(got=Subquery(received))
        .aggregate(contracted=Sum("amount"), received=Sum("got"))
    )
    target = {"target": Decimal(settings.CONTRACT_TARGET or 0)}
    return {name: total or Decimal(0) for name, total in sums.items()} | target


def warnings(today: date) -> list[str]:
    """What an administrator must mend before it hurts: said on the first screen, not in a log."""
    said = []
    for year in {today.year, (today + timedelta(days=60)).year}:
        try:
            is_workday(today.replace(year=year))
        except MissingYear:
            said.append(_("%(year)s 年放假调休安排尚未录入，暂按周一至周五计算，请系统管理员录入。") % {"year": year})
    if oldest_pending_age() > timedelta(minutes=5):
        said.append(_("有通知超过 5 分钟没有发出，请系统管理员查看“系统状态”。"))
    return said
