"""Verbs on needs and batches that are not moves along their lifecycle."""

from typing import Any

from django.db import transaction

from accounts.models import Organisation
from audit.actions import record
from needs.listing import rules_hash
from needs.models import Batch, Indicator, Need
from workflow.actions import begin, perform
from workflow.machine import Refused


def start_need(*, organisation: Organisation, batch: Batch, by: Any, **fields: Any) -> Need:
    """A new draft. Its content may be as empty as the enterprise likes until it is submitted."""
    need = Need(organisation=organisation, batch=batch, created_by=by, **fields)
    begin(need, by=by)
    return need


@transaction.atomic
def save_need(need: Need, *, indicators: list[Indicator] | None = None, by: Any) -> Need:
    """Write the draft's fields and, where given, replace its indicators in the given order."""
    locked = Need.objects.select_for_update().get(pk=need.pk)
    if not locked.is_editable:
        raise Refused(f"{locked.get_status_display()}")
    need.revision = locked.revision + 1
    tracked = {"id", "created_at", "status", "status_since", "due_at", "search", "application_number", "number"}
    need.save(update_fields=[f.name for f in Need._meta.concrete_fields if f.name not in tracked])
    if indicators is not None:
        need.indicators.all().delete()
        for position, indicator in enumerate(indicators):
            indicator.need, indicator.position = need, position
        Indicator.objects.bulk_create(indicators)
        need.__dict__.pop("_prefetched_objects_cache", None)  # the rows just replaced
    return need


def start_batch(*, by: Any, **fields: Any) -> Batch:
    batch = Batch(created_by=by, **fields)
    begin(batch, by=by)
    return batch


def save_batch(batch: Batch, *, by: Any) -> Batch:
    batch.save(update_fields=[*Batch.FROZEN])
    record("batch.edit", subject=batch, stream=batch.audit_stream, by=by, detail={"rules": rules_hash(batch)})
    return batch


def publish_now(need: Need, *, by: Any, bid_deadline: Any) -> Need:
    """Publish without waiting for the next tick."""
    perform(need, "publish", by=by, data={"bid_deadline": bid_deadline})
    perform(need, "go_live", by=None)
    return need
