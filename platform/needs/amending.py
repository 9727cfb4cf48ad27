"""What a published listing says otherwise from now on: the new wording as plain values, and how the need takes it on.

`changes` decides; here is only what happens then. The database compares every column with the approved change
(changes/migrations/0002_guards.py), so the plain values below are the ones it is given.
"""

import copy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import clock
from needs.listing import SINCE, content_hash, public_content, search_words
from needs.models import Indicator, Need
from needs.states import VersionEvent
from needs.versions import hard_indicators_differ, keep_version

AMENDABLE = (
    "title", "kind", "field", "keywords", "region", "problem", "present", "goal", "conditions", "budget",
    "period_months", "trl_now", "trl_target", "cooperation", "ownership", *SINCE,
)  # fmt: skip
WORDS = ("name", "operator", "value", "value_max", "unit", "text", "test_method", "is_hard")
TIME_TO_CONFIRM = timedelta(days=3)  # whoever has bid has at least so long to read an amendment and confirm

Said = dict[str, Any]


def said(need: Need, indicators: list[Indicator]) -> Said:
    """The wording of `need` with these indicators. One that keeps its name is the same one: what was promised stays."""
    known: dict[str, list[UUID]] = {}
    for row in need.indicators.all():
        known.setdefault(row.name, []).append(row.pk)
    rows = []
    for position, row in enumerate(indicators):
        pk = known[row.name].pop(0) if known.get(row.name) else row.pk
        words = {name: _plain(getattr(row, name)) for name in WORDS}
        rows.append({"id": str(pk), "position": position, **words})
    fields = {name: _plain(getattr(need, name)) for name in AMENDABLE}
    if need.budget is not None:
        fields["budget"] = f"{need.budget:.2f}"  # as it stands in its column, whoever typed it
    return {"fields": fields, "indicators": rows, "answers": need.answers}


def content_of(need: Need, words: Said) -> dict[str, Any]:
    """The public content of the need if it read so."""
    other = copy.copy(need)
    _take_on(other, words)
    return public_content(other, _rows(need, words))


def deadline_after(need: Need, before: dict[str, Any], after: dict[str, Any], now: datetime) -> datetime:
    """Another task starts the window anew; anything else leaves time to confirm. Never earlier than it was."""
    batch, old = need.batch, need.bid_deadline or now
    room = batch.window if hard_indicators_differ(before, after) else min(TIME_TO_CONFIRM, batch.window_min)
    return max(old, batch.deadline_from(now, room))


# ── effects of need.amend and need.extend ───────────────────────────────────────
def amend(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    _take_on(need, data["said"])
    _write_indicators(need, data["said"])
    _move_deadline(need, data["deadline"])
    if data["restart"]:
        need.window_from = need.changed_at
    need.amendments += 1
    need.published_hash = content_hash(need)
    need.search_text = search_words(need)
    kept = keep_version(need, VersionEvent.AMEND, by=by, reason=data["reason"])
    return {"content": need.published_hash, "version": kept.number, "deadline": data["deadline"].isoformat()}


def extend(need: Need, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    _move_deadline(need, data["deadline"])
    need.extensions += 1
    return {"deadline": data["deadline"].isoformat()}


def _move_deadline(need: Need, deadline: datetime) -> None:
    need.bid_deadline = need.due_at = deadline
    need.changed_at = clock.now()


def _write_indicators(need: Need, words: Said) -> None:
    rows = _rows(need, words)
    need.indicators.exclude(pk__in=[row.pk for row in rows]).delete()
    Indicator.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=[*WORDS, "position"])


def _rows(need: Need, words: Said) -> list[Indicator]:
    return [
        Indicator(
            need=need,
            **{**row, "id": UUID(row["id"]), "value": _number(row["value"]), "value_max": _number(row["value_max"])},
        )
        for row in words["indicators"]
    ]


def _fields(words: Said) -> dict[str, Any]:
    return {**words["fields"], "budget": _number(words["fields"]["budget"])}


def _take_on(need: Need, words: Said) -> None:
    for name, value in _fields(words).items():
        setattr(need, name, value)
    need.answers = words.get("answers", need.answers)  # a change proposed before they could be amended has none


def _number(plain: str | None) -> Decimal | None:
    return None if plain is None else Decimal(plain)


def _plain(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value
