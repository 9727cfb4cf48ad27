"""What stands before every page: too long away, no second factor, not logged in; and what was typed is kept."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from web.account import resume

Respond = Callable[[HttpRequest], HttpResponse]
SEEN, BEGAN = "seen", "began"
PRIVATE = (
    "/needs/", "/proposals/", "/intents/", "/contracts/", "/moves/", "/go/", "/files/", "/inbox/",
    "/organisations/", "/enterprise/", "/team/", "/office/", "/account/",
    "/watching/",
)  # fmt: skip


class Idle:
    """Half an hour without a click (staff a quarter), or twelve hours in all, ends the session."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        private = user.is_authenticated
        if private and self._over(request, user):
            request.slept = user.pk  # type: ignore[attr-defined]
            logout(request)
            messages.info(request, _("您离开得有些久，为了安全已退出登录。请重新登录，刚才填写的内容还在。"))
        response = self.get_response(request)
        if (private or request.user.is_authenticated) and "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "private, no-store"
        return response

    def _over(self, request: HttpRequest, user: Any) -> bool:
        now, session = time.time(), request.session
        began, seen = session.setdefault(BEGAN, now), session.get(SEEN, now)
        minutes = settings.IDLE_MINUTES_STAFF if user.is_zone_staff else settings.IDLE_MINUTES
        if now - seen > minutes * 60 or now - began > settings.SESSION_COOKIE_AGE:
            return True
        if now - session.get(SEEN, 0) > 60:  # one write a minute, not one a page
            session[SEEN] = now
        return False


class OurSite:
    """allauth gives its pages a `site` of its own, which would hide the one our frame is drawn from."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        if response.context_data:
            response.context_data.pop("site", None)
        return response


class SecondFactor:
    """Zone staff need an authenticator app or a passkey; until they have one, security pages are all they get."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user: Any = request.user
        if not settings.SECOND_FACTOR_FORCED or not user.is_authenticated or not user.is_zone_staff:
            return None
        if view.__module__.startswith("allauth.") or getattr(request.resolver_match, "url_name", "") in FREE:
            return None
        used = any(
            record.get("method") == "mfa" for record in request.session.get("account_authentication_methods", [])
        )
        if used or is_mfa_enabled(user):
            return None
        messages.warning(request, _("管委会人员办理业务前，须启用动态口令或通行密钥。请在下面选择一种，一分钟即可。"))
        return HttpResponseRedirect(reverse("mfa_index"))


FREE = {"set_language", "preferences", "static"}


class Door:
    """A visitor who follows a link to a private page is asked to log in, whether or not that page exists."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            resume.forget(request)
            return response
        if not self._closed(request, response):
            return response
        if request.headers.get("X-Beside"):  # a look aside that nobody asked for: it must not take the page away
            return HttpResponse(status=204)
        if request.headers.get("X-Requested-With"):  # a script beside the form: the page stays, and says what to do
            return HttpResponse(status=401)
        back = request.get_full_path()
        if request.headers.get("HX-Request"):
            back = urlsplit(request.headers.get("HX-Current-URL", "/")).path or "/"
        elif request.method == "POST":
            back = resume.keep(request, owner=getattr(request, "slept", None)) or reverse("account")
        elif request.method not in ("GET", "HEAD"):
            back = "/"
        target = f"{reverse('account_login')}?{urlencode({'next': back})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=200, headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)

    def _closed(self, request: HttpRequest, response: HttpResponse) -> bool:
        if response.status_code == 302:
            return response["Location"].startswith(reverse("account_login") + "?")
        match = request.resolver_match
        ours = match is not None and not match.func.__module__.startswith("allauth.")
        return (
            ours
            and match.url_name != "invitation"
            and response.status_code in (403, 404)
            and request.path.startswith(PRIVATE)
        )
