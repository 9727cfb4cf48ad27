"""What answering, declining and hiding ask for; and the question itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.prose import ProseField
from questions.models import LONGEST_ANSWER, LONGEST_QUESTION
from questions.states import HideReason


class QuestionForm(forms.Form):
    text = ProseField(
        label=_("提问"),
        min_length=10,
        max_length=LONGEST_QUESTION,
        rows=4,
        help_text=_("问题和答复对所有人公开，提问人不公开，发榜方也看不到。请不要写单位名称和自己的方案。"),
        error_messages={
            "required": _("请写下要问的问题。"),
            "min_length": _("太短，请至少写 10 个字，让发榜方知道问的是什么。"),
        },
    )


class AnswerForm(forms.Form):
    answer = ProseField(
        label=_("答复"),
        min_length=5,
        max_length=LONGEST_ANSWER,
        rows=5,
        help_text=_("对所有人公开，每个团队看到的都一样。涉及指标或条件的改动，请另提更正。"),
        error_messages={"required": _("请写答复。"), "min_length": _("答复太短，请至少写 5 个字。")},
    )


class DeclineForm(forms.Form):
    answer = ProseField(
        label=_("为什么不便答复"),
        min_length=5,
        max_length=300,
        rows=3,
        help_text=_("一句话说明，例如“涉及产线参数，签订保密协议后提供”。对所有人公开。"),
        error_messages={"required": _("请写一句说明。"), "min_length": _("说明太短，请至少写 5 个字。")},
    )


class HideForm(forms.Form):
    code = forms.ChoiceField(
        label=_("原因"),
        choices=HideReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择原因。")},
    )
