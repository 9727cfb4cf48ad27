"""The table in which an enterprise writes many needs: its template with the coded lists, and its own file marked."""

import io
from collections.abc import Iterable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from needs.codes import Field, Improvements, Kind, Ownership
from needs.importing import Row
from needs.industries import DIVISIONS, industry_label
from needs.labels import CODES
from needs.reading import MOST_ROWS, table_of

WIDE, NARROW = 36, 18
WRONG = PatternFill("solid", fgColor="FBE3E4")
HEADINGS: dict[str, tuple[str, int]] = {  # heading: an example, the width
    "需求名称*": ("高强度抗爆弹性体材料研发", WIDE),
    "需求类型": ("技术攻关", NARROW),
    "技术领域*": ("新材料", NARROW),
    "应用行业": ("26 化学原料和化学制品制造业", WIDE),
    "要解决的技术难题*": ("现有涂层在冲击下开裂，断裂伸长率不到 200%，换过两种固化剂无改善。", WIDE),
    "现有基础与现状": ("有 2 t/d 中试线；现有样品拉伸强度 18 MPa。", WIDE),
    "预期目标与验收办法*": ("样品送第三方检测达到指标，中试线连续运行 72 小时。", WIDE),
    "技术指标*": ("拉伸强度 ≥ 20 MPa（GB/T 528）；断裂伸长率 ≥ 300 %", WIDE),
    "关键词": ("弹性体、涂料、聚氨酯", NARROW),
    "交付物": ("样品或样件、第三方检测报告", WIDE),
    "拟投入资金（万元）": ("48.5", NARROW),
    "资金来源": ("自筹", NARROW),
    "期望周期（月）*": ("12", NARROW),
    "合作方式*": ("委托研发、合作研发", NARROW),
    "知识产权归属*": ("双方共有", NARROW),
    "后续改进归属": ("签约时另行约定", NARROW),
    "对揭榜方的要求": ("具备弹性体小试条件。", WIDE),
    "联系人": ("", NARROW),
    "联系电话": ("", NARROW),
    "非公开说明": ("配方见附件，签订保密协议后提供。", WIDE),
}
ONE_OF: dict[str, type[TextChoices]] = {
    "需求类型": Kind, "技术领域*": Field, "知识产权归属*": Ownership, "后续改进归属": Improvements,
}  # fmt: skip
SOME_OF = {"合作方式*": "cooperation", "交付物": "deliverables", "资金来源": "funding"}


def enterprise_template() -> bytes:
    """Only the first sheet is read back; the example and the lists stand on the others. Always in Chinese."""
    with override("zh-hans"):
        return _bytes(_template())


def _template() -> Workbook:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "需求"
    _head(sheet)
    lists: Any = book.create_sheet("选项")
    for place, (heading, words) in enumerate(_lists().items(), 1):
        lists.append([]) if place == 1 else None
        for row, word in enumerate([heading.rstrip("*"), *words], 1):
            lists.cell(row, place, word)
        lists.column_dimensions[get_column_letter(place)].width = WIDE
        if heading not in SOME_OF:  # a cell of several words takes no drop-down
            column = get_column_letter(list(HEADINGS).index(heading) + 1)
            source = f"'选项'!${get_column_letter(place)}$2:${get_column_letter(place)}${len(words) + 1}"
            choice = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
            choice.error, choice.errorTitle = "请从下拉列表里选一项。", heading.rstrip("*")
            sheet.add_data_validation(choice)
            choice.add(f"{column}2:{column}{MOST_ROWS + 1}")
    example: Any = book.create_sheet("填写示例")
    _head(example)
    example.append([text for text, _width in HEADINGS.values()])
    example.append([])
    for note in (
        "带 * 的提交时必填，导入时可以先空着。", "一格里有几项的，用顿号或分号分开，每项都用“选项”页里的词。",
        "技术指标写成“名称 ≥ 数值 单位（测试方法）”，几项之间用分号。", "只读第一页“需求”，一行一项。",
    ):  # fmt: skip
        example.append([note])
    return book


def _lists() -> dict[str, list[str]]:
    one = {heading: [str(label) for label in codes.labels] for heading, codes in ONE_OF.items()}
    some = {heading: [str(label) for label in CODES[name].labels] for heading, name in SOME_OF.items()}
    return {**one, "应用行业": [industry_label(code) for code in DIVISIONS], **some}


def marked(name: str, data: bytes, rows: Iterable[Row]) -> bytes:
    """The table as it came, with a column that says what is wrong in each row. To be corrected and sent again."""
    said = {row.number: row for row in rows}
    table = table_of(name, data)
    width = max((len(row) for _number, row in table), default=0)
    book = Workbook()
    sheet: Any = book.active
    sheet.freeze_panes = "B2"
    for number, row in table:
        for place, value in enumerate(row, 1):
            _put(sheet.cell(number, place), value)
        told = said.get(number)
        if number == 1:
            _put(sheet.cell(1, width + 1), _("检查结果"))
        elif told and (told.errors or told.warnings):
            _put(sheet.cell(number, width + 1), "\n".join([*told.errors, *told.warnings]))
            for place in range(1, width + 2) if told.errors else ():
                sheet.cell(number, place).fill = WRONG
        sheet.cell(number, width + 1).alignment = Alignment(wrap_text=True, vertical="top")
    for place in range(1, width + 2):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = WIDE if place > width else NARROW
    return _bytes(book)


def _head(sheet: Any) -> None:
    for place, (heading, (_example, width)) in enumerate(HEADINGS.items(), 1):
        sheet.cell(1, place, heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "B2"


def _put(cell: Any, value: Any) -> None:
    """Words stay words: a title that begins with = is no formula."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32767]
        cell.data_type = "s"
    elif value is not None:
        cell.value = value if isinstance(value, int | float | bool) else str(value)


def _bytes(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
