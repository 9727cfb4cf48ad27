"""A Word document as its reader sees it: paragraphs and tables, in plain text. Nothing in it is trusted.

Only `word/document.xml` is unpacked, through `core.zips`, and never more of it than `LARGEST`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from lxml import etree

from core import zips
from core.pasting import tidied
from core.refusals import FileRefused

LARGEST = 20 * 1024 * 1024
DEEPEST = 8  # tables within tables
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "word/document.xml"
PLAIN = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
WITHOUT = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}tbl", f"{W}sdtPr", f"{W}pPr", f"{W}rPr"}
WRAPPERS = (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}smartTag", f"{W}customXml")


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Table:
    rows: tuple[tuple[str, ...], ...]  # a merged cell once, at its first row and column


Block = Paragraph | Table


def blocks(file: IO[bytes], size: int) -> list[Block]:
    """In the order of the document. Raises `FileRefused` with a sentence."""
    return list(_blocks(_body(file, size), 0))


def _body(file: IO[bytes], size: int) -> Any:
    found = next((entry for entry in zips.entries(file, size) if entry.name == BODY), None)
    if found is None:
        raise unreadable()
    if found.unpacked > LARGEST:
        raise FileRefused(_("这个 Word 文件的正文太大，读不了。请只保留征集表本身再上传。"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(b"".join(zips.content(file, found)), parser)
    except etree.XMLSyntaxError:
        raise unreadable() from None
    body = root.find(f"{W}body")
    if body is None:
        raise unreadable()
    return body


def unreadable() -> FileRefused:
    return FileRefused(_("这个 Word 文件打不开。请用 Word 或 WPS 打开后另存为 .docx 再上传。"))


def _blocks(parent: Any, depth: int) -> Iterator[Block]:
    for element in parent:
        if element.tag == f"{W}p":
            if text := tidied(_text(element)):
                yield Paragraph(text)
        elif element.tag == f"{W}tbl" and depth < DEEPEST:
            yield from _table(element, depth)
        elif element.tag in WRAPPERS:
            yield from _blocks(element, depth)


def _table(table: Any, depth: int) -> Iterator[Block]:
    """The table, then the tables that stand in its cells."""
    rows, inner = [], []
    for row in _within(table, f"{W}tr"):
        cells = []
        for cell in _within(row, f"{W}tc"):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            if merged is None or merged.get(f"{W}val") == "restart":
                cells.append(tidied("\n".join(_text(p) for p in _within(cell, f"{W}p"))))
            inner += list(_within(cell, f"{W}tbl"))
        rows.append(tuple(cells))
    yield Table(tuple(row for row in rows if any(row)))
    for one in inner if depth < DEEPEST - 1 else []:
        yield from _table(one, depth + 1)


def _within(parent: Any, tag: str) -> Iterator[Any]:
    """Its own parts of this kind, also those in a content control."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in WRAPPERS:
            yield from _within(element, tag)


def _text(element: Any) -> str:
    parts: list[str] = []
    _write(element, parts)
    return "".join(parts)


def _write(element: Any, parts: list[str]) -> None:
    for child in element:
        tag = child.tag
        if tag == f"{W}t":
            parts.append(child.text or "")
        elif tag in PLAIN:
            parts.append(PLAIN[tag])
        elif tag == f"{W}sym":
            parts.append(_symbol(child.get(f"{W}char") or ""))
        elif tag == f"{W}checkBox":  # of an old form field
            ticked = child.find(f"{W}checked")
            parts.append("☑" if ticked is not None and ticked.get(f"{W}val") not in ("0", "false") else "□")
        elif tag == "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent":
            continue  # a drawing, told twice
        elif isinstance(tag, str) and tag not in WITHOUT:
            _write(child, parts)


def _symbol(code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0 < number < 0xD800 or 0xE000 <= number < 0x10000 else ""
