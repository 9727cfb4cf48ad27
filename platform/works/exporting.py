"""Works on their way out: Excel, BibTeX, JSONL; the empty table to fill in; and what was said about an import's rows.

What leaves comes in again: the headings are those that `works.reading` knows, and a cell is text, never a formula.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from core.money import in_wan
from works.codes import Kind, Visibility
from works.models import Import, ImportRow, Verdict, Work

MOST_IN_A_SHEET = 20_000
LONGEST_CELL = 32_767
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
WIDTHS = {"题名": 48, "摘要": 60, "关键词": 24, "作者或完成人": 24, "刊物或来源": 24, "编号": 22, "网址": 24}
EXAMPLES = (
    ("论文", "喷涂聚脲弹性体的抗爆性能研究", "研究了……", "聚脲；抗爆；弹性体", 2023, "王芳；李强",
     "高分子材料科学与工程",
     "10.16865/j.cnki.1000-7555.2023.0001", "", "", "", "公开"),
    ("专利", "一种高强度抗爆弹性体及其制备方法", "本发明公开了……", "聚脲；防护涂层", 2022, "王芳；李强", "滨海理工大学",
     "ZL202210000000.0", "", "", "", "公开"),
    ("科技成果", "常温喷涂抗爆涂层成套技术", "在……完成中试", "喷涂；中试", 2024, "王芳", "", "", "", 6, "",
     "只用于匹配"),
    ("合同", "防护涂层委托开发", "", "", 2024, "", "某装备公司", "", "", "", 48.5, "只用于匹配"),
)  # fmt: skip


def headings() -> list[str]:
    """In the language of the import's columns, which is Chinese for every reader: they name what is read."""
    return [
        "类别", "题名", "摘要", "关键词", "年份", "作者或完成人", "刊物或来源", "编号", "网址", "技术成熟度",
        "合同额（万元）",
        "公开范围",
    ]  # fmt: skip


def template() -> bytes:
    return _sheet(headings(), EXAMPLES)


def xlsx(works: Iterable[Work]) -> bytes:
    return _sheet(headings(), (_cells(work) for work in works))


def remarks(job: Import) -> bytes:
    """Every row of an import that something is said about."""
    rows = ImportRow.objects.filter(job=job).exclude(verdict=Verdict.FRESH, said=[]).order_by("number", "id")
    cells = (
        (row.number, row.title, str(Verdict(row.verdict).label), "\n".join(row.said))
        for row in rows.defer("fields").iterator(chunk_size=2000)
    )
    return _sheet([_("行"), _("题名"), _("结果"), _("说明")], cells)


def jsonl(works: Iterable[Work]) -> Iterator[str]:
    for work in works:
        row: dict[str, Any] = {"kind": work.kind, "title": work.title, "abstract": work.abstract}
        row |= {"keywords": work.keywords, "year": work.year, "authors": work.authors, "venue": work.venue}
        row |= {"number": work.number, "url": work.url, "trl": work.trl, "visibility": work.visibility}
        row["amount"] = in_wan(work.amount) if work.amount is not None else None
        yield json.dumps({key: value for key, value in row.items() if value not in (None, "", [])}, ensure_ascii=False)
        yield "\n"


TYPES = {Kind.PAPER: "article", Kind.PATENT: "patent", Kind.RESULT: "techreport", Kind.PROJECT: "project"}


def bibtex(works: Iterable[Work]) -> Iterator[str]:
    """Papers as @article, patents as @patent; contracts and equipment have no type of their own and are @misc."""
    for turn, work in enumerate(works, 1):
        number = {"doi" if work.kind == Kind.PAPER else "number": work.number}
        fields = {"title": work.title, "author": " and ".join(_names(work.authors)), "year": work.year or ""}
        fields |= {"journal": work.venue, **number, "url": work.url, "keywords": "；".join(work.keywords)}
        fields["abstract"] = work.abstract
        lines = [f"  {name} = {{{_tex(str(value))}}}" for name, value in fields.items() if value]
        entry_type = TYPES.get(Kind(work.kind), "misc")
        yield f"@{entry_type}{{{work.kind}{turn},\n" + ",\n".join(lines) + "\n}\n\n"


def _names(authors: str) -> list[str]:
    return [name.strip() for name in re.split(r"[;；]|、(?=\S)", authors) if name.strip()]


def _tex(value: str) -> str:
    """With what LaTeX would take for its own marked, and no brace that could close the field."""
    value = value.replace("\\", "\\textbackslash ").replace("{", "(").replace("}", ")")
    return re.sub(r"([#$%&_])", r"\\\1", value)


def _cells(work: Work) -> tuple[Any, ...]:
    return (
        str(Kind(work.kind).label), work.title, work.abstract, "；".join(work.keywords), work.year, work.authors,
        work.venue, work.number, work.url, work.trl,
        in_wan(work.amount) if work.amount is not None else None, str(Visibility(work.visibility).label),
    )  # fmt: skip


def _sheet(heading: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Row by row to a temporary file: 20,000 works take no memory to speak of."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet()
    sheet.freeze_panes = "A2"
    for place, name in enumerate(heading):
        sheet.column_dimensions[chr(ord("A") + place)].width = WIDTHS.get(name, 14)
    sheet.append([_cell(sheet, name, bold=True) for name in heading])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    if not isinstance(value, str):
        return value
    text = ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL])
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # openpyxl would make a formula of "=…"
    if text.lstrip(" '\"").startswith(("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")):
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell
