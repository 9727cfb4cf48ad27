"""The zone's lists: every figure opens exactly the records it counts, filters live in the address, files are judged."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

import people
import world
from core import clock
from needs.importing import read_rows, template
from needs.models import Need
from people import Cast
from proposals.actions import begin_opening
from web.office.overview import warnings

pytestmark = pytest.mark.django_db


def desk(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def waited(need: Need, **times: timedelta) -> None:
    """Past the guards, as time itself would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Need.objects.filter(pk=need.pk).update(**{name: clock.now() + by for name, by in times.items()})
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def needs(cast: Cast) -> list[Need]:
    """One of each lamp, in each of the three lists; and two the lists must not count: a draft, an ended one."""
    batch = world.batch(cast)
    made = [
        world.need(cast, within=batch, status=status, title=f"需求 {n}")
        for n, status in enumerate(("submitted", "submitted", "screened", "opened", "contracted", "draft", "rejected"))
    ]
    long, late = timedelta(days=-60), timedelta(days=-30)
    waited(made[0], status_since=long, due_at=late)
    waited(made[2], status_since=long, due_at=timedelta(minutes=-5))
    waited(made[3], status_since=timedelta(0), due_at=timedelta(days=90))
    return made


def test_each_list_and_each_lamp_of_the_first_screen_opens_what_it_counts(cast: Cast, needs: list[Need]) -> None:
    client = desk(cast.guan)
    context = client.get(reverse("office_home")).context
    figures = {figure.href: figure.value for figure in context["lists"]} | {href: n for _l, n, href in context["lamps"]}
    assert {href: client.get(href).context["page"].paginator.count for href in figures} == figures
    assert [figure.value for figure in context["lists"]] == [3, 1, 1]
    assert {lamp.key: n for lamp, n, _href in context["lamps"]} == {"green": 2, "blue": 1, "yellow": 1, "red": 1}


def test_what_waits_for_me_and_what_of_it_is_late_opens_the_same_number(cast: Cast, needs: list[Need]) -> None:
    client = desk(cast.guan)
    context = client.get(reverse("office_home")).context
    everything = client.get(reverse("office_todo")).context["page"].paginator.count
    late = client.get(reverse("office_todo"), {"late": 1}).context["page"]
    assert (context["count"], context["late"]) == (everything, late.paginator.count) == (2, 1)
    assert [item.pk for item in late] == [needs[0].pk]


@pytest.mark.parametrize("who", ["guan", "shen", "ling", "ji", "cai", "secadmin", "sysadmin"])
def test_the_command_for_a_year_without_holidays_is_read_by_who_may_run_it(cast: Cast, who: str) -> None:
    said = [one for one in warnings(date(2031, 11, 30), getattr(cast, who)) if "放假" in one]
    assert len(said) == 2, said  # that year and, two months on, the next
    assert all("暂按周一至周五计算" in one for one in said)
    assert all(("manage.py" in one) is (who == "sysadmin") for one in said)


def test_the_filters_of_the_list_are_in_its_form_so_that_one_more_keeps_the_others(
    cast: Cast, needs: list[Need]
) -> None:
    page = desk(cast.guan).get(reverse("office_needs"), {"list": "ahead", "lamp": "late"})
    assert {need.pk for need in page.context["page"]} == {needs[0].pk, needs[2].pk}
    chosen = re.findall(r'<option value="(\w+)" selected', page.content.decode())
    assert chosen == ["ahead", "late"]


def test_a_batch_counts_the_needs_its_number_opens(cast: Cast, needs: list[Need]) -> None:
    client = desk(cast.guan)
    (row,) = client.get(reverse("office_batches")).context["rows"]
    opened = client.get(reverse("office_needs"), {"batch": row["obj"].pk}).context["page"].paginator.count
    assert row["obj"].need_count == opened == 6


def test_an_administrator_sees_the_machine_and_nothing_of_the_business(cast: Cast, needs: list[Need]) -> None:
    page = desk(cast.sysadmin).get(reverse("office_home"))
    body = page.content.decode()
    assert "数据库时间" in body
    assert [name for name in ("funnel", "lists", "lamps", "stuck") if name in page.context] == []
    assert needs[0].title not in body


def test_a_batch_to_come_waits_for_who_may_publish_it(cast: Cast) -> None:
    batch = world.batch(cast, status="draft")
    assert reverse("go", args=["batch", batch.pk]) not in desk(cast.guan).get(reverse("office_todo")).content.decode()
    assert reverse("go", args=["batch", batch.pk]) in desk(cast.shen).get(reverse("office_todo")).content.decode()


