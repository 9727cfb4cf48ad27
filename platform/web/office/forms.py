"""Forms of the zone office."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import WanField
from needs.asks import span
from needs.codes import Sealing
from needs.models import Batch

SPAN = re.compile(r"^\s*(\d{1,4})\s*(天|小时|分钟|days?|hours?|minutes?)\s*$")


class SpanField(forms.CharField):
    """A length of time in words: 30 天, 12 小时, 10 分钟; 30 days for readers of English."""

    def prepare_value(self, value: Any) -> Any:
        return span(value) if isinstance(value, timedelta) else value

    def clean(self, value: Any) -> timedelta:
        text = super().clean(value)
        found = SPAN.match(text)
        if not found:
            raise forms.ValidationError(_("请写成“30 天”“12 小时”或“10 分钟”。"))
        unit = {"天": "days", "小": "hours", "分": "minutes", "d": "days", "h": "hours", "m": "minutes"}[found[2][0]]
        return timedelta(**{unit: int(found[1])})


class BatchForm(forms.ModelForm):
    window = SpanField(label=_("揭榜期"), initial=timedelta(days=30), help_text=_("从发榜到截止，例如“30 天”。"))
    window_min = SpanField(label=_("揭榜期下限"), initial=timedelta(days=15))
    window_max = SpanField(label=_("揭榜期上限"), initial=timedelta(days=60))
    reward_max = WanField(label=_("榜额上限"), required=False, help_text=_("不设上限请留空。"))
    weights_text = forms.CharField(
        label=_("评分权重"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("每行一项，名称和分值用空格隔开，合计 100，例如“技术方案与路线 30”。不评分请留空。"),
    )

    class Meta:
        model = Batch
        fields = ("title", "mode", "sealing", "window", "window_min", "window_max", "screening_days", "approval_days",
                  "opening_days", "answer_days", "signing_days", "reward_max", "rules")  # fmt: skip
        widgets = {"mode": forms.RadioSelect, "sealing": forms.RadioSelect, "rules": forms.Textarea(attrs={"rows": 10})}
        help_texts = {
            "title": _("例如“2026 年第四季度常年对接”。"),
            "sealing": _("密封：截止后由两名工作人员共同开启；随到随送：方案提交后直接送达发榜方，其他团队看不到。"),
            "rules": _("随批次公布。写明参与条件、接收与开启办法、比选与答复、异议渠道。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sealing"].choices = Sealing.choices  # type: ignore[attr-defined]
        self.initial["weights_text"] = "\n".join(f"{row['name']} {row['weight']}" for row in self.instance.weights)

    def clean_weights_text(self) -> list[dict[str, Any]]:
        rows = []
        for number, line in enumerate(self.cleaned_data["weights_text"].splitlines(), 1):
            if not line.strip():
                continue
            name, _space, weight = line.strip().rpartition(" ")
            if not name or not re.fullmatch(r"[0-9]{1,3}", weight):
                raise forms.ValidationError(_("第 %(n)s 行看不懂，请写成“技术方案与路线 30”。") % {"n": number})
            rows.append({"name": name.strip(), "weight": int(weight)})
        if rows and sum(row["weight"] for row in rows) != 100:
            raise forms.ValidationError(
                _("各项合计须为 100，现为 %(total)s。") % {"total": sum(row["weight"] for row in rows)}
            )
        return rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        low, mid, high = (data.get(name) for name in ("window_min", "window", "window_max"))
        if low and mid and high and not low <= mid <= high:
            self.add_error("window", _("揭榜期须在下限和上限之间。"))
        if data.get("reward_max") is not None and data["reward_max"] <= Decimal(0):
            self.add_error("reward_max", _("榜额上限须大于 0；不设上限请留空。"))
        self.instance.weights = data.get("weights_text", [])
        return data
