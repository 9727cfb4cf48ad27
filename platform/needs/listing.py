"""The public face of a need: what exactly was approved, as bytes that can be hashed, and as words that can be found."""

import hashlib
from typing import Any

from core.sealing import canonical
from core.search import tokens
from needs.models import Batch, Need


def public_content(need: Need) -> dict[str, Any]:
    """Everything a bidder may rely on. What is not in here is not published."""
    return {
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
        "indicators": [
            {"name": i.name, "requirement": i.requirement, "test_method": i.test_method, "hard": i.is_hard}
            for i in need.indicators.all()
        ],
    }


def content_hash(need: Need) -> str:
    return hashlib.sha256(canonical(public_content(need))).hexdigest()


def search_words(need: Need) -> str:
    """The words of the public part only: the confidential note never reaches an index."""
    parts = [
        need.title,
        need.organisation.name,
        need.region,
        need.get_field_display(),
        *need.keywords,
        need.problem,
        need.goal,
        need.present,
    ]
    parts += [f"{i.name} {i.requirement}" for i in need.indicators.all()]
    return tokens(" ".join(part for part in parts if part))


def rules_hash(batch: Batch) -> str:
    """sha-256 over every frozen setting, as published: who holds the hash can show that nothing was changed."""
    return hashlib.sha256(canonical({name: str(getattr(batch, name)) for name in Batch.FROZEN})).hexdigest()
