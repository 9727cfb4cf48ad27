"""What is asked for: needs, the indicators they are measured by, and what they said, version by version."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, GeneratedField, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from accounts.queries import office
from accounts.roles import OPERATING, Role
from core import clock
from core.models import Record
from core.money import MoneyField, wan
from core.text import listed
from needs import insiders, states
from needs.batches import Batch as Batch
from needs.batches import BatchQuerySet as BatchQuerySet
from needs.codes import (
    TRL,
    Activity,
    Cooperation,
    Deliverable,
    Engagement,
    Field,
    Funding,
    Improvements,
    Kind,
    Operator,
    Ownership,
    Source,
)
from needs.industries import DIVISIONS, industry_label
from needs.states import NeedStatus, VersionEvent
from workflow.models import Tracked


def _inside(user: Any) -> Q:
    if not user.is_authenticated:
        return Q(pk__in=[])
    rows = Q(organisation__in=user.positions) | insiders.invited(user)
    return rows | Q(application_number__isnull=False) if user.has_role(*OPERATING) else rows


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: Any) -> "NeedQuerySet":
        """The public sees what is listed; an enterprise also its own; the zone also what was ever submitted."""
        return self.filter(Q(number__isnull=False) | _inside(user))

    def inside(self, user: Any) -> "NeedQuerySet":
        """The needs of which this person also reads what is not public: the note, the versions, every file."""
        return self.filter(_inside(user))

    def listed(self) -> "NeedQuerySet":
        """Everything with a public page, newest first: open, closed, answered, withdrawn after publishing."""
        return self.filter(number__isnull=False).order_by("-published_at")

    def taking_bids(self) -> "NeedQuerySet":
        """Open by the database clock: a late tick never keeps a window open."""
        return self.filter(status=NeedStatus.PUBLISHED, bid_deadline__gt=models.functions.Now())

    def owned_by(self, user: Any) -> "NeedQuerySet":
        return self.filter(organisation__in=user.positions) if user.is_authenticated else self.none()

    def waiting_for(self, party: str, user: Any) -> "NeedQuerySet":
        if party == "office":
            mine = Q(handler=None) | Q(handler=user) | ~Q(handler__in=office(Role.OFFICER))
            begun = Q(status=NeedStatus.CLOSED, openings__status="awaiting")  # the opening carries the to-do
            return self.filter(mine | ~Q(status=NeedStatus.SUBMITTED)).exclude(begun)
        return self.owned_by(user) if party in ("owner", "both") else self.none()


class Need(Tracked):
    """需求: one technical challenge of one enterprise, from its first sentence to the end of its contract.

    The form is domain.md 2.3.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="needs", verbose_name=_("发榜方"))
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="needs", verbose_name=_("批次"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    application_number = models.CharField(_("申报编号"), max_length=24, unique=True, null=True, editable=False)
    number = models.CharField(_("榜单编号"), max_length=24, unique=True, null=True, editable=False)

    title = models.CharField(_("需求名称"), max_length=100)
    kind = models.CharField(_("需求类型"), max_length=16, choices=Kind, default=Kind.BREAKTHROUGH)
    field = models.CharField(_("技术领域"), max_length=1, choices=Field, blank=True)
    industry = models.CharField(_("应用行业"), max_length=2, blank=True)  # industries.DIVISIONS
    activity = models.CharField(_("科技活动类型"), max_length=12, choices=Activity, blank=True)
    keywords = ArrayField(models.CharField(max_length=20), verbose_name=_("关键词"), default=list, blank=True, size=5)
    region = models.CharField(_("所在地区"), max_length=60, blank=True)
    problem = models.TextField(_("要解决的技术难题"), max_length=1000, blank=True)
    present = models.TextField(_("现有基础与现状"), max_length=1000, blank=True)
    goal = models.TextField(_("预期目标与验收办法"), max_length=1000, blank=True)
    conditions = models.TextField(_("对揭榜方的要求"), max_length=500, blank=True)
    confidential = models.TextField(_("非公开说明"), max_length=2000, blank=True)
    budget = MoneyField(_("拟投入资金（榜额）"), null=True, blank=True)  # empty: to be negotiated
    funding = ArrayField(
        models.CharField(max_length=12, choices=Funding), verbose_name=_("资金来源"), default=list, blank=True
    )
    period_months = models.PositiveSmallIntegerField(
        _("期望周期（月）"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    trl_now = models.PositiveSmallIntegerField(_("现有技术成熟度"), null=True, blank=True, choices=TRL)
    trl_target = models.PositiveSmallIntegerField(_("目标技术成熟度"), null=True, blank=True, choices=TRL)
    cooperation = ArrayField(
        models.CharField(max_length=16, choices=Cooperation), verbose_name=_("合作方式"), default=list, blank=True
    )
    engagements = ArrayField(
        models.CharField(max_length=12, choices=Engagement), verbose_name=_("合作意向"), default=list, blank=True
    )
    deliverables = ArrayField(
        models.CharField(max_length=12, choices=Deliverable), verbose_name=_("交付物"), default=list, blank=True
    )
    deliverables_note = models.CharField(_("交付物说明"), max_length=300, blank=True)
    ownership = models.CharField(_("知识产权归属"), max_length=12, choices=Ownership, blank=True)
    improvements = models.CharField(_("后续改进归属"), max_length=12, choices=Improvements, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    source = models.CharField(_("需求来源"), max_length=12, choices=Source, default=Source.ENTERPRISE)
    source_note = models.CharField(_("资料来源"), max_length=300, blank=True)

    handler = models.ForeignKey(  # 首问负责: who took it first, until another has accepted it
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("经办人")
    )
    screened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    publish_at = models.DateTimeField(_("定时发榜时间"), null=True, editable=False)
    published_at = models.DateTimeField(_("发榜时间"), null=True, editable=False)
    bid_deadline = models.DateTimeField(_("揭榜截止"), null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    relists = models.PositiveSmallIntegerField(default=0, editable=False)
    amendments = models.PositiveSmallIntegerField(default=0, editable=False)  # 更正 since it was first published
    extensions = models.PositiveSmallIntegerField(default=0, editable=False)
    window_from = models.DateTimeField(null=True, editable=False)  # when the running bid window began
    changed_at = models.DateTimeField(null=True, editable=False)  # last amended or extended
    public_note = models.CharField(
        _("公开说明"), max_length=300, blank=True, editable=False
    )  # why withdrawn, why no one was chosen

    public_key = models.CharField(max_length=80, blank=True, editable=False)  # age recipient bids are encrypted to
    wrapped_key = models.BinaryField(null=True, editable=False)  # its private half, for the opener's identity only
    key_dealt = models.BooleanField(default=False, editable=False)  # published under a key held in shares: `custody`
    published_hash = models.CharField(max_length=64, blank=True, editable=False)  # sha-256 of the listing as approved
    search_text = models.TextField(
        blank=True, editable=False, default=""
    )  # words of the public part, cut by `core.search`
    search = GeneratedField(
        expression=SearchVector("search_text", config="simple"), output_field=SearchVectorField(), db_persist=True
    )
    revision = models.PositiveIntegerField(default=0, editable=False)  # counts saves: a stale form is told so
    # Answers to the batch's own questions, {question id: value} (`needs.additions`).
    answers = models.JSONField(_("附加项"), default=dict, blank=True, editable=False)
    # The form as it was typed, [[name, value], …], while something in it is not right yet: nothing typed is lost.
    typed = models.JSONField(default=list, editable=False)

    objects = NeedQuerySet.as_manager()

    TOLD_WITH = ("organisation",)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            # Two, so that a search of the listings takes no longer for a word that only hidden needs say.
            GinIndex(fields=["search"], name="need_search_listed", condition=Q(number__isnull=False)),
            GinIndex(fields=["search"], name="need_search_hidden", condition=Q(number__isnull=True)),
            models.Index(fields=["status", "bid_deadline"], name="need_status_deadline"),
            models.Index(fields=["-published_at"], name="need_published", condition=Q(number__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=NeedStatus.values), name="need_status"),
            models.CheckConstraint(condition=Q(budget__isnull=True) | Q(budget__gt=0), name="need_budget_positive"),
            models.CheckConstraint(condition=Q(industry__in=["", *DIVISIONS]), name="need_industry"),
            models.CheckConstraint(
                condition=Q(trl_now__isnull=True) | Q(trl_target__isnull=True) | Q(trl_target__gte=F("trl_now")),
                name="need_trl_not_falling",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=states.LISTED)
                | Q(
                    number__isnull=False, published_at__isnull=False, bid_deadline__isnull=False, published_hash__gt=""
                ),
                name="need_listed_has_number_and_deadline",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(*states.EDITABLE, NeedStatus.WITHDRAWN))
                | Q(submitted_at__isnull=False, application_number__isnull=False),
                name="need_submitted_has_application_number",
            ),
            models.CheckConstraint(
                condition=Q(bid_deadline__isnull=True)
                | Q(published_at__isnull=True)
                | Q(bid_deadline__gt=F("published_at")),
                name="need_deadline_after_publishing",
            ),
            models.CheckConstraint(condition=Q(extensions__lte=1), name="need_extended_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("need", args=[self.pk])

    @property
    def public_url(self) -> str:
        """The page everybody may read, once there is one."""
        return reverse("listing", args=[self.number]) if self.number else ""

    @property
    def audit_stream(self) -> str:
        return f"need:{self.pk}"

    @property
    def display_number(self) -> str:
        return self.number or self.application_number or ""

    @property
    def is_editable(self) -> bool:
        return self.status in states.EDITABLE

    @property
    def takes_bids(self) -> bool:
        """By the database clock, `<`: 以平台时间为准."""
        return self.status == NeedStatus.PUBLISHED and self.bid_deadline is not None and clock.now() < self.bid_deadline

    @property
    def latest_deadline(self) -> datetime | None:
        """How far an extension may go: the longest window of the batch, from the day the running one began."""
        start = self.window_from or self.published_at
        return start + self.batch.window_max if start else None

    @property
    def is_opened(self) -> bool:
        return self.status in states.AFTER_OPENING

    @property
    def field_label(self) -> str:
        """For lists: `get_field_display` translates and hashes every choice, for every row."""
        return str(Field(self.field).label) if self.field else ""

    @property
    def industry_label(self) -> str:
        return industry_label(self.industry)

    @property
    def deliverables_label(self) -> str:
        """样品或样件、第三方检测报告（各三份）."""
        named, note = labels_of(Deliverable, self.deliverables), self.deliverables_note
        return f"{named}（{note}）" if named and note else named or note

    @property
    def budget_text(self) -> str:
        return wan(self.budget) if self.budget is not None else str(_("面议"))

    def may_read_file(self, user: Any, file: Any) -> bool:
        """Public attachments are for everyone once listed; the rest for the enterprise and the zone."""
        if file.slot == "public" and self.number is not None:
            return True
        return Need.objects.inside(user).filter(pk=self.pk).exists()


class Indicator(Record):
    """技术指标, one row: `拉伸强度 ≥ 25 MPa（GB/T 528）`. Locked from submission on (the database sees to it)."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("指标名称"), max_length=60)
    operator = models.CharField(_("要求"), max_length=5, choices=Operator, default=Operator.AT_LEAST)
    value = models.DecimalField(_("数值"), max_digits=20, decimal_places=6, null=True, blank=True)
    value_max = models.DecimalField(_("上限"), max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(pgettext_lazy("measure", "单位"), max_length=20, blank=True)
    text = models.CharField(_("定性要求"), max_length=200, blank=True)
    test_method = models.CharField(_("测试方法"), max_length=120, blank=True)
    is_hard = models.BooleanField(_("硬指标"), default=True)

    class Meta:
        ordering = ["position", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(operator=Operator.QUALITATIVE, value__isnull=True, value_max__isnull=True, text__gt="")
                | (~Q(operator=Operator.QUALITATIVE) & Q(value__isnull=False, unit__gt="")),
                name="indicator_quantified_or_text",
            ),
            models.CheckConstraint(
                condition=~Q(operator=Operator.RANGE) | Q(value_max__gt=F("value")), name="indicator_range_rises"
            ),
            models.CheckConstraint(
                condition=Q(operator=Operator.RANGE) | Q(value_max__isnull=True),
                name="indicator_one_value_unless_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.requirement}"

    @property
    def is_quantified(self) -> bool:
        return self.operator != Operator.QUALITATIVE

    @property
    def requirement(self) -> str:
        """The right-hand side as people write it: `≥ 25 MPa`, `20–30 ℃`."""
        if not self.is_quantified:
            return self.text
        if self.operator == Operator.RANGE:
            return f"{plain(self.value)}–{plain(self.value_max)} {self.unit}"
        return f"{Operator(self.operator).label} {plain(self.value)} {self.unit}"

    def meets(self, promised: Decimal) -> bool | None:
        """Whether a promised value satisfies this indicator; None for a qualitative one."""
        if self.value is None:
            return None
        match self.operator:
            case Operator.AT_LEAST:
                return promised >= self.value
            case Operator.AT_MOST:
                return promised <= self.value
            case Operator.EQUAL:
                return promised == self.value
            case Operator.RANGE if self.value_max is not None:
                return self.value <= promised <= self.value_max
        return None


class VersionQuerySet(models.QuerySet["Version"]):
    def visible_to(self, user: Any) -> "VersionQuerySet":
        """Whoever sees the inside of the need sees them all; the public, those that were published."""
        return self.filter(Q(need__in=Need.objects.inside(user)) | Q(event__in=states.PUBLIC_VERSIONS))


class Version(Record):
    """版本: what a need said when it was submitted, published or amended. Written once (the database sees to it)."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本号"))
    event = models.CharField(max_length=8, choices=VersionEvent)
    reason = models.CharField(_("修改说明"), max_length=500, blank=True)
    content = models.JSONField()  # `needs.listing.public_content`
    content_hash = models.CharField(max_length=64)  # sha-256 of the canonical content, as in the audit event
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["need", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(event__in=VersionEvent.values), name="version_event"),
        ]

    def __str__(self) -> str:
        return f"{self.need} v{self.number}"


def labels_of(codes: type[models.TextChoices], chosen: list[str]) -> str:
    """甲、乙, in the order of the list."""
    return listed(codes(code).label for code in codes.values if code in chosen)


def plain(number: Decimal | None) -> str:
    """A decimal without trailing zeros or exponent: 25, 0.05, 1200."""
    return "" if number is None else f"{number.normalize():f}"
