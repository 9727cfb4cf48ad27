"""What the list of teams for a need says where there is nothing, nothing to quote, or nobody left to invite."""

import pytest
from django.urls import reverse

import diagnosing
import suggesting
import world
from people import Cast
from rescue.actions import invite
from suggesting import another_team, page, status
from suggestions.models import Index
from workflow.actions import perform

pytestmark = pytest.mark.django_db


def test_a_listing_that_closed_before_anything_was_computed_does_not_ask_to_wait(cast: Cast) -> None:
    need = world.listed(cast)
    Index.objects.create(folder="v1")
    assert "这项需求还没有算" in page(cast.guan, "need_suggestions", need.pk)
    world.close(need)
    text = page(cast.guan, "need_suggestions", need.pk)
    assert "不再推荐团队" in text
    assert "稍后刷新" not in text


def test_keywords_are_called_keywords_and_no_sentence_is_said_to_be_none(cast: Cast) -> None:
    need, other = world.listed(cast), another_team(cast, "乙组")
    paper = suggesting.work(cast.team, by=cast.tao, keywords=["弹性体", "抗爆"])
    suggesting.suggest(need, cast.team, reasons=[suggesting.reason(paper, done="弹性体 抗爆")])
    suggesting.suggest(need, other, place=2, strength="weak")
    text = page(cast.guan, "need_suggestions", need.pk)
    assert "关键词：<mark>弹性体</mark>、抗爆" in text
    assert "方向相近，但没有哪一句对得上。" in text
    assert "对得上的内容团队没有公开" not in text


def test_when_the_good_ones_are_asked_the_form_says_where_the_others_are(cast: Cast) -> None:
    need, other = world.listed(cast), another_team(cast, "乙组")
    suggesting.suggest(need, cast.team)
    suggesting.suggest(need, other, place=2, strength="weak")
    assert "请展开上面的名单再勾选" not in page(cast.alice, "need_suggestions", need.pk)
    invite(need, [cast.team], by=cast.alice)
    assert "强匹配和中匹配的团队都已邀请过" in page(cast.alice, "need_suggestions", need.pk)


def test_the_agency_finds_who_could_solve_it_on_the_page_of_its_diagnosis(cast: Cast) -> None:
    given = diagnosing.offered(cast)
    link = f'href="{reverse("need_suggestions", args=[given.need.pk])}"'
    assert link not in page(cast.yun, "assignment", given.pk)
    perform(given, "accept", by=cast.yun)
    assert link in page(cast.yun, "assignment", given.pk)
    assert status(cast.yun, "need_suggestions", given.need.pk) == 200


def test_the_zone_reaches_a_suggested_team_and_its_people(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    for name in ("need_suggestions", "need_experts"):
        assert f'href="{cast.team.get_absolute_url()}"' in page(cast.guan, name, need.pk)
    assert f'href="{cast.team.get_absolute_url()}"' not in page(cast.alice, "need_suggestions", need.pk)
    assert cast.ting.name in page(cast.guan, "team", cast.team.pk)
