"""What every row of the platform has, and the ground's own tables; their verbs live in numbers, workdays and files."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """A row with a random identity (never a counter that could be read) and the database's own time."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at = models.DateTimeField(_("创建时间"), db_default=Now(), editable=False)

    class Meta:
        abstract = True


class Counter(models.Model):
    """The last number given out in a series. Only `core.numbers.next_number` writes it."""

    series = models.CharField(primary_key=True, max_length=64)
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(value__gt=0), name="core_counter_positive")]

    def __str__(self) -> str:
        return f"{self.series}: {self.value}"


class DayOverride(models.Model):
    """One day the zone decided for itself, or of a year that the calendar package does not know yet."""

    date = models.DateField(_("日期"), primary_key=True)
    is_workday = models.BooleanField(_("是工作日"))
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date}: {self.is_workday}"


class StoredFile(Record):
    """One uploaded file: the row owns name, type, digest and subject; the bytes lie under a random name.

    It leaves only while it is clean. Where the zone has a virus scanner and it did not answer, the file waits in
    quarantine; what it finds then is kept, shown as rejected, and given to nobody.
    """

    class State(models.TextChoices):
        QUARANTINE = "quarantine", _("等待病毒查杀")
        CLEAN = "clean", _("可以下载")
        REJECTED = "rejected", _("没有通过病毒查杀")

    subject_type = models.CharField(max_length=64)  # "needs.need"
    subject_id = models.UUIDField()
    slot = models.CharField(_("用途"), max_length=32)
    name = models.CharField(_("文件名"), max_length=255)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    path = models.CharField(max_length=100, unique=True, editable=False)  # below MEDIA_ROOT
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.CLEAN)
    judged_at = models.DateTimeField(
        null=True, blank=True, db_default=Now()
    )  # when the scanner, or our own checks, had seen it
    finding = models.CharField(max_length=100, blank=True)  # the scanner's name for what it found

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "slot"], name="core_file_subject"),
            models.Index(fields=["created_at"], condition=models.Q(state="quarantine"), name="core_file_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="core_file_not_empty"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="core_file_sha256"),
            models.CheckConstraint(
                condition=models.Q(state="quarantine", judged_at=None)
                | models.Q(state__in=["clean", "rejected"], judged_at__isnull=False),
                name="core_file_judged",
            ),
            models.CheckConstraint(
                condition=models.Q(state="rejected") ^ models.Q(finding=""), name="core_file_finding"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def verbose_name(model: type[models.Model], name: str) -> str:
    """The label of a field as people read it."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))
