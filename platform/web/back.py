"""Back to the page a small form was on: never to another site, and never to something that is no address."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def go_back(request: HttpRequest, *, default: str = "/") -> HttpResponseRedirect:
    """To the form's `next`, else to the page it was sent from, else to `default`, a path or the name of a page."""
    for place in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        whole = place.startswith(("/", "http://", "https://"))
        if whole and url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
            return HttpResponseRedirect(place)
    return HttpResponseRedirect(resolve_url(default))
