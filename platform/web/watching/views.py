"""我的关注: the searches a person keeps and the listings a person follows. Nobody else sees them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.text import listed
from discovery.actions import change_search, drop_search, follow, save_search, unfollow
from discovery.models import Follow, SavedSearch
from discovery.search import Criteria, listings
from web.access import signed_in
from web.public.search import SHOWN
from workflow.machine import Refused

LONGEST_NAME = 60
PER_PAGE = 50


class SearchForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("给自己看的，例如“新材料，50 万元以上”。"),
        error_messages={"required": gettext_lazy("请填写名称，例如“新材料，50 万元以上”。")},
    )
    alerts = forms.BooleanField(label=gettext_lazy("有新榜单时提醒我"), required=False, initial=True)


@signed_in
@require_safe
def watching(request: HttpRequest) -> HttpResponse:
    followed = Follow.objects.visible_to(request.user)
    needs = listings().select_related("organisation").only(*SHOWN)
    page = Paginator(followed.prefetch_related(Prefetch("need", needs)), PER_PAGE).get_page(request.GET.get("page"))
    searches = SavedSearch.objects.visible_to(request.user)
    return render(request, "watching/watching.html", {"searches": searches, "page": page})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def search_new(request: HttpRequest) -> HttpResponse:
    """The address carries what is searched for, so that it is still there after the login."""
    criteria = Criteria.read(dict(request.GET.lists()))
    form = SearchForm(request.POST or None, initial={"name": _name(criteria)})
    if request.method == "POST" and form.is_valid():
        try:
            save_search(criteria=criteria, **form.cleaned_data, by=request.user)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("搜索已保存。"))
            return redirect("watching")
    return _form(request, form, criteria)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def search_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    form = SearchForm(request.POST or None, initial={"name": search.name, "alerts": search.alerts})
    if request.method == "POST" and form.is_valid():
        try:
            change_search(search, **form.cleaned_data, by=request.user)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("已保存。"))
            return redirect("watching")
    return _form(request, form, search.criteria, search)


@signed_in
@require_POST
def search_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    drop_search(get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk), by=request.user)
    messages.success(request, _("搜索已删除，不再提醒。"))
    return redirect("watching")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def follow_listing(request: HttpRequest, number: str) -> HttpResponse:
    """The button of the listing page; on its own (after a login, or without JavaScript) a page with the same button."""
    need = get_object_or_404(listings().only("number", "title", "bid_deadline"), number=number)
    if request.method == "POST":
        return _switch(request, need)
    following = Follow.objects.visible_to(request.user).filter(need=need).exists()
    return render(request, "watching/follow.html", {"need": need, "following": following})


def _switch(request: HttpRequest, need: Any) -> HttpResponse:
    wanted = request.POST.get("follow") == "1"
    try:
        follow(need, by=request.user) if wanted else unfollow(need, by=request.user)
    except Refused as refused:
        wanted = False
        messages.error(request, str(refused))
    if request.htmx and not messages.get_messages(request):  # type: ignore[attr-defined]
        response = render(request, "watching/follow_button.html", {"need": need, "following": wanted})
        patch_vary_headers(response, ["HX-Request"])
        return response
    if wanted:
        messages.success(request, _("已关注。有变化和快截止时会告诉您。"))
    return redirect("listing", need.number)


def _form(request: HttpRequest, form: SearchForm, criteria: Criteria, search: SavedSearch | None = None) -> Any:
    context = {"form": form, "criteria": criteria, "search": search}
    return render(request, "watching/search.html", context, status=422 if form.errors else 200)


def _name(criteria: Criteria) -> str:
    return (listed(criteria.labels) or _("全部榜单"))[:LONGEST_NAME]
