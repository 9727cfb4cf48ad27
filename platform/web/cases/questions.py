"""One question: its enterprise answers, an officer may hide it. Nobody is shown who asked."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from needs.models import Need
from questions.models import Question
from questions.states import Q
from web.access import signed_in


@signed_in
@require_safe
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Question.objects.visible_to(request.user).select_related("need__organisation", "need__batch").defer("asker")
    row = get_object_or_404(rows, pk=pk)
    return render(request, "questions/question.html", {"question": row, "need": row.need})


def of_need(need: Need, user: Any) -> dict[str, Any]:
    """On the inner page of a need: what waits for an answer."""
    if need.number is None:
        return {}
    waiting = Question.objects.visible_to(user).filter(need=need, status=Q.ASKED).order_by("created_at")
    return {"open_questions": list(waiting.defer("asker")[:10])}
