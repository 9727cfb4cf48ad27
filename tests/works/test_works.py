"""What a team has done: who sees it, what the database refuses, what an index that follows is told."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Event
from people import Cast
from teams.actions import edit_team
from teams.changes import latest
from teams.matching import allow_matching, refuse_matching
from teams.models import Team
from workflow.actions import perform
from workflow.machine import Refused
from works.actions import add_work, edit_work, remove_work
from works.keys import alike, number_key, plain, title_key
from works.models import Work
from works.queries import elsewhere

pytestmark = pytest.mark.django_db


def entered(team: Team, by: Any, **fields: Any) -> Work:
    facts = {"kind": "paper", "title": "喷涂聚脲的抗爆性能", "year": 2024, "visibility": "matching", **fields}
    return add_work(team, by=by, **facts)


# ── who sees it ─────────────────────────────────────────────────────────────────
def test_a_public_work_is_everybodys_and_another_one_the_teams_and_the_zones(cast: Cast):
    shown = entered(cast.team, cast.tao, title="公开的", visibility="public")
    kept = entered(cast.team, cast.tao, title="只用于匹配的")
    for user in (AnonymousUser(), cast.rui, cast.charlie, cast.yun):
        assert list(Work.objects.visible_to(user)) == [shown]
    for user in (cast.tao, cast.ting, cast.guan, cast.auditor):
        assert set(Work.objects.visible_to(user)) == {shown, kept}


def test_whoever_works_in_the_team_keeps_its_list_and_nobody_else(cast: Cast):
    made = entered(cast.team, cast.ting)
    for user in (cast.rui, cast.alice, cast.guan):
        with pytest.raises(PermissionDenied):
            entered(cast.team, user, title="别人写的")
        with pytest.raises(PermissionDenied):
            edit_work(made, by=user, kind="paper", title="改了", year=2024)
        with pytest.raises(PermissionDenied):
            remove_work(made, by=user)
    assert Work.objects.get() == made


# ── the same twice ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": " 喷涂聚脲的 抗爆性能。"}, "题名和年份"),
        ({"title": "另一个题名", "number": "https://doi.org/10.1000/ABC."}, "编号相同"),
    ],
)
def test_the_same_work_is_entered_once(cast: Cast, fields, why):
    entered(cast.team, cast.tao, number="doi: 10.1000/abc")
    with pytest.raises(Refused, match=why):
        entered(cast.team, cast.tao, **fields)
    entered(cast.team, cast.tao, kind="patent")
    entered(cast.team, cast.tao, year=None)
    with pytest.raises(Refused, match="题名和年份"):
        entered(cast.team, cast.tao, year=None)


def test_two_teams_each_have_what_they_did_together(cast: Cast):
    ours = entered(cast.team, cast.tao, visibility="public")
    theirs = entered(cast.rival_team, cast.rui)
    assert list(elsewhere(ours)) == []  # theirs is not public: that they have it is theirs to say
    edit_work(theirs, by=cast.rui, kind="paper", title=theirs.title, year=2024, visibility="public")
    assert list(elsewhere(ours)) == [cast.rival_team]


@pytest.mark.parametrize(
    ("kind", "said", "key"),
    [
        ("paper", "DOI：１０.1000/ＡＢc）", "doi:10.1000/abc)"),
        ("paper", "1000-3304", ""),
        ("patent", "ZL 2019 1 0123456.7", "patent:2019101234567"),
        ("patent", "CN201910123456.7", "patent:2019101234567"),
        ("patent", "申请中", ""),
        ("project", "2021YFB3700100", ""),
    ],
)
def test_a_number_has_one_spelling(kind, said, key):
    assert number_key(kind, said) == key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("喷涂聚脲弹性体的抗爆性能研究", "喷涂聚脲弹性体的抗暴性能研究", True),
        ("喷涂聚脲弹性体的抗爆性能研究", "喷涂聚脲弹性体抗爆性能研究", True),
        ("海上风电叶片缺陷检测第1部分", "海上风电叶片缺陷检测第2部分", False),
        ("一种基于深度学习的叶片缺陷检测方法", "一种基于深度学习的轴承故障诊断方法", False),
    ],
)
def test_titles_that_are_nearly_the_same(one, other, same):
    assert alike(plain(one), plain(other)) is same


def test_a_title_of_signs_alone_still_has_a_key():
    assert title_key("🚀") != title_key("🎈")


# ── the database agrees ─────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"kind": "song"},
        {"visibility": "secret"},
        {"year": 1066},
        {"trl": 5},
        {"kind": "result", "trl": 10},
        {"amount": "1.00"},
        {"kind": "contract", "amount": "0.00"},
        {"url": "javascript:alert(1)"},
        {"title_key": ""},
    ],
    ids=str,
)
def test_no_shell_gets_past_the_constraints(cast: Cast, wrong):
    made = entered(cast.team, cast.tao)
    with pytest.raises(IntegrityError), transaction.atomic():
        Work.objects.filter(pk=made.pk).update(**wrong)


def test_no_shell_enters_the_same_twice(cast: Cast):
    made = entered(cast.team, cast.tao, number="10.1000/abc")
    for fields in ({"title_key": made.title_key}, {"title_key": "x", "number_key": made.number_key}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Work.objects.create(team=cast.team, kind="paper", title="x", year=2024, **fields)


# ── consent ─────────────────────────────────────────────────────────────────────
def test_a_team_that_refuses_is_matched_by_nobody_and_the_record_says_who_said_so(cast: Cast):
    made = entered(cast.team, cast.tao, visibility="public")
    refuse_matching(cast.team, by=cast.tao)
    team = Team.objects.get(pk=cast.team.pk)
    assert (team.is_matched, team.matching_refused_by) == (False, cast.tao)
    assert list(Work.objects.for_matching()) == []
    assert list(Work.objects.public()) == [made]
    allow_matching(team, by=cast.tao)
    assert list(Work.objects.for_matching()) == [made]
    said = Event.objects.filter(subject=f"teams.team:{team.pk}", action__in=("team.unmatch", "team.match"))
    assert [(event.action, event.actor) for event in said.order_by("seq")] == [
        ("team.unmatch", str(cast.tao.pk)),
        ("team.match", str(cast.tao.pk)),
    ]


def test_only_who_runs_the_team_refuses_for_it(cast: Cast):
    for user in (cast.ting, cast.rui, cast.guan):
        with pytest.raises(PermissionDenied):
            refuse_matching(cast.team, by=user)
    assert Team.objects.get(pk=cast.team.pk).is_matched


def test_a_refusal_without_a_person_cannot_be_written(cast: Cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.filter(pk=cast.team.pk).update(matching_refused_by=cast.tao)


def test_a_team_of_a_suspended_organisation_is_not_matched(cast: Cast):
    entered(cast.team, cast.tao)
    reason = {"code": "other", "reason": "材料与登记信息对不上，请核对后再报。"}
    perform(cast.university, "suspend", by=None, driven=True, data=reason)
    assert list(Work.objects.for_matching()) == []


def test_a_team_of_a_suspended_organisation_has_no_public_page(cast: Cast, client):
    entered(cast.team, cast.tao, visibility="public")
    address = reverse("public_team", args=[cast.team.pk])
    assert client.get(address).status_code == 200
    reason = {"code": "other", "reason": "材料与登记信息对不上，请核对后再报。"}
    perform(cast.university, "suspend", by=None, driven=True, data=reason)
    assert client.get(address).status_code == 404


# ── what an index is told ───────────────────────────────────────────────────────
def test_every_change_that_matters_to_an_index_has_a_number_of_its_own(cast: Cast):
    cast.rival_team  # noqa: B018
    made = None
    steps = {
        "add": lambda: entered(cast.team, cast.tao),
        "edit": lambda: edit_work(made, by=cast.tao, kind="paper", title="改了", year=2023),
        "remove": lambda: remove_work(made, by=cast.tao),
        "refuse": lambda: refuse_matching(cast.team, by=cast.tao),
        "allow": lambda: allow_matching(cast.team, by=cast.tao),
        "words": lambda: edit_team(cast.team, by=cast.tao, name="新名", intro="", field8=[], keywords=[]),
    }
    for name, step in steps.items():
        before = latest()
        result = step()
        made = result if name == "add" else made
        assert list(Team.objects.changed_since(before)) == [cast.team], name
        assert latest() == Team.objects.get(pk=cast.team.pk).changed > before
    before = latest()
    allow_matching(cast.team, by=cast.tao)  # it is allowed already: nothing has changed
    assert latest() == before
