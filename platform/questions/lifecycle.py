"""The lifecycle of a question: answered or declined in public, hidden with a reason, or left without an answer."""

from typing import Any

from django.db.models import Q as Where
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.parties import NOBODY, OWNER
from core import clock
from needs.states import N
from notifications.actions import notify
from notifications.kinds import register_kind
from questions import asks, rules
from questions.models import Question
from questions.states import PUBLIC, Q, QuestionStatus
from workflow.machine import Machine, Transition, Wait
from workflow.registry import register

ANSWERED = register_kind("question.answer.followed")


def _answer(question: Question, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Followers and the asker get one and the same letter, about the listing."""
    question.answer, question.answered_at = data["answer"], clock.now()
    told = set(rules.listeners(question)) - {by}
    link = {"link": f"{question.need.public_url}questions/"}
    notify(told, kind=ANSWERED, subject=question.need, context=link, key=f"question:{question.pk}:answer")
    return {}


def _hide(question: Question, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    question.hidden_code = data["code"]
    return {"code": data["code"]}


def due_to_close() -> QuerySet[Question]:
    over = ~Where(need__status=N.PUBLISHED) | Where(need__bid_deadline__lte=Now())
    return Question.objects.filter(over, status=Q.ASKED)


question_machine = register(
    Machine(
        noun="question",
        label=_("答疑"),
        model=Question,
        states=QuestionStatus,
        initial=Q.ASKED,
        title="need__title",
        number=("need__number",),
        about="need__organisation__name",
        waits={
            **{state: Wait(whose=NOBODY) for state in PUBLIC},
            Q.ASKED: Wait(whose=OWNER, days=3, then=_("答复后对所有人公开"), action=_("答复提问")),
        },
        finals=(Q.HIDDEN,),
        transitions=(
            Transition(
                name="answer",
                source=(Q.ASKED,),
                target=Q.ANSWERED,
                label=pgettext_lazy("question", "答复"),
                style="primary",
                allow=rules.is_owner,
                require=(rules.still_taking_bids,),
                asks=asks.AnswerForm,
                effect=_answer,
            ),
            Transition(
                name="decline",
                source=(Q.ASKED,),
                target=Q.DECLINED,
                label=pgettext_lazy("question", "不便答复"),
                allow=rules.is_owner,
                require=(rules.still_taking_bids,),
                asks=asks.DeclineForm,
                effect=_answer,
            ),
            Transition(
                name="hide",
                source=(Q.ASKED, Q.ANSWERED, Q.DECLINED, Q.UNANSWERED),
                target=Q.HIDDEN,
                label=pgettext_lazy("question", "隐藏"),
                style="danger",
                allow=rules.is_officer,
                asks=asks.HideForm,
                effect=_hide,
                confirm=_("隐藏后问题和答复都不再公开，只留下隐藏的原因；内容不能修改，也不能恢复。"),
            ),
            Transition(
                name="close",
                source=(Q.ASKED,),
                target=Q.UNANSWERED,
                label=pgettext_lazy("question", "截止未答复"),
                auto=due_to_close,
            ),
        ),
    )
)
