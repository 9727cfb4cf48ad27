"""What happened, in order, one chain per case; what the public was shown of it; and the words that may be erased.

The columns a database trigger fills (`audit_append`, migration 0002) are never given by Python.
Nothing here can be changed or deleted, by anybody, except that a note can be erased.
"""

import json
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened to one case. Holds no personal data: people are uuids, words are in the note."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    stream = models.CharField(_("案卷"), max_length=80)
    actor = models.CharField(_("操作人"), max_length=36, blank=True)  # a uuid; empty: the platform itself
    actor_role = models.CharField(_("身份"), max_length=40, blank=True)
    action = models.CharField(_("操作"), max_length=80)
    subject = models.CharField(_("对象"), max_length=120)
    detail = models.JSONField(default=dict)  # JSON scalars only
    note_hash = models.CharField(max_length=64, blank=True)

    seq = models.PositiveBigIntegerField(_("序号"), db_default=0)
    at = models.DateTimeField(_("时间"), db_default=Now())
    body = models.TextField(db_default="")  # the exact text that was hashed
    prev = models.CharField(max_length=64, db_default="")
    hash = models.CharField(_("哈希"), max_length=64, db_default="")

    class Meta:
        ordering = ["stream", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="audit_event_position"),
            models.CheckConstraint(
                condition=models.Q(actor__regex=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$"),
                name="audit_event_actor_is_a_uuid",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="audit_event_at")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.action}"

    @property
    def subject_type(self) -> str:
        return self.subject.partition(":")[0]

    @property
    def subject_id(self) -> str:
        return self.subject.partition(":")[2]

    @cached_property
    def actor_user(self) -> Any:
        """The person, or None for the platform itself or a deleted account. `queries.timeline` fills it for many."""
        return get_user_model()._default_manager.filter(pk=UUID(self.actor)).first() if self.actor else None

    @property
    def note_data(self) -> dict[str, Any]:
        """What was written with it; empty where nothing was, or where it has been erased."""
        note = getattr(self, "note", None)
        return json.loads(note.text) if note and note.text else {}


class Note(models.Model):
    """The words of one event (reasons, names, what a form asked): erasable, while the chain keeps a salted hash."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="note")
    salt = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)  # canonical JSON

    def __str__(self) -> str:
        return f"note of {self.event_id}"


class Head(models.Model):
    """The end of each chain. The trigger locks it, which is what puts the writers of one case in a row."""

    stream = models.CharField(primary_key=True, max_length=80)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq}"


class Checkpoint(models.Model):
    """What the public was shown, and when: the exact line that was signed and published."""

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    line = models.TextField()
    hash = models.CharField(max_length=64)
    salt = models.CharField(max_length=64)  # hides the withheld heads in the line's digest; never public

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"checkpoint {self.number}"


class Entry(models.Model):
    """One head as a checkpoint saw it: printed in its line, or withheld under its salted digest."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="entries")
    stream = models.CharField(max_length=80)
    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    sealed = models.BooleanField()

    class Meta:
        ordering = ["checkpoint", "stream"]
        constraints = [models.UniqueConstraint(fields=["stream", "sealed", "seq"], name="audit_entry_once")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} in {self.checkpoint_id}"
