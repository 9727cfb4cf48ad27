"""The navigation of every portal, declared once: at most six places each, for whoever sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def everyone(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Item:
    label: str | Promise
    url: str  # the name of a URL without arguments
    sees: Callable[[Any], bool] = everyone


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


def has(*roles: str) -> Callable[[Any], bool]:
    return lambda user: user.has_role(*roles)


PUBLIC = Portal(
    "public",
    _("公开门户"),
    "home",
    "/",
    (
        Item(pgettext_lazy("plural", "榜单"), "listing_list"),
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
OFFICE = Portal(
    "office",
    _("管委会工作台"),
    "office_home",
    "/office/",
    (
        Item(_("待办"), "office_home"),
        Item(pgettext_lazy("plural", "需求"), "office_needs"),
        Item(pgettext_lazy("plural", "批次"), "office_batches"),
        Item(_("意向与合同"), "office_contracts"),
        Item(pgettext_lazy("plural", "单位"), "office_organisations"),
        Item(_("任免"), "office_staff", has("secadmin")),
        Item(_("台账"), "office_ledgers"),
    ),
)
PORTALS = (OFFICE, ENTERPRISE, TEAM, PUBLIC)


def href(name: str) -> str:
    """The address of a place, or nothing while that page does not exist; check web.W001 names it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def links(portal: Portal, request: HttpRequest) -> list[Link]:
    places = [(item, href(item.url)) for item in portal.items if item.sees(getattr(request, "user", None))]
    here = nearest([address for _item, address in places if address], request.path)
    return [Link(item.label, address, address == here) for item, address in places if address]


def nearest(addresses: list[str], path: str) -> str:
    """Of several places the one this page belongs to: the longest address the path begins with."""
    return max((address for address in addresses if path.startswith(address) and address != "/"), key=len, default="")
