"""附加项 as the enterprise answers them: a field a question, made from the rules of the batch."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import clean_line
from needs.additions import LONGEST, AnswerKind, Question, questions
from needs.models import Need, plain
from web.drafts import Lenient, Line, Prose

YES, NO = "yes", "no"
CHOOSE = ("", _("请选择"))
WIDE = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


class Number(Line):
    """A number as it was meant: 1,200 and １２００ are 1200. Kept as text, exact."""

    default_error_messages = {
        "invalid": _("“%(value)s”不是数字。请只写数字，例如 300，单位已写在后面。"),
        "digits": _("数字太长：整数最多 14 位，小数最多 6 位。"),
    }

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            number = Decimal(typed.translate(WIDE).replace("−", "-").replace(",", ""))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid", params={"value": typed[:20]})
        exponent = number.as_tuple().exponent
        if number.adjusted() >= 14 or not isinstance(exponent, int) or exponent < -6:
            raise forms.ValidationError(self.error_messages["digits"], code="digits")
        return plain(number)


def typed_answers(need: Need) -> dict[str, str]:
    """The answers of the draft as its form would hold them: with the errors it was saved with."""
    kept = {question.field: typed(question, need.answers.get(question.key)) for question in questions(need.batch)}
    return {**kept, **{name: value for name, value in need.typed if name in kept}}


class AnswersForm(Lenient):
    """One field for each question of the batch. What was not sent at all stays as the draft has it."""

    def __init__(self, need: Need, data: Any = None, *, public_only: bool = False) -> None:
        self.all = questions(need.batch)
        self.asked = [question for question in self.all if question.public or not public_only]
        held = typed_answers(need)
        super().__init__(None if data is None else {**held, **{n: data[n] for n in held if n in data}}, initial=held)
        for question in self.asked:
            field = FIELDS[AnswerKind(question.kind)](question)
            field.required, field.label, field.help_text = question.required, question.label, _help(question)
            self.fields[question.field] = field

    def answers(self, held: dict[str, Any]) -> dict[str, Any]:
        """`held` with every answer that is valid, and without any that this batch does not ask for."""
        said = dict(held)
        for question in self.asked:
            if question.field not in self.cleaned_data:
                continue
            value = _kept(question, self.cleaned_data[question.field])
            if value is None:
                said.pop(question.key, None)
            else:
                said[question.key] = value
        return {key: said[key] for key in (question.key for question in self.all) if key in said}

    @property
    def shown(self) -> list[Any]:
        return [self[question.field] for question in self.asked]


def typed(question: Question, value: Any) -> str:
    """A kept answer as its field would be filled in."""
    if question.kind == AnswerKind.YES_NO:
        return "" if value is None else YES if value else NO
    return "" if value is None else str(value)


def _kept(question: Question, value: str) -> Any:
    if value == "":
        return None
    return value == YES if question.kind == AnswerKind.YES_NO else value


def _help(question: Question) -> str:
    readers = "" if question.public else str(_("不公开，只有本单位和管委会能看。"))
    return " ".join(part for part in (question.help, readers) if part)


def _number(question: Question) -> forms.Field:
    field: Any = Number(max_length=LONGEST["number"])
    field.unit, field.width = question.unit, "s"
    field.widget.attrs.update(inputmode="decimal", autocomplete="off")
    return field  # type: ignore[no-any-return]


def _choice(*options: tuple[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[CHOOSE, *options], error_messages={"invalid_choice": _("请从选项里选一个。")})


FIELDS: dict[AnswerKind, Callable[[Question], forms.Field]] = {
    AnswerKind.SHORT: lambda question: Line(max_length=LONGEST["short"]),
    AnswerKind.LONG: lambda question: Prose(max_length=LONGEST["long"]),
    AnswerKind.CHOICE: lambda question: _choice(*((one, clean_line(one)) for one in question.choices)),
    AnswerKind.NUMBER: _number,
    AnswerKind.YES_NO: lambda question: _choice((YES, _("是")), (NO, _("否"))),
}
