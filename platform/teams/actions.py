"""Make a team, say what it does, let people in and out, hand it over. The team's lock comes first in each verb."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from accounts.queries import members
from accounts.rules import belongs, must_be_verified
from audit.actions import record
from audit.labels import name_actions
from core import clock
from core.text import clean_line, sort_key
from notifications.actions import notify
from notifications.kinds import register_kind
from teams.changes import touch
from teams.models import Team, TeamMember
from teams.rules import in_team, runs
from workflow.machine import Refused

ADDED = register_kind("team.add")
LED = register_kind("team.lead")
name_actions(
    {
        "team.create": gettext_lazy("新建团队"),
        "team.edit": gettext_lazy("修改团队资料"),
        "team.add": gettext_lazy("加入团队成员"),
        "team.remove": gettext_lazy("成员离开团队"),
        "team.lead": gettext_lazy("移交团队负责人"),
    }
)
MOST = 60


@transaction.atomic
def create_team(
    *,
    organisation: Organisation,
    name: str,
    by: User,
    intro: str = "",
    basis: str = "",
    field8: Iterable[str] = (),
    keywords: Iterable[str] = (),
    is_demo: bool = False,
) -> Team:
    """A new team of a verified organisation, led by the person who makes it."""
    if not belongs(by, organisation):
        raise PermissionDenied
    if reason := must_be_verified(organisation):
        raise Refused(reason)
    name = clean_line(name)
    _name_is_free(organisation, name)
    team = Team.objects.create(
        organisation=organisation,
        name=name,
        name_sort=sort_key(name),
        leader=by,
        intro=intro,
        basis=basis,
        field8=list(field8),
        keywords=list(keywords),
        is_demo=is_demo,
    )
    TeamMember.objects.create(team=team, user=by, organisation=organisation, role_in_team=_("负责人"))
    _record("team.create", team, by)
    touch(team)
    return team


@transaction.atomic
def edit_team(
    team: Team, *, by: User, name: str, intro: str, field8: Iterable[str], keywords: Iterable[str], basis: str = ""
) -> None:
    team = open_team(team, by)
    name = clean_line(name)
    if name != team.name:
        _name_is_free(team.organisation, name)
    team.name, team.name_sort, team.intro, team.basis = name, sort_key(name), intro, basis
    team.field8, team.keywords = list(field8), list(keywords)
    team.save()
    _record("team.edit", team, by)
    touch(team)


@transaction.atomic
def add_member(team: Team, *, user: User, role_in_team: str = "", by: User) -> TeamMember:
    """Let a colleague in. Whoever belongs to the team's organisation may be asked; nobody else is known here."""
    team = open_team(team, by)
    if not members(team.organisation).filter(pk=user.pk).exists():
        raise Refused(
            _("%(name)s不是“%(organisation)s”的成员。请先邀请对方加入单位。")
            % {"name": user.name, "organisation": team.organisation.name}
        )
    if in_team(user, team):
        raise Refused(_("%(name)s已经在团队里。") % {"name": user.name})
    if TeamMember.objects.now().filter(team=team).count() >= MOST:
        raise Refused(_("一个团队最多 %(most)s 人。") % {"most": MOST})
    # A place left behind by leaving the organisation is closed before a new one is opened.
    TeamMember.objects.filter(team=team, user=user, left_at=None).update(left_at=clock.now())
    place = TeamMember.objects.create(
        team=team, user=user, organisation=team.organisation, role_in_team=clean_line(role_in_team)
    )
    event = _record("team.add", team, by, {"member": user.pk})
    notify({user} - {by}, kind=ADDED, subject=team, context={"by": by.name}, key=str(event.pk))
    return place


@transaction.atomic
def remove_member(place: TeamMember, *, by: User) -> None:
    """The leader lets somebody go, or a member leaves. A leader hands over first."""
    team = Team.objects.select_for_update().get(pk=place.team_id)
    if place.user_id != by.pk and not runs(by, team):
        raise PermissionDenied
    if place.user_id == team.leader_id:
        raise Refused(_("负责人不能直接离开团队。请先把负责人移交给另一位成员。"))
    if TeamMember.objects.filter(pk=place.pk, left_at=None).update(left_at=clock.now()):
        _record("team.remove", team, by, {"member": place.user_id})


@transaction.atomic
def hand_over(team: Team, *, to: User, by: User) -> None:
    """Another member of the team, who belongs to its organisation, leads from now on."""
    team = open_team(team, by)
    if not in_team(to, team) or not belongs(to, team.organisation):
        raise Refused(_("只能移交给团队里的现有成员。"))
    if to.pk == team.leader_id:
        return
    team.leader = to
    team.save(update_fields=["leader"])
    event = _record("team.lead", team, by, {"leader": to.pk})
    notify({to} - {by}, kind=LED, subject=team, context={"by": by.name}, key=str(event.pk))


def open_team(team: Team, by: User) -> Team:
    """The team under lock, for whoever may change it."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    if not runs(by, team):
        raise PermissionDenied
    return team


def _name_is_free(organisation: Organisation, name: str) -> None:
    if Team.objects.filter(organisation=organisation, name=name).exists():
        raise Refused(_("本单位已有同名团队“%(name)s”，请换一个名称。") % {"name": name})


def _record(action: str, team: Team, by: User, detail: dict[str, Any] | None = None) -> Any:
    return record(action, subject=team, stream=team.audit_stream, by=by, detail=detail)
