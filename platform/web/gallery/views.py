"""/gallery/: every component in every state, for people who build pages. Only in DEBUG or DEMO."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from web.access import public
from web.gallery.forms import FILLED, WRONG, WRONG_ROWS, Everything, Filter, Rows, Upload
from web.gallery.samples import samples

DRAFT = "gallery_draft"


@public
@require_POST
def save_draft(request: HttpRequest) -> JsonResponse:
    """What autosave.js expects of any page that saves drafts; here into the session."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    version = request.session.get(DRAFT, {}).get("version", 0)
    if request.POST.get("version") != str(version):
        return JsonResponse({"sentence": _("这份草稿已在另一个窗口修改。请刷新页面查看新内容。")}, status=409)
    fields = {name: request.POST.get(name, "") for name in ("title", "detail", "amount")}
    request.session[DRAFT] = {"version": version + 1, "fields": fields}
    return JsonResponse({"version": version + 1, "saved": f"{timezone.localtime():%H:%M}"})


@public
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    draft = request.session.get(DRAFT, {})
    messages.success(request, "“提交审核”已办理，现在是“待审核”。")
    messages.error(request, "没有提交成功：这份需求刚刚被同事退回了。")
    forms = {
        "form": Everything(initial=draft.get("fields")),
        "version": draft.get("version", 0),
        "wrong": Everything(WRONG, auto_id="wrong_%s"),
        "upload": Upload(),
        "filter": Filter({"field": "m"}),
        "rows": Rows(initial=FILLED, prefix="rows"),
        "wrong_rows": Rows(WRONG_ROWS, prefix="wrong"),
    }
    return render(request, "gallery/gallery.html", {**forms, **samples()})
