"""The public face of a need: what exactly was approved, as bytes that can be hashed, and as words that can be found."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.duration import duration_iso_string

from core.sealing import canonical
from core.search import tokens
from needs import joint
from needs.additions import answers
from needs.industries import DIVISIONS
from needs.models import Batch, Indicator, Need

# Asked since the first listings were published: absent where empty, so that the older fingerprints still hold.
SINCE = (
    "industry",
    "activity",
    "deliverables",
    "deliverables_note",
    "funding",
    "engagements",
    "improvements",
)


def public_content(need: Need, indicators: Iterable[Indicator] | None = None) -> dict[str, Any]:
    """Everything a bidder may rely on; what is not in here is not published. With `indicators`: if it had those."""
    said = [answer for answer in answers(need, public_only=True) if answer.text]
    additions = [
        {"key": a.question.key, "label": a.question.label, "value": a.value, "unit": a.question.unit} for a in said
    ]
    later = {name: value for name in SINCE if (value := getattr(need, name))}
    if together := joint.names(need):  # only where there is somebody: what was published alone keeps its hash
        later["partners"] = together
    return later | {
        "title": need.title,
        "organisation": need.organisation.name,
        "kind": need.kind,
        "field": need.field,
        "keywords": need.keywords,
        "region": need.region,
        "problem": need.problem,
        "present": need.present,
        "goal": need.goal,
        "conditions": need.conditions,
        "budget": None if need.budget is None else str(need.budget),
        "period_months": need.period_months,
        "trl": [need.trl_now, need.trl_target],
        "cooperation": need.cooperation,
        "ownership": need.ownership,
        "indicators": indicator_rows(need.indicators.all() if indicators is None else indicators),
        **({"additions": additions} if additions else {}),  # not there: hashed as before there were any
    }


def indicator_rows(indicators: Iterable[Indicator]) -> list[dict[str, Any]]:
    return [
        {"name": i.name, "requirement": i.requirement, "test_method": i.test_method, "hard": i.is_hard}
        for i in indicators
    ]


def content_hash(need: Need) -> str:
    return hashlib.sha256(canonical(public_content(need))).hexdigest()


def search_words(need: Need) -> str:
    """The words of the public part only: the confidential note never reaches an index."""
    parts = [
        need.title,
        need.organisation.name,
        *joint.names(need),
        need.region,
        need.get_field_display(),
        str(DIVISIONS.get(need.industry, "")),
        *need.keywords,
        need.problem,
        need.goal,
        need.present,
    ]
    parts += [f"{i.name} {i.requirement}" for i in need.indicators.all()]
    parts += [a.value for a in answers(need, public_only=True) if isinstance(a.value, str)]
    return tokens(" ".join(part for part in parts if part))


# ── the rules of a batch ────────────────────────────────────────────────────────
FIRST_FORM = (
    "title", "mode", "sealing", "window", "window_min", "window_max", "screening_days", "approval_days",
    "opening_days", "answer_days", "signing_days", "reward_max", "weights", "rules",
)  # fmt: skip
LATEST_FORM = 4  # a new setting gets a new form: hashes that were published stay what they are
# Settings that the second form did not have, by the form they came with.
SINCE_FORM = {
    "two_deciders": 3, "bid_form": 3,
    "custody_from": 4, "custody_rescue": 4, "vetting": 4, "vetting_days": 4, "correcting_days": 4,
}  # fmt: skip


def rules_content(batch: Batch) -> bytes:
    """Every frozen setting in the spelling that is hashed; a draft as it would be frozen now."""
    form = batch.frozen_form if batch.frozen_hash else LATEST_FORM
    if form == 1:
        return canonical({name: str(getattr(batch, name)) for name in FIRST_FORM})
    known = [name for name in Batch.FROZEN if SINCE_FORM.get(name, 2) <= form]
    return canonical({"form": form, **{name: _plain(getattr(batch, name)) for name in known}})


def rules_hash(batch: Batch) -> str:
    """sha-256 over every frozen setting, as published: who holds the hash can show that nothing was changed."""
    return hashlib.sha256(rules_content(batch)).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case timedelta():
            return duration_iso_string(value)
        case Decimal():
            return f"{value:.2f}"
        case str():
            return str(value)
    return value
