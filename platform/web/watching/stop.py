"""One click in a mail ends such mails, without a login."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from discovery.stopping import read
from web.access import public


@public
@csrf_exempt  # RFC 8058: the mail program posts here, without a cookie; the signature in the address is the authority
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking shows one button and changes nothing: programs that check mails for bad links look at all of them."""
    found = read(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        found()
    context = {"need": found.need, "what": found.what, "is_on": found.is_on, "done": request.method == "POST"}
    response = render(request, "watching/stop.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
