"""What the moves of a consortium ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import members
from proposals.consortium import Participant


class WriterForm(forms.Form):
    """Who writes the section besides the managers."""

    writer: Any = forms.ModelChoiceField(
        label=_("由谁填写"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("由本单位管理员填写"),
        help_text=_("可以指定一位同事。他能看方案的工作稿、填写本单位部分，确认仍由管理员办理。"),
        error_messages={"invalid_choice": _("请从本单位成员中选择。")},
    )

    def for_object(self, participant: Participant, by: Any) -> None:
        self.fields["writer"].queryset = members(participant.organisation).order_by("name_sort")  # type: ignore[attr-defined]
