"""The wordings of the zone's documents: every replacement is a row, the last one counts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record
from documents.kinds import Kind


class Wording(Record):
    """模板: how one kind of document reads from now on. Empty text: as it came with the platform."""

    kind = models.CharField(_("文书"), max_length=12, choices=Kind)
    text = models.TextField(_("模板"), max_length=10_000, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["kind", "-created_at"], name="wording_latest")]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="wording_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d %H:%M}"
