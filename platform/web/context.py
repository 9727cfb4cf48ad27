"""What every page knows: the zone, the navigation, who acts for whom, and how the reader likes to read.

One lazy object named `site`: a page that does not show the inbox does not count it.
"""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from web import nav

THEMES = ("auto", "light", "dark")
SIZES = ("normal", "large")
SHARED = ("/needs/", "/proposals/", "/intents/", "/contracts/", "/moves/", "/account/", "/inbox/")


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

    @property
    def now(self) -> Any:
        return timezone.now()

    @cached_property
    def user(self) -> Any:
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def portal(self) -> nav.Portal:
        """By address; pages about one object, which all sides share, belong to the reader's own portal."""
        for portal in (nav.OFFICE, nav.ENTERPRISE, nav.TEAM):
            if self.request.path.startswith(portal.prefix):
                return portal
        if self.user and self.request.path.startswith(
            ("/needs/", "/proposals/", "/intents/", "/contracts/", "/moves/", "/account/")
        ):
            return self.own_portals[0]
        return nav.PUBLIC

    @cached_property
    def own_portals(self) -> list[nav.Portal]:
        """Where this person works, the usual place first."""
        found = []
        if self.user and self.user.is_zone_staff:
            found.append(nav.OFFICE)
        kinds = {organisation.kind for organisation in self.organisations}
        if "enterprise" in kinds:
            found.append(nav.ENTERPRISE)
        if self.user and (kinds - {"zone"} or not found):
            found.append(nav.TEAM)
        return found or [nav.PUBLIC]

    @cached_property
    def places(self) -> list[nav.Link]:
        return nav.links(self.portal, self.request)

    @cached_property
    def portal_links(self) -> list[nav.Link]:
        return [nav.Link(p.label, nav.href(p.home), p is self.portal) for p in self.own_portals if nav.href(p.home)]

    @cached_property
    def organisations(self) -> list[Any]:
        return list(self.user.organisations()) if self.user else []

    @cached_property
    def acting(self) -> Any:
        """The organisation this person acts for: the one chosen in the session, else the first."""
        chosen = self.request.session.get("organisation", "")
        return next((o for o in self.organisations if str(o.pk) == chosen), next(iter(self.organisations), None))

    @cached_property
    def unread(self) -> int:
        if not self.user:
            return 0
        from notifications.models import Notice  # lazy: pages without an inbox never load it

        return Notice.objects.filter(recipient=self.user, read_at=None).count()


def _one_of(allowed: tuple[str, ...], value: str | None) -> str:
    return value if value in allowed else allowed[0]


def site(request: HttpRequest) -> dict[str, Site]:
    return {"site": Site(request)}
