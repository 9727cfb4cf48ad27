"""To whom: another officer, a service agency, whoever brought the need."""

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from diagnoses.actions import offer
from diagnoses.codes import Duty
from diagnoses.models import Assignment, Credit
from diagnoses.queries import officers
from diagnoses.rules import agencies
from needs.codes import ReturnReason
from needs.models import Need
from needs.rules import is_screener
from needs.states import N
from web.drafts import Line, Prose, Whole, identity
from workflow.actions import perform

AGENCY, OFFICER = "agency", "officer"


def people_and_agencies() -> list[Any]:
    """Both kinds in one list, agencies first; a value says which it is."""
    offices = [(f"{AGENCY}:{one.pk}", one.name) for one in agencies()]
    persons = [(f"{OFFICER}:{one.pk}", one.name) for one in officers()]
    return [(gettext_lazy("服务机构"), offices), (gettext_lazy("经办"), persons)]


def chosen(value: str) -> dict[str, Organisation | User | None]:
    kind, _colon, pk = value.partition(":")
    found: UUID | None = identity(pk)
    return {
        AGENCY: agencies().filter(pk=found).first() if kind == AGENCY else None,
        OFFICER: officers().filter(pk=found).first() if kind == OFFICER else None,
    }


class AssignForm(forms.Form):
    use_required_attribute = False

    def __init__(self, data: Any = None, *, need: Need, by: Any) -> None:
        super().__init__(data)
        self.need, self.by = need, by


class HandOverForm(AssignForm):
    officer = forms.ModelChoiceField(
        label=gettext_lazy("交给哪位经办"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("请选择"),
        error_messages={
            "required": gettext_lazy("请选择接手的经办。"),
            "invalid_choice": gettext_lazy("这位同事现在不是经办，请另选一位。"),
        },
    )
    task = Prose(
        label=gettext_lazy("交接说明"),
        max_length=500,
        rows=3,
        help_text=gettext_lazy("办到哪一步、还差什么、答应过企业什么。"),
        error_messages={"required": gettext_lazy("请写几句交接说明，接手的人不用从头问起。")},
    )

    def __init__(self, data: Any = None, *, need: Need, by: Any) -> None:
        super().__init__(data, need=need, by=by)
        self.fields["officer"].queryset = officers().exclude(pk=need.handler_id)  # type: ignore[attr-defined]

    def offer(self) -> Assignment:
        return offer(self.need, duty=Duty.HANDOVER, **self.cleaned_data, by=self.by)


class ToDiagnosisForm(AssignForm):
    to = forms.ChoiceField(
        label=gettext_lazy("交给谁诊断"),
        error_messages={
            "required": gettext_lazy("请选择服务机构或经办。"),
            "invalid_choice": gettext_lazy("名单刚刚变了，请重新选择。"),
        },
    )
    task = Prose(
        label=gettext_lazy("诊断要求"),
        max_length=500,
        rows=4,
        help_text=gettext_lazy(
            "要弄清什么，例如：到车间看开裂部位，把“防腐性能强”变成可检测的指标。对方和企业都会看到。"
        ),
        error_messages={"required": gettext_lazy("请写明要弄清什么。")},
    )
    days = Whole(
        label=gettext_lazy("办理时限"),
        min_value=1,
        max_value=30,
        initial=5,
        help_text=gettext_lazy("从接受起算的工作日。"),
        error_messages={
            "required": gettext_lazy("请填写工作日数，例如 5。"),
            "invalid": gettext_lazy("请填写整数天，例如 5。"),
            "min_value": gettext_lazy("至少 1 个工作日。"),
            "max_value": gettext_lazy("最多 30 个工作日。"),
        },
    )
    back = forms.BooleanField(
        label=gettext_lazy("同时退回企业，请其配合诊断修改"),
        required=False,
        initial=True,
        help_text=gettext_lazy("退回后由企业按诊断修改并重新提交；不退回则继续占用形式审查的时限。"),
    )

    def __init__(self, data: Any = None, *, need: Need, by: Any) -> None:
        super().__init__(data, need=need, by=by)
        self.fields["to"].choices = [("", _("请选择")), *people_and_agencies()]  # type: ignore[attr-defined]
        self.fields["days"].unit, self.fields["days"].width = _("个工作日"), "s"  # type: ignore[attr-defined]
        if need.status != N.SUBMITTED or not is_screener(by, need):
            del self.fields["back"]

    @transaction.atomic
    def offer(self) -> Assignment:
        data = self.cleaned_data
        made = offer(
            self.need, duty=Duty.DIAGNOSIS, **chosen(data["to"]), task=data["task"], days=data["days"], by=self.by
        )
        if data.get("back"):
            said = _("这项需求转入诊断，由%(to)s与您联系，请配合并按诊断修改后重新提交。诊断要求：%(task)s")
            reason = (said % {"to": made.to, "task": made.task})[:500]
            perform(self.need, "return", by=self.by, data={"code": ReturnReason.DIAGNOSIS, "reason": reason})
        return made


class CreditForm(forms.Form):
    to = forms.ChoiceField(
        label=gettext_lazy("谁带来的"),
        required=False,
        help_text=gettext_lazy("没有人介绍、企业自己来的，选“企业自行申报”。"),
        error_messages={"invalid_choice": gettext_lazy("名单刚刚变了，请重新选择。")},
    )
    reason = Line(
        label=gettext_lazy("依据"),
        max_length=200,
        help_text=gettext_lazy("例如：10 月 12 日走访记录；推荐函；企业电话确认。"),
        error_messages={"required": gettext_lazy("请写明依据，例如走访记录或推荐函。")},
    )

    use_required_attribute = False

    def __init__(self, data: Any = None, *, held: Credit | None = None) -> None:
        to = f"{AGENCY}:{held.agency_id}" if held and held.agency_id else f"{OFFICER}:{held.officer_id}" if held else ""
        super().__init__(data, initial={"to": to, "reason": held.reason if held else ""})
        self.fields["to"].choices = [("", _("企业自行申报")), *people_and_agencies()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        return chosen(self.cleaned_data["to"])
