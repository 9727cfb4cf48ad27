"""The form of a batch: its settings in sections, and the rows of its guide and of its own questions."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import clock
from core.money import WanField
from core.personal import no_personal_numbers
from needs.additions import as_json, questions
from needs.asks import FURTHEST, span
from needs.codes import BID_FORM_MEANS, MODE_MEANS, SEALING_MEANS, BatchKind, BidForm, Mode, Sealing
from needs.models import Batch
from web.drafts import Lenient, Line, Prose
from web.office.addition_rows import AdditionRows, cells

SPAN = re.compile(r"^\s*(\d{1,4})\s*(天|小时|分钟|days?|hours?|minutes?)\s*$")
MOST_GUIDES = 6
# domain.md 1.3 and 1.5: what is usual, not what is prescribed.
USUAL_WEIGHTS = (
    ("技术方案与路线", 30), ("指标响应度", 20), ("团队与基础", 20), ("进度与风险", 10), ("知识产权与转化", 5),
    ("报价合理性", 15),
)  # fmt: skip
USUAL_DAYS = {"screening_days": 3, "approval_days": 10, "opening_days": 1, "vetting_days": 3, "correcting_days": 3,
              "answer_days": 10, "signing_days": 30}  # fmt: skip
DEFAULT_DAYS = _("默认值 {n} 个工作日，按各地惯例，可改。")
DEFAULT_SPAN = _("默认值 {n} 天，按各地惯例，可改。")


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


def moment(**kwargs: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, required=False, **kwargs)


class BatchForm(forms.ModelForm):
    opens_at = moment(label=_("征集开始"), help_text=_("留空表示公布即开始。北京时间。常年征集不填。"))
    collects_until = moment(
        label=_("征集截止"),
        help_text=_("到点即止，以平台时间为准。专项征集和挑战赛必填，惯例为公布后 20 天；常年征集不填。"),
    )
    notice = Prose(
        label=_("征集通知正文"),
        max_length=5000,
        rows=8,
        required=False,
        help_text=_("放在征集通知的开头，批次页也会显示：为什么征集、面向哪些企业、有什么支持。"),
        validators=[no_personal_numbers],
    )
    contact = Prose(
        label=_("联系方式"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("公开显示。写部门和办公电话，不写个人手机号。"),
        validators=[no_personal_numbers],
    )
    window = SpanField(label=_("揭榜期"), initial=timedelta(days=30), help_text=format_lazy(DEFAULT_SPAN, n=30))
    window_min = SpanField(label=_("揭榜期下限"), initial=timedelta(days=15), help_text=format_lazy(DEFAULT_SPAN, n=15))
    window_max = SpanField(label=_("揭榜期上限"), initial=timedelta(days=60), help_text=format_lazy(DEFAULT_SPAN, n=60))
    reward_max = WanField(label=_("榜额上限"), required=False, help_text=_("不设上限请留空。"))
    custody_from = WanField(
        label=_("密钥分管起点"),
        required=False,
        help_text=_(
            "榜额不低于这个数的需求，方案密钥由管委会领导、纪检和外部保管人三人分管，任两人到场才能开启。"
            "填 0 表示每项都分管，留空表示不分管。只用于密封批次。"
        ),
    )
    weights_text = forms.CharField(
        label=_("评分权重"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "每行一项，名称和分值用空格隔开，合计 100，例如“技术方案与路线 30”。不评分请留空。新批次列出默认值，可改。"
        ),
    )
    rules = Prose(
        label=_("批次规则"),
        max_length=5000,
        rows=10,
        required=False,
        help_text=_("随批次公布。写明参与条件、接收与开启办法、比选与答复、异议渠道。"),
        validators=[no_personal_numbers],
    )

    class Meta:
        model = Batch
        fields = ("title", "kind", "edition", "opens_at", "collects_until", "notice", "contact", "mode", "sealing",
                  "bid_form", "window", "window_min", "window_max", "screening_days", "approval_days", "opening_days",
                  "vetting", "vetting_days", "correcting_days", "answer_days", "signing_days", "reward_max",
                  "two_deciders", "custody_from", "custody_rescue", "rules")  # fmt: skip
        widgets = {"kind": forms.RadioSelect, "mode": forms.RadioSelect, "sealing": forms.RadioSelect,
                   "bid_form": forms.RadioSelect}  # fmt: skip
        help_texts = {
            "title": _("例如“2026 年第四季度常年对接”“第六届创新挑战赛”。"),
            "kind": _("常年征集随时可报；专项征集有起止时间；挑战赛另有届次。"),
            "edition": _("只有创新挑战赛填写，例如 6。"),
            "custody_rescue": _(
                "份额丢失两份时，用保险柜里的应急密钥开启，由两人办理并公开说明。不勾选的，丢失两份即无法开启。"
            ),
            "vetting": _(
                "勾选后，方案开启后先由管委会审查形式：通过的交发榜方比选，不通过的连同原因告知双方。密封批次默认勾选。"
            ),
            "two_deciders": _("勾选后，企业选定方案须由一人提出、另一名同事确认，决定才成立。企业至少要有两名成员。"),
            **{name: format_lazy(DEFAULT_DAYS, n=n) for name, n in USUAL_DAYS.items()},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kind"].choices = BatchKind.choices
        fields["mode"].choices = [(m.value, _explained(m.label, MODE_MEANS[m])) for m in Mode]
        fields["sealing"].choices = [(s.value, _explained(s.label, SEALING_MEANS[s])) for s in Sealing]
        fields["title"].validators.append(no_personal_numbers)
        fields["bid_form"].choices = [(f.value, _explained(f.label, BID_FORM_MEANS[f])) for f in BidForm]
        new = self.instance._state.adding
        weights = [{"name": n, "weight": w} for n, w in USUAL_WEIGHTS] if new else self.instance.weights
        self.initial["weights_text"] = "\n".join(f"{row['name']} {row['weight']}" for row in weights)

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
        if low is not None and not low:
            self.add_error("window_min", _("揭榜期下限须大于 0。"))
        if low and mid and high and not low <= mid <= high:
            self.add_error("window", _("揭榜期须在下限和上限之间。"))
        if data.get("reward_max") is not None and data["reward_max"] <= Decimal(0):
            self.add_error("reward_max", _("榜额上限须大于 0；不设上限请留空。"))
        self._custody(data)
        self._edition(data)
        self._collecting(data)
        return data

    def _custody(self, data: dict[str, Any]) -> None:
        start = data.get("custody_from")
        if start is not None and start < 0:
            self.add_error("custody_from", _("密钥分管起点不能小于 0；不分管请留空。"))
        elif start is not None and data.get("sealing") != Sealing.SEALED:
            self.add_error("custody_from", _("只有密封批次可以分管密钥。请清空，或把接收方式改为密封。"))

    def _edition(self, data: dict[str, Any]) -> None:
        if data.get("kind") != BatchKind.CONTEST and data.get("edition"):
            self.add_error("edition", _("只有创新挑战赛有届次。请清空，或把类别改为创新挑战赛。"))
        elif data.get("kind") == BatchKind.CONTEST and "edition" not in self.errors and not data.get("edition"):
            self.add_error("edition", _("请填写是第几届，例如 6。"))

    def _collecting(self, data: dict[str, Any]) -> None:
        """A draft may still lack its dates (`rules.has_its_window` asks for them); what is there has to make sense."""
        starts, ends, now = data.get("opens_at"), data.get("collects_until"), clock.now()
        if data.get("kind") == BatchKind.STANDING:
            for name in ("opens_at", "collects_until"):
                if data.get(name):
                    self.add_error(name, _("常年征集不设征集时间。请清空，或把类别改为专项征集或创新挑战赛。"))
            return
        for name, at in (("opens_at", starts), ("collects_until", ends)):
            if at is not None and at <= now:
                self.add_error(name, _("这个时间已经过去，请填将来的时间。"))
            elif at is not None and at - now > FURTHEST:
                self.add_error(name, _("最多提前一年安排。请核对年份。"))
        if isinstance(starts, datetime) and isinstance(ends, datetime) and starts >= ends:
            self.add_error("collects_until", _("征集截止须晚于征集开始。"))


def _explained(label: Any, means: Any) -> str:
    return _("%(label)s：%(means)s") % {"label": label, "means": means}


class GuideForm(Lenient):
    """One page of the guide: what it is called, and what it says."""

    title = Line(label=_("标题"), max_length=30, validators=[no_personal_numbers])
    text = Prose(label=_("内容"), max_length=3000, rows=4, validators=[no_personal_numbers])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("text") and not data.get("title") and "title" not in self.errors:
            self.add_error("title", _("这一段没有标题。请填写，例如“参赛须知”“日程安排”。"))
        if data.get("title") and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("“%(title)s”还没有内容。请填写，或删除这一行。") % {"title": data["title"]})
        return data


class Rows(forms.BaseFormSet):
    default_error_messages = {"too_many_forms": _("最多 %(num)d 项。请合并或删去次要的。")}

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The rows that say something, in the order the writer gave them."""
        rows = []
        for place, form in enumerate(self.forms):
            data = form.cleaned_data
            if data.get("title") and not data.get("DELETE"):
                rows.append((data.get("ORDER") or len(self.forms), place, data))
        return [data for _order, _place, data in sorted(rows, key=lambda row: row[:2])]


