"""The lifecycles of a batch and of a need: the only description of what may happen to them, and by whom."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import APPROVERS, BOTH, NOBODY, OFFICER, OPENERS, OWNER, PLATFORM, TEAM
from core import clock
from needs import amending, asks, keeping, rules, screening
from needs.following import followers
from needs.joint import partners_are_agreed
from needs.listing import LATEST_FORM, content_hash, rules_hash, search_words
from needs.models import Batch, Need
from needs.numbering import application_number, listing_number
from needs.states import FINAL, N, VersionEvent
from needs.states import BatchStatus as B
from needs.versions import keep_version
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register


# ── effects ─────────────────────────────────────────────────────────────────────
def _freeze(batch: Batch, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    batch.published_at = clock.now()
    if not batch.is_standing and batch.opens_at is None:
        batch.opens_at = batch.published_at
    batch.frozen_form = LATEST_FORM
    batch.frozen_hash = rules_hash(batch)
    return {"rules": batch.frozen_hash, "form": batch.frozen_form}


def _count_collected(batch: Batch, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {"needs": batch.needs.filter(application_number__isnull=False).count()}


def _number_application(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    if need.submitted_at is None:
        need.submitted_at = clock.now()
        need.application_number = application_number(need.submitted_at)
    need.search_text = search_words(need)  # from now on the zone finds it beside similar ones
    kept = keep_version(need, VersionEvent.SUBMIT, by=by)
    return {"number": need.application_number, "content": kept.content_hash, "version": kept.number}


def _take(need: Need, *, by: Any, data: dict[str, Any]) -> None:
    need.handler = by


def _remember_screener(need: Need, *, by: Any, data: dict[str, Any]) -> None:
    need.screened_by = need.handler = by


def _approve(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    need.published_hash = content_hash(need)
    return {"content": need.published_hash}


def _schedule(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Fix both times; the platform's own `go_live` then publishes, at once or when the time comes."""
    need.publish_at = data["publish_at"] or clock.now()
    need.bid_deadline = data["bid_deadline"]
    return {"publish_at": need.publish_at.isoformat(), "bid_deadline": need.bid_deadline.isoformat()}


