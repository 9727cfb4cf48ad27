"""What is known of the interest in a listing, and the teams that were invited to look at it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.roles import OPERATING
from core.models import Record
from needs.models import Need
from rescue.states import DeclineReason, InviteStatus
from teams.models import Team
from workflow.models import Tracked


class DailyVisits(Record):
    """How many different visitors a listing had on a day. A number, and nothing about anybody."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="daily_visits")
    day = models.DateField()
    visitors = models.PositiveIntegerField()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["need", "day"], name="visits_once_a_day")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.day}: {self.visitors}"


class InviteQuerySet(models.QuerySet["Invite"]):
    def visible_to(self, user: Any) -> "InviteQuerySet":
        """The team, the zone, the enterprise that asks, and the agency that invited; nobody else learns of it."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OPERATING):
            return self
        homes = list(user.positions)
        sent = Q(need__organisation__in=homes) | Q(organisation__in=homes)
        return self.filter(Q(team__in=Team.objects.of(user)) | sent)

    def waiting_for(self, party: str, user: Any) -> "InviteQuerySet":
        return self.filter(team__leader=user, team__in=Team.objects.of(user)) if party == "team" else self.none()


class Invite(Tracked):
    """邀请揭榜: somebody draws the attention of a team to a listing. An answer commits to nothing."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="invites")
    team = models.ForeignKey(Team, models.PROTECT, related_name="invites")
    message = models.CharField(_("附言"), max_length=300, blank=True)
    code = models.CharField(_("原因"), max_length=12, choices=DeclineReason, blank=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    organisation = models.ForeignKey(  # on whose behalf: the enterprise or the agency; empty for the zone
        Organisation, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("邀请方")
    )

    objects = InviteQuerySet.as_manager()

    TOLD_WITH = ("need", "team", "organisation")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=InviteStatus.values), name="invite_status"),
            models.UniqueConstraint(fields=["need", "team"], name="invite_once"),
            models.CheckConstraint(
                condition=~Q(status=InviteStatus.DECLINED) | ~Q(code=""), name="invite_declined_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need.title} · {self.team.name}"

    def get_absolute_url(self) -> str:
        return reverse("invite", args=[self.pk])

    @property
    def title(self) -> str:
        return self.need.title

    @property
    def sender(self) -> str:
        return self.organisation.name if self.organisation else str(_("管委会"))

    @property
    def audit_stream(self) -> str:
        """A case of its own: the history of the need is read by its enterprise."""
        return f"invite:{self.pk}"
