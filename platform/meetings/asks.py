"""What the moves of meetings and intents ask for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.prose import LineField, ProseField
from meetings.models import AbandonReason, Meeting, MeetingResult
from needs.asks import FURTHEST
from workflow.asks import coded, sentence

PAST = _("这个时间已经过去，请填将来的时间。")
TOO_FAR = _("最多提前一年安排。请核对年份。")
GOES_ON = (MeetingResult.FOLLOWUP, MeetingResult.INTENT)


def starting_time() -> forms.DateTimeField:
    return forms.DateTimeField(
        label=_("时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("北京时间，给对方留出确认的时间。"),
    )


def why_not_at(at: Any) -> Any:
    """Empty, or why nobody can be asked to come at that time."""
    if at <= clock.now():
        return PAST
    return TOO_FAR if at - clock.now() > FURTHEST else ""


class AbandonForm(forms.Form):
    """The other side and the zone both read it."""

    code = coded(AbandonReason)
    reason = sentence(_("对方和管委会都会看到，例如：报价 60 万元，我方预算 45 万元，双方未能谈拢。"), most=500)


class CallOffForm(forms.Form):
    """Why a meeting will not take place: the other side reads it."""

    reason = sentence(_("对方会看到，例如：当天有出差，可改到下周三上午。"), label=_("说明"), least=5)


class PostponeForm(forms.Form):
    """Another time, perhaps another place: the other side confirms anew."""

    starts_at = starting_time()
    place = LineField(label=_("地点或会议号"), max_length=200)
    reason = sentence(_("对方会看到，例如：当天要迎检，改到周五上午同一地点。"), label=_("说明"), least=5)

    def for_object(self, meeting: Meeting, by: Any) -> None:
        self.meeting = meeting
        self.initial = {"starts_at": meeting.starts_at, "place": meeting.place}

    def clean_starts_at(self) -> Any:
        at = self.cleaned_data["starts_at"]
        if reason := why_not_at(at):
            raise forms.ValidationError(reason)
        if at == self.meeting.starts_at:
            raise forms.ValidationError(_("时间没有变。请填新的时间。"))
        return at


class MinutesForm(forms.Form):
    """Said in a minute on a phone: what came of it first, the rest already begun."""

    result = forms.ChoiceField(
        label=_("结果"),
        choices=MeetingResult,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择结果。")},
    )
    came = LineField(label=_("参加人"), max_length=300, help_text=_("双方各有谁到场，已按联系人填好，可以改。"))
    said = ProseField(
        label=_("谈了什么"),
        min_length=5,
        max_length=2000,
        rows=4,
        help_text=_("揭榜方和管委会都会看到。只给本单位看的话写在比选页的备注里。"),
        error_messages={"required": _("请写一两句谈了什么。")},
    )
    next_step = LineField(
        label=_("下一步"),
        max_length=200,
        required=False,
        help_text=_("谁做什么，例如：揭榜方寄样件，发榜方安排试验。继续跟进或有意向时要写。"),
    )
    next_date = forms.DateField(
        label=_("约定日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def for_object(self, meeting: Meeting, by: Any) -> None:
        self.meeting = meeting
        self.initial = {
            "result": meeting.result,
            "came": meeting.came or _("发榜方：%(host)s；揭榜方：%(guest)s") % _by_name(meeting, by),
            "said": meeting.said,
            "next_step": meeting.next_step,
            "next_date": meeting.next_date,
        }
        if meeting.objection:
            self.fields["said"].help_text = _("揭榜方的异议：%(objection)s") % {"objection": meeting.objection}

    def clean_next_date(self) -> date | None:
        day: date | None = self.cleaned_data["next_date"]
        if day and day < clock.day_of(self.meeting.starts_at):  # minutes may be written days later
            raise forms.ValidationError(_("约定日期不能早于对接当天。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("result") in GOES_ON:
            if "next_step" in data and not data["next_step"]:
                self.add_error("next_step", _("请写明下一步做什么。"))
            if "next_date" in data and not data["next_date"]:
                self.add_error("next_date", _("请填下一步最晚哪天做完。"))
        if self.meeting.objection and all(data.get(name) == getattr(self.meeting, name) for name in self.fields):
            raise forms.ValidationError(
                _("纪要没有改动。请按异议修改；不同意这条异议的，不用再提交，逾期两者一并存记。")
            )
        return data


def _by_name(meeting: Meeting, by: Any) -> dict[str, str]:
    return {"host": by.name, "guest": meeting.proposal.team.leader.name}


class ObjectForm(forms.Form):
    """What the minutes do not say as it was: kept beside them."""

    objection = sentence(
        _("发榜方和管委会会看到，例如：我方没有同意两周内寄样，说的是检测报告出来之后。"),
        label=_("哪里与事实不符"),
        least=5,
        most=500,
    )
