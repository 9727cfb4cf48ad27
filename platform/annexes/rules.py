"""Who may offer, ask for, answer and read an annex, and when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import managers, members
from accounts.rules import belongs, is_anyone, must_be_verified
from annexes.models import AnnexRequest
from annexes.queries import has_annex, terms_of
from annexes.states import ENDED, A
from needs.models import Need
from needs.states import N
from teams.models import Team, TeamMember
from teams.queries import people
from teams.rules import runs
from workflow.machine import Text

MOST_ASKED = 3  # a refused team may put it better, not go on for ever


# ── who ─────────────────────────────────────────────────────────────────────────
def is_owner(user: Any, request: AnnexRequest) -> bool:
    return belongs(user, request.need.organisation)


def may_commit(user: Any, team: Team) -> bool:
    """Binds the organisation: the leader of the team, or a manager of its organisation."""
    return runs(user, team)


def may_read(user: Any, request: AnnexRequest) -> bool:
    """Asked at every single read: the grant, the need, the organisation and the person's place as they are now."""
    return bool(
        is_anyone(user)
        and request.status == A.GRANTED
        and request.need.status not in ENDED
        and request.organisation.is_verified
        and TeamMember.objects.now()
        .filter(team=request.team_id, user=user, organisation=request.organisation_id)
        .exists()
    )


# ── when ────────────────────────────────────────────────────────────────────────
def may_be_asked_for(need: Need) -> Text:
    """Only while the listing takes bids: to let bidders ask for longer would show who has bid."""
    terms = terms_of(need)
    if not terms.offered or not has_annex(need):
        return _("发榜方没有开放保密附件的查阅。")
    return "" if need.takes_bids else _("揭榜已截止，不再受理查阅申请。")


def team_may_ask(need: Need, team: Team) -> Text:
    if team.organisation_id == need.organisation_id:
        return _("这是本单位自己的榜单，不需要申请查阅。")
    if reason := must_be_verified(team.organisation):
        return reason
    asked = list(AnnexRequest.objects.filter(need=need, team=team).values_list("status", flat=True))
    if A.REQUESTED in asked or A.GRANTED in asked:
        return _("这个团队的申请已经提交，不需要重复申请。")
    if len(asked) >= MOST_ASKED:
        return _("这个团队已经申请过 %(most)s 次，不能再次申请。") % {"most": MOST_ASKED}
    return ""


def is_still_open(request: AnnexRequest) -> Text:
    return "" if request.need.status == N.PUBLISHED else _("揭榜已截止，不能再同意新的查阅。")


def is_over(request: AnnexRequest) -> Text:
    need = request.need
    over = need.status in ENDED or (request.status == A.REQUESTED and need.status != N.PUBLISHED)
    return "" if over else _("需求还在办理，申请和查阅仍然有效。")


# ── whom to tell ────────────────────────────────────────────────────────────────
def owners(request: AnnexRequest) -> Iterable[Any]:
    return members(request.need.organisation)


def askers(request: AnnexRequest) -> Iterable[Any]:
    return people(request.team)


def binders(request: AnnexRequest) -> Iterable[Any]:
    """Who can accept a new agreement for the organisation."""
    return {user for user in (*people(request.team), *managers(request.organisation)) if runs(user, request.team)}
