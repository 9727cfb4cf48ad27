"""The pages of a team's works: entered, corrected, brought back, exported, switched off; as few queries for many."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people import Cast
from teams.models import Team
from works.actions import add_work
from works.importing import carry_on, confirm
from works.models import Import, Work
from wrong_forms import as_

pytestmark = pytest.mark.django_db
FORM = {"kind": "paper", "title": "喷涂聚脲的抗爆性能", "year": "2024", "visibility": "matching"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def there(cast: Cast, **fields: Any) -> Work:
    facts = {"kind": "paper", "title": "喷涂聚脲的抗爆性能", "year": 2024, "visibility": "matching", **fields}
    return add_work(cast.team, by=cast.tao, **facts)


def said(answer: Any) -> str:
    return answer.content.decode()


def test_a_member_enters_edits_removes_and_brings_back(cast: Cast):
    ting, new = as_(cast.ting), reverse("work_new", args=[cast.team.pk])
    sums = {"amount": "48.5", "keywords": "聚脲；抗爆"}
    assert ting.post(new, {**FORM, **sums, "kind": "contract"}).status_code == 302
    made = Work.objects.get()
    assert (made.amount, made.keywords, made.trl) == (485000, ["聚脲", "抗爆"], None)
    ting.post(reverse("work_edit", args=[made.pk]), {**FORM, **sums, "kind": "result", "trl": "6"})
    made.refresh_from_db()
    assert (made.kind, made.amount, made.trl) == ("result", None, 6)
    removed = ting.post(reverse("work_remove", args=[made.pk]), follow=True)
    assert "刚才删除了" in said(removed)
    assert not Work.objects.exists()
    ting.post(reverse("work_undo", args=[cast.team.pk]))
    back = Work.objects.get()
    assert (back.title, back.trl, back.keywords) == (made.title, 6, ["聚脲", "抗爆"])
    ting.post(reverse("work_undo", args=[cast.team.pk]))
    assert Work.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": ""}, "请填写题名。"),
        ({"title": "长" * 301}, "题名最多 300 个字"),
        ({"kind": "song"}, "请从列出的类别中选择。"),
        ({"year": "二〇二四"}, "请填写四位数的年份"),
        ({"year": "99999"}, "请填写四位数的年份"),
        ({"url": "javascript:alert(1)"}, "网址要以 http:// 或 https:// 开头。"),
        ({"abstract": "长" * 10_001}, "摘要最多 10000 个字"),
        ({"keywords": "；".join(f"词{n}" for n in range(21))}, "关键词最多 20 个"),
        ({"kind": "contract", "amount": "0"}, "合同额须大于 0"),
        ({"trl": "12"}, "请从 1 到 9 级中选择。"),
        ({"visibility": ""}, "请选择公开范围。"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_answered_beside_its_field_and_loses_nothing(cast: Cast, wrong, why):
    typed = {**FORM, "authors": "王芳；䶮𠮷", **wrong}
    answer = as_(cast.tao).post(reverse("work_new", args=[cast.team.pk]), typed)
    assert answer.status_code == 422
    assert why in said(answer)
    assert "王芳；䶮𠮷" in said(answer)
    assert not Work.objects.exists()


def test_the_list_is_searched_in_any_case_and_width_and_filtered(cast: Cast):
    there(cast, title="PVDF 膜的制备", keywords=["离子膜"], year=2020)
    there(cast, title="别的", kind="patent", number="ZL202010000000.1", year=2021)
    page = reverse("team_works", args=[cast.team.pk])
    for query, found in (
        ("ｐｖｄｆ", ["PVDF 膜的制备"]),
        ("离子膜", ["PVDF 膜的制备"]),
        ("zl2020", ["别的"]),
        ("%", []),
    ):
        answer = as_(cast.tao).get(page, {"q": query})
        assert [row.title for row in answer.context["found"].page] == found, query
    for filters, found in (({"kind": "patent"}, "别的"), ({"year": "2020"}, "PVDF 膜的制备")):
        assert [row.title for row in as_(cast.tao).get(page, filters).context["found"].page] == [found]


def test_the_public_page_shows_what_is_public_and_a_team_without_has_none(cast: Cast):
    there(cast, title="只用于匹配的")
    page = reverse("public_team", args=[cast.team.pk])
    assert Client().get(page).status_code == 404
    there(cast, title="公开的", visibility="public", kind="contract", amount=485000)
    shown = said(Client().get(page))
    assert "公开的" in shown
    assert "只用于匹配的" not in shown
    work = Work.objects.get(visibility="public")
    assert "48.50" not in said(Client().get(work.get_absolute_url()))
    assert "48.50" in said(as_(cast.tao).get(work.get_absolute_url()))


def test_an_export_comes_in_again_as_there_already_and_no_cell_is_a_formula(cast: Cast):
    texts = {"title": "=1+1 一种\t泵", "abstract": "=cmd|' /C calc'!A0", "authors": "+王芳；@李强", "venue": "-x"}
    there(cast, **texts, keywords=["甲"], number="10.1000/a_b{c", url="https://example.cn/?a=1&b=2")
    there(cast, kind="result", title="成套{装备 50% #1", trl=6)
    there(cast, kind="contract", title="委托", amount=485000, year=None)
    for form in ("xlsx", "bib", "jsonl"):
        answer = as_(cast.tao).get(reverse("works_export", args=[cast.team.pk, form]))
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if form == "xlsx":
            cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows() for cell in row]
            assert "f" not in {cell.data_type for cell in cells}
        sent = {"file": SimpleUploadedFile(f"a.{form}", data), "kind": "paper", "visibility": "matching"}
        as_(cast.tao).post(reverse("work_import_new", args=[cast.team.pk]), sent)
        carry_on()
        job = Import.objects.first()
        assert (form, job.failed, job.seen, job.wrong, job.fresh) == (form, "", 3, 0, 1 if form == "bib" else 0)
        as_(cast.tao).post(job.get_absolute_url(), {"do": "cancel"})


def test_an_import_is_sent_shown_confirmed_and_undone_by_pages_alone(cast: Cast):
    tao = as_(cast.tao)
    file = SimpleUploadedFile("works.csv", "题名,年份\n甲乙丙,2020\n,2021\n".encode("gb18030"))
    answer = tao.post(
        reverse("work_import_new", args=[cast.team.pk]), {"file": file, "kind": "paper", "visibility": "public"}
    )
    job = Import.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    part = reverse("work_import_progress", args=[job.pk])
    assert 'hx-trigger="every 1s"' in said(tao.get(part))
    carry_on()
    assert tao.get(part)["HX-Refresh"] == "true"
    shown = said(tao.get(job.get_absolute_url()))
    assert "缺少题名。请补上后重新导入。" in shown
    book = openpyxl.load_workbook(io.BytesIO(tao.get(reverse("work_import_rows", args=[job.pk])).content))
    assert [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)] == [3]
    tao.post(job.get_absolute_url(), {"do": "confirm", "with_near": "1"})
    carry_on()
    assert "已导入 1 项" in said(tao.get(job.get_absolute_url()))
    assert Work.objects.get().visibility == "public"
    tao.post(job.get_absolute_url(), {"do": "undo"})
    assert not Work.objects.exists()
    assert tao.post(job.get_absolute_url(), {"do": "x"}).status_code == 404


def test_rows_that_will_be_added_otherwise_than_they_say_are_pointed_out(cast: Cast):
    tao = as_(cast.tao)
    file = SimpleUploadedFile("works.csv", "题名,类别,年份\n甲乙丙,论文,2020\n丁戊己,小说,2021\n".encode())
    tao.post(reverse("work_import_new", args=[cast.team.pk]), {"file": file, "kind": "paper", "visibility": "public"})
    carry_on()
    shown = said(tao.get(Import.objects.get().get_absolute_url()))
    assert "将新增的有 1 项带说明" in shown


def test_the_template_comes_back_filled_in(cast: Cast):
    data = as_(cast.tao).get(reverse("work_template")).content
    sent = {"file": SimpleUploadedFile("模板.xlsx", data), "kind": "paper", "visibility": "matching"}
    as_(cast.tao).post(reverse("work_import_new", args=[cast.team.pk]), sent)
    carry_on()
    job = Import.objects.get()
    assert (job.failed, job.fresh, job.wrong) == ("", 4, 0)
    confirm(job, with_near=True, by=cast.tao)
    carry_on()
    assert set(Work.objects.values_list("kind", "trl", "amount", "visibility")) == {
        ("paper", None, None, "public"), ("patent", None, None, "public"), ("result", 6, None, "matching"),
        ("contract", None, 485000, "matching"),
    }  # fmt: skip


def test_the_switch_says_who_and_when_and_no_listing_is_suggested_any_longer(cast: Cast):
    page = reverse("team_matching", args=[cast.team.pk])
    assert as_(cast.ting).post(page, {"matching": "off"}).status_code == 403
    shown = as_(cast.tao).post(page, {"matching": "off"}, follow=True)
    assert "陶教授" in said(shown)
    assert not Team.objects.get(pk=cast.team.pk).is_matched
    assert as_(cast.tao).get("/team/").context["matches"] == []
    as_(cast.tao).post(page, {"matching": "on"})
    assert Team.objects.get(pk=cast.team.pk).is_matched


def test_the_pages_ask_as_often_for_many_works_as_for_few_and_never_more_than_twelve_times(cast: Cast):
    def asked() -> dict[str, int]:
        places = {
            "list": (cast.tao, reverse("team_works", args=[cast.team.pk])),
            "work": (None, Work.objects.filter(visibility="public").earliest("created_at").get_absolute_url()),
            "public": (None, reverse("public_team", args=[cast.team.pk])),
            "import": (cast.tao, Import.objects.get().get_absolute_url()),
        }
        found = {}
        for name, (who, place) in places.items():
            client = as_(who)
            client.get(place)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(place).status_code == 200
            found[name] = len(captured)
        return found

    for n in range(2):
        there(cast, title=f"第{n}项", visibility="public")
    sent = SimpleUploadedFile("a.csv", ("题名\n" + "".join(f"名{n}{n}\n" for n in range(60))).encode())
    as_(cast.tao).post(
        reverse("work_import_new", args=[cast.team.pk]), {"file": sent, "kind": "paper", "visibility": "matching"}
    )
    carry_on()
    few = asked()
    for n in range(2, 70):
        there(cast, title=f"第{n}项", visibility="public")
    assert asked() == few
    assert max(few.values()) <= 12, few
