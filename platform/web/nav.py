"""The navigation of every portal, declared once: at most six places for any one person.

Who sees a place is not declared here a second time: it is whoever its view lets in (web.access).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import ADMINISTRATORS, Role
from web.access import lets_in


def everyone(user: Any) -> bool:
    return True


def administrators(user: Any) -> bool:
    return bool(user.has_role(*ADMINISTRATORS))


def publishers(user: Any) -> bool:
    """Who writes the rules of a batch; the others find it on each of its needs."""
    return bool(user.has_role(Role.OFFICER, Role.REVIEWER, Role.LEADER))


def verifiers(user: Any) -> bool:
    """All but a leader, who has the audit trail in its place; he finds an organisation on each of its cases."""
    return not user.has_role(Role.LEADER) or bool(user.has_role(Role.OFFICER, Role.REVIEWER))


@dataclass(frozen=True)
class Item:
    label: str | Promise
    url: str  # the name of a URL without arguments
    sees: Callable[[Any], bool] = everyone  # for a place that is open to more people than have use for it


@dataclass(frozen=True)
class Portal:
    key: str
    label: str | Promise
    home: str
    prefix: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Link:
    label: str | Promise
    href: str
    here: bool


PUBLIC = Portal(
    "public",
    _("公开门户"),
    "home",
    "/",
    (
        Item(pgettext_lazy("plural", "榜单"), "listing_list"),
        Item(_("征集批次"), "batch_list"),
        Item(_("揭榜结果"), "result_list"),
        Item(_("公示公告"), "notice_list"),
        Item(_("数据"), "funnel"),
        Item(_("如何参与"), "how_to"),
    ),
)
ENTERPRISE = Portal(
    "enterprise",
    _("企业工作台"),
    "enterprise_home",
    "/enterprise/",
    (
        Item(_("首页"), "enterprise_home"),
        Item(_("我的需求"), "enterprise_needs"),
        Item(_("对接与意向"), "enterprise_intents"),
        Item(pgettext_lazy("plural", "合同"), "enterprise_contracts"),
        Item(pgettext_lazy("plural", "榜单"), "listing_list"),
    ),
)
TEAM = Portal(
    "team",
    _("团队工作台"),
    "team_home",
    "/team/",
    (
        Item(_("首页"), "team_home"),
        Item(_("我的方案"), "team_proposals"),
        Item(_("对接与意向"), "team_intents"),
        Item(pgettext_lazy("plural", "合同"), "team_contracts"),
        Item(_("团队成员"), "team_members"),
        Item(pgettext_lazy("plural", "榜单"), "listing_list"),
    ),
)
AGENCY = Portal(
    "agency",
    _("服务机构工作台"),
    "agency_home",
    "/agency/",
    (
        Item(_("首页"), "agency_home"),
        Item(_("全部任务"), "agency_assignments"),
        Item(_("来源功劳"), "agency_credits"),
        Item(pgettext_lazy("plural", "榜单"), "listing_list"),
    ),
)
OFFICE = Portal(
    "office",
    _("管委会工作台"),
    "office_home",
    "/office/",
    (
        Item(_("待办"), "office_home"),
        Item(pgettext_lazy("plural", "需求"), "office_needs"),
        Item(pgettext_lazy("plural", "批次"), "office_batches", publishers),
        Item(_("意向与合同"), "office_contracts"),
        Item(_("台账"), "office_ledgers"),
        Item(pgettext_lazy("plural", "单位"), "office_organisations", verifiers),
        Item(_("任免"), "office_staff"),
        Item(_("监督"), "office_audit"),
        Item(_("送达"), "office_letters", administrators),
        Item(_("运行"), "office_health", administrators),
        Item(_("文书模板"), "wordings"),
    ),
)
FOOT = (
    Item(_("存证"), "checkpoints"),
    Item(_("核验回执"), "receipt_verify"),
    Item(_("角色与权限"), "roles"),
    Item(_("隐私说明"), "privacy"),
    Item(_("无障碍说明"), "accessibility"),
)
PORTALS = (OFFICE, ENTERPRISE, TEAM, AGENCY, PUBLIC)


def href(name: str) -> str:
    """The address of a place; empty where there is no such page (tests/web/test_nav.py finds it)."""
    return _place(settings.ROOT_URLCONF, name)[0]


@cache
def _place(urlconf: str, name: str) -> tuple[str, Any]:
    try:
        address = reverse(name, urlconf)
    except NoReverseMatch:
        return "", None
    return address, resolve(address, urlconf).func


def links(portal: Portal, request: HttpRequest, user: Any) -> list[Link]:
    """The places of `portal` this person may enter, and which of them this page belongs to."""
    places = []
    for item in portal.items:
        address, view = _place(settings.ROOT_URLCONF, item.url)
        if address and lets_in(view, user) and item.sees(user):
            places.append((item, address))
    here = nearest([address for _item, address in places], request.path)
    return [Link(item.label, address, address == here) for item, address in places]


def nearest(addresses: list[str], path: str) -> str:
    """Of several places the one this page belongs to: the longest address the path begins with."""
    return max((address for address in addresses if path.startswith(address) and address != "/"), key=len, default="")
