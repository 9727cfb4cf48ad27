"""What inspectors, auditors and system administrators look at: the log, the machine, letters that failed."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.roles import Role
from audit.models import Checkpoint, Event
from core import clock
from core.search import asked
from notifications.actions import retry
from notifications.models import Delivery
from notifications.queries import dead_letters, oldest_pending_age
from proposals.queries import letters_about_sealed_bids, sealed_streams
from web.access import staff
from web.office.overview import warnings

PAGE = 50
LETTERS = (Role.SYSADMIN, Role.OFFICER)


@staff(Role.AUDITOR, Role.INSPECTOR, Role.LEADER)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Everything that happened, newest first; a bid that is still sealed does not exist here either."""
    rows = Event.objects.exclude(stream__in=sealed_streams()).select_related("note").order_by("-at", "-seq")
    if words := asked(request.GET.get("q")):
        rows = (
            rows.filter(subject__icontains=words)
            | rows.filter(action__icontains=words)
            | rows.filter(stream__icontains=words)
        )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = dict(User.objects.filter(pk__in={e.actor for e in page if e.actor}).values_list("pk", "name"))
    entries = [(event, names.get(UUID(event.actor)) if event.actor else _("平台")) for event in page]
    return render(
        request,
        "office/audit.html",
        {"page": page, "entries": entries, "q": words, "checkpoint": Checkpoint.objects.last()},
    )


@staff()
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    checkpoint = Checkpoint.objects.last()
    context = {
        "database_time": clock.now(),
        "checkpoint": checkpoint,
        "pending": oldest_pending_age(letters_about_sealed_bids()),
        "dead": shown_letters().count(),
        "warnings": warnings(clock.today()),
    }
    return render(request, "office/health.html", context)


def shown_letters() -> QuerySet[Delivery]:
    """Without those about bids still sealed: their bidders read in the inbox what the mail did not bring."""
    return dead_letters().exclude(pk__in=letters_about_sealed_bids())


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
