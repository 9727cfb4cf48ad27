"""A file of works as rows of named values: which format it is, in which encoding, and who reads it.

Every reader is a generator that holds a few rows at a time. A row that cannot be read is a row with an error; a file
that cannot be read raises `Unreadable`, whose sentence says what to do.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from core.filetypes import is_program
from works.reading import bibtex, endnote_xml, tables, tagged
from works.reading.rows import Raw, Unreadable
from works.reading.texts import encoding_of, opened

__all__ = ["ENDINGS", "MOST_ROWS", "Raw", "Source", "Unreadable", "source"]

MOST_ROWS = 100_000
ENDINGS = ".csv,.tsv,.xlsx,.bib,.ris,.enw,.net,.ciw,.txt,.xml,.jsonl,.json"
HEAD = 8192
STARTS = (  # what the first line that says something looks like
    (re.compile(r"TY  ?- "), tagged.RIS),
    (re.compile(r"%[0-9A-Z@] "), tagged.ENDNOTE),
    (re.compile(r"\{[A-Z][A-Za-z /]*\}:"), tagged.NOTEEXPRESS),
    (re.compile(r"RT [A-Z]"), tagged.REFWORKS),
)


@dataclass(frozen=True)
class Source:
    format: str
    count: Callable[[], int]  # rows, quickly
    rows: Callable[[], Iterator[Raw]]


def source(name: str, path: Path) -> Source:
    """Decided by what the file holds; its ending only where that says nothing. Raises `Unreadable`."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        return Source("xlsx", lambda: tables.count_xlsx(path), lambda: tables.xlsx(path))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("这是旧版 Excel（.xls）。请用 Excel 或 WPS 另存为 .xlsx 再导入。"))
    if is_program(head):
        raise Unreadable(_("这是可执行程序，不是成果数据。请选择题录或表格文件。"))
    encoding = encoding_of(path)
    with opened(path, encoding) as text:
        start = text.read(HEAD).lstrip()
    ending = name.lower().rpartition(".")[2]
    if start.startswith("<"):
        if re.search(r"<(xml|records|record)\b", start):
            return Source("xml", lambda: endnote_xml.count(path), lambda: endnote_xml.rows(path))
        raise Unreadable(
            _("这是网页文件，不是文献数据。知网的 .xls 其实是网页，请用 Excel 打开后另存为 .xlsx 再导入。")
        )
    if form := next((form for pattern, form in STARTS if pattern.match(start)), None):
        return Source(form.name, lambda: form.count(path, encoding), lambda: form.rows(path, encoding))
    if ending == "bib" or re.match(r"(%[^\n]*\n\s*)*@\w+\s*[{(]", start):
        return Source("bibtex", lambda: bibtex.count(path, encoding), lambda: bibtex.rows(path, encoding))
    if ending in ("jsonl", "json") or start.startswith("{"):
        return Source("jsonl", lambda: tables.count_lines(path, encoding), lambda: tables.jsonl(path, encoding))
    if ending in ("csv", "tsv", "txt"):
        return Source("csv", lambda: tables.count_csv(path, encoding), lambda: tables.csv_rows(path, encoding))
    raise Unreadable(
        _("认不出这个文件的格式。可以导入 CSV、XLSX、BibTeX、RIS、EndNote、NoteExpress、RefWorks 和 JSONL。")
    )
