"""What a person wants to be told of: searches worth repeating, and single listings. Nobody else sees either."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models import Record
from discovery.search import Criteria
from needs.models import Need


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, user: Any) -> "SavedSearchQuerySet":
        return self.filter(owner=user) if user.is_authenticated else self.none()


class SavedSearch(Record):
    """保存的搜索: one search of one person, repeated every working morning while `alerts` is on."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("名称"), max_length=60)
    kept = models.JSONField(default=dict)  # `Criteria.kept`
    alerts = models.BooleanField(_("每日提醒"), default=True)
    # What was published up to here the owner has been told of, or could have seen when saving.
    told_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_search_named_once")]
        indexes = [models.Index(fields=["told_at"], condition=models.Q(alerts=True), name="saved_search_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def criteria(self) -> Criteria:
        return Criteria.read(self.kept)


class FollowQuerySet(models.QuerySet["Follow"]):
    def visible_to(self, user: Any) -> "FollowQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()


class Follow(Record):
    """关注: one person wants to know what becomes of one listing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    need = models.ForeignKey(Need, models.CASCADE, related_name="follows")
    deadline_told = models.DateTimeField(null=True, editable=False)  # the deadline the person was reminded of

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "need"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.need_id}"
