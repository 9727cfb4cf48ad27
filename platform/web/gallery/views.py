"""/gallery/: every component in every state, for people who build pages. Only in DEBUG or DEMO."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from web.access import public
from web.gallery.forms import FILLED, WRONG, WRONG_ROWS, Everything, Filter, Rows, Upload
from web.gallery.samples import samples


@public
def gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    messages.success(request, "“提交审核”已办理，现在是“待审核”。")
    messages.error(request, "没有提交成功：这份需求刚刚被同事退回了。")
    forms = {
        "form": Everything(),
        "wrong": Everything(WRONG),
        "upload": Upload(),
        "filter": Filter({"field": "m"}),
        "rows": Rows(initial=FILLED, prefix="rows"),
        "wrong_rows": Rows(WRONG_ROWS, prefix="wrong"),
    }
    return render(request, "gallery/gallery.html", {**forms, **samples()})
