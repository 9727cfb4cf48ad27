"""What may be asked for on the page of a published need, and what was: amendments, an extension, its end."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from changes import rules
from changes.models import Change
from changes.states import OPEN, Kind
from needs.models import Need
from workflow.machine import Text

LABELS: dict[str, Text] = {
    Kind.AMEND: gettext_lazy("提出更正"),
    Kind.EXTEND: gettext_lazy("申请延期"),
    Kind.TAKE_DOWN: gettext_lazy("申请撤榜"),
}


@dataclass(frozen=True)
class Way:
    label: Text
    url: str
    reason: Text


def ways(need: Need, user: Any) -> list[Way]:
    """What this reader may ask for, each with the reason why not now."""
    if need.status not in rules.DOWN_FROM or not rules.may_propose(user, need):
        return []
    return [
        Way(label, reverse("need_change", args=[need.pk, kind]), rules.why_not(need, kind))
        for kind, label in LABELS.items()
    ]


def of_need(need: Need, user: Any) -> dict[str, Any]:
    if need.number is None:
        return {}
    rows = list(Change.objects.visible_to(user).filter(need=need).select_related("proposed_by")[:10])
    waiting = next((row for row in rows if row.status in OPEN), None)
    return {"listing_changes": rows, "open_change": waiting, "ways": [] if waiting else ways(need, user)}
