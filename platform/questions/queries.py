"""Reads about questions."""

from typing import Any

from django.db.models import QuerySet

from needs.interest import counted
from needs.models import Need
from questions.models import Question
from questions.states import Q


def of_listing(need: Need) -> QuerySet[Question]:
    """What everybody reads on a listing: the questions that have their answer, and that some were hidden, and why."""
    return need.questions.public() | need.questions.filter(status=Q.HIDDEN)  # type: ignore[attr-defined]


def everything_asked(user: Any) -> dict[str, Any]:
    """Beside `accounts.queries.everything_about`: what this person has asked, for that person alone."""
    rows = Question.objects.filter(asker=user).values("need__number", "text", "status", "created_at")
    return {"questions": list(rows)}


def asked_about() -> Any:
    """How many questions a listing has had, in SQL."""
    return counted(Question.objects.exclude(status=Q.HIDDEN))
