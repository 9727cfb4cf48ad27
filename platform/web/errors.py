"""The pages for when something goes wrong: what happened, that nothing is lost, and what to do."""

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.utils import timezone
from django.utils.translation import gettext as _

from web.account import resume

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TOO_LARGE):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page from before the last login, or from another site. What came from a page of ours is not lost."""
    by_script = request.headers.get("X-Requested-With") or request.headers.get("HX-Request")
    if request.user.is_authenticated and not by_script and (kept := resume.keep(request, owner=request.user.pk)):
        messages.warning(request, _("这个页面打开以后重新登录过，所以刚才没有提交。"))
        return redirect(kept)
    return render(request, "403_csrf.html", {"back": request.path}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request: whatever broke may be what the context processors need."""
    page = loader.get_template("500.html").render({"at": timezone.localtime()})
    return HttpResponse(page, status=500)
