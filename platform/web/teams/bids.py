"""Starting a bid and writing it: the form, its autosave, its checklist, its attachments. Only the team comes here."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import clock
from core.files import FileRefused
from core.text import clauses, listed
from needs.models import Need
from proposals.actions import attach, detach, save_draft, start_proposal
from proposals.content import missing
from proposals.joining import confirmed_otherwise
from proposals.late import note_late
from proposals.models import Proposal
from proposals.reception import reception_of
from proposals.reuse import take_up, withdrawn
from proposals.rules import consortium_is_confirmed, is_leader
from proposals.states import P
from teams.models import Team
from web.access import signed_in
from web.drafts import NOTHING_CAME, carries_a_form, note_received, received, version_of
from web.steps import step_of
from web.teams.forms import TeamChoice, UploadForm
from web.teams.home import BIDDING, way_in
from web.teams.parts import parts
from web.teams.sheet import Sheet, filled, shown
from workflow.machine import Refused, Stale

ELSEWHERE = {"review": "proposal", "reuse": "proposal_reuse"}  # once it is saved
TYPED_HERE = "X-Requested-With"
TAKEN_UP = gettext_lazy("已从撤回的方案写起。附件请重新上传，参加单位请重新邀请；提交前请逐项核对。")
LATE = gettext_lazy("揭榜已截止，方案不能再改。您可以在方案页查看已经保存的内容。")


@signed_in
def start(request: HttpRequest, number: str) -> HttpResponse:
    """From a listing to a draft: which team bids, and what is about to happen."""
    needs = Need.objects.visible_to(request.user).select_related("organisation", "batch")
    need = get_object_or_404(needs, number=number)
    teams = Team.objects.of(request.user).exclude(organisation=need.organisation).select_related("organisation")
    form = TeamChoice(request.POST or None, teams=teams)
    live = Proposal.objects.of_team(request.user).filter(need=need).exclude(status__in=(P.WITHDRAWN, P.EXPIRED))
    own = list(live.select_related("need", "team"))
    before = withdrawn(need, request.user) if need.takes_bids and not own else []
    if request.method == "POST" and form.is_valid():
        team, wanted = form.cleaned_data["team"], request.POST.get("again")
        again = next((row for row in before if row.team_id == team.pk and str(row.pk) == wanted), None)
        try:
            return redirect("proposal_edit", _begin(request, need, team, again).pk)
        except Refused as refused:
            messages.error(request, str(refused))
    context: dict[str, Any] = {
        "need": need,
        "teams": teams,
        "form": form,
        "open": need.takes_bids,
        "reception": reception_of(need),
        "clock": clock.now(),
        "own": own,
        "withdrawn": before,
    }
    if not teams:
        request.session[BIDDING] = number  # the team's home says where one was going
        context |= way_in(request.user)
    return render(request, "teams/start.html", context, status=422 if form.errors else 200)


def _begin(request: HttpRequest, need: Need, team: Team, again: Proposal | None) -> Proposal:
    """A draft with the team's people in it; with `again`, with all that the team had withdrawn."""
    by: Any = request.user
    proposal = start_proposal(need=need, team=team, by=by)
    if again is not None:
        take_up(proposal, again, by=by)
        messages.success(request, TAKEN_UP)
    elif not proposal.draft:
        people = team.people()
        rows = [{"name": place.user.name, "title": "", "role": place.role_in_team} for place in people]
        save_draft(proposal, {"members": rows}, by=by)
    return proposal


@signed_in
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    proposal = load(request, pk)
    if not proposal.is_editable:
        return _too_late(request, proposal)
    if request.method != "POST":
        return _page(request, proposal, shown(proposal))
    if not carries_a_form(request.POST):
        return _page(request, proposal, shown(proposal), refusal=NOTHING_CAME, status=409)
    sheet = filled(proposal, request.POST)
    right, content = sheet.is_valid(), sheet.content()
    asked_again = confirmed_otherwise(proposal, content) if right else []  # nobody is disturbed over a slip of the pen
    try:
        save_draft(proposal, content, by=request.user, revision=version_of(request.POST), settle=right)
    except Stale:
        current = load(request, pk).revision
        return _page(request, proposal, filled(proposal, request.POST, version=current), stale=True, status=409)
    except Refused as refused:
        return _page(request, proposal, sheet, refusal=str(refused), status=409)
    if asked_again:
        names = {"names": listed(row.organisation.name for row in asked_again)}
        messages.info(request, _("报价、周期或成果归属有改动，已请%(names)s重新确认。") % names)
    return _saved(request, proposal, sheet)


