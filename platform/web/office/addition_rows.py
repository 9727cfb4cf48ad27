"""附加项 as rows of the form of a batch: what is asked, how it is answered, whether it must be, who reads it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.personal import no_personal_numbers
from core.text import clean_line
from needs.additions import MOST, AnswerKind, Question, new_key
from web.drafts import Lenient, Line

MOST_CHOICES, LONGEST_CHOICE, LONGEST_UNIT = 20, 40, 12
MUST, MAY = "must", "may"
PUBLIC, ZONE = "public", "zone"
APART = re.compile(r"[、,，;；\n]+")
KEY = re.compile(r"q[0-9a-z]{1,12}")


class AdditionForm(Lenient):
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    label = Line(label=_("问题"), max_length=40, validators=[no_personal_numbers])
    kind = forms.ChoiceField(label=_("回答方式"), choices=AnswerKind)
    detail = Line(label=_("选项或单位"), max_length=400, required=False, validators=[no_personal_numbers])
    help = Line(label=_("填写说明"), max_length=100, required=False, validators=[no_personal_numbers])
    must = forms.ChoiceField(label=_("必答"), choices=((MUST, _("必答")), (MAY, _("选答"))))
    readers = forms.ChoiceField(label=_("谁能看"), choices=((PUBLIC, _("公开")), (ZONE, _("仅企业和管委会"))))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, shown in (
            ("label", _("所属产业链")),
            ("detail", _("新材料、高端装备")),
            ("help", _("选最接近的一项")),
        ):
            self.fields[name].widget.attrs["placeholder"] = shown

    @property
    def is_blank(self) -> bool:
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in ("label", "detail", "help"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_blank:
            return data
        label, detail, kind = data.get("label", ""), data.get("detail", ""), data.get("kind")
        if not label and "label" not in self.errors:
            self.add_error("label", _("这一行没有写问题。请填写，例如“所属产业链”。"))
        if not kind and "kind" not in self.errors:
            self.add_error("kind", _("请选择回答方式。"))
        if "detail" in self.errors:
            return data
        data["choices"], data["unit"] = (), ""
        if kind == AnswerKind.CHOICE:
            data["choices"] = self._choices(label, detail)
        elif kind == AnswerKind.NUMBER:
            data["unit"] = detail
            if len(detail) > LONGEST_UNIT:
                self.add_error("detail", _("单位最多 12 个字，例如“万元”“人”。"))
        elif detail:
            self.add_error("detail", _("只有“单选”写选项、“数值”写单位。请清空，或改回答方式。"))
        return data

    def _choices(self, label: str, detail: str) -> tuple[str, ...]:
        choices = tuple(dict.fromkeys(word for part in APART.split(detail) if (word := clean_line(part))))
        if len(choices) < 2:
            self.add_error("detail", _("“%(label)s”是单选，请写至少两个选项，用顿号分开。") % {"label": label})
        elif len(choices) > MOST_CHOICES or max(map(len, choices)) > LONGEST_CHOICE:
            self.add_error("detail", _("选项最多 20 个，每个最多 40 字。"))
        return choices

    def question(self, known: set[str]) -> Question:
        """Its key is the one it had; a key that this batch never gave out becomes a new one."""
        data = self.cleaned_data
        key = data.get("key", "")
        return Question(
            key=key if key in known and KEY.fullmatch(key) else new_key(),
            label=data["label"],
            kind=data["kind"],
            help=data["help"],
            choices=data["choices"],
            unit=data["unit"],
            required=data["must"] == MUST,
            public=data["readers"] == PUBLIC,
        )


class Rows(forms.BaseFormSet):
    default_error_messages = {"too_many_forms": _("最多 %(num)d 项附加项。请合并或删去次要的。")}

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.kept:
            label = form.cleaned_data.get("label")
            if label and label in seen:
                form.add_error("label", _("“%(label)s”已经问过了，请改写或删除这一行。") % {"label": label})
            seen.add(label)

    @property
    def kept(self) -> list[AdditionForm]:
        """The rows that ask something, in the order the writer gave them."""
        kept = []
        for place, form in enumerate(self.forms):
            data = getattr(form, "cleaned_data", {})
            if not form.is_blank and not data.get("DELETE"):
                kept.append((data.get("ORDER") or len(self.forms), place, form))
        return [form for _order, _place, form in sorted(kept, key=lambda row: row[:2])]

    def questions(self, known: set[str]) -> list[Question]:
        """A key asked for twice stays with the first."""
        found = []
        for form in self.kept:
            found.append(form.question(known))
            known = known - {found[-1].key}
        return found


AdditionRows = forms.formset_factory(
    AdditionForm, formset=Rows, extra=0, can_delete=True, can_order=True, max_num=MOST, validate_max=True
)


def cells(question: Question) -> dict[str, Any]:
    """A question as its row would be typed."""
    return {
        "key": question.key,
        "label": question.label,
        "kind": question.kind,
        "detail": "、".join(question.choices) or question.unit,
        "help": question.help,
        "must": MUST if question.required else MAY,
        "readers": PUBLIC if question.public else ZONE,
    }
