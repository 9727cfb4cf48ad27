"""Verbs on needs and batches that are not moves along their lifecycle."""

import hashlib
import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from audit.actions import record
from audit.labels import name_actions
from core import files
from core.models import StoredFile
from core.text import chinese_number
from needs.additions import PREFIX, Question, carried
from needs.codes import Sealing
from needs.listing import rules_hash
from needs.models import Batch, Indicator, Need
from needs.states import BatchStatus
from workflow.actions import begin, perform
from workflow.machine import Refused, Stale

MOST_FILES = 20
TITLE, COPY = 80, "（副本）"
name_actions(
    {
        "need.attach": gettext_lazy("上传附件"),
        "need.detach": gettext_lazy("移除附件"),
        "batch.edit": gettext_lazy("修改批次规则"),
        "batch.clone": gettext_lazy("由已有批次复制"),
    }
)


def start_need(*, organisation: Organisation, batch: Batch, by: Any, **fields: Any) -> Need:
    """A new draft. Its content may be as empty as the enterprise likes until it is submitted."""
    need = Need(organisation=organisation, batch=batch, created_by=by, **fields)
    begin(need, by=by)
    return need


WRITTEN = (*(f.attname for f in Need._meta.concrete_fields if f.editable), "answers", "typed")  # what a form may change


@transaction.atomic
def save_need(need: Need, *, indicators: list[Indicator] | None = None, by: Any, revision: int | None = None) -> Need:
    """Write the draft's fields and, where given, replace its indicators in the given order.

    `revision` is the one the writer has in front of him: another one in the database means that a colleague, or
    his own other tab, has saved meanwhile. Saving what is there already changes nothing.
    """
    locked = _editable(need)
    need.revision = locked.revision
    if _same(need, locked, indicators):
        return need
    if revision is not None and revision != locked.revision:
        raise Stale(_("这项需求刚刚在别处保存过（另一个窗口，或本单位的同事）。请刷新后再改，您写的内容还在本页。"))
    need.revision += 1
    need.save(update_fields=[*WRITTEN, "revision"])
    if indicators is not None:
        need.indicators.all().delete()
        for position, indicator in enumerate(indicators):
            indicator.need, indicator.position = need, position
        Indicator.objects.bulk_create(indicators)
        need.__dict__.pop("_prefetched_objects_cache", None)  # the rows just replaced
    return need


@transaction.atomic
def change_batch(need: Need, batch: Batch, *, by: Any) -> list[Question]:
    """The draft goes to another batch. What it answered there too stays; returned are the questions that fall away."""
    kept = carried(need, batch)
    need.batch, need.answers = batch, kept.answers
    need.typed = [
        [kept.fields.get(name, name), value]
        for name, value in need.typed
        if name in kept.fields or not name.startswith(PREFIX)
    ]
    save_need(need, by=by)
    return kept.fallen


def _editable(need: Need) -> Need:
    """The row as it is now, locked; `Refused` where its words are no longer the enterprise's to change."""
    locked = Need.objects.select_for_update().get(pk=need.pk)
    if not locked.is_editable:
        raise Refused(_("需求现在是“%(state)s”，不能再改。") % {"state": locked.get_status_display()})
    return locked


def _same(need: Need, held: Need, indicators: list[Indicator] | None) -> bool:
    if any(getattr(need, name) != getattr(held, name) for name in WRITTEN):
        return False
    return indicators is None or [_words(i) for i in indicators] == [_words(i) for i in held.indicators.all()]


def _words(indicator: Indicator) -> tuple[Any, ...]:
    names = ("name", "operator", "value", "value_max", "unit", "text", "test_method", "is_hard")
    return tuple(getattr(indicator, name) for name in names)


def attach(need: Need, upload: UploadedFile, *, slot: str, by: Any) -> StoredFile:
    """Keep an attachment of the draft, in the open part or in the protected one.

    Raises `core.files.FileRefused` with the sentence for the person.
    """
    files.check(upload)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    upload.seek(0)
    with transaction.atomic():
        need = _editable(need)
        held = files.files_of(need)
        if same := held.filter(slot=slot, name=files.name_of(upload), sha256=digest).first():
            return same  # a second click, or the same form sent again
        if held.count() >= MOST_FILES:
            raise files.FileRefused(_("最多 %(most)s 个附件。请合并或打包成 ZIP 后再上传。") % {"most": MOST_FILES})
        file = files.store(upload, subject=need, slot=slot, by=by)
        record("need.attach", subject=need, stream=need.audit_stream, by=by, detail={"slot": slot, "sha256": digest})
    return file


@transaction.atomic
def detach(need: Need, file: StoredFile, *, by: Any) -> None:
    need = _editable(need)
    if held := files.files_of(need).filter(pk=file.pk).first():
        files.remove(held)
        record("need.detach", subject=need, stream=need.audit_stream, by=by, detail={"sha256": held.sha256})


def start_batch(*, by: Any, **fields: Any) -> Batch:
    """A batch in preparation. Sealed bids are vetted unless it says otherwise; rolling ones are read as they come."""
    fields.setdefault("vetting", fields.get("sealing", Sealing.SEALED) == Sealing.SEALED)
    batch = Batch(created_by=by, **fields)
    begin(batch, by=by)
    return batch


@transaction.atomic
def save_batch(batch: Batch, *, by: Any, revision: int | None = None) -> Batch:
    """Write the settings of a draft.

    `revision` is the one the writer has in front of him. Raises `Stale` where a colleague has saved meanwhile, or the
    batch was published: what was typed stays typed.
    """
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.status != BatchStatus.DRAFT:
        raise Stale(_("批次刚刚已经公布，规则冻结，不能再改。"))
    if revision is not None and revision != held.revision:
        raise Stale(_("这个批次刚刚在别处保存过（另一个窗口，或管委会的同事）。请核对后再保存，您写的内容还在本页。"))
    batch.revision = held.revision + 1
    batch.save(update_fields=[*Batch.FROZEN, "revision"])
    record("batch.edit", subject=batch, stream=batch.audit_stream, by=by, detail={"rules": rules_hash(batch)})
    return batch


@transaction.atomic
def clone_batch(batch: Batch, *, by: Any) -> Batch:
    """A new draft with every setting of `batch` but its dates; of a contest, the next edition."""
    fields = {name: getattr(batch, name) for name in Batch.FROZEN if name not in ("opens_at", "collects_until")}
    if batch.edition:
        fields["edition"] = batch.edition + 1
    copy = start_batch(by=by, **{**fields, "title": next_title(batch)})
    detail = {"from": str(batch.pk), "rules": batch.frozen_hash or rules_hash(batch)}
    record("batch.clone", subject=copy, stream=copy.audit_stream, by=by, detail=detail)
    return copy


def next_title(batch: Batch) -> str:
    """第六届…… becomes 第七届……; a title without an edition says that it is a copy."""
    if batch.edition:
        for spelled in (str, chinese_number):
            edition = re.compile(rf"第\s*{spelled(batch.edition)}\s*届")
            if edition.search(batch.title):
                return edition.sub(f"第{spelled(batch.edition + 1)}届", batch.title)[:TITLE]
    return batch.title[: TITLE - len(COPY)] + COPY


def publish_now(need: Need, *, by: Any, bid_deadline: Any) -> Need:
    """Publish without waiting for the next tick."""
    perform(need, "publish", by=by, data={"bid_deadline": bid_deadline})
    perform(need, "go_live", by=None)
    return need
