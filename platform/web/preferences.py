"""How the reader likes to read: theme and size, in a cookie, by a plain form."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from web.access import public
from web.context import SIZES, THEMES

YEAR = 365 * 24 * 3600


@public
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remembers `theme` and `size`, whichever the form carries, and goes back to the page."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/")
    for name, allowed in (("theme", THEMES), ("size", SIZES)):
        if request.POST.get(name) in allowed:
            response.set_cookie(
                name, request.POST[name], max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
            )
    return response