def test_the_trail_is_searched_by_what_one_reads_on_it(cast: Cast, needs: list[Need]) -> None:
    client = desk(cast.ji)
    found = client.get(reverse("office_audit"), {"q": "不予受理"}).context["entries"]
    assert [(entry["event"].action, entry["case"]) for entry in found] == [("need.reject", needs[6])]
    by_number = client.get(reverse("office_audit"), {"q": needs[6].application_number}).context["entries"]
    assert {entry["case"] for entry in by_number} == {needs[6]}
    by_person = client.get(reverse("office_audit"), {"q": cast.guan.name}).context["entries"]
    assert {entry["who"] for entry in by_person} == {cast.guan.name}
    assert desk(cast.auditor).get(reverse("office_audit"), {"q": "不予受理"}).context["entries"][0]["case"] is None


def test_who_began_an_opening_is_not_told_that_it_is_his_move(cast: Cast) -> None:
    need = world.need(cast, status="closed")
    begin_opening(need, by=cast.guan)
    page = reverse("opening", args=[need.pk])
    assert "轮到您了" not in desk(cast.guan).get(page).content.decode()
    assert "轮到您了" in desk(cast.shen).get(page).content.decode()


def test_after_the_deadline_the_page_of_a_need_leads_to_its_opening_whoever_may_open(cast: Cast) -> None:
    need = world.need(cast, status="closed")
    button = rf'class="btn btn-primary[^"]*"\s+href="{reverse("opening", args=[need.pk])}"'
    for person in (cast.guan, cast.shen, cast.ling):
        assert re.search(button, desk(person).get(need.get_absolute_url()).content.decode())
    for person in (cast.ji, cast.alice):
        assert not re.search(button, desk(person).get(need.get_absolute_url()).content.decode())


# ── import ──────────────────────────────────────────────────────────────────────
def send(cast: Cast, rows: str, do: str) -> Any:
    return desk(cast.guan).post(
        reverse("office_import"),
        {
            "file": SimpleUploadedFile("需求.csv", rows.encode(), "text/csv"),
            "organisation": cast.enterprise.pk,
            "batch": world.batch(cast).pk,
            "do": do,
        },
    )


def test_one_wrong_row_is_named_and_nothing_is_imported(cast: Cast) -> None:
    answer = send(cast, "需求名称,拟投入资金\n轴承寿命提升,48.5\n,abc\n", "import")
    assert answer.status_code == 422
    (row,) = answer.context["report"].wrong
    assert row.number == 3
    assert "缺少需求名称" in answer.content.decode()
    assert "“abc”不是数字" in answer.content.decode()
    assert not Need.objects.exists()


def test_checking_writes_nothing_and_importing_says_whose_drafts_they_are(cast: Cast) -> None:
    rows = "需求名称,拟投入资金\n轴承寿命提升,48.5\n"
    assert "检查通过" in send(cast, rows, "check").content.decode()
    assert not Need.objects.exists()
    answer = send(cast, rows, "import")
    assert answer.url == reverse("office_needs")
    assert [need.title for need in Need.objects.all()] == ["轴承寿命提升"]
    said = [str(message) for message in answer.wsgi_request._messages]
    assert said == [f"已导入 1 项需求，现在是“{cast.enterprise.name}”的草稿，由它核对后提交。"]


def test_the_template_can_be_imported_as_it_is(cast: Cast) -> None:
    (row,) = read_rows("模板.xlsx", template())
    assert (row.errors, row.warnings, len(row.indicators)) == ([], [], 2)
    given = desk(cast.guan).get(reverse("office_import_template"))
    assert openpyxl.load_workbook(BytesIO(given.content)).active["A1"].value == "需求名称"
    assert desk(people.person("过路人")).get(reverse("office_import_template")).status_code == 403


# ── what a page costs ───────────────────────────────────────────────────────────
@pytest.mark.parametrize("more", [1, 5])
def test_the_first_screen_costs_the_same_for_one_case_and_many(
    cast: Cast, more: int, django_assert_num_queries: Any
) -> None:
    batch = world.batch(cast)
    for n in range(more):
        world.need(cast, within=batch, status="submitted", title=f"需求 {n}")
    client = desk(cast.guan)
    client.get(reverse("office_home"))
    with django_assert_num_queries(8):
        client.get(reverse("office_home"))
