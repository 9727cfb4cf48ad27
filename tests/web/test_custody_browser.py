"""What a custodian sees in each state of his key, in a real browser: readable, one thing to do, and on a phone too."""

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page

import insider
import keeping
from browser import come_in, look
from custody.models import Custodian
from people import Cast

pytestmark = pytest.mark.django_db(transaction=True)
STATES = [
    ("named", ""),
    ("keyed", "issued"),
    ("keyed", "own"),
    ("proved", "own"),
    ("called", "issued"),
    ("called", "own"),
]


@pytest.fixture
def kept(cast: Cast) -> list[Custodian]:
    with transaction.atomic():  # in which time can be moved
        rows = [keeping.custodian(cast, status=status) for status, _way in STATES]
        for row, (_status, way) in zip(rows, STATES, strict=True):
            insider.execute("UPDATE custody_custodian SET way = %s WHERE id = %s", way, row.pk)
    return rows


def test_a_custodians_pages_with_every_fold_open(
    page: Page, live_server: Any, cast: Cast, kept: list[Custodian]
) -> None:
    come_in(page.context, live_server, cast.yun)
    for row, state in zip(kept, STATES, strict=True):
        page.goto(live_server.url + row.get_absolute_url())
        assert look(page) == [], state
        page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
        assert look(page) == [], f"{state}, unfolded"
