"""An Excel sheet as an office hands it on: header block, unit, frozen head, filter, sum row, A4 landscape.

Whatever a cell says is text, a number or a date, never a formula: a title that begins with `=` stays a title.
"""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.clock import BEIJING
from reports.ledgers import COUNT, DAY, MOMENT, WAN, Column

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {WAN: "#,##0.00####", DAY: "yyyy-mm-dd", MOMENT: "yyyy-mm-dd hh:mm", COUNT: "0"}
LEADS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet may take for a formula
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
LONGEST = 32767
RULE = Border(bottom=Side(style="thin", color="999999"))


def workbook(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    sums: Sequence[Any] = (),
    head: Sequence[str] = (),
) -> bytes:
    """The bytes of one sheet: `title`, the lines of `head`, the columns, a row each, and the sum row."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    _write(sheet.cell(1, 1), title).font = Font(bold=True, size=14)
    for line, text in enumerate(head, 2):
        _write(sheet.cell(line, 1), text)
    top = len(head) + 2
    for place, column in enumerate(columns, 1):
        cell = _write(sheet.cell(top, place), _heading(column))
        cell.font, cell.border, cell.alignment = Font(bold=True), RULE, Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    last = top
    for last, row in enumerate(rows, top + 1):
        for place, column in enumerate(columns, 1):
            _put(sheet.cell(last, place), column, column.value(row))
    if any(value is not None for value in sums):
        _sum_row(sheet, last + 1, columns, sums)
    _page(sheet, top, last, len(columns))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def plain(column: Column, value: Any) -> Any:
    """The value as the sheet keeps it: 万元 exact, times in the zone's time, text that is only text."""
    if value is None or value == "":
        return None
    if column.kind == WAN:
        return Decimal(value).scaleb(-4).normalize() + Decimal(0)
    if isinstance(value, datetime):
        local = value.astimezone(BEIJING).replace(tzinfo=None, microsecond=0)
        return local.date() if column.kind == DAY else local
    if isinstance(value, date | int):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return ESCAPE.sub("_x005F_", text[:LONGEST])


def _put(cell: Cell, column: Column, value: Any) -> None:
    _write(cell, plain(column, value))
    cell.alignment = Alignment(wrap_text=column.kind not in FORMATS, vertical="top")
    if column.kind in FORMATS:
        cell.number_format = FORMATS[column.kind]


def _write(cell: Any, value: Any) -> Any:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would make a formula of "=…"
        if value.lstrip(" '\"").startswith(LEADS):
            cell.quotePrefix = True  # and a spreadsheet of what is typed over it
    return cell


def _heading(column: Column) -> str:
    return _("%(label)s（万元）") % {"label": column.label} if column.kind == WAN else str(column.label)


def _sum_row(sheet: Worksheet, line: int, columns: Sequence[Column], sums: Sequence[Any]) -> None:
    for place, (column, value) in enumerate(zip(columns, sums, strict=True), 1):
        cell = sheet.cell(line, place)
        if value is not None:
            _put(cell, column, value)
        elif place == 1:
            _write(cell, _("合计"))
        cell.font = Font(bold=True)


def _page(sheet: Worksheet, top: int, last: int, width: int) -> None:
    right = get_column_letter(width)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{right}{max(last, top)}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"
