"""Every address of the platform says who may ask for it, and means it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.roles import Role
from people import Cast
from web.access import public, signed_in, staff

# Views of libraries, which guard themselves: allauth's own pages and Django's language switch.
FOREIGN = ("allauth.", "django.views.i18n", "django.views.static", "django.contrib.staticfiles")


def every_view(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        address = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from every_view(entry.url_patterns, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


def asked_by(user: Any) -> HttpRequest:
    request = HttpRequest()
    request.method, request.path, request.user = "GET", "/somewhere/", user
    return request


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def test_every_view_says_who_may_ask() -> None:
    silent = [
        address
        for address, view in every_view()
        if not hasattr(view, "access") and not view.__module__.startswith(FOREIGN)
    ]
    assert silent == []


def test_a_public_page_is_for_strangers_too() -> None:
    assert public(page)(asked_by(AnonymousUser())).content == b"in"


def test_a_stranger_is_asked_to_log_in_and_comes_back(settings: Any) -> None:
    settings.LOGIN_URL = "/login/"
    for guarded in (signed_in(page), staff()(page), staff(Role.OFFICER)(page)):
        answer = guarded(asked_by(AnonymousUser()))
        assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/somewhere/")


def test_an_office_page_opens_for_the_roles_it_names_only(cast: Cast) -> None:
    officers_only, any_staff = staff(Role.OFFICER)(page), staff()(page)
    assert officers_only(asked_by(cast.guan)).content == b"in"
    assert any_staff(asked_by(cast.cai)).content == b"in"
    for guarded, user in ((officers_only, cast.shen), (officers_only, cast.alice), (any_staff, cast.alice)):
        with pytest.raises(PermissionDenied):
            guarded(asked_by(user))
