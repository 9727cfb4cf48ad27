"""答疑 of a listing: every question and its answer, the same for everybody; and the form to ask one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from discovery.search import listings
from needs.models import Need
from questions import rules
from questions.actions import ask
from questions.asks import QuestionForm
from questions.models import Question
from questions.queries import of_listing
from questions.states import Q
from web.access import public, signed_in
from workflow.machine import Refused

PAGE, SHOWN = 20, 3


@public
@require_safe
def listing_questions(request: HttpRequest, number: str) -> HttpResponse:
    need = _load(number)
    page = Paginator(of_listing(need).order_by("-created_at", "pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "public/questions.html", {"need": need, "page": page, **ways(need, request.user)})


@signed_in
def listing_ask(request: HttpRequest, number: str) -> HttpResponse:
    need = _load(number)
    if not rules.may_ask(request.user, need):
        raise PermissionDenied(_("核验通过的单位成员可以提问；发榜单位自己和管委会除外。"))
    if reason := rules.why_not_ask(need):
        messages.warning(request, str(reason))
        return redirect("listing_questions", number)
    form = QuestionForm(request.POST or None)
    own = Question.objects.filter(need=need, asker=request.user, status=Q.ASKED)
    context: dict[str, Any] = {"need": need, "form": form, "own": own, **ways(need, request.user)}
    if request.method != "POST":
        return render(request, "public/ask.html", context)
    if not form.is_valid():
        return render(request, "public/ask.html", context, status=422)
    try:
        ask(need, text=form.cleaned_data["text"], by=request.user)
    except Refused as refused:
        return render(request, "public/ask.html", {**context, "refusal": str(refused)}, status=409)
    messages.success(request, _("已提问。发榜方 3 个工作日内答复，答复后您会收到通知。"))
    return redirect("listing_questions", number)


def ways(need: Need, user: Any) -> dict[str, Any]:
    """Until when one may ask, and why not now: of the listing and of who reads, never of any bid."""
    return {
        "last_call": rules.last_call(need),
        "why_not_ask": rules.why_not_ask(need),
        "may_ask": not user.is_authenticated or rules.may_ask(user, need),
    }


def on_listing(need: Need, user: Any) -> dict[str, Any]:
    """The last few on the page of the listing itself."""
    rows = list(of_listing(need).order_by("-created_at", "pk")[: SHOWN + 1])
    return {"questions": rows[:SHOWN], "more_questions": len(rows) > SHOWN, **ways(need, user)}


def _load(number: str) -> Need:
    row: Need = get_object_or_404(listings().select_related("organisation", "batch"), number=number)
    return row
