"""对接: an enterprise invites a bidder to talk before it chooses; what was said; all of them, for a calendar too."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from core.ical import CONTENT_TYPE, Moment, calendar
from decisions.queries import ANSWERABLE
from meetings.actions import invite
from meetings.asks import starting_time, why_not_at
from meetings.models import LENGTHS, Meeting, MeetingMode
from meetings.models import MeetingStatus as M
from meetings.rules import invites, is_invited
from proposals.models import Proposal
from proposals.states import REVEALED
from web.access import signed_in
from web.cases import history, next_steps
from web.cases.needs import inside
from web.downloads import download
from web.drafts import Line, Prose
from web.public.addresses import absolute
from workflow.machine import Refused


class InviteForm(forms.Form):
    mode = forms.ChoiceField(label=gettext_lazy("方式"), choices=MeetingMode, widget=forms.RadioSelect)
    starts_at = starting_time()
    lasts = forms.TypedChoiceField(
        label=gettext_lazy("时长"), choices=LENGTHS, coerce=int, empty_value=60, initial=60, required=False
    )
    place = Line(
        label=gettext_lazy("地点或会议号"), max_length=200, help_text=gettext_lazy("例如：高新区科创中心 3 楼会议室。")
    )
    agenda = Prose(
        label=gettext_lazy("要谈什么"),
        max_length=500,
        rows=3,
        help_text=gettext_lazy("对方会看到，例如：请带样件，说明低温指标的检测依据。"),
    )

    use_required_attribute = False

    def clean_starts_at(self) -> Any:
        at = self.cleaned_data["starts_at"]
        if reason := why_not_at(at):
            raise forms.ValidationError(reason)
        return at


@signed_in
def invite_bidder(request: HttpRequest, pk: UUID, proposal: UUID) -> HttpResponse:
    need = inside(request, pk)
    rows: Any = Proposal.objects.visible_to(request.user).revealed().filter(need=need)
    row = get_object_or_404(rows.select_related("team__organisation", "need__organisation"), pk=proposal)
    if not next_steps.is_party(request.user, need):
        raise Http404
    form, refusal = InviteForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(invite(row, **form.cleaned_data, by=request.user))
        except Refused as refused:
            refusal = str(refused)
    context = {"need": need, "proposal": row, "form": form, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "meetings/invite.html", context, status=status)


STATUSES = {M.INVITED: "TENTATIVE", M.DECLINED: "CANCELLED", M.CANCELLED: "CANCELLED", M.LAPSED: "CANCELLED"}
PAGE, MOST_ENTRIES = 20, 500


@signed_in
@require_safe
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _load(request, pk)
    host = invites(request.user, row)
    context = {
        "meeting": row,
        "proposal": row.proposal,
        "need": row.proposal.need,
        "mine": True if _waits_for(row, request.user) else None,
        "again": host and row.status in (M.DECLINED, M.LAPSED) and row.proposal.status in ANSWERABLE,
        "host": host,
        "events": history.of_rows(row.audit_stream, [row.pk]),
    }
    return render(request, "meetings/meeting.html", context)


def _waits_for(row: Meeting, user: Any) -> bool:
    asked = invites if row.status in (M.HELD, M.OBJECTED) else is_invited
    return row.status in (M.INVITED, M.MINUTED, M.HELD, M.OBJECTED) and asked(user, row)


@signed_in
@require_safe
def all_of_mine(request: HttpRequest) -> HttpResponse:
    """Those of this person's team or enterprise, for the zone everybody's; what lies ahead first."""
    rows = _rows(request)
    page = Paginator(rows.exclude(pk__in=rows.ahead().values("pk")).order_by("-starts_at", "pk"), PAGE)
    context = {
        "ahead": list(rows.ahead()[:MOST_ENTRIES]),
        "page": page.get_page(request.GET.get("page")),
        "takes_part": Meeting.objects.of(request.user).ahead().exists(),
    }
    return render(request, "meetings/meetings.html", context)


# ── for a calendar ──────────────────────────────────────────────────────────────
@signed_in
@require_safe
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One meeting. Taken again after it was put to another time, it moves; called off, it goes."""
    return _calendar([_load(request, pk)], "meeting.ics")


@signed_in
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Those ahead in which this person takes part. No address that answers without a login: it would be a key."""
    rows: Any = Meeting.objects.of(request.user).ahead().select_related(*RELATED)
    return _calendar(rows[:MOST_ENTRIES], "meetings.ics")


def _calendar(rows: Any, name: str) -> HttpResponse:
    whole = _("%(zone)s揭榜台对接") % {"zone": settings.ZONE_NAME}
    return download(calendar(whole, map(_moment, rows)).encode(), name, CONTENT_TYPE)


def _moment(row: Meeting) -> Moment:
    need, team = row.proposal.need, row.proposal.team
    status = STATUSES.get(M(row.status), "CONFIRMED")
    return Moment(
        uid=f"{row.pk}@{settings.SITE_URL.partition('://')[2]}",
        at=row.starts_at,
        until=row.ends_at,
        changed=row.status_since,
        sequence=row.moved + (status == "CANCELLED"),
        title=pgettext("calendar", "对接：%(title)s") % {"title": need.title},
        text=f"{need.number}\n{need.organisation.name} · {team.name}\n{row.get_mode_display()}\n{row.agenda}",
        place=row.place,
        status=status,
        url=absolute(row.get_absolute_url()),
    )


# ── reading ─────────────────────────────────────────────────────────────────────
RELATED = ("proposal__need__organisation", "proposal__team__organisation")


def _rows(request: HttpRequest) -> Any:
    rows: Any = Meeting.objects.visible_to(request.user)
    return rows.select_related(*RELATED).filter(proposal__status__in=REVEALED)


def _load(request: HttpRequest, pk: UUID) -> Meeting:
    row: Meeting = get_object_or_404(_rows(request), pk=pk)
    return row


def ahead_of(user: Any, *, most: int = 3) -> list[Meeting]:
    """The next ones this person takes part in, for his first page."""
    rows: Any = Meeting.objects.of(user).ahead().select_related(*RELATED)
    return list(rows[:most])