GuideRows = forms.formset_factory(
    GuideForm, formset=Rows, extra=0, can_delete=True, can_order=True, max_num=MOST_GUIDES, validate_max=True
)


class BatchSheet:
    """The settings and the rows as one thing. A form that was sent without its rows leaves them as they are."""

    def __init__(self, data: Any = None, batch: Batch | None = None) -> None:
        held = batch or Batch()
        self.form = BatchForm(data, instance=held)
        self.guide = _rows(GuideRows, "guide", data, held.guide)
        self.known = {question.key for question in questions(held)}
        self.additions = _rows(AdditionRows, "additions", data, [cells(question) for question in questions(held)])
        self.parts = [self.form, self.guide, self.additions]
        self.beside = [self.guide, self.additions]  # for the summary of errors
        self.is_wrong = False

    def is_valid(self) -> bool:
        each = [part.is_valid() for part in self.parts if part.is_bound]  # all are asked, so that all are cleaned
        self.is_wrong = not all(each)
        return not self.is_wrong

    @property
    def fields(self) -> dict[str, Any]:
        given = {name: self.form.cleaned_data[name] for name in BatchForm.Meta.fields}
        given["weights"] = self.form.cleaned_data["weights_text"]
        if self.guide.is_bound:
            given["guide"] = [{"title": row["title"], "text": row["text"]} for row in self.guide.kept]
        if self.additions.is_bound:
            given["additions"] = as_json(self.additions.questions(self.known))
        return given


def _rows(rows: Any, prefix: str, data: Any, held: list[dict[str, Any]]) -> Any:
    if data is not None and f"{prefix}-TOTAL_FORMS" in data:
        return rows(data, prefix=prefix)
    return rows(prefix=prefix, initial=[*held, {}])
