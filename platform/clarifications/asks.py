"""The question, and the form that holds nothing but what was asked about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clarifications.models import FEWEST_DAYS, LONGEST_QUESTION, LONGEST_REPLY, MOST_DAYS, Clarification
from clarifications.parts import Part, parts_of, read
from core.prose import ProseField
from core.text import clean_line
from proposals.models import Proposal
from workflow.asks import sentence


class AskForm(forms.Form):
    question = sentence(
        _("写清哪一处看不明白或前后不一致。不谈价格，不透露其他方案的内容。"),
        label=_("要澄清的问题"),
        most=LONGEST_QUESTION,
        rows=5,
        short=_("太短，请至少写 10 个字，让团队知道要澄清什么。"),
        missing=_("请写下要澄清的问题。"),
    )
    parts = forms.MultipleChoiceField(
        label=_("允许团队修改的部分"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("只有勾选的部分可以修改；都不勾选时，团队只写说明。报价、付款计划、预算、参加单位和附件不能修改。"),
    )
    days = forms.IntegerField(
        label=_("答复期限（工作日）"),
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        initial=5,
        help_text=_("2 至 10 个工作日。"),
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parts"]
        field.choices = [(part.code, part.label) for part in parts_of(proposal.need)]


class AnswerForm(forms.Form):
    reply = sentence(
        _("发榜方和管委会看到。提交后不能再改。"),
        label=_("澄清说明"),
        least=5,
        most=LONGEST_REPLY,
        rows=5,
        missing=_("请写澄清说明。"),
    )

    def for_object(self, clarification: Clarification, by: Any) -> None:
        self.clarification = clarification
        open_parts = parts_of(clarification.proposal.need)
        self.reopened: list[Part] = [part for part in open_parts if part.code in clarification.parts]
        for part in self.reopened:
            self.fields[part.field] = self._control(part)

    def _control(self, part: Part) -> forms.CharField:
        held = read(self.clarification.proposal.content or {}, part.code)
        facts: dict[str, Any] = {
            "label": part.label,
            "max_length": part.longest,
            "initial": held,
            "required": bool(held),
            "error_messages": {"required": _("这一部分不能清空。没有要改的，保留原文即可。")},
        }
        return forms.CharField(**facts) if part.is_line else ProseField(rows=6, **facts)

    def clean(self) -> dict[str, Any]:
        """What was changed, and only that, as `{code: text}` under `changed`."""
        given = super().clean() or self.cleaned_data
        content = self.clarification.proposal.content or {}
        changed = {}
        for part in self.reopened:
            text = given.pop(part.field, None)
            if text is None:
                continue
            text = clean_line(text) if part.is_line else text
            if text != read(content, part.code):
                changed[part.code] = text
        given["changed"] = changed
        return given
