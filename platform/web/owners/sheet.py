"""The form of a need as one thing: the draft laid out in fields, and what was typed made a draft again."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from core.text import clean_text
from needs.extraction import Proposed, propose
from needs.models import Indicator, Need
from web.owners.additions import AnswersForm
from web.owners.indicator_form import IndicatorForm, IndicatorRows, cells
from web.owners.need_form import NeedForm

PREFIX = "indicators"
WRITTEN = tuple(name for name in NeedForm.base_fields if name != "version")
EMPTY_ROWS = 3


@dataclass(frozen=True)
class Sheet:
    need: Need
    form: NeedForm
    rows: Any
    answers: AnswersForm

    def is_valid(self) -> bool:
        each = [
            part.is_valid() for part in (self.form, self.rows, self.answers)
        ]  # all are asked, so that all are cleaned
        return all(each)

    def apply(self) -> list[Indicator]:
        """Write every valid field to the need, keep the rest as typed, and give the rows that are whole."""
        valid = self.is_valid()
        for name in WRITTEN:
            if name in self.form.cleaned_data:
                setattr(self.need, name, self.form.cleaned_data[name])
        self.need.answers = self.answers.answers(self.need.answers)
        self.need.typed = [] if valid else self._typed()
        return [row.indicator() for row in self._kept() if not row.errors]

    def _kept(self) -> list[IndicatorForm]:
        """The rows that say something, in the order the writer gave them."""
        kept = []
        for place, row in enumerate(self.rows.forms):
            clean = getattr(row, "cleaned_data", {})
            if not row.is_blank and not clean.get("DELETE"):
                kept.append((clean.get("ORDER") or len(self.rows.forms), place, row))
        return [row for _order, _place, row in sorted(kept, key=lambda one: one[:2])]

    def _typed(self) -> list[list[str]]:
        kept = self._kept()
        pairs = [[name, _kept_as(value)] for name in WRITTEN for value in self.form.data.getlist(name)]  # type: ignore[attr-defined]
        pairs += [[name, _kept_as(value)] for name, value in self.answers.data.items()]
        pairs += [[f"{PREFIX}-TOTAL_FORMS", str(len(kept) + 1)], [f"{PREFIX}-INITIAL_FORMS", "0"]]
        for place, row in enumerate(kept):
            for name in IndicatorForm.base_fields:
                pairs.append([f"{PREFIX}-{place}-{name}", _kept_as(row.data.get(row.add_prefix(name), ""))])
            pairs.append([f"{PREFIX}-{place}-ORDER", str(place + 1)])
        return pairs


def _kept_as(typed: str) -> str:
    """As it was typed, but for what PostgreSQL cannot store."""
    return clean_text(typed)


def shown(need: Need) -> Sheet:
    """The draft in fields; with its errors where it was saved with some."""
    if need.typed:
        return filled(need, QueryDict(), version=need.revision)
    initial = {name: getattr(need, name) for name in WRITTEN}
    rows = [cells(indicator) for indicator in need.indicators.all()]
    blank: list[dict[str, Any]] = [{} for _n in range(1 if rows else EMPTY_ROWS)]
    return Sheet(
        need=need,
        form=NeedForm(initial={**initial, "version": need.revision}),
        rows=IndicatorRows(prefix=PREFIX, initial=[*rows, *blank]),
        answers=AnswersForm(need),
    )


def filled(need: Need, data: Any, *, version: int | None = None) -> Sheet:
    """What was typed. With `version`, the next save is meant for that revision."""
    data = _with_the_rest(need, data)
    if version is not None:
        data["version"] = str(version)
    return Sheet(
        need=need, form=NeedForm(data), rows=IndicatorRows(data, prefix=PREFIX), answers=AnswersForm(need, data)
    )


def _with_the_rest(need: Need, data: Any) -> Any:
    """The form whole: what it did not carry stays as the draft has it. Silence empties nothing."""
    data, kept = data.copy(), as_typed(need)
    for name in WRITTEN:
        if name not in data:
            data.setlist(name, kept.getlist(name))
    if f"{PREFIX}-TOTAL_FORMS" not in data:
        for name in kept:
            if name.startswith(PREFIX):
                data[name] = kept[name]
    return data


def as_typed(need: Need) -> QueryDict:
    """The draft as a browser would send it: with its errors as they were typed, where it was saved with some."""
    data = QueryDict(mutable=True)
    for name in WRITTEN:
        value = NeedForm.base_fields[name].prepare_value(getattr(need, name))
        data.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value or "")])
    typed = {name for name, _value in need.typed}
    for name in typed & set(WRITTEN):
        data.setlist(name, [value for one, value in need.typed if one == name])
    if f"{PREFIX}-TOTAL_FORMS" in typed:
        data.update({name: value for name, value in need.typed if name.startswith(PREFIX)})
    else:
        data.update(as_rows([cells(indicator) for indicator in need.indicators.all()]))
    return data


def as_rows(rows: list[dict[str, Any]]) -> dict[str, str]:
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(rows)), f"{PREFIX}-INITIAL_FORMS": "0"}
    for place, row in enumerate(rows):
        data |= {f"{PREFIX}-{place}-{name}": str(value) for name, value in {**row, "ORDER": place + 1}.items()}
    return data


def with_rows_read(need: Need, data: Any) -> tuple[Any, list[Proposed]]:
    """The form with a row more for each indicator that the text in `pasted` states and no row has yet."""
    data = _with_the_rest(need, data)
    total = int(data.get(f"{PREFIX}-TOTAL_FORMS") or 0)
    there = {data.get(f"{PREFIX}-{n}-name", "").strip() for n in range(total)}
    found = [row for row in propose(data.get("pasted", "")) if row.name not in there]
    for place, row in enumerate(found, total):
        for name, value in {**cells(row), "ORDER": place + 1}.items():
            data[f"{PREFIX}-{place}-{name}"] = str(value)
    data[f"{PREFIX}-TOTAL_FORMS"] = str(total + len(found))
    return data, found
