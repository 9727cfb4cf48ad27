"""A need on its way over the desks: the checklist, who has it, who diagnoses it, what is proposed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import OPERATING
from audit.queries import timeline
from diagnoses.actions import may_credit
from diagnoses.checklist import sheet_of
from diagnoses.codes import Duty
from diagnoses.models import Credit, Rewrite
from diagnoses.queries import assignments_of
from diagnoses.rules import is_assignee, is_on_the_desk, is_owner, may_assign, may_propose
from diagnoses.states import LIVE, R
from needs.models import Need
from needs.rules import in_his_hands, is_screener
from needs.states import N, VersionEvent
from needs.versions import changes
from web.cases import history
from web.cases.next_steps import Page
from web.office.screening_form import ChecklistForm
from workflow.machine import Transition
from workflow.queries import Offer
from workflow.registry import get_machine

BEFORE_LISTING = (N.SUBMITTED, N.RETURNED, N.SCREENED)


def desk_of(need: Need, user: Any) -> dict[str, Any]:
    """The checklist is the zone's; the enterprise sees who diagnoses, the log and the proposals."""
    given = assignments_of(need, user) if need.application_number else []
    staff = user.has_role(*OPERATING)
    changed = _changed(need) if staff else 0
    live = [one for one in given if one.status in LIVE]
    return {
        "staff": staff,
        "handed": live,
        "diagnoses": [one for one in given if one.duty == Duty.DIAGNOSIS],
        "rewrites": list(Rewrite.objects.visible_to(user).filter(need=need)) if need.application_number else [],
        "credit": Credit.objects.filter(need=need).select_related("agency", "officer").first() if staff else None,
        "changed": changed,
        "asked": _asked(need) if changed else None,
        **(_checklist(need, user) if staff and need.status in BEFORE_LISTING else {}),
    }


def _checklist(need: Need, user: Any) -> dict[str, Any]:
    sheet = sheet_of(need)
    mine = need.status == N.SUBMITTED and is_screener(user, need) and not in_his_hands(need, user)
    form = ChecklistForm(sheet=sheet, need=need) if mine else None
    return {"checks": sheet if form or sheet.checks else None, "check_form": form}


def _asked(need: Need) -> history.Word | None:
    """What the zone asked for when it last sent the need back."""
    return history.latest(timeline(need.audit_stream), "need.return", need)


def _changed(need: Need) -> int:
    """In how many places the words on the desk differ from what was submitted before."""
    if need.status not in (N.SUBMITTED, N.SCREENED):
        return 0
    last = list(need.versions.filter(event=VersionEvent.SUBMIT).order_by("-number")[:2])
    return len(changes(last[1].content, last[0].content)) if len(last) == 2 else 0


def pages(need: Need, user: Any, desk: dict[str, Any]) -> list[Offer]:
    """Where the zone, and whoever diagnoses, goes from the need's page."""
    found: list[tuple[Any, str]] = []
    open_rewrite = next((one for one in desk["rewrites"] if one.status == R.OFFERED), None)
    if need.application_number and may_assign(user, need) and need.status not in get_machine("need").finals:
        busy = {one.duty for one in desk["handed"]}
        if Duty.DIAGNOSIS not in busy and not is_on_the_desk(need):
            found.append((_("交给服务机构诊断"), f"{reverse('need_assign', args=[need.pk])}?duty=diagnosis"))
        if Duty.HANDOVER not in busy:
            found.append((_("交接给其他经办"), f"{reverse('need_assign', args=[need.pk])}?duty=handover"))
    if not open_rewrite and not is_on_the_desk(need) and may_propose(user, need):
        found.append((_("提改写建议"), reverse("need_rewrite", args=[need.pk])))
    if is_screener(user, need) and may_credit(user, need):
        found.append((_("登记来源"), reverse("need_credit", args=[need.pk])))
    first = [*_to_the_checklist(need, desk), *_to_his_part(user, desk, open_rewrite)]
    return [*first, *(_page(label, url) for label, url in found)]


def _page(label: Any, url: str, style: str = "plain") -> Offer:
    return Page(Transition(name="", source=(), target="", label=label, style=style), "", url)


def _to_his_part(user: Any, desk: dict[str, Any], open_rewrite: Rewrite | None) -> list[Offer]:
    """The enterprise to the proposal it has to answer, whoever diagnoses to his log."""
    if open_rewrite and is_owner(user, open_rewrite):
        return [_page(_("答复改写建议"), open_rewrite.get_absolute_url(), "primary")]
    mine = [one for one in desk["handed"] if one.is_running and is_assignee(user, one)]
    return [_page(_("写诊断日志"), f"{one.get_absolute_url()}#write", "primary") for one in mine]


def _to_the_checklist(need: Need, desk: dict[str, Any]) -> list[Offer]:
    """What comes before passing it, while something on the list is open."""
    waits = desk.get("check_form") and desk["checks"].missing
    return [_page(_("填写审查清单"), f"{need.get_absolute_url()}#checklist", "primary")] if waits else []
