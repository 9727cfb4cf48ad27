"""Inviting teams to look at a listing, and writing down how many visitors it has had."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from audit.labels import name_actions
from needs.models import Need
from notifications.actions import notify
from notifications.kinds import register_kind
from rescue import rules
from rescue.models import DailyVisits, Invite
from teams.models import Team
from workflow.actions import begin
from workflow.machine import Refused

INVITED = register_kind("invite.create")
name_actions({"invite.create": gettext_lazy("邀请团队")})


@transaction.atomic
def invite(need: Need, teams: Iterable[Team], *, message: str = "", by: Any) -> list[Invite]:
    """One invitation a team, however often it is sent."""
    need = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if not rules.may_invite(by, need):
        raise PermissionDenied(_("邀请团队"))
    house = rules.house_of(by, need)
    if house is not None:  # two colleagues at once must not invite twice the day's share
        house = Organisation.objects.select_for_update(no_key=True).get(pk=house.pk)
    held, parties = set(need.invites.values_list("team", flat=True)), rules.parties_to(need)
    fresh = [team for team in teams if team.pk not in held and team.organisation_id not in parties]
    if reason := rules.why_not_invite(need) or rules.house_may_act(house) or rules.within_a_day(house, len(fresh)):
        raise Refused(str(reason))
    return [_invited(need, team, message, house, by) for team in fresh]


def _invited(need: Need, team: Team, message: str, house: Organisation | None, by: Any) -> Invite:
    row = Invite(need=need, team=team, message=message, invited_by=by, organisation=house)
    begin(row, by=by)
    notify([team.leader], kind=INVITED, subject=row, context={"message": message}, key=f"invite:{row.pk}")
    return row


def write_visits(need: Any, day: date, visitors: int) -> None:
    """The larger of what is known and what is counted: a cache that was emptied takes nothing away."""
    row, made = DailyVisits.objects.get_or_create(need_id=need, day=day, defaults={"visitors": visitors})
    if not made and row.visitors < visitors:
        DailyVisits.objects.filter(pk=row.pk).update(visitors=Greatest(F("visitors"), visitors))
