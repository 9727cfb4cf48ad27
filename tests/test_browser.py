"""What the browser of the tests complains of, seen: each of the three, on a page that does it."""

from typing import Any

import pytest
from playwright.sync_api import Page

from browser import COMPLAINTS, PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')", "Content Security Policy"),
        ("document.body.insertAdjacentHTML('beforeend', '<img src=\"http://elsewhere.example/x.png\">')", "elsewhere"),
        ("setTimeout(() => { throw new Error('it broke') })", "it broke"),
    ],
)
def test_a_page_that_breaks_the_policy_throws_or_asks_another_host_is_seen(
    page: Page, live_server: Any, does: str, said: str
) -> None:
    page.goto(live_server.url)
    page.evaluate(does)
    for _turn in range(PATIENCE // 50):
        if any(said in complaint for complaint in COMPLAINTS):
            break
        page.wait_for_timeout(50)
    found = [complaint for complaint in COMPLAINTS if said in complaint]
    COMPLAINTS.clear()
    assert found != []
