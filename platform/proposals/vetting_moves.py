"""The lifecycle of a formal check, and what it does to its bid: admitted to be compared, or not, for a coded reason."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import APPROVERS, OFFICER, TEAM
from audit.actions import record
from audit.labels import name_actions
from core import clock, files
from core.text import clean_line
from needs.models import Need
from needs.states import N
from proposals import vetting_asks as asks
from proposals import vetting_rules as rules
from proposals.models import Proposal, Vetting
from proposals.queries import being_vetted
from proposals.states import UNDER_WAY, P, V, VettingStatus
from proposals.vetting import LATE, SUPPLEMENT, Item, Verdict
from proposals.vetting_facts import Finding, findings
from workflow.actions import begin, perform
from workflow.machine import Machine, Refused, Transition, Wait
from workflow.registry import register

name_actions({"vetting.create": _("转入方案形式审查"), "vetting.check": _("填写方案形式审查表")})
TOO_LATE = "补正期限内没有收到补正材料。"


# ── verbs ───────────────────────────────────────────────────────────────────────
def begin_vetting(proposal: Proposal) -> Vetting:
    """In the transaction that opens the bid; one that could not be read and now can keeps the check it has."""
    held = Vetting.objects.filter(proposal=proposal).first()
    if held is None:
        held = Vetting(proposal=proposal)
        begin(held, by=None)
    return held


@transaction.atomic
def mark(vetting: Vetting, answers: Mapping[str, tuple[str, str]], *, by: Any) -> list[Finding]:
    """Keep what `by` makes of each item; the same again writes nothing. An empty verdict leaves it to the platform.

    Raises `Refused` where something is found wanting, or the platform is overruled, without a word.
    """
    if not rules.is_checker(by, vetting):
        raise PermissionDenied(_t("方案形式审查"))
    held = Vetting.objects.select_for_update(of=("self",)).select_related("proposal__need__batch").get(pk=vetting.pk)
    if held.status != V.CHECKING:
        raise Refused(_t("现在是“%(state)s”，审查表不能再改。") % {"state": held.get_status_display()})
    seen, marks = {row.item.value: row for row in findings(held)}, dict(held.marks)
    for item, (verdict, note) in answers.items():
        note = clean_line(note)[:200]
        marks.pop(item, None)
        if not verdict or (verdict == seen[item].computed and not note):
            continue
        if not note and (verdict == Verdict.UNMET or seen[item].computed not in ("", verdict)):
            raise Refused(_t("“%(item)s”请写明依据。") % {"item": Item(item).label})
        marks[item] = {"verdict": verdict, "note": note}
    if marks != held.marks:
        held.marks = marks
        held.save(update_fields=["marks"])
        detail = {item: row["verdict"] for item, row in marks.items()}
        record("vetting.check", subject=held, stream=held.audit_stream, by=by, detail=detail)
    return findings(held)


# ── what they do ────────────────────────────────────────────────────────────────
def _settle(vetting: Vetting, move: str) -> None:
    """The bid moves; and its need, once no other bid is being looked at. First the bid, then the need."""
    vetting.settled_at = clock.now()
    perform(vetting.proposal, move, by=None, driven=True)
    need = Need.objects.select_for_update(of=("self",)).select_related("batch").get(pk=vetting.proposal.need_id)
    if move == "admit" and (reason := rules.why_not_single(vetting)):  # under the lock: two may be passed at once
        raise Refused(str(reason))
    waiting = being_vetted(need).exclude(pk=vetting.pk).exists() or need.proposals.filter(status=P.SUBMITTED).exists()
    if need.status == N.VETTING and not waiting:
        passed = need.proposals.filter(status=P.OPENED, round=need.relists).count()
        perform(need, "compare" if passed else "none_pass", by=None, driven=True, facts={"count": passed})


def _said(vetting: Vetting) -> dict[str, str]:
    """What stood at each item, for the chain."""
    return {row.item.value: row.verdict for row in findings(vetting) if row.verdict}


def _pass(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    vetting.checked_by, said = by, _said(vetting)
    _settle(vetting, "admit")
    return said


def _ask(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> None:
    vetting.checked_by, vetting.asked, vetting.asked_at = by, data["asked"], clock.now()


def _supplement(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    vetting.reply, vetting.replied_by = data["reply"], by
    if not data["paper"]:
        return {}
    return {"sha256": files.store(data["paper"], subject=vetting, slot=SUPPLEMENT, by=by).sha256}


def _refuse(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    vetting.checked_by, vetting.code, vetting.sentence = by, data["code"], data["sentence"]
    return {**_said(vetting), "code": data["code"]}


def _run_out(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    vetting.code, vetting.sentence = LATE, TOO_LATE
    return {"code": LATE}


def _object(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> None:
    vetting.objection = data["objection"]


def _close(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> None:
    _settle(vetting, "reject")


def _uphold(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> None:
    vetting.ruling, vetting.ruled_by = data["ruling"], by
    _settle(vetting, "reject")


def _overturn(vetting: Vetting, *, by: Any, data: dict[str, Any]) -> None:
    vetting.ruling, vetting.ruled_by = data["ruling"], by
    _settle(vetting, "admit")


# ── what the clock moves ────────────────────────────────────────────────────────
def not_corrected() -> QuerySet[Vetting]:
    return Vetting.objects.filter(status=V.CORRECTING, due_at__lte=Now())


def not_objected() -> QuerySet[Vetting]:
    return Vetting.objects.filter(status=V.REFUSED, due_at__lte=Now())


def overtaken() -> QuerySet[Vetting]:
    """Its bid has had its answer another way."""
    return Vetting.objects.filter(status__in=UNDER_WAY).exclude(proposal__status__in=(P.VETTING, P.UNREADABLE))


def _days(vetting: Vetting) -> int:
    return int(vetting.proposal.need.batch.vetting_days)


def _time_to_answer(vetting: Vetting) -> int:
    return int(vetting.proposal.need.batch.correcting_days)


vetting_machine = register(
    Machine(
        noun="vetting",
        label=_("方案形式审查"),
        model=Vetting,
        states=VettingStatus,
        initial=V.CHECKING,
        title="proposal__need__title",
        number=("proposal__need__number",),
        about="proposal__team__name",
        path=(V.CHECKING, V.PASSED),
        waits={
            V.CHECKING: Wait(whose=OFFICER, days=_days, then=_("通过的由发榜方比选"), action=_("方案形式审查")),
            V.CORRECTING: Wait(whose=TEAM, days=_time_to_answer, then=_("逾期未补正的，按不通过处理")),
            V.REFUSED: Wait(whose=TEAM, days=_time_to_answer, then=_("到期没有异议，结论生效"), action=_("查看结论")),
            V.OBJECTED: Wait(whose=APPROVERS, days=_days, then=_("复核后结论生效"), action=_("复核异议")),
        },
        finals=(V.PASSED, V.FAILED, V.VOID),
        transitions=(
            Transition(
                name="pass",
                source=(V.CHECKING,),
                target=V.PASSED,
                label=_("通过形式审查"),
                style="primary",
                allow=rules.is_checker,
                require=(rules.is_in_order,),
                effect=_pass,
            ),
            Transition(
                name="correct",
                source=(V.CHECKING,),
                target=V.CORRECTING,
                label=_("请补正"),
                allow=rules.is_checker,
                require=(rules.something_can_be_put_right,),
                asks=asks.CorrectForm,
                effect=_ask,
                notify=(rules.bidders,),
            ),
            Transition(
                name="supplement",
                source=(V.CORRECTING,),
                target=V.CHECKING,
                label=_("提交补正"),
                style="primary",
                allow=rules.is_leader,
                asks=asks.SupplementForm,
                effect=_supplement,
                notify=(rules.checkers,),
                confirm=_("只能补正一次，提交后不能再改。密封的原件不变。"),
            ),
            Transition(
                name="run_out",
                source=(V.CORRECTING,),
                target=V.REFUSED,
                label=_("逾期未补正"),
                auto=not_corrected,
                effect=_run_out,
                notify=(rules.bidders,),
            ),
            Transition(
                name="refuse",
                source=(V.CHECKING,),
                target=V.REFUSED,
                label=_("不通过"),
                style="danger",
                allow=rules.is_checker,
                require=(rules.something_is_unmet,),
                asks=asks.RefuseForm,
                effect=_refuse,
                notify=(rules.bidders,),
                confirm=_("揭榜方当即收到原因，期限内可以提一次异议；没有异议，到期生效，本方案不再参加比选。"),
            ),
            Transition(
                name="object",
                source=(V.REFUSED,),
                target=V.OBJECTED,
                label=pgettext_lazy("vetting", "提出异议"),
                style="primary",
                allow=rules.is_leader,
                asks=asks.ObjectForm,
                effect=_object,
                notify=(rules.reviewers,),
            ),
            Transition(
                name="close",
                source=(V.REFUSED,),
                target=V.FAILED,
                label=_("结论生效"),
                auto=not_objected,
                effect=_close,
            ),
            Transition(
                name="overturn",
                source=(V.OBJECTED,),
                target=V.PASSED,
                label=_("异议成立，通过"),
                style="primary",
                allow=rules.is_reviewer,
                require=(rules.is_readable,),
                refuse=rules.another_person,
                asks=asks.RulingForm,
                effect=_overturn,
            ),
            Transition(
                name="uphold",
                source=(V.OBJECTED,),
                target=V.FAILED,
                label=_("维持不通过"),
                allow=rules.is_reviewer,
                refuse=rules.another_person,
                asks=asks.RulingForm,
                effect=_uphold,
            ),
            Transition(
                name="void",
                source=UNDER_WAY,
                target=V.VOID,
                label=pgettext_lazy("vetting", "失效"),
                auto=overtaken,
                require=(rules.is_overtaken,),
            ),
        ),
    )
)
