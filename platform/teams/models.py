"""The solver teams: people of one organisation, or of several, who answer listings together."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from core.models import Record


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: Any) -> "TeamQuerySet":
        """Its people, the managers of its organisation, and the zone."""
        if not user.is_authenticated:
            return self.none()
        if user.is_zone_staff:
            return self
        return self.filter(self._with(user) | Q(organisation__in=managed_by(user)))

    def of(self, user: Any) -> "TeamQuerySet":
        """The teams this person works in."""
        return self.filter(self._with(user)) if user.is_authenticated else self.none()

    def matchable(self) -> "TeamQuerySet":
        """Those whom automatic matching may show to others: of a verified organisation, and not refused.

        Whoever keeps an index asks this again when he answers: an index is always a little late.
        """
        return self.filter(organisation__status=Organisation.Status.VERIFIED, matching_refused_at=None)

    def changed_since(self, number: int) -> "TeamQuerySet":
        """Those about which an index that has followed up to `number` has to read anew, in order (docs/works.md)."""
        return self.filter(changed__gt=number).order_by("changed")

    def _with(self, user: Any) -> Q:
        return Q(Exists(TeamMember.objects.now().filter(team=OuterRef("pk"), user=user)))


def managed_by(user: Any) -> list[Any]:
    return [pk for pk, role in user.positions.items() if role == Membership.Role.MANAGER]


class Team(Record):
    name = models.CharField(_("团队名称"), max_length=120)
    name_sort = models.CharField(max_length=255, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams", verbose_name=_("所属单位"))
    leader = models.ForeignKey(User, models.PROTECT, related_name="led_teams", verbose_name=_("负责人"))
    intro = models.TextField(_("团队简介"), max_length=2000, blank=True)
    basis = models.TextField(_("研究基础"), max_length=2000, blank=True)  # as bids say it
    field8 = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name=_("技术领域"))
    keywords = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("关键词"))
    is_demo = models.BooleanField(default=False, editable=False)
    # Refused automatic matching (PIPL art. 24): since when, and who said so. Only `teams.matching` writes both.
    matching_refused_at = models.DateTimeField(null=True, blank=True, editable=False)
    matching_refused_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    # The number of the last change that whoever matches has to follow. Only `teams.changes.touch` writes it.
    changed = models.BigIntegerField(default=0, editable=False, db_index=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="teams_team_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="teams_team_has_a_name"),
            models.CheckConstraint(
                condition=Q(matching_refused_at=None, matching_refused_by=None)
                | Q(matching_refused_at__isnull=False, matching_refused_by__isnull=False),
                name="teams_team_refusal_has_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        return f"org:{self.organisation_id}"

    @property
    def is_matched(self) -> bool:
        """Whether the team has left automatic matching on."""
        return self.matching_refused_at is None

    def people(self) -> "models.QuerySet[TeamMember]":
        leader_first = models.Case(models.When(user=F("team__leader"), then=0), default=1)
        return (
            TeamMember.objects.now()
            .filter(team=self)
            .select_related("user", "organisation")
            .order_by(leader_first, "user__name_sort", "id")
        )


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def now(self) -> "TeamMemberQuerySet":
        """Those who still work in the team and still belong to the organisation they stand for."""
        belongs = Membership.objects.filter(
            user=OuterRef("user"),
            organisation=OuterRef("organisation"),
            left_at=None,
            joined_at__lte=OuterRef("joined_at"),  # who left and came back is let in again, not back in by himself
        )
        return self.filter(Exists(belongs), left_at=None)


class TeamMember(Record):
    """One person in one team, from a day to a day, on behalf of an organisation. Ended, never deleted.

    Who leaves the organisation has left the team with it: no row needs to be found and ended.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="team_places", verbose_name=_("成员"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("代表单位"))
    role_in_team = models.CharField(_("分工"), max_length=60, blank=True)
    joined_at = models.DateTimeField(_("加入时间"), db_default=Now())
    left_at = models.DateTimeField(_("离开时间"), null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], condition=Q(left_at=None), name="teams_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"
