"""各环节时限: how long each step of a need may take under a batch, whose step it is, and from when it counts."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from needs.asks import span
from needs.models import Batch, Need
from needs.states import N
from workflow.machine import Text
from workflow.registry import machine_for

SINCE: dict[str, tuple[Text, Text]] = {  # state: the step that is awaited in it, and what it counts from
    N.SUBMITTED: (_("形式审查"), _("提交之日起")),
    N.SCREENED: (_("批准"), _("通过形式审查起")),
    N.APPROVED: (pgettext_lazy("stage", "发榜"), _("批准起")),
    N.PUBLISHED: (_("揭榜"), _("发榜起，发榜时定下截止时间")),
    N.CLOSED: (_("开启方案"), _("揭榜截止起")),
    N.VETTING: (_("方案形式审查"), _("开启起")),
    N.OPENED: (_("比选与答复"), _("开启或通过形式审查起")),
    N.SELECTED: (_("登记意向"), _("公布结果起")),
    N.INTENDED: (_("签约"), _("达成意向起")),
}


@dataclass(frozen=True)
class Term:
    step: Text
    whose: Text
    since: Text
    days: int | None = None  # working days
    window: str = ""  # or a length of time


def terms(batch: Batch) -> list[Term]:
    """Read off the lifecycle itself, so that the table says what the clocks do."""
    need, waits = Need(batch=batch), machine_for(Need).waits
    rows = []
    for state, (step, since) in SINCE.items():
        wait = waits[state]
        if state == N.CLOSED and not batch.sealed:
            continue  # a rolling bid is read on arrival
        if state == N.VETTING and not batch.vetting:
            continue
        if state == N.PUBLISHED:
            window = _("%(mid)s（可在 %(low)s至 %(high)s之间）") % {
                "mid": span(batch.window),
                "low": span(batch.window_min),
                "high": span(batch.window_max),
            }
            rows.append(Term(step, wait.whose.label, since, window=window))
            continue
        days = wait.days(need) if callable(wait.days) else wait.days
        rows.append(Term(step, wait.whose.label, since, days=days))
    return rows
