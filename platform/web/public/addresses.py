"""Whole addresses, for whoever reads them somewhere else: feeds, calendars, search engines, chats."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from discovery.search import Criteria

FEEDS = {"rss": "listing_feed", "ics": "listing_deadlines", "json": "listing_json"}


def absolute(path: str) -> str:
    return urljoin(settings.SITE_URL, path)


def search_address(name: str, criteria: Criteria, **changes: int) -> str:
    """The one address of a search at the page of this name, whatever else the reader's own address carries."""
    return absolute(reverse(name) + criteria.address(**changes).rstrip("?"))


def feed_addresses(criteria: Criteria) -> dict[str, str]:
    return {key: search_address(name, criteria) for key, name in FEEDS.items()}
