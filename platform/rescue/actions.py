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
    if not rules.may_invite(by):
        raise PermissionDenied(_("邀请团队"))
    if reason := rules.why_not_invite(need):
        raise Refused(str(reason))
    held = set(need.invites.values_list("team", flat=True))
    made = []
    for team in teams:
        if team.pk in held or team.organisation_id == need.organisation_id:
            continue
        row = Invite(need=need, team=team, message=message, invited_by=by)
        begin(row, by=by)
        notify([team.leader], kind=INVITED, subject=row, context={"message": message}, key=f"invite:{row.pk}")
        made.append(row)
    return made


def write_visits(need: Any, day: date, visitors: int) -> None:
    """The larger of what is known and what is counted: a cache that was emptied takes nothing away."""
    row, made = DailyVisits.objects.get_or_create(need_id=need, day=day, defaults={"visitors": visitors})
    if not made and row.visitors < visitors:
        DailyVisits.objects.filter(pk=row.pk).update(visitors=Greatest(F("visitors"), visitors))
