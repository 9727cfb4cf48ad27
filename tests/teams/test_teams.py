"""Solver teams: a leader, members, and rights that end with the membership they stand on."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import actions as people
from notifications.models import Notice
from people import Cast, join, person
from teams.actions import add_member, create_team, edit_team, hand_over, remove_member
from teams.models import Team, TeamMember
from teams.queries import people as people_of
from teams.rules import in_team, leads, runs
from workflow.machine import Refused


def place(user, team) -> TeamMember:
    return TeamMember.objects.get(user=user, team=team, left_at=None)


def test_whoever_makes_a_team_leads_it(cast: Cast):
    assert leads(cast.tao, cast.team)
    assert in_team(cast.ting, cast.team)
    assert not leads(cast.ting, cast.team)
    assert set(people_of(cast.team)) == {cast.tao, cast.ting}


def test_a_team_needs_a_verified_organisation(cast: Cast):
    theirs = cast.wei.organisations().get()
    with pytest.raises(Refused, match="还没有通过管委会核验"):
        create_team(organisation=theirs, name="早了", by=cast.wei)
    with pytest.raises(PermissionDenied):
        create_team(organisation=cast.university, name="别人的", by=cast.rui)


def test_a_suspended_organisation_makes_no_team(cast: Cast):
    from workflow.actions import perform

    why = {"code": "complaint", "reason": "收到实名举报，正在核实情况。"}
    perform(cast.university, "suspend", by=cast.shen, data=why)
    with pytest.raises(Refused, match="已暂停"):
        create_team(organisation=cast.university, name="新的", by=cast.tao)


def test_a_team_is_seen_by_its_people_its_managers_and_the_zone(cast: Cast):
    cast.team, cast.rival_team, cast.ting  # noqa: B018 - made before anybody looks
    sees = {name for name, user in cast.everyone().items() if Team.objects.visible_to(user).filter(pk=cast.team.pk)}
    assert sees == {
        "tao", "ting", "guan", "gao", "shen", "ling", "ji", "cai", "sysadmin", "secadmin", "auditor",
    }  # fmt: skip


def test_who_leaves_the_organisation_has_left_the_team(cast: Cast):
    people.remove(cast.ting.memberships.get(), by=cast.tao)
    cast.ting.forget_rights()
    assert not in_team(cast.ting, cast.team)
    assert not Team.objects.visible_to(cast.ting).exists()
    assert set(people_of(cast.team)) == {cast.tao}


def test_a_colleague_who_comes_back_is_let_in_again_by_the_leader(cast: Cast):
    people.remove(cast.ting.memberships.get(), by=cast.tao)
    join(cast.ting, cast.university)
    assert not in_team(cast.ting, cast.team)
    add_member(cast.team, user=cast.ting, by=cast.tao)
    assert in_team(cast.ting, cast.team)


def test_only_people_of_the_organisation_are_let_in_by_whoever_runs_it(cast: Cast):
    with pytest.raises(Refused, match="请先邀请对方加入单位"):
        add_member(cast.team, user=cast.rui, by=cast.tao)
    colleague = person("同事")
    join(colleague, cast.university)
    for user in (cast.ting, cast.rui, cast.guan, colleague):
        with pytest.raises(PermissionDenied):
            add_member(cast.team, user=colleague, by=user)
    add_member(cast.team, user=colleague, by=cast.tao)
    with pytest.raises(Refused, match="已经在团队里"):
        add_member(cast.team, user=colleague, by=cast.tao)
    assert Notice.objects.filter(recipient=colleague, kind="team.add").count() == 1


def test_the_leader_hands_over_before_leaving(cast: Cast):
    cast.ting  # noqa: B018
    with pytest.raises(Refused, match="先把负责人移交"):
        remove_member(place(cast.tao, cast.team), by=cast.tao)
    with pytest.raises(Refused, match="现有成员"):
        hand_over(cast.team, to=cast.rui, by=cast.tao)
    hand_over(cast.team, to=cast.ting, by=cast.tao)
    cast.team.refresh_from_db()
    assert leads(cast.ting, cast.team)
    assert not leads(cast.tao, cast.team)
    remove_member(place(cast.tao, cast.team), by=cast.tao)


def test_a_manager_puts_a_team_right_when_its_leader_is_gone(cast: Cast):
    leader = person("走了的负责人")
    join(leader, cast.university)
    team = create_team(organisation=cast.university, name="孤儿团队", by=leader)
    add_member(team, user=cast.ting, by=leader)
    people.leave(leader.memberships.get(), by=leader)
    assert not leads(leader, team)
    assert runs(cast.tao, team)
    hand_over(team, to=cast.ting, by=cast.tao)
    team.refresh_from_db()
    assert leads(cast.ting, team)


def test_a_member_leaves_by_himself_and_nobody_else_is_shown_the_door_by_him(cast: Cast):
    cast.ting  # noqa: B018
    with pytest.raises(PermissionDenied):
        remove_member(place(cast.tao, cast.team), by=cast.ting)
    remove_member(place(cast.ting, cast.team), by=cast.ting)
    assert not in_team(cast.ting, cast.team)


def test_team_names_differ_within_an_organisation(cast: Cast):
    with pytest.raises(Refused, match="同名团队"):
        create_team(organisation=cast.university, name=f" {cast.team.name} ", by=cast.tao)
    edit_team(cast.team, by=cast.tao, name="𠮷䶮·团队", intro="", field8=[], keywords=["聚脲"])
    cast.team.refresh_from_db()
    assert (cast.team.name, cast.team.keywords) == ("𠮷䶮·团队", ["聚脲"])
