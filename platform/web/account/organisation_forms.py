"""Forms about organisations: register one, describe one, invite into one."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.actions import ask_to_join, register_organisation
from accounts.fields import LineField, TextField
from accounts.models import JoinRequest, Membership, Organisation, User
from accounts.phones import PhoneField
from accounts.uscc import UsccField
from workflow.actions import perform

KINDS = [(kind.value, kind.label) for kind in Organisation.Kind if kind != Organisation.Kind.ZONE]


class OrganisationFields(forms.Form):
    """The organisation a person works in. One that the zone already knows is recognised by its credit code."""

    kind = forms.ChoiceField(
        label=_("单位类型"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择单位类型。"), "invalid_choice": _("请从列出的单位类型中选择。")},
    )
    organisation_name = LineField(most=120, label=_("单位名称"), help_text=_("与营业执照或法人证书一致的全称。"))
    uscc = UsccField()
    region = LineField(most=60, label=_("所在地区"), help_text=_("例如：山东省青岛市高新区。"))
    address = LineField(most=200, label=_("地址"), help_text=_("营业执照或法人证书上的住所，写到门牌号。"))
    message = LineField(
        most=200,
        required=False,
        label=_("给单位管理员的话"),
        help_text=_("单位已在平台登记时，由它的管理员确认您是本单位人员，例如写上部门和工号。"),
    )
    ORGANISATION = ("kind", "organisation_name", "uscc", "region", "address", "message")

    def without_organisation(self) -> None:
        for name in self.ORGANISATION:
            del self.fields[name]

    def known(self) -> Organisation | None:
        code = self.cleaned_data.get("uscc")
        return Organisation.objects.verified().filter(uscc=code).first() if code else None


def found_organisation(data: dict[str, Any], *, by: User) -> Organisation | JoinRequest:
    """A new organisation, submitted for verification; or a request to join the one that has this code."""
    existing = Organisation.objects.verified().filter(uscc=data["uscc"]).first()
    if existing:
        return ask_to_join(existing, message=data.get("message", ""), by=by)
    made = register_organisation(
        kind=data["kind"],
        name=data["organisation_name"],
        uscc=data["uscc"],
        region=data["region"],
        address=data["address"],
        contact=by.name,
        contact_phone=by.phone or by.email or "",
        by=by,
    )
    perform(made, "submit", by=by)
    return made


class NewOrganisationForm(OrganisationFields):
    pass


class OrganisationForm(forms.Form):
    """Its description; name, type and code too while the zone has not verified them."""

    kind = forms.ChoiceField(label=_("单位类型"), choices=KINDS)
    name = LineField(most=120, label=_("单位名称"), help_text=_("与营业执照或法人证书一致的全称。"))
    uscc = UsccField()
    region = LineField(most=60, label=_("所在地区"))
    address = LineField(most=200, label=_("地址"))
    contact = LineField(most=60, label=_("联系人"))
    contact_phone = LineField(most=30, label=_("联系电话"), help_text=_("管委会核验时可能会打这个电话。"))
    intro = TextField(most=2000, required=False, label=_("单位简介"))
    bids_email = forms.EmailField(
        label=_("科研管理部门邮箱"),
        required=False,
        max_length=254,
        help_text=_(
            "例如科研院、科技处的邮箱。填写后，本单位团队提交、替换或撤回方案时告知该部门，"
            "信里只有榜单编号、团队和时间，没有榜单名称和方案内容。不需要就留空；请填本单位自己的邮箱。"
        ),
        error_messages={"invalid": _("邮箱格式不对。例如 zhang@example.com。")},
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        fields = ("kind", "name", "uscc", "region", "address", "contact", "contact_phone", "intro", "bids_email")
        kwargs.setdefault("initial", {name: getattr(organisation, name) for name in fields})
        super().__init__(*args, **kwargs)
        if organisation.status not in (Organisation.Status.DRAFT, Organisation.Status.RETURNED):
            for name in ("kind", "name", "uscc"):
                del self.fields[name]


class InvitationForm(forms.Form):
    address = LineField(
        most=254, label=_("对方的邮箱或手机号"), help_text=_("邀请只对这个邮箱或手机号有效，7 天内用一次。")
    )
    role = forms.ChoiceField(
        label=_("身份"),
        choices=Membership.Role.choices,
        initial=Membership.Role.MEMBER,
        help_text=_("管理员可以修改单位资料、邀请和移出成员。"),
    )

    def clean_address(self) -> str:
        value = self.cleaned_data["address"]
        if "@" in value:
            return (
                forms.EmailField(error_messages={"invalid": _("邮箱格式不对。例如 zhang@example.com。")})
                .clean(value)
                .lower()
            )
        try:
            return PhoneField().clean(value)
        except forms.ValidationError:
            raise forms.ValidationError(
                _t("请填写对方的邮箱（例如 zhang@example.com）或 11 位手机号。"), code="address"
            ) from None

    def to(self) -> dict[str, str]:
        address = self.cleaned_data["address"]
        return {"email": address} if "@" in address else {"phone": address}


class JoinForm(forms.Form):
    uscc = UsccField()
    message = LineField(
        most=200, required=False, label=_("给单位管理员的话"), help_text=_("例如部门和工号，方便对方核实。")
    )


class DecisionForm(forms.Form):
    """The answer to one request to join; `do` is the button that was pressed."""

    reason = LineField(most=200, required=False, label=_("不同意的理由"), help_text=_("不同意时必填，对方会看到。"))

    def __init__(self, *args: Any, to: JoinRequest, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{to.pk}_%s", **kwargs)
        self.to = to

    @property
    def answer(self) -> dict[str, Any]:
        return {"approve": self.data.get("do") == "approve", "reason": self.cleaned_data["reason"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.data.get("do") != "approve" and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("请写明不同意的理由，对方会看到。"))
        return data


class ProfileForm(forms.Form):
    name = LineField(most=100, label=_("姓名"))


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=_("证明材料"),
        help_text=_("营业执照或法人证书的扫描件。"),
        error_messages={"required": _("请先选择文件。"), "empty": _("这个文件是空的，请重新选择。")},
    )
