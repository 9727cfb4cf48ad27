"""Two drafts of one enterprise that ask for the same become one: nothing that either says is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import record
from audit.labels import name_actions
from core import files
from core.models import StoredFile
from core.text import listed
from needs.actions import MOST_FILES, save_need
from needs.codes import WithdrawReason
from needs.models import Indicator, Need
from workflow.actions import perform
from workflow.machine import Refused

name_actions({"need.merge": gettext_lazy("并入另一份草稿")})


@dataclass(frozen=True)
class Merged:
    """What was taken over from the draft that ends, and what stays with it: labels and names of files."""

    taken: list[str]
    left: list[str]  # the other draft says something else there, asks for no such thing, or has no room


def why_not_merged(need: Need, into: Need) -> str:
    if need.pk == into.pk or need.organisation_id != into.organisation_id:
        return _("只能合并到本单位的另一份草稿。")
    if not need.is_editable:
        return _("需求现在是“%(state)s”，不能再合并。") % {"state": need.get_status_display()}
    if not into.is_editable:
        return _("“%(title)s”已经提交，不能再并入内容。请先撤回修改。") % {"title": into.title}
    return ""


@transaction.atomic
def merge(
    need: Need,
    *,
    into: Need,
    indicators: list[Indicator],
    by: Any,
    taken: Sequence[str] = (),
    left: Sequence[str] = (),
) -> Merged:
    """`into` as it is to be kept, with what `need` says; `need` itself is withdrawn and stays readable as it was.

    `taken` and `left` are labels of the form that were and were not taken over; files are added here.
    """
    both = Need.objects.select_for_update().filter(pk__in=(need.pk, into.pk)).order_by("pk")
    held = {row.pk: row for row in both}  # in one order, whoever merges what into what
    if reason := why_not_merged(held[need.pk], held[into.pk]):
        raise Refused(reason)
    save_need(into, indicators=indicators, by=by, revision=into.revision)
    copied, stayed = _copy_files(need, into, by=by)
    done = Merged([*taken, *(_file(name) for name in copied)], [*left, *(_file(name) for name in stayed)])
    told = {"taken": listed(done.taken), "left": listed(done.left)}
    detail = {"from": str(need.pk), "files": len(copied)}
    record("need.merge", subject=into, stream=into.audit_stream, by=by, detail=detail, note=told)
    said = _("内容已并入本单位的另一份草稿“%(title)s”。") % {"title": into.title}
    perform(need, "withdraw", by=by, data={"code": WithdrawReason.MERGED, "reason": said})
    return done


def _copy_files(need: Need, into: Need, *, by: Any) -> tuple[list[str], list[str]]:
    """Names of the attachments that were copied, and of those that there was no room for."""
    there = {(file.slot, file.sha256) for file in files.files_of(into)}
    copied, stayed = list[str](), list[str]()
    for file in files.files_of(need):
        if (file.slot, file.sha256) in there:
            continue
        if len(there) >= MOST_FILES or file.state == StoredFile.State.REJECTED or not files.intact(file):
            stayed.append(file.name)
            continue
        _copied(file, into, by=by)
        there.add((file.slot, file.sha256))
        copied.append(file.name)
    return copied, stayed


def _copied(file: StoredFile, into: Need, *, by: Any) -> None:
    files.copy(file, subject=into, by=by)
    detail = {"slot": file.slot, "sha256": file.sha256}
    record("need.attach", subject=into, stream=into.audit_stream, by=by, detail=detail)


def _file(name: str) -> str:
    return _("附件“%(name)s”") % {"name": name}
