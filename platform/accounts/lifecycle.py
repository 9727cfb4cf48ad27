"""How the zone comes to vouch for an organisation, and how it stops."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from accounts.parties import APPLICANT, NOBODY, OFFICER, REVIEWER
from accounts.queries import managers, office
from accounts.roles import Role
from accounts.rules import holds, is_officer, is_reviewer, manages
from core.text import listed
from workflow.asks import coded, sentence
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register

S = Organisation.Status


RETURNS = [
    ("name", _("名称与登记信息不一致")),
    ("uscc", _("统一社会信用代码与单位不符")),
    ("evidence", _("证明材料缺失或看不清")),
    ("contact", _("联系人不能代表该单位")),
    ("duplicate", _("该单位已经登记")),
    ("other", _("其他")),
]
SUSPENSIONS = [
    ("complaint", _("有投诉或举报正在核实")),
    ("untrue", _("提交的材料不实")),
    ("dishonest", _("被列入失信名单")),
    ("closed", _("单位已注销或吊销")),
    ("other", _("其他")),
]


class ReasonForm(forms.Form):
    """Why an organisation is not verified yet: it puts right what it reads here."""

    code = coded(RETURNS)
    reason = sentence(
        _("对方会原样看到。请写清楚哪里不对、怎样改，至少 10 个字。"),
        most=500,
        short=_("说明太短。请至少写 10 个字，让对方知道怎样改。"),
        missing=_("请写明理由，对方要据此修改。"),
    )


class SuspensionForm(ReasonForm):
    code = coded(SUSPENSIONS)


def may_suspend(user, obj) -> bool:
    return holds(user, Role.REVIEWER, Role.LEADER)


def complete(organisation: Organisation) -> str:
    missing = [
        str(organisation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in ("region", "address", "contact", "contact_phone")
        if not getattr(organisation, name)
    ]
    return str(_("还缺：%(fields)s。请先补全单位资料。")) % {"fields": listed(missing)} if missing else ""


def code_is_free(organisation: Organisation) -> str:
    taken = Organisation.objects.filter(uscc=organisation.uscc, status__in=[S.VERIFIED, S.SUSPENDED])
    if taken.exclude(pk=organisation.pk).exists():
        return str(_("已有另一家核验通过的单位使用这个统一社会信用代码，请退回，并请对方申请加入。"))
    return ""


def officers(organisation: Organisation):
    return office(Role.OFFICER)


MACHINE = register(
    Machine(
        noun="organisation",
        label=_("单位"),
        model=Organisation,
        states=S,
        initial=S.DRAFT,
        title="name",
        path=(S.DRAFT, S.SUBMITTED, S.VERIFIED),
        waits={
            S.DRAFT: Wait(whose=APPLICANT, then=_("管委会在 3 个工作日内核验")),
            S.SUBMITTED: Wait(
                whose=OFFICER, days=3, then=_("核验通过后可以发布需求、组建团队"), action=pgettext_lazy("verb", "核验")
            ),
            S.VERIFIED: Wait(whose=NOBODY),
            S.RETURNED: Wait(whose=APPLICANT, days=20, then=_("修改后重新提交")),
            S.SUSPENDED: Wait(whose=REVIEWER, then=_("核实清楚后恢复")),
        },
        finals=(),
        transitions=(
            Transition(
                name="submit",
                source=(S.DRAFT, S.RETURNED),
                target=S.SUBMITTED,
                label=_("提交核验"),
                allow=manages,
                require=(complete,),
                notify=(officers,),
                style="primary",
            ),
            Transition(
                name="verify",
                source=(S.SUBMITTED,),
                target=S.VERIFIED,
                label=_("核验通过"),
                allow=is_officer,
                require=(code_is_free,),
                notify=(managers,),
                style="primary",
            ),
            Transition(
                name="return",
                source=(S.SUBMITTED,),
                target=S.RETURNED,
                label=_("退回修改"),
                allow=is_officer,
                asks=ReasonForm,
                notify=(managers,),
            ),
            Transition(
                name="suspend",
                source=(S.VERIFIED,),
                target=S.SUSPENDED,
                label=_("暂停资格"),
                allow=may_suspend,
                asks=SuspensionForm,
                notify=(managers,),
                style="danger",
                confirm=_("暂停后，该单位的人员可以登录和查看，但不能提交、揭榜或签约。"),
            ),
            Transition(
                name="reinstate",
                source=(S.SUSPENDED,),
                target=S.VERIFIED,
                label=_("恢复资格"),
                allow=is_reviewer,
                notify=(managers,),
                style="primary",
            ),
        ),
    )
)
