"""A tick in which nothing happened reads nothing; one in which something did reads that, also after a restart."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import corpus
import insider
import world
from corpus import names, need_for, tick
from needs.actions import save_need
from people import Cast
from suggestions import keeping
from suggestions.models import Following, Suggestion
from teams.models import Team
from workflow.actions import perform

pytestmark = pytest.mark.django_db


def read(asked: CaptureQueriesContext, table: str) -> list[str]:
    """The questions that read rows of this table, rather than keys."""
    return [one["sql"] for one in asked if f'"{table}"."title"' in one["sql"]]


@pytest.mark.parametrize("needs", [1, 3])
def test_a_quiet_tick_reads_no_works_and_no_words_of_needs_however_many_there_are(
    cast: Cast, teams: dict[str, Team], needs: int
) -> None:
    for _n in range(needs):
        world.listed(cast)
    tick()
    with CaptureQueriesContext(connection) as asked:
        assert tick() == 0
    assert read(asked, "works_work") == read(asked, "needs_need") == []
    assert [one["sql"] for one in asked if "works_work" in one["sql"]] == []
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高。", by=cast.rui)
    with CaptureQueriesContext(connection) as asked:
        assert tick() > 0
    assert read(asked, "works_work")  # and so would any reading in a quiet one have been seen


def test_after_a_restart_a_quiet_tick_is_quiet_and_a_change_is_not_missed(cast: Cast, teams: dict[str, Team]) -> None:
    still, reworded = (
        world.listed(cast),
        need_for(cast, "高强度抗爆弹性体材料", "涂层在强冲击下开裂。", "压差", status="submitted"),
    )
    tick()
    before = Following.objects.get(need=still)
    keeping._held.clear()
    perform(reworded, "return", by=cast.guan, data=world.REASON)
    reworded.refresh_from_db()
    reworded.title, reworded.problem, reworded.goal = "储能电池循环寿命", "电池循环寿命短，电解质和离子膜要改进。", ""
    save_need(reworded, by=cast.alice)
    with CaptureQueriesContext(connection) as asked:
        tick()
    assert names(reworded)[0] == "储能所"
    assert Following.objects.get(need=still).ranked_at == before.ranked_at
    assert len(read(asked, "needs_need")) == 1


def test_a_need_that_was_saved_is_ranked_once_and_its_other_fields_count_at_once(
    cast: Cast, teams: dict[str, Team]
) -> None:
    need = world.need(cast, region="云南昆明", status="submitted")
    tick()
    before = Suggestion.objects.get(need=need, team=cast.team)
    assert "region" not in [factor["key"] for factor in before.factors]
    insider.execute("UPDATE needs_need SET region = '青岛', revision = revision + 1 WHERE id = %s", need.pk)
    tick()
    after = Suggestion.objects.get(need=need, team=cast.team)
    assert "region" in [factor["key"] for factor in after.factors]
    assert after.reasons == before.reasons
    with CaptureQueriesContext(connection) as asked:
        tick()
    assert read(asked, "needs_need") == []
