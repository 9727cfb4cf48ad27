"""The lifecycle of a custodian: named, a key taken and proved, called to the opening, share brought and checked."""

import hashlib
import secrets
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import ATTESTER, CUSTODIAN, NOBODY, PLATFORM
from core import clock
from core.sealing import seal
from custody import rules
from custody.asks import AbsenceForm
from custody.models import Custodian
from custody.states import C, CustodianStatus
from needs.states import N
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register


def _take(row: Custodian, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    row.recipient, row.way = data["recipient"], data["way"]
    ask_anew(row)
    return {"recipient": row.recipient, "way": row.way}


def ask_anew(row: Custodian) -> None:
    """A question only the holder of the private half can answer; the old one is worth nothing any more."""
    nonce = secrets.token_hex(32)
    row.question, row.answer = seal(nonce.encode(), row.recipient), hashlib.sha256(nonce.encode()).hexdigest()


def _prove(row: Custodian, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Whatever was said of him meanwhile: he is here, and has his key."""
    row.proved_at = clock.now()
    ask_anew(row)
    _back(row)
    return {"how": data["how"], "recipient": row.recipient}


def _clear(row: Custodian) -> None:
    row.absence, row.absence_reason, row.reported_by = "", "", None


def _back(row: Custodian) -> None:
    """Nothing is said against him any more; should an opening wait, he is called to it anew."""
    _clear(row)
    row.ticket = ""


def _report(row: Custodian, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    row.absence, row.absence_reason, row.reported_by = data["code"], data["reason"], by
    return {"code": data["code"]}


def _attest(row: Custodian, *, by: Any, data: dict[str, Any]) -> None:
    row.ticket = ""  # should he come to the opening after all, he is called to it anew


def _retract(row: Custodian, *, by: Any, data: dict[str, Any]) -> None:
    _back(row)


def _call(row: Custodian, *, by: Any, data: dict[str, Any]) -> None:
    row.ticket = secrets.token_hex(16)


def _bring(row: Custodian, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    row.brought = data["sealed"]
    _clear(row)  # he is here
    return {"how": data["how"]}


def _accept(row: Custodian, *, by: Any, data: dict[str, Any]) -> None:
    row.accepted_at = clock.now()


def _give_back(row: Custodian, *, by: Any, data: dict[str, Any]) -> None:
    row.brought = None


def _dismiss(row: Custodian, *, by: Any, data: dict[str, Any]) -> None:
    row.brought, row.ticket, row.accepted_at = None, "", None


def _release(row: Custodian, *, by: Any, data: dict[str, Any]) -> None:
    """Nothing is left to open: what was sealed to him goes, so that his paper opens nothing for ever."""
    _clear(row)
    row.brought = row.sealed_share = row.question = None
    row.answer = ""


def needless() -> QuerySet[Custodian]:
    """Of a need that nobody will read; one that was opened is released by the worker, once it has read the key."""
    over = Q(need__status__in=(N.WITHDRAWN, N.REJECTED, N.NO_BID, N.FAILED)) | Q(round__lt=F("need__relists"))
    return Custodian.objects.sitting().filter(over)


AT_AN_OPENING = Q(need__status=N.CLOSED, need__openings__status="awaiting", round=F("need__relists"))


def came_late() -> QuerySet[Custodian]:
    """He was not there when the opening began, and has shown since that he has his key."""
    return Custodian.objects.filter(AT_AN_OPENING, status=C.PROVED, sealed_share__isnull=False)


def reported_late() -> QuerySet[Custodian]:
    """As `came_late`, and reported before he was called."""
    return Custodian.objects.filter(AT_AN_OPENING, sealed_share__isnull=False, ticket="", status=C.REPORTED)


custodian_machine = register(
    Machine(
        noun="custodian",
        label=_("密钥保管"),
        model=Custodian,
        states=CustodianStatus,
        initial=C.NAMED,
        title="need__title",
        about="need__organisation__name",
        number=("need__number", "need__application_number"),
        path=(C.NAMED, C.KEYED, C.PROVED, C.CALLED, C.ACCEPTED),
        waits={
            C.NAMED: Wait(whose=CUSTODIAN, days=3, then=_("三人都验证后才能发榜"), action=_("领取保管钥匙")),
            C.KEYED: Wait(whose=CUSTODIAN, days=3, then=_("三人都验证后才能发榜"), action=_("验证保管钥匙")),
            C.PROVED: Wait(whose=NOBODY, then=_("截止后开启时，凭钥匙交出份额")),
            C.CALLED: Wait(whose=CUSTODIAN, days=1, then=_("两份核对无误后才能确认开启"), action=_("交出份额")),
            C.BROUGHT: Wait(whose=PLATFORM, then=_("几秒内核对完毕")),
            C.ACCEPTED: Wait(whose=NOBODY, then=_("开启后份额作废")),
            C.REPORTED: Wait(
                whose=ATTESTER,
                days=2,
                then=_("确认后其余两人缺一不可；本人验证钥匙或交出份额，报告即失效"),
                action=_("处理无法履职的报告"),
            ),
            C.ABSENT: Wait(whose=NOBODY, then=_("其余两人缺一不可；本人验证钥匙即可恢复")),
            C.LOST: Wait(whose=NOBODY, then=_("其余两人缺一不可")),
        },
        finals=(C.REPLACED, C.RELEASED),
        transitions=(
            Transition(
                name="key",
                source=(C.NAMED, C.KEYED),
                target=C.KEYED,
                label=_("领取保管钥匙"),
                driven=True,
                effect=_take,
            ),
            Transition(
                name="prove",
                source=(C.KEYED, C.PROVED, C.REPORTED, C.ABSENT),
                target=C.PROVED,
                label=_("验证保管钥匙"),
                driven=True,
                effect=_prove,
            ),
            Transition(
                name="call",
                source=(C.PROVED,),
                target=C.CALLED,
                label=_("请交出份额"),
                driven=True,
                effect=_call,
                notify=(rules.himself,),
            ),
            Transition(
                name="call_late",
                source=(C.PROVED,),
                target=C.CALLED,
                label=_("请交出份额"),
                auto=came_late,
                effect=_call,
                notify=(rules.himself,),
            ),
            Transition(
                name="call_reported",
                source=(C.REPORTED,),
                target=C.REPORTED,
                label=_("请交出份额"),
                require=(rules.is_not_called,),
                auto=reported_late,
                effect=_call,
                notify=(rules.himself,),
            ),
            Transition(
                name="dismiss_reported",
                source=(C.REPORTED,),
                target=C.REPORTED,
                label=_("退回份额"),
                driven=True,
                effect=_dismiss,
                notify=(rules.himself,),
            ),
            Transition(
                name="bring",
                source=(C.CALLED, C.REPORTED),
                target=C.BROUGHT,
                label=_("交出份额"),
                driven=True,
                effect=_bring,
            ),
            Transition(
                name="accept",
                source=(C.BROUGHT,),
                target=C.ACCEPTED,
                label=_("份额核对无误"),
                driven=True,
                effect=_accept,
            ),
            Transition(
                name="reject",
                source=(C.BROUGHT,),
                target=C.CALLED,
                label=_("份额核对不上"),
                driven=True,
                effect=_give_back,
                notify=(rules.himself, rules.keepers_of_order),
            ),
            Transition(
                name="dismiss",
                source=(C.CALLED, C.BROUGHT, C.ACCEPTED),
                target=C.PROVED,
                label=_("退回份额"),
                driven=True,
                effect=_dismiss,
                notify=(rules.himself,),
            ),
            Transition(
                name="report",
                source=(C.PROVED, C.CALLED),
                target=C.REPORTED,
                label=_("报告无法履职"),
                style="danger",
                allow=rules.may_report,
                require=(rules.has_been_dealt,),
                asks=AbsenceForm,
                effect=_report,
                notify=(rules.himself, rules.keepers_of_order),
                confirm=_("另一人确认后，本次开启其余两人缺一不可。份额不作废：本人随时可以验证钥匙，报告即失效。"),
            ),
            Transition(
                name="attest",
                source=(C.REPORTED,),
                target=C.ABSENT,
                label=_("确认无法履职"),
                style="primary",
                allow=rules.may_report,
                refuse=rules.why_not_attest,
                effect=_attest,
                notify=(rules.himself, rules.keepers_of_order),
            ),
            Transition(
                name="retract",
                source=(C.REPORTED,),
                target=C.PROVED,
                label=_("撤回报告"),
                allow=rules.may_report,
                effect=_retract,
                notify=(rules.himself, rules.keepers_of_order),
            ),
            Transition(
                name="lose",
                source=(C.KEYED, C.PROVED, C.CALLED, C.REPORTED, C.ABSENT),
                target=C.LOST,
                label=_("报失"),
                style="danger",
                allow=rules.is_custodian,
                notify=(rules.keepers_of_order,),
                confirm=_(
                    "报失后您的份额不能再用。发榜前可以换人；发榜后份额不能补发，其余两人缺一不可，再失一份只能动用应急密钥。"
                ),
            ),
            Transition(
                name="replace",
                source=(C.NAMED, C.KEYED, C.PROVED, C.LOST),
                target=C.REPLACED,
                label=_("更换保管人"),
                allow=rules.may_replace,
                require=(rules.is_not_dealt,),
                notify=(rules.himself,),
            ),
            Transition(
                name="release",
                source=(C.NAMED, C.KEYED, C.PROVED, C.CALLED, C.BROUGHT, C.ACCEPTED, C.REPORTED, C.ABSENT, C.LOST),
                target=C.RELEASED,
                label=pgettext_lazy("custodian", "解除保管"),
                require=(rules.is_needless,),
                auto=needless,
                effect=_release,
                notify=(rules.himself,),
            ),
        ),
    )
)
