"""BibTeX: cut into entries here, some at a time; read by bibtexparser, which would take the whole file at once.

An entry whose braces do not match ends where the next one begins: one row with an error, not a file without rows.
"""

import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import bibtexparser
from django.utils.translation import gettext as _
from pylatexenc.latex2text import LatexNodes2Text

from works.reading.rows import Raw
from works.reading.texts import lines

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it complains about becomes the error of a row
ENTRY = re.compile(r"\s{0,3}@\s*([A-Za-z]+)\s*[{(]")
ASIDE = {"comment", "preamble", "string"}
AT_ONCE = 200  # entries
LONGEST = 4_000_000  # characters of one entry
FIELDS = {
    "title": "title", "author": "authors", "inventor": "authors", "year": "year", "date": "year",
    "abstract": "abstract", "keywords": "keywords", "keyword": "keywords", "journal": "venue", "booktitle": "venue",
    "journaltitle": "venue", "school": "venue", "institution": "venue", "holder": "venue", "assignee": "venue",
    "publisher": "venue", "doi": "number", "number": "number", "url": "url", "link": "url",
}  # fmt: skip
BRACES = re.compile(r"[{}]")


def count(path: Path, encoding: str) -> int:
    return sum(1 for _number, line in lines(path, encoding) if (m := ENTRY.match(line)) and m[1].lower() not in ASIDE)


def rows(path: Path, encoding: str) -> Iterator[Raw]:
    strings: list[str] = []  # @string abbreviations hold for all entries below them
    batch: list[tuple[int, str]] = []
    for number, text in _blocks(path, encoding):
        found = ENTRY.match(text)
        name = found[1].lower() if found else ""
        if name == "string":
            strings.append(text)
        elif name not in ASIDE:
            batch.append((number, text))
        if len(batch) == AT_ONCE:
            yield from _parsed(batch, strings)
            batch = []
    yield from _parsed(batch, strings)


def _blocks(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Each entry as it stands, with the number of its first line."""
    held: list[str] = []
    start = size = 0
    for number, line in lines(path, encoding):
        if ENTRY.match(line):
            if held:
                yield start, "\n".join(held)
            held, start, size = [], number, 0
        if held or ENTRY.match(line):
            size += len(line)
            if size <= LONGEST:
                held.append(line)
    if held:
        yield start, "\n".join(held)


def _parsed(batch: list[tuple[int, str]], strings: list[str]) -> Iterator[Raw]:
    whole = _read("\n".join([*strings, *(text for _number, text in batch)]))
    if len(whole) == len(batch):
        yield from (_raw(number, entry) for (number, _text), entry in zip(batch, whole, strict=True))
        return
    for number, text in batch:  # one of them is broken: each by itself
        alone = _read("\n".join([*strings, text]))
        if len(alone) == 1:
            yield _raw(number, alone[0])
        else:
            yield Raw(number, error=_("这条 BibTeX 记录读不出来：花括号或引号没有成对，或缺少逗号。请改正后再导入。"))


def _read(text: str) -> list[Any]:
    """The entries, those with a repeated key or field too."""
    try:
        library = bibtexparser.parse_string(text)
    except RecursionError:
        return []
    return [
        found
        for block in library.blocks
        if (found := getattr(block, "ignore_error_block", block)) is not None and hasattr(found, "fields_dict")
    ]


def _raw(number: int, entry: Any) -> Raw:
    values: dict[str, Any] = {}
    kind = entry.entry_type.lower()
    for part in entry.fields:
        column = FIELDS.get(part.key.lower())
        if not column or (part.key.lower() == "number" and kind not in ("patent", "project", "grant", "contract")):
            continue  # the number of an @article is that of its issue
        said = _decoded(str(part.value))
        if column == "authors":
            said = "；".join(name.strip() for name in re.split(r"\s+and\s+|;", said))
        if said.strip():
            values.setdefault(column, said)
    if not values:
        return Raw(number, {})
    return Raw(number, {"kind": kind, **values})


def _decoded(value: str) -> str:
    """LaTeX as people read it: \\"{o} is ö, {PVDF} is PVDF."""
    if "\\" in value or "$" in value:
        try:
            return str(_latex().latex_to_text(value[:20_000]))
        except Exception:  # whatever its parser makes of somebody's macro: the words matter, not the marks
            return BRACES.sub("", value)
    return BRACES.sub("", value)


@cache
def _latex() -> LatexNodes2Text:
    return LatexNodes2Text(strict_latex_spaces=True, keep_comments=True)
