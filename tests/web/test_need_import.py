"""Many needs of an enterprise from one table: looked at first, taken whole, wrong rows given back marked."""

import io
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import journey
from forms_on_page import Page
from needs.models import Need
from needs.reading import HEADINGS as KNOWN
from needs.sheets import HEADINGS, enterprise_template
from people import Cast
from wrong_forms import as_

pytestmark = pytest.mark.django_db
IMPORT = "/enterprise/needs/import/"
FULL = [
    "低温抗爆聚脲", "工艺改进", "新材料", "26 化学原料和化学制品制造业", "现有涂层在冲击下开裂。", "有中试线。",
    "第三方检测达标。", "拉伸强度 ≥ 25 MPa（GB/T 528）；外观无气泡", "聚脲、抗爆", "样品或样件；第三方检测报告", 48.5,
    "自筹、贷款", 12, "委托研发、合作研发", "双方共有", "谁改进归谁", "具备小试条件。", "李工", "0532-88880000",
    "配方另附。",
]  # fmt: skip


@pytest.fixture(autouse=True)
def empty_cache() -> Any:
    cache.clear()
    yield
    cache.clear()


def table(*rows: list[Any]) -> bytes:
    """The template with rows in it."""
    book = openpyxl.load_workbook(io.BytesIO(enterprise_template()))
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def look(client: Client, cast: Cast, data: bytes, *, name: str = "需求.xlsx", batch: Any = None) -> Any:
    batch = batch or journey.batch(cast)
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data), "batch": batch.pk})


def take(client: Client, looked: Any) -> Any:
    token = looked.content.decode().partition('name="take"')[2].partition('value="')[2].partition('"')[0]
    return client.post(IMPORT, {"take": token}, follow=True)


def test_the_template_offers_the_coded_lists_and_knows_its_own_headings() -> None:
    book = openpyxl.load_workbook(io.BytesIO(enterprise_template()))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads == list(HEADINGS)
    assert {head.rstrip("*") for head in heads} <= set(KNOWN)
    assert sheet.max_row == 1
    assert len(sheet.data_validations.dataValidation) == 5
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["选项"].columns}
    assert lists["应用行业"][34] == "35 专用设备制造业"
    assert len(lists["应用行业"]) == 97
    assert lists["技术领域"][3] == "新材料"


def test_a_look_writes_nothing_and_a_second_click_takes_them_all(cast: Cast) -> None:
    alice = as_(cast.alice)
    looked = look(alice, cast, table(FULL, ["只有名称", *[None] * 18]))
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "检查通过，共 2 项，还没有导入。" in page
    assert "拉伸强度 ≥ 25 MPa" in page
    assert not Need.objects.exists()
    assert "已导入 2 项草稿" in take(alice, looked).content.decode()
    need, bare = Need.objects.get(title="低温抗爆聚脲"), Need.objects.get(title="只有名称")
    assert (need.status, need.organisation, need.created_by) == ("draft", cast.enterprise, cast.alice)
    assert (need.kind, need.field, need.industry, need.budget) == ("process", "4", "26", Decimal("485000"))
    assert (need.cooperation, need.ownership, need.improvements) == (["commissioned", "joint"], "joint", "maker")
    assert (need.deliverables, need.funding, need.period_months) == (["sample", "test"], ["own", "loan"], 12)
    assert (need.present, need.conditions, need.confidential) == ("有中试线。", "具备小试条件。", "配方另附。")
    assert [str(i) for i in need.indicators.all()] == ["拉伸强度 ≥ 25 MPa", "指标 2 外观无气泡"]
    assert (need.contact_name, bare.contact_name, bare.region) == ("李工", "艾丽丝", "青岛高新区")


def test_one_wrong_row_and_the_table_comes_back_marked(cast: Cast) -> None:
    alice, bad = as_(cast.alice), [*FULL]
    bad[0], bad[2], bad[3], bad[10], bad[14] = "@SUM(1+1)", "星际航行", "99", "很多", "归大家"
    looked = look(alice, cast, table(FULL, bad))
    page = looked.content.decode()
    assert looked.status_code == 422
    for said in ("不认识的技术领域“星际航行”", "不认识的应用行业“99”", "“很多”不是数字", "“归大家”不在选项里"):
        assert said in page
    assert 'name="take"' not in page
    (address,) = re.findall(rf'href="({IMPORT}[0-9a-f-]+/marked.xlsx)"', page)
    sheet = openpyxl.load_workbook(io.BytesIO(alice.get(address).content)).worksheets[0]
    assert sheet.cell(1, len(FULL) + 1).value == "检查结果"
    assert sheet.cell(2, len(FULL) + 1).value is None
    told = sheet.cell(3, len(FULL) + 1).value
    assert "不认识的技术领域“星际航行”" in told
    assert (sheet.cell(3, 1).value, sheet.cell(3, 1).data_type) == ("@SUM(1+1)", "s")
    assert sheet.cell(3, 5).value == "现有涂层在冲击下开裂。"
    assert as_(cast.charlie).get(address).status_code == 404
    assert not Need.objects.exists()


