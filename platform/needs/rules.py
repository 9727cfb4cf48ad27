"""Who may move a need, and when: permissions return a bool, conditions the sentence that says what is missing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.queries import members, office
from accounts.roles import Role
from accounts.rules import belongs
from core import clock
from core.models import verbose_name
from core.text import listed
from needs import joint
from needs.additions import unanswered
from needs.codes import BatchKind
from needs.models import Batch, Indicator, Need
from needs.redaction import numbers_in_batch, personal_numbers
from needs.states import EDITABLE, FINAL, BatchStatus, N
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
    """By the database clock. What was handed in in time and came back for repair may return until the batch ends."""
    batch, now = need.batch, clock.now()
    if batch.status not in (BatchStatus.OPEN, BatchStatus.COLLECTED):
        return _("批次“%(batch)s”不在征集期，请换一个批次。") % {"batch": batch}
    if batch.collecting(now) or _came_in_time(need):
        return ""
    if batch.opens_at is not None and now < batch.opens_at:
        return _("批次“%(batch)s”%(at)s开始征集，届时即可提交，草稿现在就可以写。") % {
            "batch": batch,
            "at": when(batch.opens_at),
        }
    return _("批次“%(batch)s”的征集已于%(at)s截止，不再接收新的提交，请换一个批次。") % {
        "batch": batch,
        "at": when(batch.collects_until),
    }


def _came_in_time(need: Need) -> bool:
    at, batch = need.submitted_at, need.batch
    if at is None:
        return False
    return (batch.opens_at is None or batch.opens_at <= at) and (
        batch.collects_until is None or at < batch.collects_until
    )


def when(at: datetime | None) -> str:
    """2026-12-01 17:00, as the zone's clock shows it."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def lacks_a_second_person(need: Need) -> Text:
    """No reason to refuse: there is time until the decision. Who reads it early can still invite a colleague."""
    if not need.batch.two_deciders or members(need.organisation).count() > 1:
        return ""
    return _(
        "本批次选定方案须两人：一人提出，另一名同事确认。贵单位现在只有一名成员，请由管理员在单位页邀请一名同事加入。"
    )


def additions_are_answered(need: Need) -> Text:
    missing = [question.label for question in unanswered(need)]
    return _("批次附加项还缺：%(questions)s。") % {"questions": listed(missing)} if missing else ""


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


def no_personal_numbers(need: Need, indicators: Sequence[Indicator] | None = None) -> Text:
    """What the zone publishes never carries a mobile number or an identity card, whoever wrote it there."""
    fields = personal_numbers(need, indicators)
    return (
        _("%(fields)s里有手机号或身份证号，公开内容不能有。请删去；联系方式填在“联系人”一栏，不公开。")
        % {"fields": listed(f"“{field}”" for field in fields)}
        if fields
        else ""
    )


def budget_within_batch(need: Need) -> Text:
    limit = need.batch.reward_max
    if limit is None or need.budget is None or need.budget <= limit:
        return ""
    return _("榜额超过本批次上限，请调整后再提交。")


def not_the_screener(need: Need, user: Any) -> Text:
    """Two pairs of eyes: who screened a need does not approve it."""
    return _("形式审查和批准须由不同的人办理。") if user is not None and need.screened_by_id == user.pk else ""


def in_his_hands(need: Need, user: Any) -> Text:
    """首问负责: whoever took the case handles it until another has accepted it; who left the desk holds nothing."""
    if user is None or need.status != N.SUBMITTED or need.handler is None or need.handler_id == user.pk:
        return ""
    if not need.handler.has_role(Role.OFFICER):
        return ""
    return _("本件由%(name)s经办，由其办理，或交接给您之后再办。") % {"name": need.handler.name}


def is_not_taken(need: Need) -> Text:
    return _("已有人经办。") if need.handler is not None and need.handler.has_role(Role.OFFICER) else ""


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


def publishes_no_personal_numbers(batch: Batch) -> Text:
    """What is published cannot be changed any more; an old draft, or a copy of an old batch, may carry some."""
    fields = numbers_in_batch(batch)
    return (
        _("%(fields)s里有手机号或身份证号，公开内容不能有。请删去，联系方式写部门和办公电话。")
        % {"fields": listed(f"“{field}”" for field in fields)}
        if fields
        else ""
    )


def has_its_window(batch: Batch) -> Text:
    """Which window it needs depends on its kind; a date that has passed would promise what nobody can keep."""
    now = clock.now()
    if batch.is_standing:
        return ""
    if batch.collects_until is None:
        return _("请先填写征集截止时间：专项征集和挑战赛须写明截止时间。")
    if batch.opens_at is not None and batch.opens_at < now:
        return _("征集开始时间 %(at)s 已经过去。请修改，或留空表示公布即开始。") % {"at": when(batch.opens_at)}
    if batch.collects_until <= now:
        return _("征集截止时间 %(at)s 已经过去，请改为将来的时间。") % {"at": when(batch.collects_until)}
    return ""


def has_its_edition(batch: Batch) -> Text:
    if batch.kind != BatchKind.CONTEST or batch.edition:
        return ""
    return _("请先填写创新挑战赛是第几届。")


def collecting_is_over(batch: Batch) -> Text:
    """An announced window never ends early."""
    if batch.collects_until is None or clock.now() >= batch.collects_until:
        return ""
    return _("征集期到 %(at)s，已公布的时间不能提前。") % {"at": when(batch.collects_until)}


def all_needs_are_final(batch: Batch) -> Text:
    """What lies on an enterprise's own desk, new or sent back, may still go to another batch: it holds up nothing."""
    running = batch.needs.exclude(status__in=(*FINAL, *EDITABLE)).count()
    return _("还有 %(count)s 项需求没有办结，全部办结后再归档。") % {"count": running} if running else ""


def has_no_running_needs(batch: Batch) -> Text:
    running = batch.needs.filter(status__in=(N.SUBMITTED, N.SCREENED, N.APPROVED, N.SCHEDULED)).count()
    return _("还有 %(count)s 项需求在审核或待发榜，办完后再结束批次。") % {"count": running} if running else ""


# ── whom to tell ────────────────────────────────────────────────────────────────
def owners(need: Need) -> Iterable[Any]:
    return {*members(need.organisation), *joint.people(need)}


def officers(batch: Batch) -> Iterable[Any]:
    return office(Role.OFFICER)


def screeners(need: Need) -> Iterable[Any]:
    """Who handles it; while nobody does, every officer."""
    everybody = office(Role.OFFICER)
    return everybody.filter(pk=need.handler.pk) or everybody if need.handler else everybody


def approvers(need: Need) -> Iterable[Any]:
    return office(Role.REVIEWER)


def publishers(need: Need) -> Iterable[Any]:
    return office(Role.LEADER, Role.REVIEWER)
