"""The blank 技术需求征集表 as Word: what `needs.collecting` reads back answer by answer, in the zone's own look."""

import io
from typing import Any

from django.utils.translation import override
from docx import Document as new_document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from documents.word import BLACK, BODY, TITLE, face, flag, grid
from needs.codes import Activity, Cooperation, Deliverable, Engagement, Field, Funding, Improvements, Kind, Ownership

AT_LEAST, MIDDLE = WD_ROW_HEIGHT_RULE.AT_LEAST, WD_CELL_VERTICAL_ALIGNMENT.CENTER
TITLE_TEXT = "技术需求征集表"
NOTE = (
    "填表说明：填好后在揭榜台“发布需求”页上传，各栏自动读入草稿，核对后提交。方框选项把 □ 改成 ☑；"
    "“非公开说明”不随榜单公开，其余内容随榜单公开（联系人、电话除外）。"
)


WIDTHS = (Mm(50), Mm(116))
MEASURES = (Mm(46), Mm(32), Mm(20), Mm(44), Mm(24))
LINE = 28  # characters of 11 points on one line of an answer
LOW, HIGH = Mm(8), Mm(21)  # what an answer has at least: a line, or a paragraph written by hand
PARAGRAPHS = ("1000 字以内", "对揭榜方的要求", "非公开说明")
SHADE = "EEF1F5"


def _boxes(choices: Any) -> str:
    """The choices on lines that end between two of them: a word processor would cut the words themselves."""
    lines = [""]
    for _code, label in choices:
        longer = f"{lines[-1]}　□{label}".lstrip("　")
        if lines[-1] and len(longer) > LINE:
            lines.append(f"□{label}")
        else:
            lines[-1] = longer
    return "\n".join(lines)


def rows() -> list[tuple[str, str]]:
    """Label with its hint, and what stands in the cell to be filled in. One with no cell is the heading of a part."""
    return [
        ("一、难题", ""),
        ("需求名称（100 字以内，写清对象和要解决的问题）", ""),
        ("需求类型（选一项）", _boxes(Kind.choices)),
        ("技术领域（选一项）", _boxes(Field.choices)),
        ("应用行业（国民经济行业大类，例如 35 专用设备制造业）", ""),
        ("要解决的技术难题（1000 字以内：现在怎么做、卡在哪里、已经试过什么）", ""),
        ("现有基础与现状（1000 字以内，选填）", ""),
        ("预期目标与验收办法（1000 字以内：做到什么算完成，由谁、怎么验收）", ""),
        ("关键词（最多 5 个，用顿号分开）", ""),
        ("科技活动类型（选填）", _boxes(Activity.choices)),
        ("二、合作与资金", ""),
        ("交付物（可多选）", _boxes(Deliverable.choices)),
        ("交付物说明（数量、规格，选填）", ""),
        ("拟投入资金（万元，没定就留空）", ""),
        ("资金来源（可多选，选填）", _boxes(Funding.choices)),
        ("期望周期（月）", ""),
        ("合作方式（可多选）", _boxes(Cooperation.choices)),
        ("知识产权归属（选一项）", _boxes(Ownership.choices)),
        ("后续改进归属（选填）", _boxes(Improvements.choices)),
        ("合作意向（可多选，选填）", _boxes(Engagement.choices)),
        ("对揭榜方的要求（只写解决难题必需的条件，选填）", ""),
        ("三、单位与联系人", ""),
        ("单位名称", ""),
        ("统一社会信用代码", ""),
        ("联系人", ""),
        ("联系电话", ""),
        ("所在地区（选填）", ""),
        ("现有技术成熟度（1–9 级，选填）", ""),
        ("目标技术成熟度（1–9 级，选填）", ""),
        ("四、非公开部分", ""),
        ("非公开说明（配方、图纸编号、客户名称等，选填）", ""),
    ]


INDICATORS = ("指标名称", "要求", "单位", "测试方法", "性质")
EXAMPLE = "每行一项，写成能检测的数值，例如：拉伸强度　≥25　MPa　GB/T 528　硬指标。至少一项量化指标。"
EMPTY_ROWS = 6


def blank_form() -> bytes:
    """Always in Chinese, like every form of the zone."""
    with override("zh-hans"):
        made = new_document()
        section = made.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin = section.bottom_margin = Mm(20)
        made.core_properties.title, made.core_properties.author = TITLE_TEXT, ""
        head = made.add_paragraph()
        head.alignment = ALIGN.CENTER
        face(head.add_run(TITLE_TEXT), TITLE, 20)
        face(made.add_paragraph().add_run(NOTE), BODY, 11)
        _form(made)
        measured = made.add_paragraph()
        measured.paragraph_format.space_before, measured.paragraph_format.keep_with_next = Pt(12), True
        face(measured.add_run("五、技术指标"), BLACK, 12)
        face(made.add_paragraph().add_run(f"（{EXAMPLE}）"), BODY, 11)
        _indicators(made)
        made.add_paragraph()  # a table that ends the document is dissolved on its way through the old .doc
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def _form(made: Any) -> None:
    table = grid(made, WIDTHS)
    for label, text in rows():
        row = _row(table, HIGH if any(word in label for word in PARAGRAPHS) else LOW)
        if label[1] == "、":
            cell = row.cells[0].merge(row.cells[1])
            face(cell.paragraphs[0].add_run(label), BLACK, 12)
            _shade(cell)
            continue
        for cell, words in zip(row.cells, (label, text), strict=True):
            face(cell.paragraphs[0].add_run(words), BODY, 11)


def _indicators(made: Any) -> None:
    table = grid(made, MEASURES)
    for number in range(EMPTY_ROWS + 1):
        row = _row(table, LOW)
        if number == 0:
            row._tr.get_or_add_trPr().append(flag("w:tblHeader"))
        for cell, words in zip(row.cells, INDICATORS if number == 0 else [""] * len(INDICATORS), strict=True):
            face(cell.paragraphs[0].add_run(words), BLACK if number == 0 else BODY, 11)
            if number == 0:
                _shade(cell)


def _row(table: Any, height: Any) -> Any:
    """Never torn in two by the end of a page."""
    row = table.add_row()
    row.height, row.height_rule = height, AT_LEAST
    row._tr.get_or_add_trPr().append(flag("w:cantSplit"))
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width, cell.vertical_alignment = column.width, MIDDLE
        space = cell.paragraphs[0].paragraph_format
        space.space_before = space.space_after = Pt(2)
    return row


def _shade(cell: Any) -> None:
    element = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        element.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(element)
