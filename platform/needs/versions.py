"""What a need said, version by version, and what changed from one to the next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from core.models import verbose_name
from core.money import wan
from needs.codes import (
    Activity,
    Cooperation,
    Deliverable,
    Engagement,
    Field,
    Funding,
    Improvements,
    Kind,
    Ownership,
)
from needs.industries import industry_label
from needs.listing import content_hash, public_content
from needs.models import Need, Version
from needs.states import VersionEvent

PIECES = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|\s+|.", re.DOTALL)  # what is compared: numbers and words whole
CODED = {
    "kind": Kind,
    "field": Field,
    "ownership": Ownership,
    "improvements": Improvements,
    "activity": Activity,
    "cooperation": Cooperation,
    "engagements": Engagement,
    "funding": Funding,
    "deliverables": Deliverable,
}


def keep_version(need: Need, event: VersionEvent, *, by: Any, reason: str = "") -> Version:
    """The need as it stands, kept for ever. Submitting the same words again keeps no second copy."""
    last = need.versions.order_by("-number").first()
    digest = content_hash(need)
    if last and event == VersionEvent.SUBMIT and last.content_hash == digest:
        return last
    return Version.objects.create(
        need=need,
        number=last.number + 1 if last else 1,
        event=event,
        reason=reason,
        content=public_content(need),
        content_hash=digest,
        made_by=by,
    )


@dataclass(frozen=True)
class Piece:
    text: str
    changed: bool


@dataclass(frozen=True)
class Change:
    """One field, before and after, cut where the two differ."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def changes(older: dict[str, Any], newer: dict[str, Any]) -> list[Change]:
    """Every field that differs, then every indicator that came, went or changed."""
    found = [
        compared(verbose_name(Need, name), _words(name, older.get(name)), _words(name, newer.get(name)))
        for name in (field.name for field in Need._meta.fields)
        if name != "organisation" and (older.get(name) or None) != (newer.get(name) or None)
    ]
    if older.get("trl") != newer.get("trl"):
        found.append(compared(_("技术成熟度"), _levels(older), _levels(newer)))
    if older.get("partners") != newer.get("partners"):
        found.append(compared(_("联合发榜单位"), *("、".join(one.get("partners") or ()) for one in (older, newer))))
    return found + list(_additions(older, newer)) + list(_indicators(older, newer))


def hard_indicators_differ(older: dict[str, Any], newer: dict[str, Any]) -> bool:
    """Whether what a bidder must reach is another: then the bid window starts again."""
    return _hard(older) != _hard(newer)


def _hard(content: dict[str, Any]) -> set[tuple[str, str]]:
    return {(row["name"], row["requirement"]) for row in content["indicators"] if row["hard"]}


def _additions(older: dict[str, Any], newer: dict[str, Any]) -> Iterator[Change]:
    """Answers to the batch's own questions; another batch asks others."""
    before, after = ({row["key"]: row for row in content.get("additions", [])} for content in (older, newer))
    for key in [*after, *(key for key in before if key not in after)]:
        if before.get(key) != after.get(key):
            label = (after.get(key) or before[key])["label"]
            yield compared(label, _answer(before.get(key)), _answer(after.get(key)))


def _answer(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    if isinstance(row["value"], bool):
        return _("是") if row["value"] else _("否")
    return f"{row['value']} {row['unit']}".strip()


def _indicators(older: dict[str, Any], newer: dict[str, Any]) -> Iterator[Change]:
    before = {row["name"]: _row(row) for row in older["indicators"]}
    after = {row["name"]: _row(row) for row in newer["indicators"]}
    for name in [*after, *(name for name in before if name not in after)]:
        if before.get(name) != after.get(name):
            label = _("指标：%(name)s") % {"name": name}
            yield compared(label, before.get(name, ""), after.get(name, ""))


def _row(row: dict[str, Any]) -> str:
    parts = [row["requirement"], row["test_method"], _("硬指标") if row["hard"] else _("软指标")]
    return " · ".join(part for part in parts if part)


def _levels(content: dict[str, Any]) -> str:
    return " → ".join(str(level or "—") for level in content.get("trl") or [])


def _words(name: str, value: Any) -> str:
    """A value as people read it."""
    if value in (None, "", []):
        return ""
    if name == "budget":
        return wan(Decimal(value))
    if name == "industry":
        return industry_label(value)
    if name in CODED:
        return "、".join(str(CODED[name](code).label) for code in (value if isinstance(value, list) else [value]))
    return "、".join(value) if isinstance(value, list) else str(value)


def compared(label: str, before: str, after: str) -> Change:
    old, new = PIECES.findall(before), PIECES.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if b > a:
            left.append(Piece("".join(old[a:b]), how != "equal"))
        if d > c:
            right.append(Piece("".join(new[c:d]), how != "equal"))
    return Change(label, tuple(left), tuple(right))
