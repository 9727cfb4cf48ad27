"""Who invites and who answers, and when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.queries import members, office
from accounts.roles import OPERATING, Role
from accounts.rules import belongs, holds, is_anyone, must_be_verified
from core import clock
from diagnoses.codes import Duty
from diagnoses.models import Assignment
from diagnoses.states import A
from needs.models import Need
from partners.models import Partnership
from partners.states import SHARING
from rescue import parties
from rescue.models import Invite
from teams.rules import in_team, leads
from workflow.machine import Text

MOST_A_DAY = 10


def may_invite(user: Any, need: Need) -> bool:
    """An officer, the enterprise that asks, and the agency that diagnosed what it asks."""
    return holds(user, Role.OFFICER) or house_of(user, need) is not None


def house_of(user: Any, need: Need) -> Organisation | None:
    """On whose behalf this person invites teams to this need; None for the zone, and for whoever may not."""
    if not is_anyone(user) or user.has_role(Role.OFFICER):
        return None
    if belongs(user, need.organisation):
        return need.organisation
    done = Assignment.objects.filter(need=need, duty=Duty.DIAGNOSIS, status__in=(A.ACCEPTED, A.DONE))
    found = done.filter(agency__in=user.positions).select_related("agency").order_by("-created_at").first()
    return found.agency if found else None


def parties_to(need: Need) -> set[Any]:
    """Organisations that post the need, have seen its inside for who does, or keep a share of its key: they could not
    bid (`proposals.conflicts`)."""
    posts = Partnership.objects.filter(need=need, status__in=SHARING).values_list("organisation", flat=True)
    taken = (A.ACCEPTED, A.DONE, A.RETURNED)
    seen = Assignment.objects.filter(need=need, agency__isnull=False, status__in=taken).values_list("agency", flat=True)
    return {need.organisation_id, *posts, *seen, *parties.houses_of(need)}


def reads_reason(user: Any, invite: Invite) -> bool:
    """Why a team declined is told to the zone alone; the team knows what it said."""
    return holds(user, *OPERATING) or in_team(user, invite.team)


def reads_message(user: Any, invite: Invite) -> bool:
    """What the zone or an agency wrote to a team is between the two; that it asked, and the answer, the enterprise sees
    as well: so nobody asks twice."""
    home = invite.organisation
    return holds(user, *OPERATING) or in_team(user, invite.team) or (home is not None and belongs(user, home))


def is_team_leader(user: Any, invite: Invite) -> bool:
    return leads(user, invite.team)


def why_not_invite(need: Need) -> Text:
    if need.number is None:
        return _("发榜后才能邀请团队。")
    return "" if need.takes_bids else _("揭榜已截止，不再邀请团队。")


def still_open(invite: Invite) -> Text:
    return "" if invite.need.takes_bids else _("揭榜已截止，这份邀请不用再回复。")


def house_may_act(house: Organisation | None) -> Text:
    return must_be_verified(house) if house else ""


def within_a_day(house: Organisation | None, n: int) -> Text:
    """A house that asks everybody every day is soon read by nobody."""
    if house is None:
        return ""
    today = Invite.objects.filter(organisation=house, created_at__date=clock.today()).count()
    if today + n <= MOST_A_DAY:
        return ""
    return _(
        "一天最多邀请 %(most)d 个团队，贵单位今天已经邀请了 %(n)d 个。请少选几个，或明天再邀请；"
        "急需时可以请管委会代为邀请。"
    ) % {"most": MOST_A_DAY, "n": today}


def inviters(invite: Invite) -> Iterable[Any]:
    return members(invite.organisation) if invite.organisation else office(Role.OFFICER)
