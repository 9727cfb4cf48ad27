"""Keep a search, follow a listing, and stop either. Private matters: none of them is written into a case's record."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import clock
from core.text import clean_line
from discovery.models import Follow, SavedSearch
from discovery.search import STRANGER, Criteria
from needs.models import Need
from workflow.machine import Refused

MOST_SEARCHES = 30
MOST_FOLLOWS = 500


def save_search(*, criteria: Criteria, name: str, alerts: bool, by: Any) -> SavedSearch:
    """Keep what this search asks for. What is published already counts as seen."""
    if by.saved_searches.count() >= MOST_SEARCHES:
        raise Refused(_("最多保存 %(most)s 个搜索。请先删除不再需要的。") % {"most": MOST_SEARCHES})
    made = SavedSearch(owner=by, name=clean_line(name), kept=criteria.kept, alerts=alerts, told_at=clock.now())
    return _write(made)


def change_search(search: SavedSearch, *, name: str, alerts: bool, by: Any) -> SavedSearch:
    """Switched on again, alerts begin with what is published from now on."""
    _only_the_owner(search.owner_id, by)
    if alerts and not search.alerts:
        search.told_at = clock.now()
    search.name, search.alerts = clean_line(name), alerts
    return _write(search)


def _write(search: SavedSearch) -> SavedSearch:
    try:
        with transaction.atomic():
            search.save()
    except IntegrityError as error:
        raise Refused(_("您已有一个同名的搜索，请换个名称。")) from error
    return search


def drop_search(search: SavedSearch, *, by: Any) -> None:
    _only_the_owner(search.owner_id, by)
    search.delete()


def stop_alerts(*, by: Any) -> int:
    """No more mornings' mail: every saved search stays, silent. Returns how many were on."""
    return SavedSearch.objects.visible_to(by).filter(alerts=True).update(alerts=False)


def follow(need: Need, *, by: Any) -> Follow:
    """Asked twice it is one. Only what everybody may read can be followed."""
    if not Need.objects.visible_to(STRANGER).filter(pk=need.pk).exists():
        raise PermissionDenied("Only a listing can be followed")
    if held := Follow.objects.visible_to(by).filter(need=need).first():
        return held
    if by.follows.count() >= MOST_FOLLOWS:
        raise Refused(_("最多关注 %(most)s 项榜单。请先取消已经结束的。") % {"most": MOST_FOLLOWS})
    return Follow.objects.get_or_create(user=by, need=need)[0]


def unfollow(need: Need, *, by: Any) -> None:
    Follow.objects.visible_to(by).filter(need=need).delete()


def _only_the_owner(owner: Any, by: Any) -> None:
    if owner != by.pk:
        raise PermissionDenied("A saved search is its owner's")
