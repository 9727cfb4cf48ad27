"""Who may move a need, and when: permissions return a bool, conditions the sentence that says what is missing."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import members, office
from accounts.roles import Role
from accounts.rules import belongs
from core import clock
from core.models import verbose_name
from core.text import listed
from needs.models import Batch, Need
from needs.states import BatchStatus, N
from workflow.machine import Text


# ── who ─────────────────────────────────────────────────────────────────────────
def is_owner(user: Any, need: Need) -> bool:
    return belongs(user, need.organisation)


def is_screener(user: Any, obj: Need | Batch) -> bool:
    return user.is_authenticated and user.has_role(Role.OFFICER)


def is_approver(user: Any, obj: Need | Batch) -> bool:
    return user.is_authenticated and user.has_role(Role.REVIEWER, Role.LEADER)


def is_publisher(user: Any, obj: Need | Batch) -> bool:
    return user.is_authenticated and user.has_role(Role.LEADER, Role.REVIEWER)


def may_reject(user: Any, need: Need) -> bool:
    """Whoever has the need on the desk: the screener first, then the approver."""
    return is_screener(user, need) if need.status == N.SUBMITTED else is_approver(user, need)


def is_leader(user: Any, obj: Need | Batch) -> bool:
    return user.is_authenticated and user.has_role(Role.LEADER)


# ── when ────────────────────────────────────────────────────────────────────────
def organisation_is_verified(need: Need) -> Text:
    return "" if need.organisation.is_verified else _("单位尚未通过核验，核验通过后即可提交。")


def batch_is_open(need: Need) -> Text:
    return (
        ""
        if need.batch.status == BatchStatus.OPEN
        else _("批次“%(batch)s”不在征集期，请换一个批次。") % {"batch": need.batch}
    )


# The fields a listing cannot go without (domain.md 2.1, 2.3).
WANTED = (
    "title",
    "field",
    "problem",
    "goal",
    "period_months",
    "cooperation",
    "ownership",
    "contact_name",
    "contact_phone",
)


def missing_fields(need: Need) -> list[str]:
    return [name for name in WANTED if not getattr(need, name)]


def form_is_complete(need: Need) -> Text:
    missing = [verbose_name(Need, name) for name in missing_fields(need)]
    return _("还缺：%(fields)s。") % {"fields": listed(missing)} if missing else ""


def nothing_is_half_written(need: Need) -> Text:
    return _("有填写错误还没有改正，改好保存后再提交。") if need.typed else ""


def has_quantified_indicator(need: Need) -> Text:
    if any(indicator.is_quantified for indicator in need.indicators.all()):
        return ""
    return _("至少要有一项量化指标，例如“拉伸强度 ≥ 25 MPa”。")


def budget_within_batch(need: Need) -> Text:
    limit = need.batch.reward_max
    if limit is None or need.budget is None or need.budget <= limit:
        return ""
    return _("榜额超过本批次上限，请调整后再提交。")


def not_the_screener(need: Need, user: Any) -> Text:
    """Two pairs of eyes: who screened a need does not approve it."""
    return _("形式审查和批准须由不同的人办理。") if user is not None and need.screened_by_id == user.pk else ""


def window_is_over(need: Need) -> Text:
    over = need.bid_deadline is not None and clock.now() >= need.bid_deadline
    return "" if over else _("揭榜尚未截止。")


def publish_time_has_come(need: Need) -> Text:
    return "" if need.publish_at is not None and clock.now() >= need.publish_at else _("还没到定时发榜的时间。")


def deadline_is_ahead(need: Need) -> Text:
    ahead = need.bid_deadline is not None and clock.now() < need.bid_deadline
    return "" if ahead else _("揭榜截止时间已经过去，请取消定时后重新发榜。")


def may_relist(need: Need) -> Text:
    return _("每项需求只能重新发榜一次。") if need.relists else ""


def weights_sum(batch: Batch) -> Text:
    total = sum(row["weight"] for row in batch.weights)
    return "" if not batch.weights or total == 100 else _("评分权重合计须为 100，现为 %(total)s。") % {"total": total}


def rules_are_stated(batch: Batch) -> Text:
    return "" if batch.rules.strip() else _("请先写明批次规则，它会随批次一起公布。")


def has_no_running_needs(batch: Batch) -> Text:
    running = batch.needs.filter(status__in=(N.SUBMITTED, N.SCREENED, N.APPROVED, N.SCHEDULED)).count()
    return _("还有 %(count)s 项需求在审核或待发榜，办完后再结束批次。") % {"count": running} if running else ""


# ── whom to tell ────────────────────────────────────────────────────────────────
def owners(need: Need) -> Iterable[Any]:
    return members(need.organisation)


def screeners(need: Need) -> Iterable[Any]:
    return office(Role.OFFICER)


def approvers(need: Need) -> Iterable[Any]:
    return office(Role.REVIEWER)


def publishers(need: Need) -> Iterable[Any]:
    return office(Role.LEADER, Role.REVIEWER)
