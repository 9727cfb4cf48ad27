"""/gallery/: every component in every state, for people who build pages. Only in DEBUG or DEMO."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from web.access import public
from web.gallery.forms import Everything
from web.gallery.samples import samples


@public
def gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    wrong = Everything({"title": "超高温陶瓷复合材料" * 30, "amount": "abc", "hard": "maybe"})
    return render(request, "gallery/gallery.html", {"form": Everything(), "wrong": wrong, **samples()})
