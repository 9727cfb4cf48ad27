"""What a team has done: papers, patents, results, projects, contracts, equipment; and the files they come in by."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Record, StoredFile
from core.money import MoneyField
from teams.models import Team, managed_by
from works.codes import FIRST_YEAR, LAST_YEAR, LONGEST, LONGEST_KEYWORD, Kind, Visibility
from works.keys import searched


class WorkQuerySet(models.QuerySet["Work"]):
    def visible_to(self, user: Any) -> "WorkQuerySet":
        """The public ones; the others only to whoever sees the team from inside."""
        if not user.is_authenticated:
            return self.public()
        if user.is_zone_staff:
            return self
        return self.filter(Q(visibility=Visibility.PUBLIC) | Q(team__in=Team.objects.visible_to(user).values("pk")))

    def public(self) -> "WorkQuerySet":
        return self.filter(visibility=Visibility.PUBLIC)

    def for_matching(self) -> "WorkQuerySet":
        """Those that automatic matching may read, of teams that have not refused it. Never more than these."""
        return self.filter(team__in=Team.objects.matchable().values("pk"))

    def saying(self, words: str) -> "WorkQuerySet":
        """Those that carry each of these words in title, keywords, people, venue or number."""
        found = self
        for word in searched(words).split()[:8]:
            found = found.filter(words__contains=word)
        return found


class Work(Record):
    """One work of one team. Two teams that did it together each have it, and each decides who sees its own."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="works")
    kind = models.CharField(pgettext_lazy("work", "类别"), max_length=12, choices=Kind)
    title = models.CharField(pgettext_lazy("work", "题名"), max_length=LONGEST["title"])
    abstract = models.TextField(pgettext_lazy("work", "摘要"), max_length=LONGEST["abstract"], blank=True)
    keywords = ArrayField(
        models.CharField(max_length=LONGEST_KEYWORD), default=list, blank=True, verbose_name=_("关键词")
    )
    year = models.PositiveSmallIntegerField(
        pgettext_lazy("work", "年份"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    authors = models.CharField(_("作者或完成人"), max_length=LONGEST["authors"], blank=True)
    venue = models.CharField(_("刊物或来源"), max_length=LONGEST["venue"], blank=True)
    number = models.CharField(_("编号"), max_length=LONGEST["number"], blank=True)  # DOI, patent or project number
    url = models.CharField(_("网址"), max_length=LONGEST["url"], blank=True)  # shown, never fetched
    trl = models.PositiveSmallIntegerField(_("技术成熟度"), null=True, blank=True)  # GB/T 22900, 1 to 9
    amount = MoneyField(_("合同额"), null=True, blank=True)
    visibility = models.CharField(_("公开范围"), max_length=10, choices=Visibility, default=Visibility.MATCHING)
    title_key = models.CharField(max_length=32, editable=False)
    words = models.TextField(editable=False, blank=True)  # what a search on the team's list looks through
    number_key = models.CharField(max_length=210, editable=False, blank=True)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    imported = models.ForeignKey(
        "works.Import", models.SET_NULL, null=True, blank=True, related_name="works", editable=False
    )

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = [models.F("year").desc(nulls_last=True), "-created_at", "id"]
        indexes = [
            models.Index(models.F("team"), models.F("year").desc(nulls_last=True), name="works_work_newest"),
            models.Index(fields=["kind", "title_key"], name="works_work_elsewhere"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "kind", "title_key", "year"], name="works_work_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["team", "number_key"], condition=~Q(number_key=""), name="works_work_number_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="works_work_kind"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="works_work_visibility"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(title_key=""), name="works_work_has_a_title"),
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="works_work_year"
            ),
            models.CheckConstraint(
                condition=Q(trl=None) | Q(trl__gte=1, trl__lte=9, kind=Kind.RESULT), name="works_work_trl"
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0, kind=Kind.CONTRACT), name="works_work_amount"
            ),
            models.CheckConstraint(condition=Q(url="") | Q(url__regex=r"^https?://"), name="works_work_url"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("work", args=[self.pk])

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: Any) -> "ImportQuerySet":
        """Whoever is in the team, or manages its organisation. What is not confirmed yet is nobody else's business."""
        if not user.is_authenticated:
            return self.none()
        own = Team.objects.filter(Q(pk__in=Team.objects.of(user)) | Q(organisation__in=managed_by(user)))
        return self.filter(team__in=own.values("pk"))

    def waiting(self) -> "ImportQuerySet":
        """What the worker has to do: files to look into, and confirmed ones to take. The small ones first."""
        to_check, to_take = Q(checked_at=None), Q(confirmed_at__isnull=False, done_at=None)
        return self.filter(to_check | to_take, failed="", cancelled_at=None).order_by("size", "created_at")


class Import(Record):
    """One file of works: looked into by the worker, shown, confirmed by a person, taken in one transaction.

    Its stage is what has happened so far; there is no status beside the facts that could say something else.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("文件名"), max_length=255)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)  # of rows that do not say it
    visibility = models.CharField(max_length=10, choices=Visibility)  # likewise
    total = models.PositiveIntegerField(null=True)  # rows; None: not counted yet
    seen = models.PositiveIntegerField(default=0)  # rows looked into
    attempts = models.PositiveSmallIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    shared = models.PositiveIntegerField(default=0)  # of fresh and near: other teams show them in public, too
    checked_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=300, blank=True)  # the sentence, in the language of who sent the file
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    with_near = models.BooleanField(default=True)
    done_at = models.DateTimeField(null=True)
    added = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(
                    confirmed_at__isnull=False, confirmed_by__isnull=False, checked_at__isnull=False, cancelled_at=None
                ),
                name="works_import_confirmed_after_the_look",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, added=0, undone_at=None)
                | Q(done_at__isnull=False, confirmed_at__isnull=False),
                name="works_import_done_after_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(failed="", cancelled_at=None, done_at=None),
                name="works_import_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("work_import", args=[self.pk])

    @property
    def stage(self) -> str:
        """`checking`, `ready`, `taking`, `done`; or `failed`, `cancelled`, `undone`."""
        if self.failed:
            return "failed"
        if self.cancelled_at:
            return "cancelled"
        if self.done_at:
            return "undone" if self.undone_at else "done"
        if self.confirmed_at:
            return "taking"
        return "ready" if self.checked_at else "checking"

    @property
    def is_under_way(self) -> bool:
        """Whether the worker still has something to do."""
        return self.stage in ("checking", "taking")

    def may_read_file(self, user: Any, file: StoredFile) -> bool:
        return Import.objects.visible_to(user).filter(pk=self.pk).exists()


class Verdict(models.TextChoices):
    FRESH = "fresh", _("将新增")
    NEAR = "near", _("疑似重复")
    SAME = "same", _("已有，跳过")
    WRONG = "wrong", _("有错，不导入")


class ImportRow(models.Model):
    """One row of a file as it was judged: what would be added, and what is said about it. Kept until it is decided."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as a person counts: of a row, or of the line where an entry begins
    verdict = models.CharField(max_length=5, choices=Verdict)
    title = models.CharField(max_length=LONGEST["title"], blank=True)
    said = models.JSONField(default=list)  # sentences, in the language of who sent the file
    fields = models.JSONField(default=dict)  # the columns of a `Work`

    class Meta:
        ordering = ["number", "id"]
        indexes = [models.Index(fields=["job", "verdict", "number"], name="works_row_listed")]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="works_row_once")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.number}"
