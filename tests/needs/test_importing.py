"""Many needs from one file: judged row by row, taken whole or not at all."""

import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

import world
from needs.importing import Unreadable, import_needs, read_rows
from needs.models import Need
from people import Cast

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real_needs.jsonl"
HEAD = "需求名称,技术领域,拟投入资金（万元）,期望周期（月）,技术指标\n"


def xlsx(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_csv_row_becomes_the_fields_of_a_need() -> None:
    (row,) = read_rows("需求.csv", (HEAD + "高强度弹性体,新材料,48.5,2年,拉伸强度不低于 25 MPa；外观无气泡\n").encode())
    assert row.errors == []
    assert row.fields["field"] == "4"
    assert row.fields["budget"] == Decimal("485000.00")
    assert row.fields["period_months"] == 24
    assert [str(i) for i in row.indicators] == ["拉伸强度 ≥ 25 MPa", "指标 2 外观无气泡"]


def test_excel_and_gb18030_and_rare_characters_come_through() -> None:
    (row,) = read_rows("需求.xlsx", xlsx(["需求名称*", "关键词"], ["䶮𠮷·材料攻关", "弹性体、抗爆"]))
    assert row.fields["title"] == "䶮𠮷·材料攻关"
    assert row.fields["keywords"] == ["弹性体", "抗爆"]
    (row,) = read_rows("需求.csv", (HEAD + "䶮𠮷,新材料,,,\n").encode("gb18030"))
    assert row.fields["title"] == "䶮𠮷"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",新材料,48,12,", "缺少需求名称。"),
        ("长" * 101 + ",新材料,48,12,", "需求名称有 101 个字，不能超过 100 个字。"),
        ("甲,星际航行,48,12,", "不认识的技术领域“星际航行”。请用八大领域的名称，例如“新材料”。"),
        ("甲,新材料,abc,12,", "拟投入资金“abc”不是数字。请填万元数，例如 48.5；面议请留空。"),
        ("甲,新材料,-5,12,", "拟投入资金须大于 0；面议请留空。"),
    ],
)
def test_a_wrong_row_says_what_is_wrong(line: str, said: str) -> None:
    (row,) = read_rows("需求.csv", (HEAD + line + "\n").encode())
    assert row.errors == [said]


def test_a_period_that_is_no_number_is_kept_as_text() -> None:
    (row,) = read_rows("需求.csv", (HEAD + "甲,新材料,,三年一周期,\n").encode())
    assert row.fields["present"] == "周期说明：三年一周期"
    assert "period_months" not in row.fields
    assert row.errors == []


def test_the_same_title_twice_is_an_error_of_the_second_row() -> None:
    rows = read_rows("需求.csv", (HEAD + "甲,,,,\n甲,,,,\n").encode())
    assert [row.errors for row in rows] == [[], ["与第 2 行的需求名称重复。"]]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"x", "只能导入 CSV、XLSX 或 JSONL 文件。"),
        ("a.csv", b"", "文件里没有数据行。"),
        ("a.csv", "单位,电话\n甲,1\n".encode(), "第一行须是表头，并有“需求名称”一列。"),
        ("a.xlsx", b"not a workbook", "这个 Excel 文件打不开，请用 Excel 或 WPS 另存为 .xlsx 再试。"),
        ("a.jsonl", b"{\n", "第 1 行不是 JSON。"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(name: str, data: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_rows(name, data)
    assert str(caught.value) == said


@pytest.mark.django_db
def test_one_wrong_row_and_nothing_is_imported(cast: Cast) -> None:
    rows = read_rows("需求.csv", (HEAD + "甲,,,,\n乙,星际航行,,,\n").encode())
    report = import_needs(rows, organisation=cast.enterprise, batch=world.batch(cast), by=cast.alice)
    assert [row.number for row in report.wrong] == [3]
    assert report.imported == 0
    assert not Need.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_judges_and_writes_nothing(cast: Cast) -> None:
    rows = read_rows("需求.jsonl", json.dumps({"title": "甲", "field_suggested": "新材料"}).encode())
    report = import_needs(rows, organisation=cast.enterprise, batch=world.batch(cast), by=cast.alice, dry_run=True)
    assert report.wrong == []
    assert not Need.objects.exists()


@pytest.mark.django_db
def test_the_published_needs_load_whole_and_a_second_time_not_at_all(cast: Cast) -> None:
    world.batch(cast)
    uscc = cast.enterprise.uscc
    call_command("import_needs", str(REAL), "--organisation", uscc, verbosity=0)
    count = sum(1 for line in REAL.read_text(encoding="utf-8").splitlines() if line.strip())
    assert Need.objects.count() == count
    assert Need.objects.get(title__startswith="高温高腐蚀环境水性防腐涂料").field == "4"
    with pytest.raises(CommandError, match="什么都没有导入"):
        call_command("import_needs", str(REAL), "--organisation", uscc, verbosity=0)
    assert Need.objects.count() == count
