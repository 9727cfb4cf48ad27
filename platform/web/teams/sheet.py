"""The form of a bid as one thing: the working copy laid out in fields, and what was typed made a working copy again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from needs.models import Indicator
from proposals.content import answer_to, asked_of, money, person_months, total, verdict
from proposals.models import Proposal
from web.teams.forms import AnswerForm, BidForm, BudgetRows, MemberRows, MilestoneRows

NOT_TYPED = {"csrfmiddlewaretoken", "version", "then", "step", "_again"}
ANSWER = ("value", "meets", "evidence", "method", "risk")
MILESTONE = ("title", "month", "amount", "deliverable")
BUDGET = ("item", "asked", "own", "note")
MEMBER = ("name", "title", "role", "months")
AMOUNTS = {"amount", "asked", "own"}


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
    budget: Any  # None where the batch asks for the short form
    members: Any
    typed: Mapping[str, Any] | None

    @property
    def parts(self) -> list[Any]:
        rows = [part for part in (self.milestones, self.budget, self.members) if part is not None]
        return [self.form, *(answer.form for answer in self.answers), *rows]

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
        written = [name for name in self.form.fields if name not in ("version", "price")]
        content: dict[str, Any] = {name: data.get(name, self.form.data.get(name, "")) for name in written}
        content |= {
            "price": yuan(data.get("price")),
            "period_months": data.get("period_months"),
            "answers": {
                str(answer.indicator.pk): row
                for answer in self.answers
                if any((row := _row(answer.form, ANSWER)).values())
            },
            "milestones": rows_of(self.milestones, MILESTONE),
            "members": rows_of(self.members, MEMBER),
        }
        if self.budget is not None:
            content |= {"budget": rows_of(self.budget, BUDGET), "pledged": bool(data.get("pledged"))}
            content |= {name: data.get(name) for name in ("trl_now", "trl_target")}
        if not valid and self.typed is not None:
            content["typed"] = kept_pairs(self.typed)
        return content

    def state(self) -> dict[str, Any]:
        """The checklist beside the form and the sums under it, for what stands in the fields right now."""
        content = self.content() if self.form.is_bound else self.proposal.draft
        price, planned = money(content.get("price")), total(content.get("milestones") or [])
        budget = content.get("budget") or []
        return {
            "content": content,
            "price": price,
            "planned": against(planned, price),
            "budgeted": against(total(budget, "asked"), price) if self.budget is not None else None,
            "own_funds": total(budget, "own"),
            "person_months": person_months(content.get("members") or []),
            "answers": self.answers,
        }


def against(planned: Decimal, price: Decimal | None) -> dict[str, Any]:
    """A sum beside the price it has to come to."""
    gap = None if price is None else price - planned
    return {"sum": planned, "left": gap, "over": None if gap is None else -gap}


def shown(proposal: Proposal) -> Sheet:
    """The working copy in fields; with its errors where it was saved with some."""
    draft = proposal.draft
    if typed := draft.get("typed"):
        data = QueryDict(mutable=True)
        for name, value in typed:
            data.appendlist(name, value)
        return filled(proposal, data, version=proposal.revision)
    asked = asked_of(proposal.need)
    kwargs = {"form_kwargs": {"asked": asked}}
    initial = {**draft, "price": money(draft.get("price")), "version": proposal.revision}
    return Sheet(
        proposal=proposal,
        form=BidForm(initial=initial, asked=asked),
        answers=[
            Answer(row, AnswerForm(prefix=_prefix(row), initial=asdict(answer_to(draft, row)), asked=asked))
            for row in proposal.need.indicators.all()
        ],
        milestones=MilestoneRows(prefix="milestones", initial=_held(draft, "milestones")),
        budget=BudgetRows(prefix="budget", initial=_held(draft, "budget")) if asked.full else None,
        members=MemberRows(prefix="members", initial=_held(draft, "members"), **kwargs),
        typed=None,
    )


def filled(proposal: Proposal, data: Any, *, version: int | None = None) -> Sheet:
    """What was typed. With `version`, the next save is meant for that revision."""
    if version is not None:
        data = data.copy()
        data["version"] = str(version)
    asked = asked_of(proposal.need)
    rows = proposal.need.indicators.all()
    return Sheet(
        proposal=proposal,
        form=BidForm(data, asked=asked),
        answers=[Answer(row, AnswerForm(data, prefix=_prefix(row), asked=asked)) for row in rows],
        milestones=MilestoneRows(data, prefix="milestones"),
        budget=BudgetRows(data, prefix="budget") if asked.full else None,
        members=MemberRows(data, prefix="members", form_kwargs={"asked": asked}),
        typed=data,
    )


def yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _held(draft: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of the working copy as a form takes them, and an empty one to write into."""
    rows = draft.get(name) or []
    return [*({k: money(v) if k in AMOUNTS else v for k, v in row.items()} for row in rows), {}]


def _prefix(indicator: Indicator) -> str:
    return f"answer-{indicator.pk}"


def kept_pairs(data: Any) -> list[list[str]]:
    """The form as it was typed, in pairs that JSON can hold."""
    return [[name, value] for name, values in data.lists() if name not in NOT_TYPED for value in values]


def _row(form: Any, names: tuple[str, ...]) -> dict[str, Any]:
    clean = getattr(form, "cleaned_data", {})
    return {name: _plain(name, clean.get(name)) for name in names if name in form.fields}


def _plain(name: str, value: Any) -> Any:
    """As it is kept in JSON."""
    if name in AMOUNTS:
        return yuan(value)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value or ""


def rows_of(formset: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows that say something, in the order the writer gave them."""
    kept = []
    for place, form in enumerate(formset.forms):
        clean = getattr(form, "cleaned_data", {})
        row = _row(form, names)
        if any(row.values()) and not clean.get("DELETE"):
            kept.append((clean.get("ORDER") or len(formset.forms), place, row))
    return [row for _order, _place, row in sorted(kept, key=lambda one: one[:2])]
