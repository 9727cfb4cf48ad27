"""Everybody who walks the little zone: the zone itself, built once for a module, and what each of them must find."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from canaries import EVERYBODY, SECRETS, STAFF
from little_zone import Zone
from visits import Visitor

# Si, and the second officer, would see nothing that San and the first one do not.
WALKERS = sorted(EVERYBODY - {"si", "gao"})
OFFICE = [name for name in WALKERS if name in STAFF]
FEWEST = 400  # requests that each of them makes


def built(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zone]:
    """For all walks of a module: every request is undone."""
    apart = {
        "MEDIA_ROOT": tmp_path_factory.mktemp("media"),
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",  # undone with the rest
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},  # no limit on thousands
        "SECOND_FACTOR_FORCED": False,
        "AUDIT_CHECKPOINT_FILE": tmp_path_factory.mktemp("published") / "checkpoints.jsonl",
    }
    with django_db_blocker.unblock(), override_settings(**apart), transaction.atomic():
        yield Zone()
        transaction.set_rollback(True)


def sees_what_is_theirs_and_nothing_else(zone: Zone, name: str, record_property: Any) -> None:
    visitor = Visitor(zone, name)
    problems = visitor.walk()
    for what, n in visitor.counts.items():
        record_property(what, n)
    assert problems == [], "\n".join(problems)
    theirs = {kind for kind, who in SECRETS.items() if name in who}
    assert visitor.seen == theirs, f"strange: {visitor.seen - theirs}; never come upon: {theirs - visitor.seen}"
    assert visitor.counts["requests"] >= FEWEST
