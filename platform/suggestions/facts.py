"""What the platform knows of teams besides their works, for many teams at once. No bid is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, Q
from django.db.models.functions import TruncDate

from contracts.models import Contract, ContractStatus, Milestone, MilestoneStatus
from core import clock
from core.clock import BEIJING
from rescue.models import Invite
from rescue.states import ANSWERED, InviteStatus
from teams.models import Team
from works.models import Work

YEARS, ASKED = 5, timedelta(days=365)


@dataclass(frozen=True)
class Facts:
    organisation: Any
    fields: frozenset[str] = frozenset()
    region: str = ""
    changed: int = 0
    trl: int | None = None  # of its most mature result
    recent: float | None = None  # share of its dated works of the last five years
    on_time: int = 0  # milestones on the platform, verified
    late: int = 0
    performing: int = 0  # contracts
    invited: int = 0  # invitations it has not answered yet
    answered: int = 0  # of the last year
    silent: int = 0
    misplaced: float = 0.0  # 0 to 1, for one need: `suggestions.feedback`


def facts_of(teams: Sequence[Any]) -> dict[Any, Facts]:
    """By key, for those of these teams that are matched now. Five queries, however many teams."""
    columns = ("pk", "organisation", "field8", "organisation__region", "changed")
    rows = Team.objects.matchable().filter(pk__in=teams).values_list(*columns)
    found = {pk: Facts(home, frozenset(fields), region, changed) for pk, home, fields, region, changed in rows}
    for more in (_works(teams), _contracts(teams), _milestones(teams), _invites(teams)):
        for pk, values in more.items():
            if pk in found:
                found[pk] = replace(found[pk], **values)
    return found


def _works(teams: Sequence[Any]) -> dict[Any, dict[str, Any]]:
    dated = Count("pk", filter=Q(year__isnull=False))
    new = Count("pk", filter=Q(year__gt=clock.today().year - YEARS))
    rows = Work.objects.filter(team__in=teams).order_by().values_list("team")
    return {
        pk: {"trl": trl, "recent": fresh / told if told else None}
        for pk, trl, told, fresh in rows.annotate(trl=Max("trl"), told=dated, fresh=new)
    }


def _contracts(teams: Sequence[Any]) -> dict[Any, dict[str, Any]]:
    rows = Contract.objects.filter(team__in=teams, status=ContractStatus.PERFORMING).order_by().values_list("team")
    return {pk: {"performing": n} for pk, n in rows.annotate(n=Count("pk"))}


def _milestones(teams: Sequence[Any]) -> dict[Any, dict[str, Any]]:
    """By when they were reported: how long the other side took to verify is not the team's doing."""
    in_time = Q(reported_on__lte=F("due_date"))
    rows = Milestone.objects.filter(contract__team__in=teams, status=MilestoneStatus.VERIFIED)
    told: Any = rows.annotate(reported_on=TruncDate("reported_at", tzinfo=BEIJING)).order_by()
    counted = told.values_list("contract__team").annotate(good=Count("pk", filter=in_time), all=Count("pk"))
    return {pk: {"on_time": good, "late": total - good} for pk, good, total in counted}


def _invites(teams: Sequence[Any]) -> dict[Any, dict[str, Any]]:
    rows = Invite.objects.filter(team__in=teams, created_at__gt=clock.now() - ASKED).order_by().values_list("team")
    counted = rows.annotate(
        answered=Count("pk", filter=Q(status__in=ANSWERED)),
        silent=Count("pk", filter=Q(status=InviteStatus.LAPSED)),
        invited=Count("pk", filter=Q(status=InviteStatus.SENT)),
    )
    names = ("answered", "silent", "invited")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in counted}
