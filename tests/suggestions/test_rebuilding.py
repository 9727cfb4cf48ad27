"""One worker at a time, and what is lost, torn or of another time is made anew; the health page says so."""

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
import world
from core.alone import LONG_WORK
from corpus import names, tick
from people import Cast
from suggestions import keeping, learning
from suggestions.health import health
from suggestions.models import Index, Suggestion
from teams.models import Team
from wrong_forms import as_

pytestmark = pytest.mark.django_db


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


# ── two workers, really ─────────────────────────────────────────────────────────
WORKER = """
import os, sys
sys.path.insert(0, "platform")
import django; django.setup()
from django.conf import settings
from django.db import connection
from django.urls import reverse
connection.settings_dict["NAME"] = sys.argv[1]
settings.MATCHING_DIR, settings.MATCHING_ENCODER = sys.argv[2], "none"
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
