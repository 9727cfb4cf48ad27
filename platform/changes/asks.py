"""What is asked of whoever proposes or refuses a change."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes.rules import why_not_until
from core import clock
from core.prose import ProseField
from needs.codes import WithdrawReason
from needs.models import Need
from workflow.asks import coded, sentence

STAMP = "%Y-%m-%d %H:%M"


def public_reason() -> ProseField:
    return sentence(
        _("批准后在榜单页公开，任何人都能看到。"), label=_("公开说明"), missing=_("请写明原因。"), public=True
    )


class RefuseForm(forms.Form):
    reason = sentence(_("申请人会原样看到，不公开。"), label=_("不批准的理由"), missing=_("请写明理由。"))


class ObjectForm(forms.Form):
    """Why a partner does not agree to an amendment: the enterprise that leads and the zone read it."""

    reason = sentence(
        _("牵头单位和管委会会看到，例如：榜额增加后，本年度预算不够分摊。"),
        label=_("不同意的理由"),
        least=5,
        missing=_("请写明理由。"),
    )


class TakeDownForm(forms.Form):
    code = coded(WithdrawReason)
    reason = public_reason()


class ExtendForm(forms.Form):
    """A later deadline, within the longest window of the batch."""

    new_deadline = forms.DateTimeField(
        label=_("新的揭榜截止时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("请填写新的截止时间。"),
            "invalid": _("请填写日期和时间，例如 2026-12-31 17:00。"),
        },
    )
    reason = public_reason()

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need = need
        if need.bid_deadline and need.latest_deadline:
            self.fields["new_deadline"].help_text = _(
                "北京时间。现在的截止时间是 %(old)s，最晚可延到 %(last)s（本批次揭榜期上限）。"
            ) % {
                "old": need.bid_deadline.astimezone(clock.BEIJING).strftime(STAMP),
                "last": need.latest_deadline.astimezone(clock.BEIJING).strftime(STAMP),
            }

    def clean_new_deadline(self) -> datetime:
        at: datetime = self.cleaned_data["new_deadline"]
        if reason := why_not_until(self.need, at):
            raise forms.ValidationError(str(reason))
        return at
