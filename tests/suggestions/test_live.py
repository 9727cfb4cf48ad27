"""While a need is being written: who has done something like it, told by what everybody may read."""

import pytest

import corpus
from corpus import tick
from people import Cast
from suggestions import live
from teams.models import Team

pytestmark = pytest.mark.django_db


def test_while_a_need_is_written_only_public_teams_are_named(cast: Cast, teams: dict[str, Team]) -> None:
    assert live.live("弹性体").ready is False  # says nothing yet
    words = "聚脲弹性体涂层的抗爆性能和拉伸强度，强冲击下不开裂，断裂伸长率高。"
    assert live.live(words).ready is False  # nothing is learnt yet
    tick()
    found = live.live(words)
    assert found.ready
    assert (found.at_least, found.best) == (1, "strong")
    assert found.shown == ()
    corpus.work(cast.team, "公开的弹性体论文", "聚脲弹性体抗爆。", by=cast.tao, visibility="public")
    assert [one.team for one in live.live(words).shown] == [cast.team]
    assert live.live(words, organisation=cast.university).shown == ()


def test_a_team_is_not_named_for_what_only_its_private_works_say(cast: Cast, teams: dict[str, Team]) -> None:
    corpus.work(cast.team, "宋代山水画的皴法", "披麻皴与斧劈皴的源流。", by=cast.tao, visibility="public")
    tick()
    found = live.live("聚脲弹性体涂层的抗爆性能和拉伸强度，强冲击下不开裂，断裂伸长率高。")
    assert found.at_least == 1
    assert found.shown == ()


def test_how_many_teams_there_are_is_told_in_steps_alone(cast: Cast, teams: dict[str, Team]) -> None:
    """Whoever could count them would learn, word by word, what teams keep to themselves."""
    assert [live.in_steps(n) for n in range(12)] == [0, 1, 1, 1, 1, 5, 5, 5, 5, 5, 10, 10]
    corpus.another("又一个弹性体组", "elastomer")
    tick()
    found = live.live("聚脲弹性体涂层的抗爆性能和拉伸强度，强冲击下不开裂，断裂伸长率高。")
    assert vars(found) == {"ready": True, "at_least": 1, "best": "medium", "shown": ()}
