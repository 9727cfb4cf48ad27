"""/listings/: what may be answered, and one listing with everything a bidder may rely on."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.roles import Role
from audit.models import Event
from core.files import files_of
from core.text import listed
from custody.models import Rescue
from discovery.search import OPEN, STRANGER, WAITING, listings
from needs.additions import answers
from needs.models import Need
from needs.states import BEFORE_OPENING, N
from partners.queries import with_partners
from proposals.models import Opening, Proposal
from proposals.states import OpeningStatus, P
from web.access import public
from web.public import questions
from web.public.addresses import absolute, feed_addresses, search_address
from web.public.changes import of_listing
from web.public.search import Search
from web.public.visits import count_visit
from workflow.queries import steps

CHOSEN = (P.SELECTED, P.CONTRACTED)
ANSWERED = (N.SELECTED, N.INTENDED, N.CONTRACTED, N.COMPLETED, N.TERMINATED)
OPENED_BY = ("opening.create", "opening.confirm")
NOT_PUBLIC_STEPS = 3  # submitted, screened, approved: what happened before there was a listing


@public
@require_safe
def listing_list(request: HttpRequest) -> HttpResponse:
    """The whole page, or only what changes when htmx asks for it: the address is the same."""
    search = Search(request.GET)
    htmx = request.htmx  # type: ignore[attr-defined]
    partial = htmx.target == "results" and not htmx.history_restore_request
    template = "public/listings_found.html" if partial else "public/listings.html"
    page, criteria = search.page, search.criteria
    beyond = {"page": page.number} if page.number > 1 else {}
    context = {
        "search": search,
        "page": page,
        "address": search_address("listing_list", criteria, **beyond),
        "feeds": feed_addresses(criteria),
    }
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@public
@require_safe
def listing(request: HttpRequest, number: str) -> HttpResponse:
    """The public layer of one need: the same bytes for everyone, however many bids there are, until the opening."""
    rows = listings().select_related("organisation", "batch", "annex_terms").prefetch_related("indicators")
    rows = with_partners(rows)
    need = get_object_or_404(rows.defer("confidential", "search", "search_text", "wrapped_key"), number=number)
    count_visit(request, need)
    opening, events = opening_record(need), public_events(need)
    context = {
        "need": need,
        "is_open": need.phase == OPEN,  # type: ignore[attr-defined]
        "state": public_state(need),
        "steps": steps(need, events)[NOT_PUBLIC_STEPS:],  # with the days as the audit chain has them
        "files": files_of(need, "public"),
        "changed": of_listing(need),
        **questions.on_listing(need, request.user),
        "answers": [answer for answer in answers(need, public_only=True) if answer.text],
        "opening": opening,
        "openers": openers(opening, events) if opening else [],
        "rescue": Rescue.objects.filter(need=need, round=opening.round).first() if opening and need.key_dealt else None,
        "winner": winner(need),
        "own": own_links(request.user, need),
        "address": absolute(need.public_url),
        "partners": need.partner_names,  # type: ignore[attr-defined]
        "image": absolute(reverse("listing_preview", args=[need.number])),
        "type_size": type_size(need),
        "following": request.user.is_authenticated and need.follows.filter(user=request.user).exists(),
    }
    return render(request, "public/listing.html", context)


# ── what the public is told ─────────────────────────────────────────────────────
def public_state(need: Need) -> str:
    """Its state by the database clock: a late tick never shows a closed window as open."""
    if need.status == N.PUBLISHED and need.phase == WAITING:  # type: ignore[attr-defined]
        return str(N.CLOSED.label)
    if need.status in (N.APPROVED, N.SCHEDULED):
        return _("准备重新发榜")
    return need.get_status_display()


def public_events(need: Need) -> list[Event]:
    """What the page tells of the audit chain: the moves of the need, and who opened it."""
    told = Q(action__startswith="need.") | Q(action__in=OPENED_BY)
    return list(Event.objects.filter(told, stream=need.audit_stream).order_by("seq"))


ON_ONE_SHEET = ((1100, "9"), (2000, "8"), (3100, "7"))  # characters that fit on one A4, in points
INDICATOR_ROW = 60  # characters of text that take as much room as one indicator


def type_size(need: Need) -> str:
    """一榜一页: the more a listing says, the smaller its print, so that each is one sheet."""
    texts = (need.problem, need.present, need.goal, need.conditions)
    length = sum(map(len, texts)) + INDICATOR_ROW * len(need.indicators.all())
    return next((points for most, points in ON_ONE_SHEET if length <= most), "6")


def opening_record(need: Need) -> Opening | None:
    """Since two people broke the seal: how many bids there were, and their commitments."""
    if need.status in BEFORE_OPENING:  # listed again: the record of the first time belongs to the first time
        return None
    return (
        Opening.objects.visible_to(STRANGER)
        .filter(need=need, status=OpeningStatus.OPENED)
        .order_by("-opened_at")
        .first()
    )


def openers(opening: Opening, events: list[Event]) -> list[str]:
    """In what capacity the two acted, as the chain recorded it. Roles, never names."""
    subject = f"proposals.opening:{opening.pk}"
    return [role_names(event.actor_role) for event in events if event.subject == subject and event.action in OPENED_BY]


def role_names(recorded: str) -> str:
    labels = {role.value: str(role.label) for role in Role}
    return listed(labels[key] for key in recorded.split("+") if key in labels) or _("工作人员")


def winner(need: Need) -> Proposal | None:
    """Whom the enterprise chose, once the result was published. Prices stay between the parties."""
    if need.status not in ANSWERED:
        return None
    chosen = Proposal.objects.filter(need=need, status__in=CHOSEN)
    return chosen.select_related("team__organisation").only("team__name", "team__organisation__name").first()


@dataclass(frozen=True)
class OwnLink:
    label: str
    noun: str
    pk: UUID


def own_links(user: Any, need: Need) -> list[OwnLink]:
    """Where this reader's own work on this listing is. About their own bid only: others' are not asked for."""
    if not user.is_authenticated:
        return []
    links = []
    if Need.objects.inside(user).filter(pk=need.pk).exists():
        links.append(OwnLink(_("打开办理页"), "need", need.pk))
    mine = Proposal.objects.of_team(user).filter(need=need).exclude(status__in=(P.WITHDRAWN, P.EXPIRED)).first()
    return [*links, OwnLink(_("打开我方方案"), "proposal", mine.pk)] if mine else links
