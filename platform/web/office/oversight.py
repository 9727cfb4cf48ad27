"""What inspectors, auditors and system administrators look at: the log, the machine, letters that failed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.roles import Role
from audit.models import Checkpoint, Event
from core import clock, scanner
from core.search import asked
from needs.models import Need
from notifications.actions import retry
from notifications.models import Delivery
from notifications.queries import dead_letters, oldest_pending_age
from proposals.queries import letters_about_sealed_bids, sealed_stream_names
from proposals.rehearsal import lacks_rehearsal, last_rehearsal
from quarantine.queries import waiting
from suggestions.health import health as index_health
from web.access import staff
from web.naming import called, named
from web.office.overview import warnings

PAGE = 50
LETTERS = (Role.SYSADMIN, Role.OFFICER)


@staff(Role.AUDITOR, Role.INSPECTOR, Role.LEADER)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Everything that happened, newest first; a bid that is still sealed does not exist here either."""
    rows = Event.objects.exclude(stream__in=sealed_stream_names()).select_related("note").order_by("-at", "-seq")
    if words := asked(request.GET.get("q")):
        rows = rows.filter(_said(words, request.user))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = dict(User.objects.filter(pk__in={e.actor for e in page if e.actor}).values_list("pk", "name"))
    cases = _cases(page, request.user)
    entries = [
        {
            "event": event,
            "what": named(event.action),
            "who": names.get(UUID(event.actor)) if event.actor else _("平台"),
            "case": cases.get(event.stream),
        }
        for event in page
    ]
    return render(
        request,
        "office/audit.html",
        {"page": page, "entries": entries, "q": words, "checkpoint": Checkpoint.objects.last()},
    )


def _said(words: str, user: Any) -> Q:
    """By what one reads on the page: the name of the action, of the person, the number of the case; or by code."""
    people = User.objects.filter(name__icontains=words).values_list("pk", flat=True)[:200]
    needs = Need.objects.visible_to(user).filter(
        Q(number__icontains=words) | Q(application_number__icontains=words) | Q(title__icontains=words)
    )
    return (
        Q(action__in=called(words))
        | Q(actor__in=[str(pk) for pk in people])
        | Q(stream__in=[f"need:{pk}" for pk in needs.values_list("pk", flat=True)[:200]])
        | Q(subject__icontains=words)
        | Q(action__icontains=words)
        | Q(stream__icontains=words)
    )


def _cases(events: Iterable[Event], user: Any) -> dict[str, Need]:
    """The needs these events belong to, as far as the reader may see them."""
    pks = {event.stream.removeprefix("need:") for event in events if event.stream.startswith("need:")}
    return {f"need:{need.pk}": need for need in Need.objects.visible_to(user).filter(pk__in=pks)}


def machine_facts(user: Any) -> dict[str, Any]:
    """Is the machine alive: its clock, its last checkpoint, what has not gone out."""
    return {
        "database_time": clock.now(),
        "checkpoint": Checkpoint.objects.last(),
        "pending": oldest_pending_age(letters_about_sealed_bids()),
        "dead": shown_letters().count(),
        "sees_letters": user.has_role(*LETTERS),
    }


def scanner_facts() -> dict[str, Any]:
    """What the virus scanner calls itself, and how many files wait for it; nothing where the zone has none."""
    if not scanner.is_configured():
        return {}
    try:
        name = scanner.version()
    except scanner.Unavailable:
        name = _("没有应答")
    return {"scanner": name, "waiting": waiting().count()}


@staff()
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    facts = machine_facts(request.user)
    matching = index_health()
    today = clock.day_of(facts["database_time"])
    said = [*warnings(today, request.user), *filter(None, [lacks_rehearsal(), matching.said])]
    more = {"warnings": said, "rehearsal": last_rehearsal(), "matching": matching, **scanner_facts()}
    return render(request, "office/health.html", facts | more)


def shown_letters() -> QuerySet[Delivery]:
    """Without those about bids still sealed: their bidders read in the inbox what the mail did not bring.

    Nor those to people who follow a listing or have asked about it: who does is nobody else's business.
    """
    return dead_letters().exclude(pk__in=letters_about_sealed_bids()).exclude(notice__kind__endswith=".followed")


@staff(*LETTERS)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    page = Paginator(shown_letters(), PAGE).get_page(request.GET.get("page"))
    return render(request, "office/letters.html", {"page": page})


@staff(*LETTERS)
@require_POST
def retry_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    retry(get_object_or_404(shown_letters(), pk=pk), by=request.user)
    messages.success(request, _("已重新排队，几秒内再发一次。"))
    return redirect("office_letters")
