"""The section of a participant as a form: what it does, its share of the money, its people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.money import WanField
from needs.codes import BidForm
from proposals.consortium import Participant
from proposals.content import ASKED, money
from web.drafts import Lenient, Prose
from web.teams.forms import MemberRows
from web.teams.sheet import MEMBER, kept_pairs, rows_of, yuan

FORM_KWARGS = {"asked": ASKED[BidForm.FULL]}  # person-months are asked of every participant


class SectionForm(Lenient):
    statement = Prose(
        label=_("承担的任务"),
        max_length=1000,
        rows=6,
        help_text=_("本单位做什么、交出什么，与牵头单位怎样分工。"),
        error_messages={"required": _("请写本单位承担的任务。")},
    )
    share = WanField(label=_("经费份额"), help_text=_("报价中归本单位的部分，例如 12.00；没有就填 0。"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


@dataclass(frozen=True)
class SectionSheet:
    form: SectionForm
    people: Any
    typed: Mapping[str, Any] | None

    @property
    def beside(self) -> list[Any]:
        return [self.people]

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.people.is_valid()])  # both are asked, so that both are cleaned

    def content(self) -> dict[str, Any]:
        valid, data = self.is_valid(), self.form.cleaned_data
        content: dict[str, Any] = {
            "statement": data.get("statement", ""),
            "share": yuan(data.get("share")),
            "people": rows_of(self.people, MEMBER),
        }
        if not valid and self.typed is not None:
            content["typed"] = kept_pairs(self.typed)
        return content


def shown(row: Participant) -> SectionSheet:
    """What is kept in fields; with its errors where it was saved with some."""
    section = row.section
    if typed := section.get("typed"):
        data = QueryDict(mutable=True)
        for name, value in typed:
            data.appendlist(name, value)
        return filled(data, version=row.revision)
    initial = {**section, "share": money(section.get("share")), "version": row.revision}
    people = [*(section.get("people") or []), {}]
    return SectionSheet(
        SectionForm(initial=initial), MemberRows(prefix="people", initial=people, form_kwargs=FORM_KWARGS), None
    )


def filled(data: Any, *, version: int | None = None) -> SectionSheet:
    """What was typed. With `version`, the next save is meant for that revision."""
    if version is not None:
        data = data.copy()
        data["version"] = str(version)
    return SectionSheet(SectionForm(data), MemberRows(data, prefix="people", form_kwargs=FORM_KWARGS), data)
