"""A team may refuse automatic matching, and take that back; when and by whom is written down (PIPL art. 24)."""

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.actions import record
from audit.labels import name_actions
from core import clock
from teams.actions import open_team
from teams.changes import touch
from teams.models import Team

name_actions({"team.unmatch": gettext_lazy("关闭自动匹配"), "team.match": gettext_lazy("开启自动匹配")})


@transaction.atomic
def refuse_matching(team: Team, *, by: User) -> None:
    """From now on nobody is shown this team by a computation, nor are listings computed for it."""
    team = open_team(team, by)
    if team.is_matched:
        _set(team, refused=True, by=by)


@transaction.atomic
def allow_matching(team: Team, *, by: User) -> None:
    team = open_team(team, by)
    if not team.is_matched:
        _set(team, refused=False, by=by)


def _set(team: Team, *, refused: bool, by: User) -> None:
    team.matching_refused_at, team.matching_refused_by = (clock.now(), by) if refused else (None, None)
    team.save(update_fields=["matching_refused_at", "matching_refused_by"])
    record("team.unmatch" if refused else "team.match", subject=team, stream=team.audit_stream, by=by)
    touch(team)
