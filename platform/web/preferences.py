"""How the reader likes to read: theme and size, in a cookie, by a plain form."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from web.access import public
from web.back import go_back
from web.context import SIZES, THEMES

YEAR = 365 * 24 * 3600


@public
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remembers `theme` and `size`, whichever the form carries, and goes back to the page."""
    response = go_back(request)
    for name, allowed in (("theme", THEMES), ("size", SIZES)):
        if request.POST.get(name) in allowed:
            response.set_cookie(
                name, request.POST[name], max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
            )
    return response
