"""What people are told (the inbox) and what must still leave the house (the outbox)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models import Record


class Notice(Record):
    """One person told one thing, once: the key belongs to the event, so a repeat of the event is no second notice.

    Somebody who is no user yet (an invitation) has an address and a language instead, and no inbox.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="notices")
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)  # "needs.need"
    subject_id = models.UUIDField()
    context = models.JSONField(default=dict)
    key = models.CharField(max_length=200)
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notifications_notice_once"),
            models.UniqueConstraint(
                fields=["address", "key"], condition=~Q(address=""), name="notifications_guest_once"
            ),
            models.CheckConstraint(condition=Q(recipient=None) ^ Q(address=""), name="notifications_user_or_address"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notifications_inbox"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notifications_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id or self.address}"


class Delivery(Record):
    """A promise to send one notice to one address. Fulfilled at least once, under one Message-ID."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("邮件")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=16, choices=Channel)
    key = models.CharField(max_length=300, unique=True)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(_("最近一次失败"), max_length=500, blank=True)
    dead = models.BooleanField(_("已停止投递"), default=False)
    retried_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel="mail"), name="notifications_delivery_channel"),
            models.CheckConstraint(condition=Q(dead=False) | Q(done_at=None), name="notifications_dead_is_not_done"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None, dead=False), name="notifications_pending"),
            models.Index(fields=["-created_at"], condition=Q(dead=True), name="notifications_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"
