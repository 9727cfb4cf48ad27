"""The figures of the zone's first screen; each names the list that holds its records."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core import scanner, workdays
from core.workdays import MissingYear, is_workday
from needs.models import Need
from needs.states import N
from notifications.queries import oldest_pending_age
from proposals.queries import still_unread
from quarantine.queries import oldest_waiting_age
from suggestions.queries import without_a_match
from workflow.clocks import BLUE, GREEN, RED, YELLOW, Lamp, lamp

AHEAD = (N.SUBMITTED, N.RETURNED, N.SCREENED, N.APPROVED, N.SCHEDULED)
OPEN = (N.PUBLISHED, N.CLOSED, N.VETTING, N.OPENED, N.NO_BID, N.SELECTED, N.INTENDED)
RUNNING = (N.CONTRACTED,)
IN_HAND = (*AHEAD, *OPEN, *RUNNING)
LISTS = {"ahead": AHEAD, "open": OPEN, "running": RUNNING}
LIST_NAMES = {"ahead": _("前期"), "open": _("在揭榜"), "running": _("在实施")}
LIST_MEANINGS = {
    "ahead": _("已提交、尚未发榜的需求"),
    "open": _("已发榜、尚未签约的需求"),
    "running": _("合同已生效、尚未完成的需求"),
}
LATE = "late"  # both colours of what is past its term


@dataclass(frozen=True)
class Figure:
    label: str | Promise
    value: Any
    href: str
    definition: str | Promise = ""


class InHand:
    """The needs in hand, read once: in which of the three lists, under which lamp, and how many nobody matches."""

    def __init__(self, now: datetime) -> None:
        rows = Need.objects.filter(status__in=IN_HAND, application_number__isnull=False).order_by()
        alone = Exists(without_a_match(Need.objects.filter(pk=OuterRef("pk"))))
        self.statuses: Counter[str] = Counter()
        self.shining: Counter[str] = Counter()
        self.unmatched = 0
        facts = rows.annotate(alone=alone).values_list("status", "status_since", "due_at", "alone")
        for status, since, due, unmatched in facts:
            self.statuses[status] += 1
            self.shining[lamp(since, due, now).key] += 1
            self.unmatched += unmatched

    def lists(self) -> list[Figure]:
        """三张清单: before listing, on the list, under contract."""
        definitions = {
            "ahead": gettext("已提交、尚未发榜的需求"),
            "open": gettext("已发榜、尚未签约的需求"),
            "running": gettext("合同已生效、尚未完成的需求"),
        }
        counts = {key: sum(self.statuses[status] for status in group) for key, group in LISTS.items()}
        return [
            Figure(LIST_NAMES[key], counts[key], f"{reverse('office_needs')}?list={key}", definition)
            for key, definition in definitions.items()
        ]

    def lamps(self) -> list[tuple[Lamp, int, str]]:
        """How many shine in which colour, worked out from the clock, never typed; and where they are."""
        return [
            (colour, self.shining[colour.key], f"{reverse('office_needs')}?lamp={colour.key}")
            for colour in (GREEN, BLUE, YELLOW, RED)
        ]


def shining(rows: QuerySet[Need], key: str) -> QuerySet[Need]:
    """Of `rows` those in hand whose lamp is `key` now: what a number of `in_hand` opens."""
    keys = (YELLOW.key, RED.key) if key == LATE else (key,)
    now = workdays.now()
    times = rows.filter(status__in=IN_HAND).values_list("pk", "status_since", "due_at")
    return rows.filter(pk__in=[pk for pk, since, due in times if lamp(since, due, now).key in keys])


def warnings(today: date, user: Any) -> list[str]:
    """What an administrator must mend before it hurts: said on the first screen, not in a log.

    The command that mends it is for who may run it; the others learn what it means for their terms.
    """
    said = []
    for year in {today.year, (today + timedelta(days=60)).year}:
        try:
            is_workday(today.replace(year=year))
        except MissingYear:
            missing = gettext("%(year)s 年放假调休安排尚未录入，办理期限暂按周一至周五计算。")
            if user.has_role(Role.SYSADMIN):
                missing = gettext(
                    "%(year)s 年放假调休安排尚未录入，办理期限暂按周一至周五计算，"
                    "请运行 manage.py load_workdays %(year)s 录入。"
                )
            said.append(missing % {"year": year})
    if oldest_pending_age() > timedelta(minutes=5):
        said.append(gettext("有通知超过 5 分钟没有发出，请系统管理员查看“系统状态”。"))
    if unread := still_unread().count():
        told = gettext("有 %(n)s 份已开启的方案超过 10 分钟没有解密完，请系统管理员检查工作进程和运行日志。")
        said.append(told % {"n": unread})
    if scanner.is_configured() and oldest_waiting_age() > timedelta(minutes=10):
        said.append(gettext("有文件超过 10 分钟没有完成病毒查杀，暂不能下载，请系统管理员检查查杀服务。"))
    return said
