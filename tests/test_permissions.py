"""Who sees what: every address × method × person × object of a zone in which each secret is a token of its own.

Doors (doors.py) and owners of each secret (canaries.py) are typed by hand; nothing is asked of the code that is tested.
The zone's own people walk in test_permissions_office.py, beside this: all together are too long for one process.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from canaries import SECRETS
from doors import DOORS
from little_zone import Zone
from mutants import MUTANTS, Plant, an_address_nobody_declared
from visits import Visitor
from walkers import OFFICE, WALKERS, built, sees_what_is_theirs_and_nothing_else

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def zone(
    django_db_setup: None, django_db_blocker: Any, keys: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Zone]:
    yield from built(django_db_blocker, tmp_path_factory)


@pytest.mark.parametrize("name", [name for name in WALKERS if name not in OFFICE])
def test_everybody_sees_what_is_theirs_and_nothing_else(zone: Zone, name: str, record_property: Any) -> None:
    sees_what_is_theirs_and_nothing_else(zone, name, record_property)


def every_name(patterns: Any = None) -> Iterator[str]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from every_name(entry.url_patterns)
        elif isinstance(entry, URLPattern):
            yield str(entry.name)


def test_every_address_has_a_declared_door() -> None:
    assert sorted(every_name()) == sorted(DOORS)


def test_an_address_without_a_declared_door_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    an_address_nobody_declared(monkeypatch)
    assert set(every_name()) - set(DOORS) == {"everything"}


def test_every_kind_of_secret_is_planted_and_every_kind_of_object_is_there(zone: Zone) -> None:
    assert set(zone.garden.planted.values()) == set(SECRETS)
    assert {door.of for door in DOORS.values() if door.of} == {kind for kind, things in zone.things.items() if things}


@pytest.mark.parametrize("plant", MUTANTS, ids=lambda plant: plant.__name__)
def test_every_planted_mistake_is_seen(
    zone: Zone, plant: Plant, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    name, doors, says = MUTANTS[plant]
    plant(monkeypatch)
    problems = Visitor(zone, name, one_in=1).walk(doors)
    monkeypatch.undo()
    record_property("mutants", 1)
    assert [problem for problem in problems if says in problem] != [], problems
