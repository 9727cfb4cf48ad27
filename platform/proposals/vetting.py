"""方案形式审查: whether a bid that was opened is in order as to its form, before anybody compares what it promises.

Coded items (domain.md 2.4); what the platform can see for itself it has already looked at. Form only: whatever was
competed with, content and price, is never corrected here. What is handed in afterwards lies beside the sealed bid.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import OPERATING
from partners.queries import joined
from proposals.states import UNDER_WAY, V, VettingStatus
from teams.models import Team
from workflow.models import Tracked

LONGEST = 500  # characters of a sentence of either side
SUPPLEMENT = "supplement"  # the slot of what is handed in afterwards


class Item(models.TextChoices):
    """形式审查项目; each is also the reason a bid does not pass for."""

    SUBJECT = "subject", _("主体资格")
    RELATION = "relation", _("与发榜方无关联")
    SINGLE = "single", _("一家单位一份方案")
    INTACT = "intact", _("与密封时一致")
    COMPLETE = "complete", _("应填内容齐全")
    SUMS = "sums", _("金额勾稽一致")
    PERIOD = "period", _("周期和里程碑一致")
    PLEDGE = "pledge", _("承诺已作出")
    CONSORTIUM = "consortium", _("联合体各方已确认")
    FILES = "files", _("附件可以打开")
    PAPERS = "papers", _("证明材料齐全")
    SIGNATURE = "signature", _("签章有效")


BY_HAND = (Item.PAPERS, Item.SIGNATURE)
# What a paper can put right. The rest is the bid itself, and stays as it was sealed.
CURABLE = (Item.SUBJECT, Item.PLEDGE, Item.CONSORTIUM, Item.FILES, Item.PAPERS, Item.SIGNATURE)
LATE = "late"
REASONS = [*Item.choices, (LATE, _("逾期未补正"))]


class Verdict(models.TextChoices):
    MET = "met", pgettext_lazy("vetting", "符合")
    UNMET = "unmet", pgettext_lazy("vetting", "不符合")
    NOT_APPLICABLE = "na", pgettext_lazy("vetting", "不适用")


class VettingQuerySet(models.QuerySet["Vetting"]):
    def visible_to(self, user: Any) -> "VettingQuerySet":
        """The team, and the zone; who posts the need once it is over."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OPERATING):
            return self
        posted = Q(proposal__need__organisation__in=user.positions) | Q(proposal__need__in=joined(user))
        return self.filter(Q(proposal__team__in=Team.objects.of(user)) | Q(posted, status__in=(V.PASSED, V.FAILED)))

    def waiting_for(self, party: str, user: Any) -> "VettingQuerySet":
        if party == "office":
            return self.exclude(status=V.OBJECTED, checked_by=user)
        return self.filter(proposal__team__in=Team.objects.of(user)) if party == "team" else self.none()


class Vetting(Tracked):
    """One formal check of one bid."""

    proposal = models.OneToOneField("proposals.Proposal", models.PROTECT, related_name="vetting")
    marks = models.JSONField(default=dict, editable=False)  # {item: {"verdict", "note"}}: what a person made of it
    asked = models.CharField(_("要补正什么"), max_length=LONGEST, blank=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    reply = models.CharField(_("补正说明"), max_length=LONGEST, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    code = models.CharField(_("不通过的原因"), max_length=12, choices=REASONS, blank=True)
    sentence = models.CharField(_("给揭榜方的说明"), max_length=LONGEST, blank=True)
    objection = models.CharField(_("异议"), max_length=LONGEST, blank=True)
    ruling = models.CharField(_("复核意见"), max_length=LONGEST, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, editable=False)

    objects = VettingQuerySet.as_manager()

    TOLD_WITH = ("proposal__need", "proposal__team")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=VettingStatus.values), name="vetting_status"),
            models.CheckConstraint(
                condition=~Q(status__in=(V.REFUSED, V.OBJECTED, V.FAILED)) | ~Q(code="") & ~Q(sentence=""),
                name="vetting_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=V.OBJECTED) | ~Q(objection=""), name="vetting_objected_in_words"
            ),
            models.CheckConstraint(
                condition=Q(ruled_by__isnull=True) | Q(checked_by__isnull=True) | ~Q(ruled_by=models.F("checked_by")),
                name="vetting_ruled_by_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.proposal)

    def get_absolute_url(self) -> str:
        return reverse("vetting", args=[self.pk])

    @property
    def title(self) -> str:
        return self.proposal.need.title

    @property
    def audit_stream(self) -> str:
        return f"bid:{self.proposal_id}"

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    def may_read_file(self, user: Any, file: Any) -> bool:
        """What was handed in afterwards: the team, the zone, and who compares, of a bid that passed."""
        mine = Team.objects.of(user).filter(pk=self.proposal.team_id).exists()
        return self.status == V.PASSED or mine or user.has_role(*OPERATING)
