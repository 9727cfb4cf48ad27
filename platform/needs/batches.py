"""批次: the rules a group of needs is handled by, frozen and public from the moment the batch opens."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.money import MoneyField
from core.workdays import ONE_DAY, closing_after
from needs.codes import BatchKind, BidForm, Mode, Sealing
from needs.states import BatchStatus
from workflow.models import Tracked

COMING = _("即将征集")
GATHERED = _("征集截止")
ENDED = (BatchStatus.COLLECTED, BatchStatus.CLOSED, BatchStatus.ARCHIVED)


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: Any) -> "BatchQuerySet":
        """A batch in preparation is the zone's own; once open its rules are public."""
        return self if user.is_authenticated and user.is_zone_staff else self.exclude(status=BatchStatus.DRAFT)

    def waiting_for(self, party: str, user: Any) -> "BatchQuerySet":
        return self if party == "office" else self.none()

    def open(self) -> "BatchQuerySet":
        """Those a need may be written for: published, and by the database clock not yet past their window."""
        return self.filter(status=BatchStatus.OPEN).filter(Q(collects_until=None) | Q(collects_until__gt=Now()))

    def begun(self) -> "BatchQuerySet":
        return self.filter(Q(opens_at=None) | Q(opens_at__lte=Now()))


class Batch(Tracked):
    """The settings freeze when the batch opens (the database sees to it)."""

    title = models.CharField(_("批次名称"), max_length=80)
    kind = models.CharField(_("批次类别"), max_length=8, choices=BatchKind, default=BatchKind.STANDING)
    edition = models.PositiveSmallIntegerField(
        _("届次"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    opens_at = models.DateTimeField(_("征集开始"), null=True, blank=True)
    collects_until = models.DateTimeField(_("征集截止"), null=True, blank=True)
    notice = models.TextField(_("征集通知正文"), max_length=5000, blank=True)
    guide = models.JSONField(_("参赛须知"), default=list, blank=True)  # [{"title": str, "text": str}]
    contact = models.TextField(_("联系方式"), max_length=500, blank=True)
    mode = models.CharField(_("办理方式"), max_length=8, choices=Mode, default=Mode.MARKET)
    sealing = models.CharField(_("方案接收方式"), max_length=8, choices=Sealing, default=Sealing.SEALED)
    bid_form = models.CharField(_("方案表格"), max_length=8, choices=BidForm, default=BidForm.SHORT)
    window = models.DurationField(_("揭榜期"), default=timedelta(days=30))
    window_min = models.DurationField(_("揭榜期下限"), default=timedelta(days=15))
    window_max = models.DurationField(_("揭榜期上限"), default=timedelta(days=60))
    screening_days = models.PositiveSmallIntegerField(_("形式审查时限（工作日）"), default=3)
    approval_days = models.PositiveSmallIntegerField(_("批准时限（工作日）"), default=10)
    opening_days = models.PositiveSmallIntegerField(_("开启时限（工作日）"), default=1)
    vetting = models.BooleanField(_("方案形式审查"), default=True)
    vetting_days = models.PositiveSmallIntegerField(_("方案形式审查时限（工作日）"), default=3)
    correcting_days = models.PositiveSmallIntegerField(_("补正和异议时限（工作日）"), default=3)
    answer_days = models.PositiveSmallIntegerField(_("答复时限（工作日）"), default=10)
    signing_days = models.PositiveSmallIntegerField(_("签约时限（工作日）"), default=30)
    two_deciders = models.BooleanField(_("选定须两人"), default=False)
    custody_from = MoneyField(_("密钥分管起点"), null=True, blank=True)  # yuan; 0: every listing; empty: none
    custody_rescue = models.BooleanField(_("保留应急密钥"), default=True)
    reward_max = MoneyField(_("榜额上限"), null=True, blank=True)
    weights = models.JSONField(_("评分权重"), default=list, blank=True)  # [{"name": str, "weight": int}], sums to 100
    additions = models.JSONField(_("附加项"), default=list, blank=True)  # `needs.additions.Question`, as JSON
    rules = models.TextField(_("批次规则"), max_length=5000, blank=True)
    published_at = models.DateTimeField(_("公布时间"), null=True, editable=False)
    frozen_hash = models.CharField(max_length=64, blank=True, editable=False)
    frozen_form = models.PositiveSmallIntegerField(default=1, editable=False)  # which spelling of the rules is hashed
    revision = models.PositiveIntegerField(default=0, editable=False)  # counts saves: a stale form is told so
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = BatchQuerySet.as_manager()

    # What a writer may set, and what freezes. The hash names the first spelling's own list: `needs.listing`.
    FROZEN = (
        "title", "kind", "edition", "opens_at", "collects_until", "notice", "guide", "contact", "mode", "sealing",
        "bid_form", "window", "window_min", "window_max", "screening_days", "approval_days", "opening_days",
        "answer_days", "signing_days", "reward_max", "weights", "additions", "rules", "two_deciders",
        "custody_from", "custody_rescue", "vetting", "vetting_days", "correcting_days",
    )  # fmt: skip

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=BatchStatus.values), name="batch_status"),
            models.CheckConstraint(condition=Q(kind__in=BatchKind.values), name="batch_kind"),
            models.CheckConstraint(condition=Q(bid_form__in=BidForm.values), name="batch_bid_form"),
            models.CheckConstraint(
                condition=Q(edition__isnull=True) | Q(kind=BatchKind.CONTEST, edition__gt=0), name="batch_edition"
            ),
            models.CheckConstraint(
                condition=~Q(kind=BatchKind.STANDING) | Q(opens_at__isnull=True, collects_until__isnull=True),
                name="batch_standing_has_no_window",
            ),
            models.CheckConstraint(
                condition=Q(kind=BatchKind.STANDING)
                | Q(status=BatchStatus.DRAFT)
                | Q(opens_at__isnull=False, collects_until__isnull=False),
                name="batch_public_has_its_window",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(collects_until__isnull=True)
                | Q(opens_at__lt=F("collects_until")),
                name="batch_opens_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(kind=BatchKind.CONTEST) | Q(status=BatchStatus.DRAFT) | Q(edition__isnull=False),
                name="batch_contest_has_its_edition",
            ),
            models.CheckConstraint(
                condition=Q(window_min__lte=F("window")) & Q(window__lte=F("window_max")),
                name="batch_window_within_limits",
            ),
            models.CheckConstraint(condition=Q(window_min__gt=timedelta(0)), name="batch_window_positive"),
            models.CheckConstraint(
                condition=Q(reward_max__isnull=True) | Q(reward_max__gt=0), name="batch_reward_max_positive"
            ),
            models.CheckConstraint(
                condition=Q(custody_from__isnull=True) | Q(custody_from__gte=0, sealing=Sealing.SEALED),
                name="batch_custody_of_sealed_bids",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("batch", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        return f"batch:{self.pk}"

    @property
    def sealed(self) -> bool:
        return self.sealing == Sealing.SEALED

    @property
    def asks_full(self) -> bool:
        """Whether a bid is a whole 揭榜申请书, not one page."""
        return self.bid_form == BidForm.FULL

    @property
    def is_standing(self) -> bool:
        return self.kind == BatchKind.STANDING

    @property
    def kind_text(self) -> str:
        """常年征集, 专项征集, 创新挑战赛（第 6 届）."""
        if self.kind == BatchKind.CONTEST and self.edition:
            return _t("创新挑战赛（第 %(edition)s 届）") % {"edition": self.edition}
        return self.get_kind_display()

    def deadline_from(self, start: datetime, window: timedelta) -> datetime:
        """When a window of that length ends: at the close of a working day, where it lasts a day and may be so long."""
        end = closing_after(start + window)
        return end if window >= ONE_DAY and end - start <= self.window_max else start + window

    def collecting(self, now: datetime) -> bool:
        """Whether a need may be handed in at that instant."""
        begun = self.opens_at is None or self.opens_at <= now
        return self.status == BatchStatus.OPEN and begun and (self.collects_until is None or now < self.collects_until)

    def state_at(self, now: datetime) -> str:
        """Its state by the clock: a late tick never shows a window as open, nor one that is to come."""
        if self.status == BatchStatus.OPEN and self.opens_at is not None and now < self.opens_at:
            return str(COMING)
        if self.status == BatchStatus.OPEN and self.collects_until is not None and now >= self.collects_until:
            return str(GATHERED)
        return self.get_status_display()
