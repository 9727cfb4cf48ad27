"""What answering, declining and hiding ask for; and the question itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from questions.models import LONGEST_ANSWER, LONGEST_QUESTION
from questions.states import HideReason
from workflow.asks import coded, sentence


class QuestionForm(forms.Form):
    text = sentence(
        _("问题和答复对所有人公开，提问人不公开，发榜方也看不到。请不要写单位名称和自己的方案。"),
        label=_("提问"),
        most=LONGEST_QUESTION,
        rows=4,
        short=_("太短，请至少写 %(limit_value)d 个字，让发榜方知道问的是什么。"),
        missing=_("请写下要问的问题。"),
        public=True,
    )


class AnswerForm(forms.Form):
    answer = sentence(
        _("对所有人公开，每个团队看到的都一样。涉及指标或条件的改动，请另提更正。"),
        label=_("答复"),
        least=5,
        most=LONGEST_ANSWER,
        rows=5,
        short=_("答复太短，请至少写 %(limit_value)d 个字。"),
        missing=_("请写答复。"),
        public=True,
    )


class DeclineForm(forms.Form):
    answer = sentence(
        _("一句话说明，例如“涉及产线参数，签订保密协议后提供”。对所有人公开。"),
        label=_("为什么不便答复"),
        least=5,
        public=True,
    )


class HideForm(forms.Form):
    code = coded(HideReason)