def _too_late(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    said = str(LATE)
    if request.POST.get("then") == "submit" and is_leader(request.user, proposal):
        move = "replace" if proposal.status == P.SUBMITTED else "submit"
        noted = note_late(proposal, move=move, by=request.user)
        said = _("%(why)s%(said)s") % {"why": LATE, "said": noted}
    messages.warning(request, said)
    return redirect(proposal)


def _saved(request: HttpRequest, proposal: Proposal, sheet: Sheet) -> HttpResponse:
    note_received(request, proposal.pk)
    wrong, lacking = not sheet.is_valid(), missing(proposal.need, proposal.draft)
    if wrong:
        messages.warning(request, _("已保存。有几处还要改，已在下面标出。"))
    elif (there := request.POST.get("then")) in ELSEWHERE:
        return redirect(ELSEWHERE[there], proposal.pk)
    elif request.POST.get("then") != "submit":
        messages.success(request, _("已保存。"))
    elif lacking:
        messages.warning(request, _("已保存，还不能提交。还缺：%(gaps)s。") % {"gaps": clauses(lacking)})
    else:
        name = "submit" if proposal.status == P.DRAFT else "replace"
        return redirect("move", "proposal", proposal.pk, name)
    return redirect(reverse("proposal_edit", args=[proposal.pk]) + _place(request, proposal, sheet))


def _place(request: HttpRequest, proposal: Proposal, sheet: Sheet) -> str:
    """Back to the step one was at, or to the first that has something wrong."""
    asked = request.POST.get("step", "")
    return f"#part-{step_of(asked, _state(proposal, sheet)['parts'])}" if asked else ""


@signed_in
@require_POST
def autosave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft as it is being typed. 409 with a sentence where it cannot be kept here; the browser keeps it then."""
    if request.headers.get(TYPED_HERE) != "autosave":  # sent again by hand, after a new login
        return edit(request, pk)
    proposal = load(request, pk)
    content, revision = filled(proposal, request.POST).content(), version_of(request.POST)
    try:
        save_draft(proposal, content, by=request.user, revision=revision)
    except Refused as refused:
        return JsonResponse({"sentence": str(refused)}, status=409)
    at = timezone.localtime(proposal.working_saved_at) if proposal.working_saved_at else timezone.localtime()
    return JsonResponse({"version": proposal.revision, "saved": f"{at:%H:%M}"})


@signed_in
@require_POST
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is missing, the verdict on every indicator and the sum of the milestones, for what stands in the fields."""
    proposal = load(request, pk)
    sheet = filled(proposal, request.POST)
    return render(request, "proposals/checked.html", {"proposal": proposal, "again": True, **_state(proposal, sheet)})


@signed_in
@require_POST
def add_files(request: HttpRequest, pk: UUID) -> HttpResponse:
    proposal = load(request, pk)
    errors = [] if request.FILES else [_("请先选择文件。")]
    for upload in request.FILES.getlist("upload"):
        try:
            attach(proposal, upload, by=request.user)
        except (FileRefused, Refused) as refused:
            errors.append(str(refused))
    return _files(request, proposal, errors)


@signed_in
@require_POST
def remove_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    proposal = load(request, pk)
    try:
        detach(proposal, str(file), by=request.user)
    except Refused as refused:
        return _files(request, proposal, [str(refused)])
    return _files(request, proposal, [])


def _files(request: HttpRequest, proposal: Proposal, errors: list[str]) -> HttpResponse:
    """The list again: as a part for htmx, as the page for everybody else."""
    proposal = load(request, proposal.pk)
    if request.htmx:  # type: ignore[attr-defined]
        files = proposal.draft.get("files", [])
        return render(request, "proposals/files.html", {"proposal": proposal, "files": files, "file_errors": errors})
    if errors:
        return _page(request, proposal, shown(proposal), file_errors=errors, status=422)
    return redirect(reverse("proposal_edit", args=[proposal.pk]) + "#files")


def load(request: HttpRequest, pk: UUID) -> Proposal:
    rows = Proposal.objects.of_team(request.user).select_related(
        "need__batch", "need__organisation", "team__organisation", "team__leader"
    )
    return get_object_or_404(rows.prefetch_related("need__indicators"), pk=pk)


def _page(
    request: HttpRequest,
    proposal: Proposal,
    sheet: Sheet,
    *,
    status: int = 200,
    file_errors: Sequence[str] = (),
    **more: Any,
) -> HttpResponse:
    upload = UploadForm(url=reverse("proposal_files", args=[proposal.pk]), errors=file_errors)
    context = {
        "proposal": proposal,
        "received": received(request, proposal.pk),
        "latest": proposal.latest,
        "leads": is_leader(request.user, proposal),
        "files": proposal.draft.get("files", []),
        "upload": upload,
        "beside": [*sheet.formsets, upload],  # for the summary of errors
        "clock": clock.now(),
        "reception": reception_of(proposal.need),
        **_state(proposal, sheet),
        **more,
    }
    context["step"] = step_of(request.POST.get("step", ""), context["parts"])
    return render(request, "proposals/edit.html", context, status=status)


def _state(proposal: Proposal, sheet: Sheet) -> dict[str, Any]:
    """What is missing in which part, every verdict, every sum."""
    state = sheet.state()
    sections = parts(sheet, {**proposal.draft, **state["content"]})
    return {
        "need": proposal.need,
        "sheet": sheet,
        "full": proposal.need.batch.asks_full,
        "parts": sections,
        "gap_count": sum(len(part.gaps) for part in sections),
        "unconfirmed": consortium_is_confirmed(proposal),
        **state,
    }
