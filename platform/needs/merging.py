"""Two drafts of one enterprise that ask for the same become one: nothing that either says is lost."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import record
from audit.labels import name_actions
from needs.actions import save_need
from needs.codes import WithdrawReason
from needs.models import Indicator, Need
from workflow.actions import perform
from workflow.machine import Refused

name_actions({"need.merge": gettext_lazy("并入另一份草稿")})


def why_not_merged(need: Need, into: Need) -> str:
    if need.pk == into.pk or need.organisation_id != into.organisation_id:
        return _("只能合并到本单位的另一份草稿。")
    if not need.is_editable:
        return _("需求现在是“%(state)s”，不能再合并。") % {"state": need.get_status_display()}
    if not into.is_editable:
        return _("“%(title)s”已经提交，不能再并入内容。请先撤回修改。") % {"title": into.title}
    return ""


@transaction.atomic
def merge(need: Need, *, into: Need, indicators: list[Indicator], by: Any) -> Need:
    """`into` as it is to be kept, with what `need` says; `need` itself is withdrawn and stays readable as it was."""
    both = Need.objects.select_for_update().filter(pk__in=(need.pk, into.pk)).order_by("pk")
    held = {row.pk: row for row in both}  # in one order, whoever merges what into what
    if reason := why_not_merged(held[need.pk], held[into.pk]):
        raise Refused(reason)
    save_need(into, indicators=indicators, by=by, revision=into.revision)
    record("need.merge", subject=into, stream=into.audit_stream, by=by, detail={"from": str(need.pk)})
    said = _("内容已并入本单位的另一份草稿“%(title)s”。") % {"title": into.title}
    perform(need, "withdraw", by=by, data={"code": WithdrawReason.MERGED, "reason": said})
    return into
