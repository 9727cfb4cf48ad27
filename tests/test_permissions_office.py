"""Who sees what, walked by the people of the zone's office: see test_permissions.py."""

from collections.abc import Iterator
from typing import Any

import pytest

from little_zone import Zone
from walkers import OFFICE, built, sees_what_is_theirs_and_nothing_else

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def zone(
    django_db_setup: None, django_db_blocker: Any, keys: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Zone]:
    yield from built(django_db_blocker, tmp_path_factory)


@pytest.mark.parametrize("name", OFFICE)
def test_the_office_sees_what_is_its_own_and_nothing_else(zone: Zone, name: str, record_property: Any) -> None:
    sees_what_is_theirs_and_nothing_else(zone, name, record_property)