def _publish(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    need.published_at = need.window_from = clock.now()
    need.number = need.number or listing_number(need.published_at)
    kept = keeping.new_key(need)
    need.search_text = search_words(need)
    keep_version(need, VersionEvent.PUBLISH, by=by)
    deadline = need.bid_deadline.isoformat() if need.bid_deadline else ""
    told = {"number": need.number, "deadline": deadline, "key": need.public_key, "content": need.published_hash}
    return told | kept


def _withdraw(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    need.public_note = data["reason"]
    need.ended_at = clock.now()
    return {"code": data["code"]}


def _coded(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {"code": data["code"]}


def _sent_back(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """By whoever has it on his desk: an officer who acts first has taken the case."""
    if need.status == N.SUBMITTED:
        need.handler = by
    return {"code": data["code"]}


def _end(need: Need, *, by: Any, data: dict[str, Any]) -> None:
    need.ended_at = clock.now()


def _fail(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """None was chosen, and everybody reads why."""
    need.public_note, need.ended_at = data["reason"], clock.now()
    return {"code": data["code"]}


def _counted(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """How many bids there are to look at: told once they are in the open."""
    return {"count": data["count"]}


def _relist(need: Need, *, by: Any, data: dict[str, Any]) -> None:
    need.relists += 1
    need.bid_deadline = need.publish_at = need.ended_at = None


# ── what the clock moves ────────────────────────────────────────────────────────
def due_to_end_collecting() -> QuerySet[Batch]:
    return Batch.objects.filter(status=B.OPEN, collects_until__lte=Now())


def due_to_publish() -> QuerySet[Need]:
    return Need.objects.filter(status=N.SCHEDULED, publish_at__lte=Now())


def due_to_close() -> QuerySet[Need]:
    return Need.objects.filter(status=N.PUBLISHED, bid_deadline__lte=Now())


def _after_the_deadline(need: Need) -> Any:
    return _("截止后由两名工作人员开启方案") if need.batch.sealed else _("方案随到随送，发榜方可随时答复和选定")


def _after_collecting(batch: Batch) -> Any:
    return _("结束后不再接收新的需求") if batch.is_standing else _("截止后不再接收新的需求")


batch_machine = register(
    Machine(
        noun="batch",
        label=_("批次"),
        model=Batch,
        states=B,
        initial=B.DRAFT,
        path=(B.DRAFT, B.OPEN, B.COLLECTED, B.CLOSED, B.ARCHIVED),
        steps={B.OPEN: pgettext_lazy("stage", "征集"), B.ARCHIVED: pgettext_lazy("stage", "归档")},
        waits={
            B.DRAFT: Wait(whose=APPROVERS, then=_("公布后规则不能再改")),
            B.OPEN: Wait(whose=NOBODY, at="collects_until", then=_after_collecting),
            B.COLLECTED: Wait(whose=NOBODY, then=_("收到的需求审查、发榜办完后结束批次")),
            B.CLOSED: Wait(whose=NOBODY, then=_("所有需求办结后归档")),
        },
        finals=(B.ARCHIVED,),
        transitions=(
            Transition(
                name="open",
                source=(B.DRAFT,),
                target=B.OPEN,
                label=_("公布批次"),
                style="primary",
                allow=rules.is_publisher,
                require=(
                    rules.rules_are_stated,
                    rules.weights_sum,
                    rules.has_its_edition,
                    rules.has_its_window,
                    rules.publishes_no_personal_numbers,
                ),
                effect=_freeze,
                confirm=_("公布后，征集时间、时限、限额、权重、附加项和规则全部冻结，不能再改。"),
            ),
            Transition(
                name="end_collecting",
                source=(B.OPEN,),
                target=B.COLLECTED,
                label=_("征集截止"),
                auto=due_to_end_collecting,
                require=(rules.collecting_is_over,),
                effect=_count_collected,
                notify=(rules.officers,),
            ),
            Transition(
                name="close",
                source=(B.OPEN, B.COLLECTED),
                target=B.CLOSED,
                label=_("结束批次"),
                allow=rules.is_publisher,
                require=(rules.collecting_is_over, rules.has_no_running_needs),
                confirm=_("结束后不能再向本批次提交需求；已发榜的需求照常办理。"),
            ),
            Transition(
                name="archive",
                source=(B.CLOSED,),
                target=B.ARCHIVED,
                label=_("归档"),
                style="primary",
                allow=rules.is_publisher,
                require=(rules.all_needs_are_final,),
                confirm=_("归档后只供查阅：批次、需求和结果照旧公开，不再有任何办理。"),
            ),
        ),
    )
)

need_machine = register(
    Machine(
        noun="need",
        label=_("需求"),
        model=Need,
        states=N,
        initial=N.DRAFT,
        about="organisation__name",
        number=("number", "application_number"),
        path=(
            N.SUBMITTED,
            N.SCREENED,
            N.APPROVED,
            N.PUBLISHED,
            N.CLOSED,
            N.VETTING,
            N.OPENED,
            N.SELECTED,
            N.INTENDED,
            N.CONTRACTED,
            N.COMPLETED,
        ),
        maybe=(N.VETTING,),
        steps={
            N.SUBMITTED: pgettext_lazy("stage", "提交"),
            N.SCREENED: pgettext_lazy("stage", "审查"),
            N.APPROVED: pgettext_lazy("stage", "批准"),
            N.PUBLISHED: pgettext_lazy("stage", "发榜"),
            N.CLOSED: pgettext_lazy("stage", "截止"),
            N.VETTING: pgettext_lazy("stage", "形式审查"),
            N.OPENED: pgettext_lazy("stage", "比选"),
            N.SELECTED: pgettext_lazy("stage", "选定"),
            N.INTENDED: pgettext_lazy("stage", "意向"),
            N.CONTRACTED: pgettext_lazy("stage", "签约"),
            N.COMPLETED: pgettext_lazy("stage", "完成"),
        },
        waits={
            N.DRAFT: Wait(whose=OWNER, then=_("提交后由管委会形式审查")),
            N.RETURNED: Wait(whose=OWNER, then=_("修改后重新提交")),
            N.SUBMITTED: Wait(
                whose=OFFICER,
                days=lambda need: need.batch.screening_days,
                then=_("通过后报批"),
                action=_("形式审查"),
            ),
            N.SCREENED: Wait(whose=APPROVERS, days=lambda need: need.batch.approval_days, then=_("批准后即可发榜")),
            N.APPROVED: Wait(whose=APPROVERS, days=3, then=_("定下截止时间后发榜")),
            N.SCHEDULED: Wait(whose=PLATFORM, at="publish_at", then=_("到时自动发榜")),
            N.PUBLISHED: Wait(whose=TEAM, at="bid_deadline", then=_after_the_deadline),
            N.CLOSED: Wait(
                whose=OPENERS,
                days=lambda need: need.batch.opening_days,
                then=_("开启后由发榜方比选"),
                action=_("开启方案"),
                page="opening",
            ),
            N.VETTING: Wait(
                whose=OFFICER,
                days=lambda need: need.batch.vetting_days,
                then=_("通过的方案由发榜方比选"),
                elsewhere=True,
            ),
            N.OPENED: Wait(
                whose=OWNER,
                days=lambda need: need.batch.answer_days,
                then=_("每份方案都要有答复，之后公布结果"),
                action=_("比选方案"),
                page="need_compare",
            ),
            N.SELECTED: Wait(
                whose=OWNER, days=10, then=_("双方确认意向后起草合同"), action=_("登记意向"), page="need_intent"
            ),
            N.INTENDED: Wait(
                whose=BOTH,
                days=lambda need: need.batch.signing_days,
                then=_("双方确认合同后开始履约"),
                elsewhere=True,
            ),
            N.CONTRACTED: Wait(whose=TEAM, then=_("里程碑全部核验后完成"), elsewhere=True),
            N.NO_BID: Wait(whose=APPROVERS, days=10, then=_("可重新发榜一次，或结束")),
        },
        finals=FINAL,
        transitions=(
            Transition(
                name="submit",
                source=(N.DRAFT, N.RETURNED),
                target=N.SUBMITTED,
                label=_("提交审核"),
                confirm=_("提交后由管委会形式审查，审查期间不能修改；需要修改可以随时撤回。"),
                style="primary",
                allow=rules.is_owner,
                asks=asks.SubmitForm,
                require=(
                    rules.organisation_is_verified,
                    rules.batch_is_open,
                    rules.nothing_is_half_written,
                    rules.form_is_complete,
                    rules.has_quantified_indicator,
                    rules.budget_within_batch,
                    rules.additions_are_answered,
                    rules.no_personal_numbers,
                    partners_are_agreed,
                ),
                effect=_number_application,
                notify=(rules.screeners,),
            ),
            Transition(
                name="recall",
                source=(N.SUBMITTED,),
                target=N.RETURNED,
                label=_("撤回修改"),
                allow=rules.is_owner,
            ),
            Transition(
                name="screen",
                source=(N.SUBMITTED,),
                target=N.SCREENED,
                label=_("通过形式审查"),
                style="primary",
                allow=rules.is_screener,
                require=(rules.no_personal_numbers, screening.is_in_order),
                refuse=rules.in_his_hands,
                effect=_remember_screener,
                notify=(rules.approvers,),
            ),
            Transition(
                name="return",
                source=(N.SUBMITTED,),
                target=N.RETURNED,
                label=_("退回修改"),
                allow=rules.is_screener,
                refuse=rules.in_his_hands,
                asks=asks.ReturnForm,
                effect=_sent_back,
                notify=(rules.owners,),
            ),
            Transition(
                name="take",
                source=(N.SUBMITTED,),
                target=N.SUBMITTED,
                label=_("由我经办"),
                allow=rules.is_screener,
                require=(rules.is_not_taken,),
                effect=_take,
            ),
            Transition(
                name="reject",
                source=(N.SUBMITTED, N.SCREENED),
                target=N.REJECTED,
                label=_("不予受理"),
                style="danger",
                allow=rules.may_reject,
                refuse=rules.in_his_hands,
                asks=asks.ReasonForm,
                effect=_sent_back,
                notify=(rules.owners,),
                confirm=_("不予受理后本申报结束，企业需要另行申报。"),
            ),
            Transition(
                name="approve",
                source=(N.SCREENED,),
                target=N.APPROVED,
                label=_("批准"),
                style="primary",
                allow=rules.is_approver,
                require=(rules.no_personal_numbers,),
                refuse=rules.not_the_screener,
                effect=_approve,
                notify=(rules.owners, rules.publishers),
            ),
            Transition(
                name="send_back",
                source=(N.SCREENED,),
                target=N.SUBMITTED,
                label=_("退回经办"),
                allow=rules.is_approver,
                asks=asks.ReasonForm,
                effect=_coded,
                notify=(rules.screeners,),
            ),
            Transition(
                name="publish",
                source=(N.APPROVED,),
                target=N.SCHEDULED,
                label=_("发榜"),
                style="primary",
                allow=rules.is_publisher,
                require=(rules.no_personal_numbers, keeping.is_kept),
                asks=asks.PublishForm,
                effect=_schedule,
                confirm=_("发榜后只能经审批更正或延期，并对所有人公开。"),
            ),
            Transition(
                name="unschedule",
                source=(N.SCHEDULED,),
                target=N.APPROVED,
                label=_("取消定时"),
                allow=rules.is_publisher,
            ),
            Transition(
                name="go_live",
                source=(N.SCHEDULED,),
                target=N.PUBLISHED,
                label=_("发榜公布"),
                auto=due_to_publish,
                require=(rules.publish_time_has_come, rules.deadline_is_ahead, keeping.is_kept),
                effect=_publish,
                checkpoint=True,  # the key bids are sealed with is witnessed before the first bid
                notify=(rules.owners,),
                follow=(followers,),
            ),
            Transition(
                name="withdraw",
                source=(N.DRAFT, N.RETURNED, N.SUBMITTED, N.SCREENED, N.APPROVED, N.SCHEDULED),
                target=N.WITHDRAWN,
                label=_("撤回需求"),
                style="danger",
                allow=rules.is_owner,
                asks=asks.WithdrawForm,
                effect=_withdraw,
                confirm=_("撤回后本申报结束。"),
            ),
            Transition(
                name="take_down",
                source=(N.PUBLISHED, N.CLOSED, N.NO_BID),
                target=N.WITHDRAWN,
                label=_("撤榜"),
                style="danger",
                allow=rules.is_leader,
                asks=asks.WithdrawForm,
                effect=_withdraw,
                notify=(rules.owners,),
                confirm=_("撤榜后不再接收方案，已密封的方案不会开启；说明会公开。"),
                follow=(followers,),
            ),
            Transition(
                name="amend",
                source=(N.PUBLISHED,),
                target=N.PUBLISHED,
                label=_("更正"),
                driven=True,
                effect=amending.amend,
                checkpoint=True,
                follow=(followers,),
            ),
            Transition(
                name="extend",
                source=(N.PUBLISHED,),
                target=N.PUBLISHED,
                label=_("延期"),
                driven=True,
                effect=amending.extend,
                follow=(followers,),
            ),
            Transition(
                name="close",
                source=(N.PUBLISHED,),
                target=N.CLOSED,
                label=_("揭榜截止"),
                auto=due_to_close,
                require=(rules.window_is_over,),
                notify=(rules.screeners, rules.owners),
            ),
            Transition(
                name="open",
                source=(N.CLOSED,),
                target=N.OPENED,
                label=_("开启方案"),
                driven=True,
                effect=_counted,
                notify=(rules.owners,),
            ),
            Transition(
                name="vet",
                source=(N.CLOSED,),
                target=N.VETTING,
                label=_("开启方案，转形式审查"),
                driven=True,
                effect=_counted,
                notify=(rules.owners,),
            ),
            Transition(
                name="compare",
                source=(N.VETTING,),
                target=N.OPENED,
                label=_("形式审查结束，转入比选"),
                driven=True,
                effect=_counted,
                notify=(rules.owners,),
            ),
            Transition(
                name="none_pass",
                source=(N.VETTING,),
                target=N.NO_BID,
                label=_("方案均未通过形式审查"),
                driven=True,
                notify=(rules.owners, rules.publishers),
                follow=(followers,),
            ),
            Transition(
                name="lapse",
                source=(N.CLOSED, N.OPENED),
                target=N.NO_BID,
                label=_("无人揭榜"),
                driven=True,
                notify=(rules.owners, rules.publishers),
                follow=(followers,),
            ),
            Transition(
                name="relist",
                source=(N.NO_BID,),
                target=N.APPROVED,
                label=_("重新发榜"),
                style="primary",
                allow=rules.is_publisher,
                require=(rules.may_relist,),
                effect=_relist,
                notify=(rules.owners,),
            ),
            Transition(
                name="end_no_bid",
                source=(N.NO_BID,),
                target=N.FAILED,
                label=_("按流榜结束"),
                allow=rules.is_publisher,
                effect=_end,
                notify=(rules.owners,),
                confirm=_("结束后本需求不再发榜。"),
            ),
            Transition(
                name="select",
                source=(N.PUBLISHED, N.CLOSED, N.OPENED),
                target=N.SELECTED,
                label=_("公布选定结果"),
                driven=True,
                follow=(followers,),
            ),
            Transition(
                name="fail",
                source=(N.OPENED, N.CLOSED),
                target=N.FAILED,
                label=_("公布未选定"),
                driven=True,
                effect=_fail,
                notify=(rules.publishers,),
                follow=(followers,),
            ),
            Transition(
                name="choose_again",
                source=(N.SELECTED, N.INTENDED, N.CONTRACTED),
                target=N.OPENED,
                label=_("重新比选"),
                driven=True,
                notify=(rules.owners,),
            ),
            Transition(name="intend", source=(N.SELECTED,), target=N.INTENDED, label=_("达成意向"), driven=True),
            Transition(name="contract", source=(N.INTENDED,), target=N.CONTRACTED, label=_("合同生效"), driven=True),
            Transition(
                name="complete",
                source=(N.CONTRACTED,),
                target=N.COMPLETED,
                label=_("履约完成"),
                driven=True,
                effect=_end,
            ),
            Transition(
                name="terminate",
                source=(N.CONTRACTED,),
                target=N.TERMINATED,
                label=_("合同终止"),
                driven=True,
                effect=_end,
            ),
        ),
    )
)
