"""附加项: what a batch asks beyond the common form, and what a need answers. Frozen with the batch."""

from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from needs.models import Batch, Need

MOST = 12
LONGEST = {"short": 100, "long": 1000, "number": 24}
PREFIX = "answer-"  # of the field in a form, before the question's key


class AnswerKind(models.TextChoices):
    SHORT = "short", gettext_lazy("单行文字")
    LONG = "long", gettext_lazy("多行文字")
    CHOICE = "choice", gettext_lazy("单选")
    NUMBER = "number", gettext_lazy("数值")
    YES_NO = "yesno", gettext_lazy("是否")


@dataclass(frozen=True)
class Question:
    key: str  # the same in every copy of the batch
    label: str
    kind: str = AnswerKind.SHORT
    help: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""
    required: bool = True
    public: bool = True  # else for the enterprise and the zone alone

    @property
    def field(self) -> str:
        return PREFIX + self.key

    @property
    def kind_label(self) -> str:
        return str(AnswerKind(self.kind).label)

    def said(self, value: Any) -> str:
        """An answer as people read it; nothing where there is none."""
        if value is None or value == "":
            return ""
        if self.kind == AnswerKind.YES_NO:
            return _("是") if value else _("否")
        return f"{value} {self.unit}".strip() if self.kind == AnswerKind.NUMBER else str(value)

    def fits(self, value: Any) -> bool:
        """Whether a kept value is an answer to this question."""
        match self.kind:
            case AnswerKind.YES_NO:
                return isinstance(value, bool)
            case AnswerKind.CHOICE:
                return value in self.choices
            case AnswerKind.NUMBER:
                return isinstance(value, str) and _is_number(value)
        return isinstance(value, str) and len(value) <= LONGEST[self.kind]


@dataclass(frozen=True)
class Answer:
    question: Question
    value: Any

    @property
    def text(self) -> str:
        return self.question.said(self.value)


def new_key() -> str:
    return f"q{uuid4().hex[:8]}"


def as_json(questions: list[Question]) -> list[dict[str, Any]]:
    return [{**asdict(question), "choices": list(question.choices)} for question in questions]


def questions(batch: "Batch") -> list[Question]:
    return [Question(**{**row, "choices": tuple(row.get("choices", ()))}) for row in batch.additions]


def answers(need: "Need", *, public_only: bool = False) -> list[Answer]:
    """What the batch asks with what this need says, in the order of the batch."""
    asked = [question for question in questions(need.batch) if question.public or not public_only]
    return [Answer(question, need.answers.get(question.key)) for question in asked]


def unanswered(need: "Need") -> list[Question]:
    """The required questions without an answer that fits."""
    asked = [answer for answer in answers(need) if answer.question.required]
    return [a.question for a in asked if a.value in (None, "") or not a.question.fits(a.value)]


@dataclass(frozen=True)
class Carried:
    answers: dict[str, Any]
    fields: dict[str, str]  # the name of a field before, and now
    fallen: list[Question]  # whose answers have no place any more


def carried(need: "Need", batch: "Batch") -> Carried:
    """The answers of a need that another batch asks for, too.

    The same question is one with the same key (a copied batch) or the same words; it must take the same kind.
    """
    kept, fields = {}, {}
    held = {answer.question.key: answer for answer in answers(need)}
    for question in questions(batch):
        same = held.get(question.key) or next((a for a in held.values() if a.question.label == question.label), None)
        if same is None or same.question.kind != question.kind or same.question.public < question.public:
            continue  # what was said to the zone alone does not become public by itself
        fields[same.question.field] = question.field
        if same.text and question.fits(same.value):
            kept[question.key] = same.value
            del held[same.question.key]
    return Carried(kept, fields, [answer.question for answer in held.values() if answer.text])


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
