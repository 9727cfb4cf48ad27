"""A form sent after the session had ended is not lost: it waits, encrypted, in the new session, to be sent again."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.sealing import hide, reveal
from web.access import signed_in

KEY = "resume"
LARGEST = 1024 * 1024
CSRF = "csrfmiddlewaretoken"
AGAIN = "_again"  # carried by a form that is sent a second time: its stored copy has done its work


def keep(request: HttpRequest, *, owner: Any = None) -> str:
    """Put the form away; the address where its sender will find it again, or "" where it must not be kept."""
    fields = [(name, value) for name in request.POST if name != CSRF for value in request.POST.getlist(name)]
    if _secret(request, fields):
        return ""
    plain = json.dumps({"path": request.get_full_path(), "owner": str(owner or ""), "fields": fields}).encode()
    if len(plain) > LARGEST:
        return ""
    request.session[KEY] = hide(plain).decode()
    return reverse("resume")


def _secret(request: HttpRequest, fields: list[tuple[str, str]]) -> bool:
    """Login pages are never kept, nor anything that did not come from a page of ours."""
    view = request.resolver_match.func if request.resolver_match else None
    return (
        not _from_us(request)
        or getattr(view, "__module__", "").startswith("allauth.")
        or any("password" in n for n, _v in fields)
    )


def _from_us(request: HttpRequest) -> bool:
    """Its token was right; or only the token is old, and the browser vouches for the page the form stood on."""
    ours = f"{request.scheme}://{request.get_host()}"
    return getattr(request, "csrf_processing_done", False) or request.headers.get("Origin") == ours


def forget(request: HttpRequest) -> None:
    if request.method == "POST" and AGAIN in request.POST:
        request.session.pop(KEY, None)


@signed_in
def resume(request: HttpRequest) -> HttpResponse:
    """Shows what was typed, with one button that sends it again. Nothing is sent by looking."""
    kept = request.session.get(KEY)
    form = json.loads(reveal(kept.encode())) if kept else None
    if form and form["owner"] not in ("", str(request.user.pk)):
        del request.session[KEY]
        form = None
    if form is None:
        messages.info(request, _("没有待继续提交的内容。"))
        return redirect("account")
    if request.method == "POST":
        del request.session[KEY]
        return redirect(form["path"])
    return render(request, "account/resume.html", {"kept": form})
