"""Replacing a wording: kept with its history, refused where it names a fact the document does not have."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from audit.actions import record
from audit.labels import name_actions
from documents.kinds import FIELDS, Kind
from documents.markup import unknown_fields
from documents.models import Wording
from workflow.machine import Refused

name_actions({"wording.replace": gettext_lazy("更换文书模板")})


@transaction.atomic
def replace_wording(kind: str, text: str, *, by: Any) -> Wording:
    """From now on `kind` reads so; an empty text goes back to the first wording. Raises `Refused`."""
    if not by.has_role(Role.SYSADMIN):
        raise PermissionDenied
    if reason := why_not(kind, text):
        raise Refused(reason)
    made = Wording.objects.create(kind=kind, text=text.strip(), made_by=by)
    record("wording.replace", subject=made, stream="system", by=by, detail={"kind": kind})
    return made


def why_not(kind: str, text: str) -> str:
    """What is wrong with a wording, in a sentence; empty where nothing is."""
    if not text.strip():
        return ""
    if unknown := unknown_fields(text, FIELDS[Kind(kind)]):
        return _("“%(kind)s”没有这些字段：%(names)s。可用的字段列在右侧，请核对花括号里的名称。") % {
            "kind": Kind(kind).label,
            "names": "、".join(unknown),
        }
    if not any(line.startswith("# ") for line in text.splitlines()):
        return _("缺少标题。请用一行“# ”开头写明标题，例如“# 技术需求受理通知书”。")
    return ""
