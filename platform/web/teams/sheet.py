"""The form of a bid as one thing: the working copy laid out in fields, and what was typed made a working copy again."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from needs.models import Indicator
from proposals.content import TEXTS, gaps, money, total, verdict
from proposals.models import Proposal
from web.teams.forms import AnswerForm, BidForm, MemberRows, MilestoneRows

NOT_TYPED = {"csrfmiddlewaretoken", "version", "then", "_again"}


@dataclass(frozen=True)
class Answer:
    """One row of the table of indicators."""

    indicator: Indicator
    form: AnswerForm

    @property
    def verdict(self) -> str:
        given = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else self.form.initial
        return verdict(self.indicator, dict(given)) if given.get("value") or given.get("meets") else ""


@dataclass(frozen=True)
class Sheet:
    proposal: Proposal
    form: BidForm
    answers: list[Answer]
    milestones: Any
    members: Any
    typed: Mapping[str, Any] | None

    @property
    def parts(self) -> list[Any]:
        return [self.form, *(answer.form for answer in self.answers), self.milestones, self.members]

    @property
    def formsets(self) -> list[Any]:
        """Beside the main form, for the summary of errors."""
        return self.parts[1:]

    def is_valid(self) -> bool:
        each = [part.is_valid() for part in self.parts]  # every part is asked, so that every part is cleaned
        return all(each)

    def content(self) -> dict[str, Any]:
        """What to keep: the clean values; and all that was typed, while any of it is not right yet."""
        valid, data = self.is_valid(), self.form.cleaned_data
        content: dict[str, Any] = {name: data.get(name, self.form.data.get(name, "")) for name in TEXTS}
        content |= {
            "price": yuan(data.get("price")),
            "period_months": data.get("period_months"),
            "answers": {
                str(answer.indicator.pk): row
                for answer in self.answers
                if any((row := _row(answer.form, ("value", "meets", "note"))).values())
            },
            "milestones": _rows(self.milestones, ("title", "month", "amount", "deliverable")),
            "members": _rows(self.members, ("name", "title", "role")),
        }
        if not valid and self.typed is not None:
            content["typed"] = [[name, value] for name, values in _lists(self.typed) for value in values]
        return content

    def state(self) -> dict[str, Any]:
        """The checklist beside the form, for what stands in the fields right now."""
        content = self.content() if self.form.is_bound else self.proposal.draft
        lacking = dict(gaps(self.proposal.need, content))
        price, planned = money(content.get("price")), total(content.get("milestones") or [])
        return {
            "lacking": lacking,
            "price": price,
            "planned": planned,
            "left": price - planned if price is not None else None,
            "over": planned - price if price is not None else None,
            "answers": self.answers,
        }


def shown(proposal: Proposal) -> Sheet:
    """The working copy in fields; with its errors where it was saved with some."""
    draft = proposal.draft
    if typed := draft.get("typed"):
        data = QueryDict(mutable=True)
        for name, value in typed:
            data.appendlist(name, value)
        return filled(proposal, data, version=proposal.revision)
    answers = draft.get("answers") or {}
    initial = {**draft, "price": money(draft.get("price")), "version": proposal.revision}
    milestones = [{**row, "amount": money(row.get("amount"))} for row in draft.get("milestones") or []]
    return Sheet(
        proposal=proposal,
        form=BidForm(initial=initial),
        answers=[
            Answer(row, AnswerForm(prefix=_prefix(row), initial=answers.get(str(row.pk), {})))
            for row in proposal.need.indicators.all()
        ],
        milestones=MilestoneRows(prefix="milestones", initial=[*milestones, {}]),
        members=MemberRows(prefix="members", initial=[*(draft.get("members") or []), {}]),
        typed=None,
    )


def filled(proposal: Proposal, data: Any, *, version: int | None = None) -> Sheet:
    """What was typed. With `version`, the next save is meant for that revision."""
    if version is not None:
        data = data.copy()
        data["version"] = str(version)
    return Sheet(
        proposal=proposal,
        form=BidForm(data),
        answers=[Answer(row, AnswerForm(data, prefix=_prefix(row))) for row in proposal.need.indicators.all()],
        milestones=MilestoneRows(data, prefix="milestones"),
        members=MemberRows(data, prefix="members"),
        typed=data,
    )


def yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _prefix(indicator: Indicator) -> str:
    return f"answer-{indicator.pk}"


def _lists(data: Any) -> list[tuple[str, list[str]]]:
    return [(name, values) for name, values in data.lists() if name not in NOT_TYPED]


def _row(form: Any, names: tuple[str, ...]) -> dict[str, Any]:
    clean = getattr(form, "cleaned_data", {})
    values = {name: clean.get(name) for name in names}
    return {name: yuan(value) if name == "amount" else value or "" for name, value in values.items()}


def _rows(formset: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows that say something, in the order the writer gave them."""
    kept = []
    for place, form in enumerate(formset.forms):
        clean = getattr(form, "cleaned_data", {})
        row = _row(form, names)
        if any(row.values()) and not clean.get("DELETE"):
            kept.append((clean.get("ORDER") or len(formset.forms), place, row))
    return [row for _order, _place, row in sorted(kept, key=lambda one: one[:2])]
