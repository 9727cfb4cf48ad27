"""What every page knows: the zone, the navigation, who acts for whom, and how the reader likes to read.

One lazy object named `site`: what a page does not show is not worked out.
"""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Place
from notifications.queries import unread_count
from web import nav
from web.account.acting import chosen

THEMES = ("auto", "light", "dark")
SIZES = ("normal", "large")
OPEN = ("/listings/", "/results/", "/notices/", "/funnel/", "/how-to/", "/checkpoints/", "/receipts/")


class Site:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def zone(self) -> str:
        return str(settings.ZONE_NAME)

    @property
    def demo(self) -> bool:
        return settings.DEMO

    @property
    def theme(self) -> str:
        return _one_of(THEMES, self.request.COOKIES.get("theme"))

    @property
    def size(self) -> str:
        return _one_of(SIZES, self.request.COOKIES.get("size"))

    @cached_property
    def user(self) -> Any:
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    # ── where we are ──
    @cached_property
    def portal(self) -> nav.Portal:
        """By address; pages about one object, which all sides share, belong to the reader's own portal."""
        path = self.request.path
        for portal in (nav.OFFICE, nav.ENTERPRISE, nav.TEAM, nav.AGENCY):
            if path.startswith(portal.prefix):
                return portal
        return nav.PUBLIC if path in ("/", "/batches/") or path.startswith(OPEN) else self.own_portals[0]

    @cached_property
    def own_portals(self) -> list[nav.Portal]:
        """Where this person works, the usual place first: the zone's, else that of the organisation acted for."""
        if not self.user:
            return [nav.PUBLIC]
        found = [nav.OFFICE] if self.user.is_zone_staff else []
        kinds = [organisation.kind for organisation in (self.acting, *self.organisations) if organisation]
        for kind in kinds:
            portal = {"enterprise": nav.ENTERPRISE, "zone": nav.OFFICE, "agency": nav.AGENCY}.get(kind, nav.TEAM)
            if portal not in (nav.OFFICE, *found):
                found.append(portal)
        if nav.TEAM not in found and (nav.ENTERPRISE in found or not found):
            found.append(nav.TEAM)  # an enterprise also bids; whoever is new begins on the teams' side
        return found

    @cached_property
    def places(self) -> list[nav.Link]:
        return nav.links(self.portal, self.request, self.user)

    @cached_property
    def foot(self) -> list[nav.Link]:
        """What stands at the foot of every page, for everyone."""
        return [nav.Link(item.label, nav.href(item.url), False) for item in nav.FOOT if nav.href(item.url)]

    @cached_property
    def workplaces(self) -> list[nav.Link]:
        """The portals this person may go to, for the menu."""
        portals = [*self.own_portals, nav.PUBLIC] if self.user else []
        return [nav.Link(p.label, nav.href(p.home), p is self.portal) for p in portals if nav.href(p.home)]

    # ── who acts ──
    @cached_property
    def organisations(self) -> list[Place]:
        return self.user.places if self.user else []

    @cached_property
    def acting(self) -> Place | None:
        """The organisation this person acts for: the one chosen in the session, else the first; None without any."""
        return chosen(self.request, self.organisations)

    @cached_property
    def unread(self) -> int:
        if not self.user:
            return 0
        counted = getattr(self.user, "unread", None)  # with the person, where a session brought him
        return unread_count(self.user) if counted is None else counted


def _one_of(allowed: tuple[str, ...], value: str | None) -> str:
    return value if value in allowed else allowed[0]


def site_of(request: HttpRequest) -> Site:
    """One for each request, so that what it has read once serves views and templates alike."""
    if not hasattr(request, "site"):
        request.site = Site(request)  # type: ignore[attr-defined, assignment]
    return request.site  # type: ignore[attr-defined, no-any-return, return-value]


def site(request: HttpRequest) -> dict[str, Site]:
    return {"site": site_of(request)}