def test_what_was_looked_at_is_judged_again_when_it_is_taken(cast: Cast) -> None:
    alice = as_(cast.alice)
    looked = look(alice, cast, table(FULL))
    journey.draft(cast, title=FULL[0])
    answer = take(alice, looked)
    assert answer.status_code == 422
    assert "这家单位已有同名需求。" in answer.content.decode()
    assert Need.objects.count() == 1


def test_a_table_that_has_been_forgotten_imports_nothing(cast: Cast) -> None:
    alice = as_(cast.alice)
    looked = look(alice, cast, table(FULL))
    assert "检查过的文件已经过期" in take(as_(cast.bob), looked).content.decode()
    cache.clear()
    assert "检查过的文件已经过期" in take(alice, looked).content.decode()
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("需求.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "请上传按模板填好的 .xlsx 或 .csv 文件。"),
        ("需求.xlsx", b"not a workbook", "。"),
        ("需求.csv", "单位,电话\n甲,1\n".encode(), "第一行须是表头，并有“需求名称”一列。"),
        ("需求.csv", ("需求名称\n" + "".join(f"第{n}项\n" for n in range(201))).encode(), "一次最多导入 200 项"),
        ("需求.csv", b"x" * (3 * 1024 * 1024), "超过了单个文件 2 MB 的上限"),
        ("需求.xlsx", enterprise_template(), "文件里没有数据行。"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_control(
    cast: Cast, name: str, data: bytes, said: str
) -> None:
    answer = look(as_(cast.alice), cast, data, name=name)
    assert answer.status_code == 422
    assert said in Page(IMPORT, answer.content.decode()).errors["id_file_error"]


def test_without_an_enterprise_or_a_batch_the_page_says_what_to_do(cast: Cast) -> None:
    assert "现在没有征集中的批次" in as_(cast.alice).get(IMPORT).content.decode()
    assert "您还没有加入企业" in as_(cast.tao).get(IMPORT).content.decode()


# ── the same at the zone office ─────────────────────────────────────────────────
OFFICE = "/office/needs/import/"


def sent(client: Client, cast: Cast, data: bytes, *, name: str = "需求.xlsx", do: str = "import") -> Any:
    filled = {"organisation": cast.enterprise.pk, "batch": journey.batch(cast).pk, "do": do}
    return client.post(OFFICE, {"file": SimpleUploadedFile(name, data), **filled})


@pytest.mark.parametrize("do", ["import", "check"])
def test_the_office_gets_its_table_back_marked_too(cast: Cast, do: str) -> None:
    guan, bad = as_(cast.guan), [*FULL]
    bad[0], bad[2] = "@SUM(2+2)", "星际航行"
    answer = sent(guan, cast, table(FULL, bad), do=do)
    assert answer.status_code == 422
    (address,) = re.findall(rf'href="({OFFICE}[0-9a-f-]+/marked.xlsx)"', answer.content.decode())
    sheet = openpyxl.load_workbook(io.BytesIO(guan.get(address).content)).worksheets[0]
    told = [sheet.cell(row, len(FULL) + 1).value for row in (1, 2, 3)]
    assert told[:2] == ["检查结果", None]
    assert "不认识的技术领域“星际航行”" in told[2]
    assert (sheet.cell(3, 1).value, sheet.cell(3, 1).data_type) == ("@SUM(2+2)", "s")
    assert as_(cast.gao).get(address).status_code == 404
    assert as_(cast.alice).get(address).status_code == 403
    assert as_(cast.alice).get(address.replace("/office/", "/enterprise/")).status_code == 404
    assert not Need.objects.exists()


def test_what_has_no_rows_to_write_beside_comes_back_on_the_page_alone(cast: Cast) -> None:
    lines = '{"title": "甲", "field": "星际航行"}\n'.encode()
    assert "marked.xlsx" not in sent(as_(cast.guan), cast, lines, name="需求.jsonl").content.decode()
    assert "marked.xlsx" not in sent(as_(cast.guan), cast, table(FULL), do="check").content.decode()
