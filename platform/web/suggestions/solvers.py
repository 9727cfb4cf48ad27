"""谁能解决: the teams suggested for a need, why, what they lack, and whom of them somebody has asked."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import OPERATING
from accounts.rules import holds
from core.text import clauses, listed
from needs.models import Need
from reports.ledgers import COUNT, Column
from suggestions import rules
from suggestions.actions import mark_shown
from suggestions.models import Following, Index, Judgement
from suggestions.queries import Match, experts, judged, suggested
from web.access import signed_in, staff
from web.cases.needs import inside
from web.office.sheets import export
from web.suggestions.inviting import InviteForm, panel, send
from web.suggestions.reading import good, readable
from works.queries import with_public_works


def _reason(match: Match, part: str) -> str:
    return getattr(match.reasons[0], part) if match.reasons else ""


def _met(match: Match, covered: bool) -> str:
    return listed(indicator.name for indicator, found in match.covered if found == covered)


def _answer(match: Match) -> str:
    if match.invite is None:
        return ""
    said = {"sender": match.invite.sender, "answer": match.invite.get_status_display()}
    return _("由%(sender)s邀请：%(answer)s") % said


COLUMNS = (
    Column(gettext_lazy("序号"), lambda row: row[0], COUNT, 6),
    Column(gettext_lazy("团队"), lambda row: row[1].team.name, width=24),
    Column(gettext_lazy("所属单位"), lambda row: row[1].team.organisation.name, width=28),
    Column(gettext_lazy("匹配程度"), lambda row: row[1].row.get_strength_display(), width=10),
    Column(gettext_lazy("需求里说"), lambda row: _reason(row[1], "asked"), width=40),
    Column(gettext_lazy("团队做过"), lambda row: _reason(row[1], "done"), width=40),
    Column(gettext_lazy("出自"), lambda row: _reason(row[1], "title"), width=30),
    Column(gettext_lazy("成果里提到的指标"), lambda row: _met(row[1], True), width=24),
    Column(gettext_lazy("没有提到的指标"), lambda row: _met(row[1], False), width=24),
    Column(gettext_lazy("其他因素"), lambda row: clauses(factor.said for factor in row[1].factors), width=40),
    Column(gettext_lazy("邀请"), lambda row: _answer(row[1]), width=24),
)


def load(request: HttpRequest, pk: UUID) -> Need:
    """A need for whoever looks for solvers of it: its enterprise, who diagnosed it, the zone."""
    rows = Need.objects.visible_to(request.user).select_related("organisation", "batch", "handler")
    need = get_object_or_404(rows.prefetch_related("indicators"), pk=pk)
    if not rules.may_look(request.user, need):
        raise Http404
    return need


def solvers_of(need: Need, user: Any) -> list[Match]:
    return readable(suggested(need, user), user)


def note_shown(found: list[Match], user: Any) -> None:
    """The weak ones are folded away: seen are those that somebody then invites or judges."""
    mark_shown([match.row for match in good(found)], by=user)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def need_suggestions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A POST invites the teams that were ticked, or takes away as Excel what is shown."""
    need = load(request, pk)
    matches = solvers_of(need, request.user)
    if request.method != "POST":
        if request.method == "GET":
            note_shown(matches, request.user)
        return _page(request, need, matches)
    if request.POST.get("then") == "export":
        title = _("谁能解决 %(number)s") % {"number": need.display_number}
        rows = list(enumerate(matches, 1))
        secret = [] if holds(request.user, *OPERATING) else [_("含团队没有公开的成果，请勿外传")]
        told = clauses([need.title, *secret])
        return export(
            request, kind="suggestions", title=title, columns=COLUMNS, rows=rows, count=len(rows), filters=told
        )
    sent = send(request, need, matches)
    if sent.status:
        return _page(request, need, matches, sent.form, refusal=sent.refusal, status=sent.status)
    return redirect("need_suggestions", pk)


def _page(
    request: HttpRequest,
    need: Need,
    matches: list[Match],
    form: InviteForm | None = None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "need": need,
        "owner": need.organisation_id in request.user.positions,  # type: ignore[union-attr]
        "refusal": refusal,
        **about(request, need, matches),
        **panel(request, need, matches, form),
    }
    return render(request, "suggestions/need.html", context, status=status)


def about(request: HttpRequest, need: Need, matches: list[Match]) -> dict[str, Any]:
    """Beside the list itself: what was called unsuitable, when it was computed, and who has a page in public."""
    pages = with_public_works().filter(pk__in=[match.team.pk for match in matches])
    following = Following.objects.filter(need=need).first()
    return {
        "judged": list(judged(need, request.user)),
        "may_judge": rules.may_judge(request.user, need),
        "undo": just_judged(request),
        "ranked_at": following.ranked_at if following else None,
        "past": need.number is not None and not need.takes_bids,
        "learnt": bool(following) or Index.objects.exclude(folder="").exists(),
        "public_teams": set(pages.values_list("pk", flat=True)) if matches else set(),
    }


def just_judged(request: HttpRequest) -> Judgement | None:
    """What the reader has just said, so that it can be taken back at once."""
    try:
        key = UUID(request.GET.get("judged", ""))
    except ValueError:
        return None
    rows = Judgement.objects.visible_to(request.user).standing().filter(pk=key)  # type: ignore[attr-defined]
    return rows.select_related("team", "need").first()


@staff(*OPERATING)
@require_safe
def need_experts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """People who could judge the need, from teams of organisations that are no party to it."""
    need = inside(request, pk)
    found = experts(need, request.user)
    people = sum(len(one.people) for one in found)
    lead = ngettext("%(n)d 位专家", "%(n)d 位专家", people) % {"n": people}
    return render(request, "suggestions/experts.html", {"need": need, "experts": found, "lead": lead, "staff": True})
