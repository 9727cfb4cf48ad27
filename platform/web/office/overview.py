"""The figures of the zone's first screen; each names the list that holds its records."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import SIGNED, Contract, PaymentStatus
from core import clock
from core.workdays import MissingYear, is_workday
from needs.models import Need
from needs.states import N
from notifications.queries import oldest_pending_age
from workflow.clocks import BLUE, GREEN, RED, YELLOW, Lamp, lamp

AHEAD = (N.SUBMITTED, N.RETURNED, N.SCREENED, N.APPROVED, N.SCHEDULED)
OPEN = (N.PUBLISHED, N.CLOSED, N.OPENED, N.NO_BID, N.SELECTED, N.INTENDED)
RUNNING = (N.CONTRACTED,)


@dataclass(frozen=True)
class Figure:
    label: str
    value: Any
    href: str
    definition: str = ""


def three_lists() -> list[Figure]:
    """三张清单: before listing, on the list, under contract."""
    counts = Need.objects.filter(application_number__isnull=False).aggregate(
        ahead=Count("pk", filter=Q(status__in=AHEAD)),
        open=Count("pk", filter=Q(status__in=OPEN)),
        running=Count("pk", filter=Q(status__in=RUNNING)),
    )
    words = {
        "ahead": (_("前期"), _("已提交、尚未发榜的需求")),
        "open": (_("在揭榜"), _("已发榜、尚未签约的需求")),
        "running": (_("在实施"), _("合同已生效、尚未完成的需求")),
    }
    return [
        Figure(label, counts[key], f"{reverse('office_needs')}?list={key}", definition)
        for key, (label, definition) in words.items()
    ]


def lamps() -> list[tuple[Lamp, int]]:
    """How many needs in hand shine in which colour, worked out from the clock, never typed."""
    now = clock.now()
    counts = dict.fromkeys((GREEN, BLUE, YELLOW, RED), 0)
    rows = Need.objects.filter(status__in=(*AHEAD, *OPEN, *RUNNING)).values_list("status_since", "due_at")
    for since, due in rows:
        counts[lamp(since, due, now)] += 1
    return list(counts.items())


def money() -> dict[str, Decimal]:
    """Contracted and received this year, 元: two figures that are never added."""
    year = clock.today().year
    contracts = Contract.objects.filter(status__in=SIGNED, signed_at__year=year)
    received = Sum("payments__amount", filter=Q(payments__status=PaymentStatus.RECEIVED))
    return {
        "contracted": contracts.aggregate(total=Sum("amount"))["total"] or Decimal(0),
        "received": contracts.aggregate(total=received)["total"] or Decimal(0),
        "target": Decimal(settings.CONTRACT_TARGET or 0),
    }


def warnings() -> list[str]:
    """What an administrator must mend before it hurts: said on the first screen, not in a log."""
    said = []
    today = clock.today()
    for year in {today.year, (today + timedelta(days=60)).year}:
        try:
            is_workday(today.replace(year=year))
        except MissingYear:
            said.append(_("%(year)s 年放假调休安排尚未录入，暂按周一至周五计算，请系统管理员录入。") % {"year": year})
    if oldest_pending_age() > timedelta(minutes=5):
        said.append(_("有通知超过 5 分钟没有发出，请系统管理员查看“系统状态”。"))
    return said
