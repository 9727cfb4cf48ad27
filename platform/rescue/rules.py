"""Who invites and who answers, and when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import office
from accounts.roles import Role
from needs.models import Need
from rescue.models import Invite
from teams.rules import leads
from workflow.machine import Text


def may_invite(user: Any) -> bool:
    return bool(user.is_authenticated and user.has_role(Role.OFFICER))


def is_team_leader(user: Any, invite: Invite) -> bool:
    return leads(user, invite.team)


def why_not_invite(need: Need) -> Text:
    return "" if need.takes_bids else _("揭榜已截止，不再邀请团队。")


def still_open(invite: Invite) -> Text:
    return "" if invite.need.takes_bids else _("揭榜已截止，这份邀请不用再回复。")


def inviters(invite: Invite) -> Iterable[Any]:
    return office(Role.OFFICER)
