"""The form of a need (domain.md 2.3). A draft may be as empty as one likes; what is wrong is said next to the field."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from needs.codes import (
    OWNERSHIP_MEANS,
    Activity,
    Cooperation,
    Deliverable,
    Engagement,
    Field,
    Funding,
    Improvements,
    Kind,
    Ownership,
)
from needs.industries import industry_choices
from web.drafts import Lenient, Line, Prose, Whole
from web.owners.need_fields import Budget, Keywords, Phone, Several, level, one_of


@dataclass(frozen=True)
class Example:
    """One way to write it that helps, one that does not."""

    good: str | Promise
    bad: str | Promise


class NeedForm(Lenient):
    title = Line(
        label=_("需求名称"),
        max_length=100,
        help_text=_("一句话写清对象和要解决的问题。"),
        error_messages={"required": _("请填写需求名称。")},
    )
    kind = forms.ChoiceField(label=_("需求类型"), choices=Kind)
    field = forms.ChoiceField(
        label=_("技术领域"),
        choices=[("", _("请选择")), *Field.choices],
        help_text=_("按国家重点支持的高新技术领域。"),
        error_messages={"required": _("请选择技术领域。")},
    )
    industry = one_of(
        industry_choices, label=_("应用行业"), required=False, help_text=_("按国民经济行业分类（GB/T 4754-2017）大类。")
    )
    keywords = Keywords(
        label=_("关键词"), required=False, help_text=_("最多 5 个，用顿号分开，例如：聚脲、抗爆、弹性体。")
    )
    activity = one_of(lambda: Activity.choices, label=_("科技活动类型"), required=False)
    region = Line(label=_("所在地区"), max_length=60, required=False)
    problem = Prose(
        label=_("要解决的技术难题"),
        max_length=1000,
        rows=6,
        help_text=_("现在怎么做、卡在哪里、已经试过什么。"),
        error_messages={"required": _("请写要解决的技术难题。")},
    )
    present = Prose(
        label=_("现有基础与现状"), max_length=1000, required=False, help_text=_("已有的设备、样品、数据和人手。")
    )
    goal = Prose(
        label=_("预期目标与验收办法"),
        max_length=1000,
        help_text=_("做到什么算完成，由谁、怎么验收。"),
        error_messages={"required": _("请写预期目标与验收办法。")},
    )
    deliverables = Several(
        label=_("交付物"), choices=Deliverable, required=False, help_text=_("最后要交到您手里的东西，验收时逐样核对。")
    )
    deliverables_note = Line(
        label=_("交付物说明"),
        max_length=300,
        required=False,
        help_text=_("数量、规格或份数，例如：样品 3 组，检测报告 2 份。"),
    )
    budget = Budget(
        label=_("拟投入资金（榜额）"), required=False, help_text=_("例如 48.50。还没定就留空，公布为“面议”。")
    )
    period_months = Whole(
        label=_("期望周期"),
        min_value=1,
        max_value=60,
        help_text=_("从合同生效到交付，例如 12。"),
        error_messages={
            "required": _("请填写期望周期，以月为单位，例如 12。"),
            "invalid": _("期望周期请填写整数月，例如 12。"),
            "min_value": _("期望周期至少 1 个月。"),
            "max_value": _("期望周期最长 60 个月。更久的请拆成几期。"),
        },
    )
    funding = Several(label=_("资金来源"), choices=Funding, required=False)
    cooperation = Several(
        label=_("合作方式"),
        choices=Cooperation,
        error_messages={"required": _("请至少选一种合作方式。")},
    )
    ownership = forms.ChoiceField(
        label=_("知识产权归属"),
        choices=Ownership,
        widget=forms.RadioSelect,
        help_text=_("揭榜前就要说定，写进合同。"),
        error_messages={"required": _("请选择知识产权归属。")},
    )
    improvements = one_of(
        lambda: Improvements.choices,
        label=_("后续改进归属"),
        required=False,
        help_text=_("合同履行中或履行后再作的改进归谁。没有约定的，谁改进归谁，对方无权分享（民法典第 875 条）。"),
    )
    engagements = Several(
        label=_("合作意向"),
        choices=[(_("短期"), Engagement.choices[:4]), (_("长期"), Engagement.choices[4:])],
        required=False,
        help_text=_("除了这项难题，还愿意同高校院所怎样合作。"),
    )
    conditions = Prose(
        label=_("对揭榜方的要求"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("只写解决难题必需的条件，不设注册地、年限、职称等门槛。"),
    )
    trl_now = level(label=_("现有技术成熟度"))
    trl_target = level(label=_("目标技术成熟度"))
    contact_name = Line(label=_("联系人"), max_length=40, error_messages={"required": _("请填写联系人。")})
    contact_phone = Phone(label=_("联系电话"), max_length=20, error_messages={"required": _("请填写联系电话。")})
    confidential = Prose(
        label=_("非公开说明"),
        max_length=2000,
        required=False,
        help_text=_("配方、图纸编号、客户名称等不宜公开的内容写在这里，本单位和管委会能看；团队经您同意才能查阅。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    EXAMPLES = {
        "title": Example(_("高强度抗爆聚脲弹性体的国产化制备"), _("材料技术攻关")),
        "problem": Example(
            _("现用聚脲涂层 −20 ℃ 冲击后开裂，三家供应商样品断裂伸长率均不到 200%，换过两种固化剂无改善。"),
            _("现有产品性能不够好，希望得到提升。"),
        ),
        "keywords": Example(_("聚脲、抗爆涂层、弹性体"), _("新材料、新技术、创新")),
        "present": Example(
            _("有 2 t/d 中试线和万能试验机；现有样品拉伸强度 18 MPa，已试过三种固化剂，配方数据可以提供。"),
            _("公司实力雄厚，设备先进，有较好的研发基础。"),
        ),
        "budget": Example(_("50（已算过小试、中试和第三方检测的费用）"), _("越少越好")),
        "deliverables_note": Example(_("样品 3 组，每组 5 kg；工艺文件 1 套"), _("全部成果")),
        "goal": Example(
            _("样品送第三方检测达到下列指标；中试线连续 72 小时稳定运行，由我方和检测机构共同验收。"),
            _("达到国内领先水平。"),
        ),
        "conditions": Example(_("具备弹性体小试条件，做过冲击或爆炸防护相关项目。"), _("须为本市注册满 5 年的单位。")),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period_months"].unit = _("个月")  # type: ignore[attr-defined]
        for name, example in self.EXAMPLES.items():
            self.fields[name].example = example  # type: ignore[attr-defined]

    @property
    def ownerships(self) -> list[tuple[Any, str | Promise]]:
        """Each choice with what it means in law."""
        return [(radio, OWNERSHIP_MEANS[radio.data["value"]]) for radio in self["ownership"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        now, target = data.get("trl_now"), data.get("trl_target")
        if now and target and target < now:
            self.add_error("trl_target", _("目标成熟度不能低于现有成熟度。"))
        return data


class StartForm(forms.Form):
    """The first two things: by which rules, and what about. The draft exists from here on."""

    batch: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("参加哪个批次"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("请选择一个批次。"),
            "invalid_choice": _("这个批次已经不在征集期，请另选一个。"),
        },
    )
    title = Line(
        label=_("需求名称"),
        max_length=100,
        help_text=_("一句话写清对象和要解决的问题，例如：高强度抗爆聚脲弹性体的国产化制备。之后还可以改。"),
        error_messages={"required": _("请给需求起个名称，之后还可以改。")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)  # one form, one draft, however often it is sent

    use_required_attribute = False

    def __init__(self, *args: Any, batches: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = batches  # type: ignore[attr-defined]
