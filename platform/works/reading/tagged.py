"""One tag a line: RIS, EndNote (.enw), NoteExpress and RefWorks, as CNKI, Wanfang and reference managers write them.

They differ in what a line looks like, which tag begins an entry and what the tags are called; a line without a tag
goes on with the one above. Entries need no end mark: the next beginning will do, so a missing `ER` loses nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from works.reading.rows import Raw
from works.reading.texts import lines

MOST_PARTS = 2000  # values of one tag: a runaway file is cut, not kept
SEVERAL = {"authors", "keywords"}
PATENT_NUMBER = re.compile(r"(ZL|CN)?\s*\d{6,}", re.IGNORECASE)


@dataclass(frozen=True)
class Form:
    name: str
    line: re.Pattern[str]  # groups: the tag, the value
    begins: str
    ends: frozenset[str]
    tags: dict[str, str]  # tag → column; two tags of one column: the first that says something
    marks: frozenset[str] = frozenset()  # tags of numbers that count for patents only (else an ISSN or a page)

    def count(self, path: Path, encoding: str) -> int:
        return sum(1 for _number, line in lines(path, encoding) if self._tag(line)[0] == self.begins)

    def rows(self, path: Path, encoding: str) -> Iterator[Raw]:
        entry: dict[str, list[str]] = {}
        start, last, stray = 0, "", 0
        for number, line in lines(path, encoding):
            tag, value = self._tag(line)
            if tag == self.begins or tag in self.ends:
                if entry:
                    yield self._raw(start, entry)
                entry, last = {}, ""
                if tag in self.ends:
                    continue
                start, stray = number, 0
            if tag and (entry or tag == self.begins):
                parts = entry.setdefault(tag, [])
                if len(parts) < MOST_PARTS:
                    parts.append(value)
                last = tag
            elif entry and last and line.strip() and len(entry[last]) < MOST_PARTS:
                entry[last][-1] += "\n" + line.strip()
            elif line.strip() and not entry and not stray:
                stray = number
                yield Raw(
                    number, error=_("这一行不属于任何一条记录。记录要以 %(begins)s 开头。") % {"begins": self.begins}
                )
        if entry:
            yield self._raw(start, entry)

    def _tag(self, line: str) -> tuple[str, str]:
        found = self.line.match(line)
        return (found[1].strip(), found[2].strip()) if found else ("", "")

    def _raw(self, number: int, entry: dict[str, list[str]]) -> Raw:
        values: dict[str, Any] = {}
        for tag, column in self.tags.items():
            said = [part for part in entry.get(tag, ()) if part]
            if not said or (tag in self.marks and not _is_patent(entry.get(self.begins), said)):
                continue
            if column in SEVERAL:
                values.setdefault(column, []).extend(said)
            else:
                values.setdefault(column, said[0] if column in ("year", "url", "number") else " ".join(said))
        if set(values) <= {"kind"}:
            values = {}
        return Raw(number, values)


def _is_patent(kind: list[str] | None, said: list[str]) -> bool:
    return bool(kind and re.match(r"pat|专利", kind[0], re.IGNORECASE) and PATENT_NUMBER.search(said[0]))


RIS = Form(
    "ris",
    re.compile(r"\s{0,2}([A-Z][A-Z0-9])  ?-(?: (.*)|()$)"),
    begins="TY",
    ends=frozenset({"ER"}),
    tags={
        "TY": "kind", "TI": "title", "T1": "title", "CT": "title", "AU": "authors", "A1": "authors", "A2": "authors",
        "PY": "year", "Y1": "year", "DA": "year", "AB": "abstract", "N2": "abstract", "KW": "keywords",
        "JO": "venue", "JF": "venue", "T2": "venue", "JA": "venue", "BT": "venue", "PB": "venue",
        "DO": "number", "M3": "number", "SN": "number", "M1": "number", "AN": "number", "UR": "url", "L2": "url",
    },
    marks=frozenset({"M3", "SN", "M1", "AN"}),
)  # fmt: skip
ENDNOTE = Form(
    "endnote",
    re.compile(r"%([0-9A-Z@+!#$&*()~>^<?\[\]|=:])\s(.*)"),
    begins="0",
    ends=frozenset(),
    tags={
        "0": "kind", "T": "title", "A": "authors", "E": "authors", "D": "year", "8": "year", "X": "abstract",
        "K": "keywords", "J": "venue", "B": "venue", "S": "venue", "I": "venue",
        "R": "number", "@": "number", "M": "number", "N": "number", "U": "url",
    },
    marks=frozenset({"@", "M", "N"}),
)  # fmt: skip
NOTEEXPRESS = Form(
    "noteexpress",
    re.compile(r"\{([A-Z][A-Za-z0-9 /&\-]{0,60})\}:\s?(.*)"),
    begins="Reference Type",
    ends=frozenset(),
    tags={
        "Reference Type": "kind", "Title": "title", "Author": "authors", "Inventor": "authors", "Year": "year",
        "Date": "year", "Publication Date": "year", "Abstract": "abstract", "Keywords": "keywords",
        "Journal": "venue", "Conference Name": "venue", "Tertiary Title": "venue", "Secondary Title": "venue",
        "Assignee": "venue", "Publisher": "venue", "School": "venue",
        "DOI": "number", "Patent Number": "number", "Application Number": "number", "Publication Number": "number",
        "ISBN/ISSN": "number", "URL": "url", "Link": "url",
    },
    marks=frozenset({"Patent Number", "Application Number", "Publication Number", "ISBN/ISSN"}),
)  # fmt: skip
REFWORKS = Form(
    "refworks",
    re.compile(r"([A-Z][A-Z0-9])(?: (.*)|()$)"),
    begins="RT",
    ends=frozenset({"ER"}),
    tags={
        "RT": "kind", "T1": "title", "A1": "authors", "A2": "authors", "YR": "year", "FD": "year", "AB": "abstract",
        "K1": "keywords", "JF": "venue", "JO": "venue", "T2": "venue", "PB": "venue",
        "DO": "number", "NO": "number", "AN": "number", "SN": "number", "UL": "url", "LK": "url",
    },
    marks=frozenset({"NO", "AN", "SN"}),
)  # fmt: skip
