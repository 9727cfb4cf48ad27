"""Entering a work by hand, and sending a file of many."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.fields import LineField
from core.files import LARGEST
from core.money import WanField
from core.prose import ProseField
from works.codes import FIRST_YEAR, LAST_YEAR, LONGEST, LONGEST_KEYWORD, MOST_KEYWORDS, Kind, Visibility
from works.judging import SPLIT, tidied_link
from works.reading import ENDINGS

SEEN_BY = {
    Visibility.MATCHING: _("只用于匹配：公开页面上没有；匹配到需求时，发榜企业和管委会能看到题名和对得上的句子。"),
    Visibility.PUBLIC: _("公开：还会列在本团队的公开页面上，谁都能看到。"),
}


def visibility_field(**kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("公开范围"),
        choices=SEEN_BY.items(),
        initial=Visibility.MATCHING,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择公开范围。"), "invalid_choice": _("请从列出的公开范围中选择。")},
        **kwargs,
    )


def kind_field(**kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=Kind.choices,
        error_messages={"required": _("请选择类别。"), "invalid_choice": _("请从列出的类别中选择。")},
        **kwargs,
    )


class WorkForm(forms.Form):
    kind = kind_field(label=_("类别"))
    title = LineField(most=LONGEST["title"], label=_("题名"), help_text=_("例如：喷涂聚脲弹性体的抗爆性能研究。"))
    abstract = ProseField(
        required=False,
        rows=8,
        label=_("摘要"),
        help_text=_("匹配主要看摘要：解决什么问题、用什么办法、达到什么数值。论文和专利可以直接粘贴原摘要。"),
    )
    keywords = LineField(
        most=1500, required=False, label=_("关键词"), help_text=_("用顿号或分号隔开，例如：聚脲、抗爆。")
    )
    year = forms.IntegerField(
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        label=_("年份"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("请填写四位数的年份，例如 2024。"),
            "min_value": _("请填写四位数的年份，例如 2024。"),
            "max_value": _("请填写四位数的年份，例如 2024。"),
        },
    )
    authors = LineField(most=LONGEST["authors"], required=False, label=_("作者或完成人"), help_text=_("用分号隔开。"))
    venue = LineField(
        most=LONGEST["venue"],
        required=False,
        label=_("刊物或来源"),
        help_text=_("论文填刊物或会议，专利填专利权人，项目填来源，设备填型号。"),
    )
    number = LineField(
        most=LONGEST["number"],
        required=False,
        label=_("编号"),
        help_text=_("论文填 DOI，专利填专利号或申请号，项目、合同填编号。同一团队里 DOI 和专利号不能重复。"),
    )
    url = LineField(most=LONGEST["url"], required=False, label=_("网址"), help_text=_("以 http:// 或 https:// 开头。"))
    trl = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *((n, str(n)) for n in range(1, 10))],
        label=_("技术成熟度"),
        help_text=_("只用于科技成果，按 GB/T 22900 的 1 到 9 级。"),
        error_messages={"invalid_choice": _("请从 1 到 9 级中选择。")},
    )
    amount = WanField(
        required=False, label=_("合同额"), help_text=_("只用于合同，不想写可以不写；只给管委会和匹配到的企业看。")
    )
    visibility = visibility_field()

    def clean_keywords(self) -> list[str]:
        words = [word.strip() for word in SPLIT.split(self.cleaned_data["keywords"])]
        found = list(dict.fromkeys(word for word in words if word))
        if long := [word for word in found if len(word) > LONGEST_KEYWORD]:
            raise forms.ValidationError(
                _t("“%(word)s…”太长，每个关键词最多 %(most)s 个字。") % {"word": long[0][:10], "most": LONGEST_KEYWORD}
            )
        if len(found) > MOST_KEYWORDS:
            raise forms.ValidationError(
                _t("关键词最多 %(most)s 个，现在有 %(count)s 个。") % {"most": MOST_KEYWORDS, "count": len(found)}
            )
        return found

    def clean_abstract(self) -> str:
        text = self.cleaned_data["abstract"]
        if len(text) > LONGEST["abstract"]:
            raise forms.ValidationError(
                _t("摘要最多 %(most)s 个字，现在有 %(count)s 个。全文不用放进来。")
                % {"most": LONGEST["abstract"], "count": len(text)}
            )
        return text

    def clean_url(self) -> str:
        address = self.cleaned_data["url"]
        if address and not address.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(_t("网址要以 http:// 或 https:// 开头。"))
        return tidied_link(address) if address else ""

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount == 0:
            raise forms.ValidationError(_t("合同额须大于 0；不想写请留空。"))
        return amount


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("成果文件"),
        help_text=_(
            "知网、万方、Web of Science、EndNote、NoteExpress 等导出的题录，或按模板填写的 Excel、CSV。"
            "一次不超过 10 万项。先检查，您确认后才导入。"
        ),
        error_messages={
            "required": _("请选择要导入的文件。"),
            "empty": _("这是空文件。请检查后重新选择。"),
            "invalid": _("请选择要导入的文件。"),
        },
    )
    kind = kind_field(
        label=_("没有写明类别的，归为"),
        initial=Kind.PAPER,
        help_text=_("题录一般自带类别；表格里没有“类别”一列时用这里选的。"),
    )
    visibility = visibility_field()
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].most, self.fields["file"].kinds = LARGEST // 1024**2, ENDINGS  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """Whatever the address says, the list is shown: an unknown year or kind filters nothing."""

    year = forms.TypedChoiceField(label=_("年份"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("全部年份")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
