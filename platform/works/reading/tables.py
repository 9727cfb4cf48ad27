"""CSV, XLSX and JSONL."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from core.filetypes import content_type
from core.refusals import FileRefused
from works.reading.headings import column_of
from works.reading.rows import Raw, Unreadable
from works.reading.texts import lines, opened, table

MOST_COLUMNS = 200
LARGEST_CELL = 2_000_000  # characters: an abstract of a megabyte is read, and then cut with a word about it
LOOKED_THROUGH = 10  # rows above the heading: a title, a unit


def count_csv(path: Path, encoding: str) -> int:
    with opened(path, encoding) as text:
        return max(sum(1 for line in text if line.strip()) - 1, 0)


def csv_rows(path: Path, encoding: str) -> Iterator[Raw]:
    with larger_cells(), table(path, encoding) as text:
        start = text.read(65536)
        text.seek(0)
        cells = csv.reader((line.replace("\0", "") for line in text), delimiter=_delimiter(start))
        try:
            yield from _keyed((cells.line_num, list(row)) for row in cells)
        except csv.Error as error:
            raise Unreadable(
                _("第 %(n)s 行读不出来：一格里的字太多，或引号没有成对。请改正后再导入。") % {"n": cells.line_num}
            ) from error


@contextmanager
def larger_cells() -> Iterator[None]:
    """The limit is one for the whole process: left where it was put, others would read cells that they refuse."""
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _delimiter(start: str) -> str:
    line = next(
        (line for line in start.splitlines() if column_of(line.split(",")[0]) or "\t" in line or "," in line), ""
    )
    return max(",\t;", key=line.count)


def count_xlsx(path: Path) -> int:
    with _book(path) as book:
        return max((book.worksheets[0].max_row or 1) - 1, 0) if book.worksheets else 0


def xlsx(path: Path) -> Iterator[Raw]:
    with _book(path) as book:
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a program wrote about the size of its sheet may be wrong
            rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
            yield from _keyed((number, list(row)) for number, row in enumerate(rows, 1))
        except Unreadable:
            raise
        except Exception as error:  # openpyxl raises whatever its parsers raise
            raise _not_excel() from error


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    """The file and not its name: what is stored has none, and openpyxl goes by the ending."""
    with path.open("rb") as file:
        try:
            content_type(file, "works.xlsx", path.stat().st_size)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except FileRefused as refused:
            raise Unreadable(refused.sentence) from refused
        except Exception as error:  # as above
            raise _not_excel() from error
        try:
            yield book
        finally:
            book.close()


def _not_excel() -> Unreadable:
    return Unreadable(_("这个 Excel 文件打不开。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"))


def _keyed(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Raw]:
    """The rows below the first one that has a column of titles, which may stand under a line or two of its own."""
    columns: list[str] = []
    for turn, (number, row) in enumerate(rows):
        cells = row[:MOST_COLUMNS]
        if not columns:
            named = [column_of(cell) if cell is not None and len(str(cell)) < 60 else "" for cell in cells]
            if "title" in named or (turn == 0 and "abstract" in named):
                columns = named
            elif turn >= LOOKED_THROUGH:
                break
            continue
        values: dict[str, Any] = {}
        for column, cell in zip(columns, cells, strict=False):
            if column and cell not in (None, ""):
                values.setdefault(column, cell)
        if values or any(cell not in (None, "") for cell in cells):
            yield Raw(number, values)
    if not columns:
        raise Unreadable(_("没有找到表头。请让第一行是表头，并有“题名”（或“标题”“名称”“Title”）一列；可以先下载模板。"))


def count_lines(path: Path, encoding: str) -> int:
    return sum(1 for _number, line in lines(path, encoding) if line.strip())


def jsonl(path: Path, encoding: str) -> Iterator[Raw]:
    for number, line in lines(path, encoding):
        if line.strip():
            yield _object(number, line)


def _object(number: int, line: str) -> Raw:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):  # a number of 5,000 digits is no JSONDecodeError
        return Raw(number, error=_('这一行不是 JSON。每行写一个对象，例如 {"title": "题名", "year": 2024}。'))
    if not isinstance(said, dict):
        return Raw(number, error=_('这一行不是 JSON 对象。每行写一个对象，例如 {"title": "题名", "year": 2024}。'))
    values: dict[str, Any] = {}
    for key, value in said.items():
        if (column := column_of(key)) and value not in (None, "", []) and not isinstance(value, dict):
            values.setdefault(column, value)
    return Raw(number, values)
