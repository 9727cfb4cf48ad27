"""Who may ask for a page at all. Every view carries exactly one of these; tests/web/test_access.py walks the URLs.

What a page shows is decided further in, by `Model.objects.visible_to(request.user)`: this is only the door.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts.roles import Role

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

PUBLIC = "public"
SIGNED_IN = "signed_in"


def public(view: View) -> View:
    """For everyone, also without a login."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """For whoever has logged in; others are asked to, and come back here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.access = SIGNED_IN  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def staff(*roles: Role) -> Callable[[View], View]:
    """For holders of one of these zone roles; without any named, for every holder of a zone role."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not (user.has_role(*roles) if roles else user.is_zone_staff):
                raise PermissionDenied(_("这一页只对管委会的相应角色开放。"))
            return view(request, *args, **kwargs)

        guarded.access = ("staff", roles)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def lets_in(view: Any, user: Any) -> bool:
    """Would this view open its door to `user` (None for nobody logged in)? What draws a link asks before it does."""
    door = getattr(view, "access", None)
    if door == PUBLIC:
        return True
    if user is None:
        return False
    if isinstance(door, tuple):
        return bool(user.has_role(*door[1]) if door[1] else user.is_zone_staff)
    return door == SIGNED_IN
