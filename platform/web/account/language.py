"""In which language does this person read? Chosen once, kept with the person, or in a cookie for a visitor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST

from web.access import public
from web.back import go_back

YEAR = 365 * 24 * 3600
KNOWN = {code for code, _name in settings.LANGUAGES}


class Language:
    """The person's language, else the cookie's, else Chinese; the browser's preference decides nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        asked = user.language if user.is_authenticated else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = asked if asked in KNOWN else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        return self.get_response(request)


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    response = go_back(request)
    language = request.POST.get("language", "")
    if language in KNOWN:
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=YEAR,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response
