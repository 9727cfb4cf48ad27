"""A file of needs as rows of cells: CSV, XLSX or JSONL, read so that no file can fill the memory or end in an error."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from workflow.machine import Refused

Cells = tuple[int, dict[str, Any]]  # the number of a row as a person counts, and its cells by their key
MOST_ROWS = 5000
MOST_COLUMNS = 100
HEADINGS = {
    "需求名称": "title", "名称": "title", "title": "title",
    "技术领域": "field", "领域": "field", "field": "field", "field_suggested": "field", "field_stated": "field_stated",
    "所在地区": "region", "地区": "region", "region": "region",
    "要解决的技术难题": "problem", "技术难题": "problem", "problem": "problem",
    "预期目标与验收办法": "goal", "预期目标": "goal", "goal": "goal",
    "技术指标": "indicators", "indicators": "indicators",
    "拟投入资金（万元）": "budget", "拟投入资金": "budget", "budget_wan": "budget", "budget": "budget",
    "期望周期（月）": "period", "周期": "period", "period": "period",
    "关键词": "keywords", "keywords": "keywords",
    "需求类型": "kind", "kind": "kind", "应用行业": "industry", "industry": "industry",
    "科技活动类型": "activity", "activity": "activity", "现有基础与现状": "present", "现有基础": "present",
    "交付物": "deliverables", "deliverables": "deliverables", "交付物说明": "deliverables_note",
    "资金来源": "funding", "funding": "funding", "合作方式": "cooperation", "cooperation": "cooperation",
    "知识产权归属": "ownership", "ownership": "ownership",
    "后续改进归属": "improvements", "improvements": "improvements",
    "合作意向": "engagements", "engagements": "engagements", "对揭榜方的要求": "conditions", "conditions": "conditions",
    "联系人": "contact_name", "contact_name": "contact_name", "联系电话": "contact_phone",
    "contact_phone": "contact_phone", "非公开说明": "confidential", "confidential": "confidential",
    "资料来源": "source", "source": "source", "programme": "programme", "year": "year",
}  # fmt: skip


class Unreadable(Refused):
    """The file as a whole cannot be read; the sentence says what to do."""


def cells_of(name: str, data: bytes) -> list[Cells]:
    """Every row that says something. Raises `Unreadable`."""
    ending = name.lower().rpartition(".")[2]
    readers = {"xlsx": _xlsx, "jsonl": _jsonl, "json": _jsonl, "csv": _csv}
    if ending not in readers:
        raise Unreadable(_("只能导入 CSV、XLSX 或 JSONL 文件。"))
    return readers[ending](data)


def table_of(name: str, data: bytes) -> list[tuple[int, list[Any]]]:
    """A CSV or XLSX file as it stands, heading and all, each row with its number. Raises `Unreadable`."""
    if name.lower().endswith(".csv"):
        rows: Iterator[list[Any]] = csv.reader(io.StringIO(_decoded(data), newline=""))
    else:
        rows = _rows_of(data)
    table = []
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS + 1:
            break
        table.append((number, list(row[:MOST_COLUMNS])))
    return table


def _too_many() -> Unreadable:
    return Unreadable(_("一次最多导入 %(n)s 行，请分成几个文件。") % {"n": MOST_ROWS})


def _keyed(heading: list[Any], cells: Iterator[list[Any]]) -> Iterator[Cells]:
    keys = [HEADINGS.get(str(h or "").strip().rstrip("*")) for h in heading]
    if "title" not in keys:
        raise Unreadable(_("第一行须是表头，并有“需求名称”一列。"))
    for number, row in enumerate(cells, 2):
        if number > MOST_ROWS + 1:
            raise _too_many()
        values = {key: value for key, value in zip(keys, row, strict=False) if key and value not in (None, "")}
        if values:
            yield number, values


def _csv(data: bytes) -> list[Cells]:
    rows = csv.reader(io.StringIO(_decoded(data), newline=""))
    try:
        heading = next(rows, None)
        return list(_keyed(heading, rows)) if heading else []
    except csv.Error as error:
        raise Unreadable(
            _("第 %(n)s 行读不出来：一格里的字太多，或引号没有成对。请改正后再试。") % {"n": rows.line_num}
        ) from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("文件编码认不出来，请另存为 UTF-8 编码的 CSV 再试。"))


def _xlsx(data: bytes) -> list[Cells]:
    try:
        cells = _rows_of(data)
        return list(_keyed(next(cells, []), cells))
    except Refused:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise Unreadable(_("这个 Excel 文件打不开，请用 Excel 或 WPS 另存为 .xlsx 再试。")) from error


def _rows_of(data: bytes) -> Iterator[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
    return (list(row) for row in sheet.iter_rows(values_only=True))


def _jsonl(data: bytes) -> list[Cells]:
    rows: list[Cells] = []
    for number, line in enumerate(_decoded(data).split("\n"), 1):  # U+2028 inside a string ends no line
        if not line.strip():
            continue
        if len(rows) == MOST_ROWS:
            raise _too_many()
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no JSONDecodeError
            raise Unreadable(_("第 %(n)s 行不是 JSON。") % {"n": number}) from error
        if not isinstance(values, dict):
            raise Unreadable(_("第 %(n)s 行不是 JSON 对象。") % {"n": number})
        known: dict[str, Any] = {}
        for key, value in values.items():
            if (name := HEADINGS.get(key)) and value not in (None, ""):
                known.setdefault(name, value)
        rows.append((number, known))
    return rows
