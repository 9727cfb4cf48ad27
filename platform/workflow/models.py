"""What every row with a lifecycle carries. Only `workflow.actions.perform` writes these three columns."""

from django.db import models
from django.db.models.functions import Now

from core.models import Record


class Tracked(Record):
    status = models.CharField(max_length=24, editable=False, db_index=True)
    status_since = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def audit_stream(self) -> str:
        """The case this row's events are chained into."""
        raise NotImplementedError

    def get_status_display(self) -> str:
        from workflow.registry import machine_for  # the registry is filled after models are loaded

        return str(machine_for(self).state_label(self.status))
