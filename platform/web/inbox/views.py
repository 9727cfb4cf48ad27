"""The inbox: what the platform told this person. Reading a list changes nothing; opening one is a POST."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from notifications.actions import mark_all_read, mark_read
from notifications.models import Notice
from notifications.queries import inbox as notices_of
from notifications.queries import lines, read
from web.access import signed_in

PAGE = 25


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    rows = notices_of(request.user)
    if request.GET.get("unread"):
        rows = rows.filter(read_at=None)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "inbox/inbox.html",
        {"page": page, "lines": lines(read(page)), "unread_only": bool(request.GET.get("unread"))},
    )


@signed_in
@require_POST
def open_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    notice = get_object_or_404(Notice, recipient=request.user, pk=pk)
    mark_read(notice, by=request.user)
    return redirect(read([notice])[0].message.url or "inbox")


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    mark_all_read(by=request.user)
    return redirect("inbox")
