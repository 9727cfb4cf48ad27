"""联合体: the organisations that bid together with the one that leads, each answering for its own section.

What they write lies hidden like the draft itself, and is sealed with it. Until the opening a participant exists for
the team that leads and for its own people only.
"""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Membership, Organisation
from core.sealing import canonical, hide, reveal
from proposals.states import TAKING_PART, ParticipantStatus
from teams.models import Team
from workflow.models import Tracked


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: Any) -> "ParticipantQuerySet":
        """The team that leads, and those who act for the organisation that was asked; nobody else, ever."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(proposal__team__in=Team.objects.of(user)) | _acting(user))

    def acting(self, user: Any) -> "ParticipantQuerySet":
        """Where this person acts for a participant: as its manager, or as the one it named to write."""
        return self.filter(_acting(user)) if user.is_authenticated else self.none()

    def waiting_for(self, party: str, user: Any) -> "ParticipantQuerySet":
        return self.acting(user) if party == "participant" else self.none()

    def taking_part(self) -> "ParticipantQuerySet":
        return self.filter(status__in=TAKING_PART)


def _acting(user: Any) -> Q:
    managed = [pk for pk, role in user.positions.items() if role == Membership.Role.MANAGER]
    return Q(organisation__in=managed) | Q(writer=user, organisation__in=user.positions)


class Participant(Tracked):
    """参加单位: one organisation in the consortium of one bid."""

    proposal = models.ForeignKey("proposals.Proposal", models.PROTECT, related_name="participants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="participations")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    working = models.BinaryField(editable=False)  # its section and what it was asked, hidden at rest
    working_saved_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, editable=False)

    objects = ParticipantQuerySet.as_manager()

    TOLD_WITH = ("proposal__need", "proposal__team__organisation", "organisation")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ParticipantStatus.values), name="participant_status"),
            models.UniqueConstraint(
                fields=["proposal", "organisation"],
                condition=Q(status__in=(ParticipantStatus.INVITED, *TAKING_PART)),
                name="participant_once",
            ),
            models.CheckConstraint(
                condition=~Q(status=ParticipantStatus.CONFIRMED)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="participant_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} · {self.organisation.name}"

    def get_absolute_url(self) -> str:
        return reverse("participant", args=[self.pk])

    @property
    def title(self) -> str:
        return self.proposal.need.title

    @property
    def audit_stream(self) -> str:
        return f"bid:{self.proposal_id}"  # as secret as the bid

    @property
    def is_editable(self) -> bool:
        return self.status == ParticipantStatus.WRITING and self.proposal.is_editable

    @property
    def section(self) -> dict[str, Any]:
        """{"statement": str, "share": 元, "people": [{"name", "title", "role", "months"}], "note", "typed"}."""
        return json.loads(reveal(bytes(self.working))) if self.working else {}

    @section.setter
    def section(self, content: dict[str, Any]) -> None:
        self.working = hide(canonical(content))
