"""The document as Word in the look of GB/T 9704-2012: officers go on editing it, print it and put the seal on it."""

import io
from typing import Any

from docx import Document as new_document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt

from documents.markup import Block
from documents.queries import Document

TITLE, BODY, BLACK, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
HEADINGS = ("first", "second")
FACE = {"title": TITLE, "first": BLACK, "second": KAI}
LINE = Pt(28.95)  # 22 lines on 225 mm
WIDTH = Mm(156)
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word(document: Document) -> bytes:
    made = new_document()
    _page(made)
    made.core_properties.title = document.title
    made.core_properties.author = ""
    made.core_properties.created = made.core_properties.modified = document.at.replace(tzinfo=None)
    for block in document.blocks:
        _table(made, block) if block.kind == "table" else _paragraph(made, block)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    foot = section.footer.paragraphs[0]
    foot.alignment = ALIGN.RIGHT
    for part in ("— ", "PAGE", " —"):
        run = foot.add_run("" if part == "PAGE" else part)
        face(run, "宋体", 14)
        if part == "PAGE":
            _page_number(run)


def _paragraph(made: Any, block: Block) -> None:
    paragraph = made.add_paragraph()
    style = paragraph.paragraph_format
    style.line_spacing_rule, style.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    style.space_before = style.space_after = Pt(0)
    style.keep_with_next = True if block.kind in HEADINGS else None
    run = paragraph.add_run(block.text)
    face(run, FACE.get(block.kind, BODY), 22 if block.kind == "title" else 16)
    if block.kind == "title":
        paragraph.alignment = ALIGN.CENTER
        style.space_after = LINE
    elif block.kind == "right":
        paragraph.alignment = ALIGN.RIGHT
        style.right_indent = Pt(32)
    elif block.kind != "addressed":
        _indent(paragraph)


def _table(made: Any, block: Block) -> None:
    """Its head again on every page, no row torn in two."""
    whole = sum(block.widths)
    table = grid(made, tuple(Emu(WIDTH * share // whole) for share in block.widths))
    for number, row in enumerate(block.rows):
        laid = table.add_row()
        laid._tr.get_or_add_trPr().extend([flag("w:cantSplit"), *([flag("w:tblHeader")] if number == 0 else [])])
        for cell, text in zip(laid.cells, row, strict=True):
            face(cell.paragraphs[0].add_run(text), BLACK if number == 0 else BODY, 12)


def grid(made: Any, widths: tuple[Any, ...]) -> Any:
    """A table of these columns. Word goes by the cells, LibreOffice by the grid: both are told."""
    table = made.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def flag(name: str) -> Any:
    """A property that is on: the head of a table again on the next page, a row that stays in one piece."""
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    return element


def face(run: Any, name: str, size: int) -> None:
    """Word looks up Chinese characters under `eastAsia`, not under the font's name."""
    run.font.name, run.font.size = "Times New Roman", Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _indent(paragraph: Any) -> None:
    """Two characters, whatever their size."""
    indent = OxmlElement("w:ind")
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "640")
    paragraph._element.get_or_add_pPr().append(indent)


def _page_number(run: Any) -> None:
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = text
        run._element.append(element)
