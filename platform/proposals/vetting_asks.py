"""What the moves of a formal check ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from proposals.vetting import CURABLE, LONGEST, REASONS, Vetting
from proposals.vetting_facts import findings, unmet
from workflow.asks import PaperField, coded, sentence

MOST_NAMED = 3


class CorrectForm(forms.Form):
    asked = sentence(
        _("逐条写明缺什么、怎样算补齐。只补形式：方案内容、报价、预算和付款计划不能改。"),
        label=_("要补正什么"),
        most=LONGEST,
        rows=4,
        missing=_("请写明要补正什么。"),
    )

    def for_object(self, vetting: Vetting, by: Any) -> None:
        rows = [row for row in unmet(findings(vetting)) if row.item in CURABLE]
        self.fields["asked"].initial = "\n".join(f"{row.item.label}：{row.why}" for row in rows)[:LONGEST]


class SupplementForm(forms.Form):
    reply = sentence(
        _("对照要求逐条说明。补正材料与密封的原件并存，原件不变。"),
        label=_("补正说明"),
        least=5,
        most=LONGEST,
        rows=4,
        missing=_("请写补正说明。"),
    )
    paper = PaperField(
        label=_("补正材料"),
        help_text=_("多份请打包成一个 ZIP，不超过 50 MB。只写说明即可的，不必上传。"),
    )


class RefuseForm(forms.Form):
    code = coded(REASONS)
    sentence = sentence(
        _("揭榜方会原样收到，发榜方在比选页看到。写明依据的是哪一项、哪里不符合。"),
        label=_("给揭榜方的说明"),
        most=LONGEST,
        rows=4,
        missing=_("请写明不通过的理由。"),
    )

    def for_object(self, vetting: Vetting, by: Any) -> None:
        rows, labels, code = unmet(findings(vetting)), dict(REASONS), self.fields["code"]
        code.choices = [(row.item.value, labels[row.item.value]) for row in rows]  # type: ignore[attr-defined]
        if len(rows) == 1:
            code.initial = rows[0].item.value
        said = [f"{row.item.label}：{row.why}" for row in rows[:MOST_NAMED]]
        self.fields["sentence"].initial = "\n".join(said)[:LONGEST]


class ObjectForm(forms.Form):
    objection = sentence(
        _("只能提一次。写明哪一项判断有误、依据是什么；由另一名审核或领导复核。"),
        label=_("异议"),
        most=LONGEST,
        rows=4,
        missing=_("请写明异议和依据。"),
    )


class RulingForm(forms.Form):
    ruling = sentence(_("揭榜方会原样收到。"), label=_("复核意见"), most=LONGEST, rows=4, missing=_("请写复核意见。"))
