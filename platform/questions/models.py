"""答疑: what people ask about a published listing, and the one answer that everybody reads.

Who asked is in the row and in the audit trail, and on no page: neither the public, nor the enterprise, nor the zone's
desks are shown it.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import OPERATING
from needs.models import Need
from questions.states import PUBLIC, HideReason, QuestionStatus
from workflow.models import Tracked

LONGEST_QUESTION, LONGEST_ANSWER = 500, 1000


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: Any) -> "QuestionQuerySet":
        """Everybody, once there is an answer; before that its asker, the enterprise and the zone."""
        rows = models.Q(status__in=PUBLIC)
        if not user.is_authenticated:
            return self.filter(rows)
        if user.has_role(*OPERATING):
            return self
        return self.filter(rows | models.Q(asker=user) | models.Q(need__organisation__in=user.positions))

    def public(self) -> "QuestionQuerySet":
        return self.filter(status__in=PUBLIC)

    def waiting_for(self, party: str, user: Any) -> "QuestionQuerySet":
        return self.filter(need__organisation__in=user.positions) if party == "owner" else self.none()


class Question(Tracked):
    need = models.ForeignKey(Need, models.PROTECT, related_name="questions")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    text = models.CharField(_("提问"), max_length=LONGEST_QUESTION)
    answer = models.CharField(_("答复"), max_length=LONGEST_ANSWER, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    hidden_code = models.CharField(_("原因"), max_length=12, choices=HideReason, blank=True, editable=False)

    objects = QuestionQuerySet.as_manager()

    TOLD_WITH = ("need",)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["need", "status"], name="question_of_need")]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=QuestionStatus.values), name="question_status"),
            models.CheckConstraint(condition=~models.Q(text=""), name="question_says_something"),
            models.CheckConstraint(
                condition=~models.Q(status__in=(QuestionStatus.ANSWERED, QuestionStatus.DECLINED))
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="question_answered_in_words",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=QuestionStatus.HIDDEN) | ~models.Q(hidden_code=""),
                name="question_hidden_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return reverse("question", args=[self.pk])

    @property
    def title(self) -> str:
        return self.need.title

    @property
    def audit_stream(self) -> str:
        """A case of its own: the history of the need, which the enterprise reads, must not name the asker."""
        return f"question:{self.pk}"
