"""保密附件: under which agreement a need's protected part may be read, who asked, who accepted, and every single read.

The annex itself is no row: it is the need's confidential note and its files of the protected slot, as they stand.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.roles import OPERATING
from annexes.states import LIVE, AnnexStatus, Standing, What
from core.models import Record
from documents.markup import Block, blocks
from needs.models import Need
from teams.models import Team, managed_by
from workflow.models import Tracked


class Agreement(Record):
    """保密约定, one version of its text; without a need it is the zone's. Written once (the database sees to it)."""

    need = models.ForeignKey(Need, models.PROTECT, null=True, related_name="agreements")
    number = models.PositiveSmallIntegerField(_("版本号"))
    text = models.TextField(_("约定全文"), max_length=10_000)
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["need", "sha256"], nulls_distinct=False, name="agreement_text_once"),
            models.UniqueConstraint(fields=["need", "number"], nulls_distinct=False, name="agreement_number_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="agreement_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id or 'zone'} v{self.number}"

    @property
    def blocks(self) -> list[Block]:
        """The text as it is laid out, on the page as on paper."""
        return blocks(self.text, {})


class Terms(Record):
    """查阅条件: whether teams may ask to read the annex of this need, and under what."""

    need = models.OneToOneField(Need, models.CASCADE, related_name="annex_terms")
    offered = models.BooleanField(_("允许团队申请查阅"), default=False)
    auto_grant = models.BooleanField(_("接受约定后自动同意"), default=False)
    own = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")  # none: the zone's agreement
    revision = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return f"{self.need_id}: {self.offered}"


class AnnexRequestQuerySet(models.QuerySet["AnnexRequest"]):
    def visible_to(self, user: Any) -> "AnnexRequestQuerySet":
        """The two sides, and the zone: that somebody asked is interest, which the enterprise may know, and no bid."""
        if not user.is_authenticated:
            return self.none()
        return self if user.has_role(*OPERATING) else self.of_team(user) | self.of_owner(user)

    def of_team(self, user: Any) -> "AnnexRequestQuerySet":
        """Asked by a team this person works in, or on behalf of an organisation he manages."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(team__in=Team.objects.of(user)) | Q(organisation__in=managed_by(user)))

    def of_owner(self, user: Any) -> "AnnexRequestQuerySet":
        return self.filter(need__organisation__in=user.positions) if user.is_authenticated else self.none()

    def waiting_for(self, party: str, user: Any) -> "AnnexRequestQuerySet":
        return self.of_owner(user) if party == "owner" else self.none()


class AnnexRequest(Tracked):
    """查阅申请: one team asks to read the annex of one need; its organisation has accepted the agreement."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="annex_requests")
    team = models.ForeignKey(Team, models.PROTECT, related_name="annex_requests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("查阅单位"))
    purpose = models.CharField(_("用途"), max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AnnexRequestQuerySet.as_manager()

    TOLD_WITH = ("need", "team", "organisation")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AnnexStatus.values), name="annex_request_status"),
            models.UniqueConstraint(
                fields=["need", "team"], condition=Q(status__in=LIVE), name="one_live_annex_request_per_team_and_need"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} · {self.team}"

    def get_absolute_url(self) -> str:
        return reverse("annex_request", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        """Its own: the chain of the need is read by more people, and its length is public."""
        return f"annex:{self.pk}"

    @property
    def title(self) -> str:
        return self.need.title


class Acceptance(Record):
    """One organisation accepted one version of the agreement for one need. Written once (the database sees to it)."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="acceptances")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="annex_acceptances")
    standing = models.CharField(_("身份"), max_length=8, choices=Standing)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["need", "organisation", "agreement"], name="acceptance_once"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="acceptance_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} accepted {self.agreement_id}"


class ReadQuerySet(models.QuerySet["Read"]):
    def visible_to(self, user: Any) -> "ReadQuerySet":
        """All of them for the enterprise and the zone; a team sees its own."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OPERATING):
            return self
        own = AnnexRequest.objects.of_team(user)
        return self.filter(Q(need__organisation__in=user.positions) | Q(request__in=own.values("pk")))


class Read(Record):
    """查阅记录: one person read one thing. Only ever added to (the database sees to it)."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="annex_reads")
    number = models.PositiveIntegerField(_("序号"))  # in this need, as on the watermark
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="annex_reads")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")  # none: the zone
    request = models.ForeignKey(AnnexRequest, models.PROTECT, null=True, related_name="reads")
    what = models.CharField(_("内容"), max_length=8, choices=What)
    file_name = models.CharField(_("文件名"), max_length=255, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    is_marked = models.BooleanField(_("带水印"), default=False)

    objects = ReadQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["need", "number"], name="read_number_once"),
            models.CheckConstraint(condition=Q(what__in=What.values), name="read_what"),
            models.CheckConstraint(
                condition=Q(what=What.FILE, file_sha256__gt="") | ~Q(what=What.FILE) & Q(file_sha256=""),
                name="read_names_its_file",
            ),
        ]
        indexes = [models.Index(fields=["need", "reader", "-created_at"], name="read_by_person")]

    def __str__(self) -> str:
        return f"{self.need_id} #{self.number}"
