"""澄清: a question about an opened bid, which lets its team put right the parts that were asked about, and no others.

Price, payments, budget, participants and attachments are never among them: what was competed with stays as it was
sealed. What stood there before is kept beside what stands there now.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clarifications.states import C, ClarificationStatus
from proposals.models import Proposal
from teams.models import Team
from workflow.models import Tracked

LONGEST_QUESTION, LONGEST_REPLY = 1000, 2000
FEWEST_DAYS, MOST_DAYS = 2, 10  # working days


class ClarificationQuerySet(models.QuerySet["Clarification"]):
    def visible_to(self, user: Any) -> "ClarificationQuerySet":
        """Whoever may see the bid."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user).order_by())

    def waiting_for(self, party: str, user: Any) -> "ClarificationQuerySet":
        return self.filter(proposal__team__in=Team.objects.of(user)) if party == "team" else self.none()


class Clarification(Tracked):
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="clarifications")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    question = models.CharField(_("要澄清的问题"), max_length=LONGEST_QUESTION)
    parts = models.JSONField(_("可以修改的部分"), default=list)  # `parts.Part.code`
    days = models.PositiveSmallIntegerField(_("答复期限（工作日）"), default=5)
    reply = models.CharField(_("澄清说明"), max_length=LONGEST_REPLY, blank=True)
    before = models.JSONField(default=dict, editable=False)  # {code: text}, of the parts that were changed
    after = models.JSONField(default=dict, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = ClarificationQuerySet.as_manager()

    TOLD_WITH = ("proposal__need", "proposal__team")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ClarificationStatus.values), name="clarification_status"
            ),
            models.CheckConstraint(condition=~models.Q(question=""), name="clarification_asks_something"),
            models.CheckConstraint(
                condition=models.Q(days__gte=FEWEST_DAYS, days__lte=MOST_DAYS), name="clarification_days"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=C.ANSWERED)
                | models.Q(answered_by__isnull=False, answered_at__isnull=False) & ~models.Q(reply=""),
                name="clarification_answered_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["proposal"], condition=models.Q(status=C.ASKED), name="one_open_clarification_of_a_bid"
            ),
        ]

    def __str__(self) -> str:
        return self.question[:40]

    def get_absolute_url(self) -> str:
        return reverse("clarification", args=[self.pk])

    @property
    def title(self) -> str:
        return self.proposal.need.title

    @property
    def audit_stream(self) -> str:
        return self.proposal.audit_stream
