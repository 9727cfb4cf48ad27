"""The worker keeps suggestions in step: learns, follows teams and needs, one at a time, and mends a lost folder."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

import corpus
import insider
import life
import world
from core.alone import LONG_WORK
from corpus import FIELDS, names, need_for, tick
from needs.models import Need
from people import Cast
from rescue.actions import invite
from suggestions import following, keeping, learning
from suggestions.actions import mark_shown
from suggestions.health import health
from suggestions.models import Following, Index, Suggestion
from suggestions.queries import suggested
from teams.actions import edit_team
from teams.matching import allow_matching, refuse_matching
from teams.models import Team
from workflow.actions import perform
from works.actions import edit_work, remove_work
from works.models import Work
from wrong_forms import as_

pytestmark = pytest.mark.django_db


# ── it learns and writes rows ───────────────────────────────────────────────────
def test_a_need_that_is_handed_in_has_its_teams_after_one_tick(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.need(cast, status="submitted")
    assert tick() > 0
    row = Suggestion.objects.of_need(need).first()
    assert row is not None
    assert (row.team, row.place, row.strength, row.shown_at) == (cast.team, 1, "strong", None)
    (match, *_rest) = suggested(need, cast.guan)
    assert match.reasons[0].work in Work.objects.filter(team=cast.team)
    assert "弹性体" in match.reasons[0].asked
    assert "弹性体" in match.reasons[0].done
    assert [held for _indicator, held in match.covered][:1] == [True]


def test_a_draft_is_nobodys_business(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.need(cast, status="draft")
    tick()
    assert not Suggestion.objects.filter(need=need).exists()


def test_a_listing_that_takes_no_more_bids_is_left_as_it_was(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    before = list(Suggestion.objects.filter(need=need).values())
    world.close(need)
    edit_team(cast.team, by=cast.tao, name="弹性体课题组", intro="改了", field8=[], keywords=["弹性体"])
    tick()
    assert list(Suggestion.objects.filter(need=need).values()) == before
    assert before


def test_a_need_that_nobody_can_solve_has_no_good_match(cast: Cast, teams: dict[str, Team]) -> None:
    """A score is shared out among the teams there are: without `matching.support` one of them would look strong."""
    need = need_for(cast, "百蕊草种子休眠破除", "百蕊草种子休眠期长，出苗率低，寄生关系不清。", "发芽率")
    tick()
    assert set(Suggestion.objects.filter(need=need).values_list("strength", flat=True)) <= {"weak"}


# ── it follows ──────────────────────────────────────────────────────────────────
def test_a_new_work_finds_its_need_within_a_tick_even_by_words_nobody_used_before(
    cast: Cast, teams: dict[str, Team]
) -> None:
    need = need_for(cast, "百蕊草种子休眠破除", "百蕊草种子休眠期长，出苗率低，寄生关系不清。", "发芽率")
    tick()
    assert not Suggestion.objects.of_need(need).good().exists()
    corpus.work(cast.rival_team, "百蕊草种子休眠", "百蕊草种子休眠的破除方法，出苗率和发芽率提高。", by=cast.rui)
    tick()
    (best, *_rest) = Suggestion.objects.showable().good().of_need(need)
    assert best.team == cast.rival_team


def test_where_learning_is_slow_a_change_is_folded_in(
    cast: Cast, teams: dict[str, Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "QUICK", 0)
    need = world.listed(cast)
    tick()
    learnt = Index.objects.get().learnt_at
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高，不开裂。", by=cast.rui)
    tick()
    row = Index.objects.get()
    assert (row.learnt_at, row.followed) == (learnt, Team.objects.get(pk=cast.rival_team.pk).changed)
    assert "高分子所" in names(need)
    assert keeping.held().stale > 0


def test_new_words_of_a_need_are_ranked_even_while_the_worker_rests(cast: Cast, teams: dict[str, Team]) -> None:
    need = need_for(cast, "高强度抗爆弹性体材料", "涂层在强冲击下开裂。", "压差", status="submitted")
    tick()
    insider.execute("UPDATE suggestions_index SET rest_until = now() + interval '1 hour'")
    insider.execute("UPDATE needs_need SET title = %s, problem = %s, goal = '' WHERE id = %s",
                    "储能电池循环寿命提升", "电池循环寿命短，电解质和离子膜要改进，储能系统用。", need.pk)  # fmt: skip
    following.carry_on()
    assert names(need)[0] == "储能所"


def test_the_worker_rests_after_following_teams(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    held = Following.objects.get().followed
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高。", by=cast.rui)
    insider.execute("UPDATE suggestions_index SET rest_until = now() + interval '1 hour'")
    assert following.carry_on() == 0
    assert Following.objects.get().followed == held
    tick()
    assert Following.objects.get().followed > held
    assert "高分子所" in names(need)
    row = Index.objects.get()
    assert row.rest_until is not None
    assert row.folded_at is not None
    assert row.rest_until > row.folded_at


def test_explanations_are_made_anew_only_where_somebody_says_something_new(
    cast: Cast, teams: dict[str, Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高。", by=cast.rui)
    world.listed(cast)
    tick()
    explained: list[str] = []
    from suggestions import writing

    real = writing.explain
    told = lambda *given: explained.extend(work.title for work in given[2]) or real(*given)  # noqa: E731
    monkeypatch.setattr(writing, "explain", told)
    assert tick() == 0
    assert explained == []
    corpus.work(cast.rival_team, "工业相机的镜头选型", "镜头畸变与景深。", by=cast.rui)
    tick()
    assert "工业相机的镜头选型" in explained
    assert FIELDS["elastomer"][0][0] not in explained


def test_what_was_shown_stays_shown_and_keeps_its_row(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    row = Suggestion.objects.get(need=need, team=cast.team)
    assert mark_shown([row], by=cast.guan) == 1
    edit_work(cast.team.works.first(), by=cast.tao, kind="paper", title="弹性体抗爆涂层再研究", year=2024)
    tick()
    again = Suggestion.objects.get(need=need, team=cast.team)
    assert again.pk == row.pk
    assert again.shown_at is not None
    assert again.read != row.read


def test_a_team_that_falls_out_leaves_a_row_without_reasons_where_it_was_shown(
    cast: Cast, teams: dict[str, Team]
) -> None:
    need = world.listed(cast)
    tick()
    corpus.work(cast.rival_team, "抗爆弹性体涂层", "聚脲弹性体涂层抗爆，拉伸强度和断裂伸长率高。", by=cast.rui)
    tick()
    shown, unseen = Suggestion.objects.filter(need=need).order_by("place")[:2]
    mark_shown([shown], by=cast.guan)
    for team in (shown.team, unseen.team):
        refuse_matching(team, by=team.leader)
    tick()
    kept = Suggestion.objects.get(pk=shown.pk)
    assert (kept.is_current, kept.reasons, kept.factors, kept.covered) == (False, [], [], [])
    assert not Suggestion.objects.filter(pk=unseen.pk).exists()
    allow_matching(shown.team, by=shown.team.leader)
    tick()
    kept.refresh_from_db()
    assert kept.is_current
    assert kept.reasons


def test_a_removed_work_is_quoted_nowhere(cast: Cast, teams: dict[str, Team]) -> None:
    need, over = world.listed(cast), world.listed(cast)
    tick()
    gone = Work.objects.get(pk=Suggestion.objects.get(need=over, team=cast.team).reasons[0]["work"])
    world.close(over)
    remove_work(gone, by=cast.tao)
    for match in suggested(need, cast.guan) + suggested(over, cast.guan):  # at once
        assert gone.title not in [reason.title for reason in match.reasons]
    tick()
    for row in Suggestion.objects.all():  # and within a tick it is not even kept
        assert str(gone.pk) not in str(row.reasons)


def test_a_need_that_is_withdrawn_is_ranked_no_more(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.need(cast, status="submitted")
    tick()
    perform(need, "withdraw", by=cast.alice, data=world.REASON)
    edit_team(cast.team, by=cast.tao, name="弹性体课题组", intro="改了", field8=[], keywords=["弹性体"])
    assert tick() == 0


@pytest.mark.django_db(transaction=True)
def test_a_need_that_vanishes_while_it_is_ranked_hinders_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.teams(cast)
    gone, stays = world.need(cast, status="submitted"), world.listed(cast)
    real = following.places

    def meanwhile(*given: Any) -> Any:
        insider.execute("DELETE FROM needs_need WHERE id = %s", gone.pk)
        return real(*given)

    monkeypatch.setattr(following, "places", meanwhile)
    tick()
    assert not Suggestion.objects.filter(need=gone.pk).exists()
    assert names(stays)[0] == "弹性体课题组"


def test_without_any_team_there_is_nothing_and_no_error(cast: Cast) -> None:
    need = world.listed(cast)
    assert tick(2) == 0
    assert not Suggestion.objects.filter(need=need).exists()
    assert health().said == ""


def test_when_the_last_team_refuses_nothing_is_left(cast: Cast) -> None:
    need = world.listed(cast)
    corpus.fill(cast.team, "elastomer", by=cast.tao)
    corpus.fill(cast.rival_team, "vision", by=cast.rui)
    tick()
    assert names(need)[0] == "弹性体课题组"
    refuse_matching(cast.team, by=cast.tao)
    refuse_matching(cast.rival_team, by=cast.rui)
    tick(2)
    assert not Suggestion.objects.exists()
    assert keeping.edition() == ""


# ── one at a time, and what is lost is made anew ────────────────────────────────
def test_while_another_process_is_at_long_work_the_worker_leaves_it(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    with closing(connection.copy()) as other:
        other.cursor().execute("SELECT pg_advisory_lock(%s)", [LONG_WORK])
        assert tick() == 0
        other.cursor().execute("SELECT pg_advisory_unlock(%s)", [LONG_WORK])
    assert not Suggestion.objects.exists()
    assert tick() > 0
    assert names(need)


def damage(folder: Path) -> None:
    for path in (folder / keeping.edition()).iterdir():
        path.write_bytes(b"torn")


def remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder)


def older(folder: Path) -> None:
    """As after a database was restored whose counter of changes is behind the folder."""
    insider.execute("UPDATE suggestions_index SET followed = followed + 1000")


@pytest.mark.parametrize("break_it", [damage, remove, older])
def test_a_folder_that_is_lost_torn_or_of_another_time_is_made_anew(
    cast: Cast, teams: dict[str, Team], break_it: Any
) -> None:
    need = world.listed(cast)
    tick()
    before = Index.objects.get()
    break_it(keeping.folder())
    keeping._held.clear()
    assert break_it is damage or health().said
    tick()
    after = Index.objects.get()
    assert after.learnt_at > before.learnt_at
    assert health().said == ""
    assert names(need)[0] == "弹性体课题组"


def test_a_failure_is_written_down_and_tried_again_later(
    cast: Cast, teams: dict[str, Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise MemoryError("no room")

    world.listed(cast)
    monkeypatch.setattr(learning.Engine, "of", fail)
    assert tick() == 0
    assert "没有建成" in str(health().said)
    monkeypatch.undo()
    assert tick() == 0  # a minute of patience
    insider.execute("UPDATE suggestions_index SET failed_at = failed_at - interval '2 minutes'")
    assert tick() > 0
    assert health().said == ""


def test_one_command_learns_and_ranks_everything(cast: Cast, teams: dict[str, Team], capsys: Any) -> None:
    need = world.listed(cast)
    call_command("rebuild_matching")
    said = capsys.readouterr().out
    assert "6 teams, 40 works, 1 needs" in said
    assert "suggestions written" in said
    assert names(need)[0] == "弹性体课题组"


def test_health_says_how_far_it_is(cast: Cast, teams: dict[str, Team]) -> None:
    world.listed(cast)
    assert "还没有建立" in str(health().said)
    tick()
    found = health()
    assert (found.teams, found.works, found.needs, found.behind, found.encoder) == (6, 40, 1, 0, "")
    assert found.size > 1000
    corpus.work(cast.team, "又一篇", "弹性体。", by=cast.tao)
    assert health().behind == 1
    insider.execute("UPDATE suggestions_index SET folded_at = folded_at - interval '11 minutes'")
    assert "十分钟" in str(health().said)


def test_the_health_page_shows_it_and_warns(cast: Cast, teams: dict[str, Team]) -> None:
    world.listed(cast)
    tick()
    page = as_(cast.sysadmin).get(reverse("office_health")).content.decode()
    assert "6 个团队，40 项成果，1 项榜单" in page
    assert "只按词语" in page
    remove(keeping.folder())
    assert "会自动重建" in as_(cast.sysadmin).get(reverse("office_health")).content.decode()


# ── what moves besides words ────────────────────────────────────────────────────
def test_what_people_said_ranks_everything_anew(cast: Cast, teams: dict[str, Team]) -> None:
    from suggestions.actions import judge

    need, alike = world.listed(cast), world.listed(cast)
    tick()
    before = Suggestion.objects.get(need=alike, team=cast.team)
    judge(need, cast.team, side="need", code="field", by=cast.guan)
    tick()
    after = Suggestion.objects.get(need=alike, team=cast.team)
    assert after.score < before.score
    assert after.score >= before.score * 0.9  # bounded
    assert "judged" in [factor["key"] for factor in after.factors]


def test_invitations_count_from_the_next_day_on_at_the_latest(cast: Cast, teams: dict[str, Team]) -> None:
    need = world.listed(cast)
    tick()
    invite(need, [cast.team], by=cast.guan)
    life.question(cast, need)
    assert tick() == 0
    insider.execute("UPDATE suggestions_following SET ranked_at = ranked_at - interval '2 days'")
    tick()
    assert Need.objects.get(pk=need.pk).suggestions.filter(is_current=True).exists()


# ── two workers, really ─────────────────────────────────────────────────────────
WORKER = """
import os, sys
sys.path.insert(0, "platform")
import django; django.setup()
from django.conf import settings
from django.db import connection
from django.urls import reverse
connection.settings_dict["NAME"] = sys.argv[1]
settings.MATCHING_DIR, settings.MATCHING_ENCODER = sys.argv[2], False
from suggestions import following
print(sum(following.carry_on() for _n in range(3)), flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_each_row_once(cast: Cast, settings: Any) -> None:
    corpus.teams(cast)
    needs = [world.listed(cast) for _n in range(3)]
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], str(settings.MATCHING_DIR)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    workers = [
        subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _n in range(2)
    ]
    said = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    assert sum(int(out) for out, _err in said) == Suggestion.objects.count() > 0
    for need in needs:
        places = list(Suggestion.objects.of_need(need).values_list("place", flat=True))
        assert places == list(range(1, len(places) + 1))
    assert keeping.edition() == Index.objects.get().folder
