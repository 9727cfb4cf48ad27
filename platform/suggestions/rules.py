"""Who sees, judges and contests a suggestion."""

from typing import Any

from accounts.roles import OPERATING, Role
from accounts.rules import holds, is_anyone
from needs.models import Need
from suggestions.models import Judgement, diagnosed
from suggestions.states import Side
from teams.models import Team
from teams.rules import runs


def may_look(user: Any, need: Need) -> bool:
    """Whoever acts for the need: its enterprise, who diagnosed it, the zone."""
    return holds(user, *OPERATING) or acts_for(user, need)


def acts_for(user: Any, need: Need) -> bool:
    if not is_anyone(user):
        return False
    return need.organisation_id in user.positions or need.pk in set(
        diagnosed(user).filter(need=need).values_list("need", flat=True)
    )


def may_judge(user: Any, need: Need) -> bool:
    """Say on the side of the need that a team does not suit it: who could invite the team."""
    return holds(user, Role.OFFICER) or acts_for(user, need)


def may_contest(user: Any, team: Team) -> bool:
    """On the side of the team: its leader, or a manager of its organisation."""
    return runs(user, team)


def may_withdraw(user: Any, judgement: Judgement) -> bool:
    if judgement.side == Side.TEAM:
        return may_contest(user, judgement.team)
    return may_judge(user, judgement.need)
