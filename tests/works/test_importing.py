"""A file of works: nothing before it is confirmed, everything or nothing after."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

import works_files as files
from audit.models import Event
from core.files import files_of
from core.models import StoredFile
from core.refusals import FileRefused
from notifications.models import Notice
from people import Cast
from teams.changes import latest
from teams.models import Team
from workflow.machine import Refused
from works import taking
from works.actions import add_work, edit_work
from works.importing import cancel, carry_on, confirm, undo
from works.models import Import, ImportRow, Work
from works_sent import counts, looked_into, sent

pytestmark = pytest.mark.django_db


def said(job: Import, verdict: str) -> list[tuple[int, str]]:
    return [(row.number, row.said[0]) for row in ImportRow.objects.filter(job=job, verdict=verdict)]


# ── looked into ─────────────────────────────────────────────────────────────────
def test_nothing_is_there_before_somebody_confirms(cast: Cast):
    job = looked_into(cast)
    assert (job.stage, *counts(job)) == ("ready", 2, 0, 1, 1)
    assert said(job, "wrong") == [(4, "缺少题名。请补上后重新导入。")]
    assert said(job, "same") == [(5, "与文件第 2 行的题名和年份相同，只导入前一项。")]
    assert not Work.objects.exists()


def test_what_the_team_has_is_skipped_and_what_is_like_it_is_said(cast: Cast):
    for title, year, number in (
        ("喷涂聚脲弹性体的抗爆性能研究", 2020, ""),
        ("甲", 2021, "10.1000/a"),
        ("丁", 2019, ""),
    ):
        add_work(cast.team, kind="paper", title=title, year=year, number=number, visibility="matching", by=cast.tao)
    table = "题名,年份,DOI\n喷涂聚脲弹性体的抗暴性能研究,2020,\n乙,2021,doi:10.1000/A\n"
    table += "丁,2020,\n丁,2019,\n新的,2019,\n"
    job = looked_into(cast, table)
    assert counts(job) == (1, 2, 2, 0)
    assert said(job, "same") == [
        (3, "团队已登记过编号相同的一项，不重复导入。"),
        (5, "团队已登记过题名和年份相同的一项，不重复导入。"),
    ]
    assert said(job, "near") == [
        (2, "与“喷涂聚脲弹性体的抗爆性能研究”很像。请核对是不是同一项。"),
        (4, "已有同名的一项，年份不同。请核对是不是同一项。"),
    ]


def test_that_another_team_shows_the_same_is_said_and_hinders_nothing(cast: Cast):
    for title, seen in (("甲乙丙", "public"), ("丁戊己", "matching")):
        add_work(cast.rival_team, kind="paper", title=title, year=2020, visibility=seen, by=cast.rui)
    job = looked_into(cast)
    assert (job.fresh, job.shared) == (2, 1)  # the one they keep to themselves is not given away


@pytest.mark.parametrize(("name", "data", "why"), files.HOSTILE, ids=[name for name, _data, _why in files.HOSTILE])
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence_and_leaves_nothing(cast: Cast, name, data, why):
    job = looked_into(cast, data, name)
    assert job.stage == "failed"
    assert why in job.failed
    assert job.failed.endswith("。")
    assert "出错" not in job.failed  # it was foreseen
    assert not ImportRow.objects.exists()
    assert not StoredFile.objects.exists()
    assert not Work.objects.exists()


def test_an_empty_file_is_refused_at_the_door(cast: Cast):
    with pytest.raises(FileRefused, match="空文件"):
        sent(cast, b"")


def test_one_file_of_a_team_at_a_time(cast: Cast):
    sent(cast)
    with pytest.raises(Refused, match="还有一次导入没有完成"):
        sent(cast, by=cast.ting)


def test_a_file_waits_for_the_virus_scanner(cast: Cast, settings):
    settings.VIRUS_SCANNER = "tcp://127.0.0.1:1"  # configured, and not there
    job = sent(cast)
    carry_on()
    job.refresh_from_db()
    assert (job.stage, job.attempts) == ("checking", 0)


# ── taken ───────────────────────────────────────────────────────────────────────
def test_confirming_takes_exactly_what_was_shown(cast: Cast):
    job = confirm(looked_into(cast), with_near=True, by=cast.ting)
    assert not Work.objects.exists()
    before = latest()
    carry_on()
    job.refresh_from_db()
    assert (job.stage, job.added, job.confirmed_by) == ("done", 2, cast.ting)
    assert set(Work.objects.values_list("title", "year", "team")) == {
        ("甲乙丙", 2020, cast.team.pk),
        ("丁戊己", 2021, cast.team.pk),
    }
    assert not files_of(job).exists()  # nobody needs the file any longer
    assert list(Team.objects.changed_since(before)) == [cast.team]
    event = Event.objects.get(action="work_import.take")
    assert (event.actor, event.detail) == (str(cast.ting.pk), {"works": 2, "rows": 4})


def test_every_column_arrives(cast: Cast):
    table = (
        "类别,题名,摘要,关键词,年份,作者,刊名,编号,网址,技术成熟度,合同额（万元）,公开范围\n"
        "成果,成套装备,摘要,甲；乙,2024,王芳,来源,N-1,https://example.cn,6,,公开\n"
        "合同,委托开发,,,2023,,,,,,48.5,\n"
    )
    confirm(looked_into(cast, table), with_near=True, by=cast.tao)
    carry_on()
    result, contract = Work.objects.order_by("-year")
    assert (result.kind, result.abstract, result.keywords, result.authors, result.venue) == (
        "result", "摘要", ["甲", "乙"], "王芳", "来源"
    )  # fmt: skip
    assert (result.number, result.url, result.trl, result.visibility) == ("N-1", "https://example.cn", 6, "public")
    assert (contract.amount, contract.visibility) == (485000, "matching")


def test_those_that_look_the_same_may_be_left_out(cast: Cast):
    table = "题名,年份\n喷涂聚脲弹性体的抗爆性能研究,2020\n喷涂聚脲弹性体的抗暴性能研究,2020\n"
    confirm(looked_into(cast, table), with_near=False, by=cast.tao)
    carry_on()
    assert Work.objects.get().title == "喷涂聚脲弹性体的抗爆性能研究"


def test_what_was_entered_by_hand_meanwhile_is_not_doubled(cast: Cast):
    job = confirm(looked_into(cast), with_near=True, by=cast.tao)
    add_work(cast.team, kind="paper", title="甲乙丙", year=2020, visibility="matching", by=cast.ting)
    carry_on()
    job.refresh_from_db()
    assert (job.added, Work.objects.count()) == (1, 2)


def test_confirming_twice_takes_once_and_a_stranger_takes_nothing(cast: Cast):
    job = looked_into(cast)
    for stranger in (cast.rui, cast.guan, cast.alice):
        assert not Import.objects.visible_to(stranger).exists()
        for verb in (lambda who: confirm(job, with_near=True, by=who), lambda who: cancel(job, by=who)):
            with pytest.raises(PermissionDenied):
                verb(stranger)
    confirm(job, with_near=True, by=cast.tao)
    confirm(job, with_near=True, by=cast.ting)
    carry_on()
    carry_on()
    assert Work.objects.count() == 2
    with pytest.raises(Refused, match="来不及取消"):
        cancel(job, by=cast.tao)


def test_a_taking_that_breaks_has_taken_nothing(cast: Cast, monkeypatch):
    confirm(looked_into(cast), with_near=True, by=cast.tao)
    job = Import.objects.get()

    def broken(team: Any) -> int:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(taking, "touch", broken)
        taking.take(job)
    assert not Work.objects.exists()
    carry_on()
    assert Work.objects.count() == 2


def test_cancelling_forgets_the_file_and_its_rows(cast: Cast):
    job = looked_into(cast)
    cancel(job, by=cast.ting)
    assert not ImportRow.objects.exists()
    assert not StoredFile.objects.exists()
    with pytest.raises(Refused, match="已经结束"):
        confirm(job, with_near=True, by=cast.tao)
    sent(cast)


def test_undoing_removes_what_nobody_has_touched_since(cast: Cast):
    job = confirm(looked_into(cast), with_near=True, by=cast.tao)
    carry_on()
    job.refresh_from_db()
    kept = Work.objects.get(title="丁戊己")
    edit_work(kept, by=cast.tao, kind="paper", title="丁戊己", year=2021, abstract="补上的摘要", visibility="matching")
    before = latest()
    assert undo(job, by=cast.tao) == 1
    assert list(Work.objects.all()) == [kept]
    assert list(Team.objects.changed_since(before)) == [cast.team]
    job.refresh_from_db()
    with pytest.raises(Refused, match="不能再撤销"):
        undo(job, by=cast.tao)


def test_who_sent_a_large_file_is_told_when_it_is_done(cast: Cast):
    table = "题名\n" + "".join(f"题名第{n}号{'甲乙丙丁'[n % 4]}\n" for n in range(600))
    confirm(looked_into(cast, table), with_near=True, by=cast.tao)
    carry_on()
    told = Notice.objects.filter(kind__startswith="work_import").order_by("created_at")
    assert list(told.values_list("kind", "recipient")) == [
        ("work_import.check", cast.tao.pk),
        ("work_import.take", cast.tao.pk),
    ]
