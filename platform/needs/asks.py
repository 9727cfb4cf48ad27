"""What a move asks for before it happens: reasons are a code, to be counted, and a sentence, to be understood."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import clock
from core.prose import ProseField
from needs import screening
from needs.codes import ReturnReason, WithdrawReason
from needs.models import Need
from needs.similar import Match, similar_to
from workflow.asks import coded, sentence

MOST_ASKED = 3  # similar needs shown when one is handed in
FURTHEST = timedelta(days=366)  # a listing announced further ahead is a slip of the finger in the year


class ReasonForm(forms.Form):
    """Why a need goes back: the enterprise reads it."""

    code = coded(ReturnReason)
    reason = sentence(
        _("写清哪里要改、怎么改，企业会原样看到。例如：“防腐性能强”请改为耐温、盐雾小时数等可检测的数值。"),
        most=500,
        rows=4,
        short=_("说明太短，请至少写 %(limit_value)d 个字，让对方知道怎么改。"),
    )


class ReturnForm(ReasonForm):
    """Filled in with what the formal check has found."""

    def for_object(self, need: Need, by: Any) -> None:
        found = screening.objection(need)
        self.fields["code"].initial, self.fields["reason"].initial = found.code or None, found.reason[:500]


class WithdrawForm(forms.Form):
    code = coded(WithdrawReason)
    reason = sentence(_("已发榜的需求撤回后，这段说明会在榜单页公开。"), label=_("公开说明"), public=True)


class SubmitForm(forms.Form):
    """Whoever was shown similar needs says in one sentence why this one is another. Nobody else is asked anything."""

    shown = forms.BooleanField(required=False, widget=forms.HiddenInput)
    different = ProseField(
        label=_("与相似需求的不同"),
        required=False,
        max_length=300,
        rows=2,
        help_text=_("一句话说明为什么不是同一个需求，审查人员会看到。例如：那一项做涂料，本项做可浇注的板材。"),
        error_messages={"required": _("请用一句话写明不同在哪里；确实相同的，请合并或关注。")},
    )

    need: Need
    by: Any

    def for_object(self, need: Need, by: Any) -> None:
        self.need, self.by = need, by
        asked = bool(self.data.get("shown")) if self.is_bound else bool(self.similar)
        if not asked:
            del self.fields["shown"], self.fields["different"]
            return
        self.fields["different"].required = True
        self.initial["shown"] = True

    @cached_property
    def similar(self) -> list[Match]:
        return similar_to(self.need, to=self.by, most=MOST_ASKED)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.pop("shown", None)  # says only that something was shown
        return data


class PublishForm(forms.Form):
    """When the listing goes live and when bids close, inside the limits of the batch."""

    publish_at = forms.DateTimeField(
        label=_("发榜时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("留空即刻发榜；填写将来的时间则到时自动发榜。"),
    )
    bid_deadline = forms.DateTimeField(
        label=_("揭榜截止时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("北京时间，以平台时间为准；到点即止，不设宽限。"),
    )

    need: Need

    def for_object(self, need: Need, by: Any) -> None:
        self.need = need
        now = clock.now()
        self.fields["bid_deadline"].initial = need.batch.deadline_from(now, need.batch.window)
        self.fields["bid_deadline"].help_text = _(
            "本批次揭榜期 %(low)s至 %(high)s。北京时间，以平台时间为准；到点即止，不设宽限。"
        ) % {
            "low": span(need.batch.window_min),
            "high": span(need.batch.window_max),
        }

    def clean_publish_at(self) -> datetime | None:
        at, now = self.cleaned_data["publish_at"], clock.now()
        if at is not None and at <= now:
            raise forms.ValidationError(_("这个时间已经过去。要立即发榜请留空，要定时发榜请填将来的时间。"))
        if at is not None and at - now > FURTHEST:
            raise forms.ValidationError(_("定时发榜最多提前一年。请核对年份。"))
        return at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        deadline = data.get("bid_deadline")
        if deadline is None or "publish_at" in self.errors:
            return data
        batch = self.need.batch
        start = data.get("publish_at") or clock.now()
        if deadline <= start:
            self.add_error("bid_deadline", _("截止时间须晚于发榜时间。请填一个将来的时间。"))
        elif deadline - start < batch.window_min:
            self.add_error(
                "bid_deadline", _("揭榜期不能少于%(low)s，请把截止时间往后调。") % {"low": span(batch.window_min)}
            )
        elif deadline - start > batch.window_max:
            self.add_error(
                "bid_deadline", _("揭榜期不能超过%(high)s，请把截止时间往前调。") % {"high": span(batch.window_max)}
            )
        return data


def span(length: Any) -> str:
    """A duration in words: 30 天, 5 分钟."""
    minutes = int(length.total_seconds() // 60)
    if minutes % 1440 == 0:
        return ngettext("%(n)d 天", "%(n)d 天", minutes // 1440) % {"n": minutes // 1440}
    if minutes % 60 == 0:
        return ngettext("%(n)d 小时", "%(n)d 小时", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes}
