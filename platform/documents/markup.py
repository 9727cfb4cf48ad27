"""The text of an official document as the blocks it is laid out in.

A template is written the way officers write: `# ` before the title, `> ` before what stands on the right (who signs,
the date), 一、 and （一） open the headings of the first and second level, everything else is a paragraph. `{需求名称}`
stands for a fact of the case, `{指标表}` on a line of its own for the table of indicators.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

FIELD = re.compile(r"\{([^{}\n]{1,20})\}")
FIRST = re.compile(r"^[一二三四五六七八九十]{1,3}、")
SECOND = re.compile(r"^（[一二三四五六七八九十]{1,3}）")
ADDRESSED = re.compile(r"^[^。，；]{1,40}：$")
TABLE = "{指标表}"
WIDTHS = (10, 15, 10, 6)  # of the table of indicators
GROUP = 8


@dataclass(frozen=True)
class Block:
    kind: str  # title | addressed | first | second | paragraph | right | table
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = field(default=())
    widths: tuple[int, ...] = field(default=())  # of a table's columns, each against the others


def unknown_fields(text: str, known: Iterable[str]) -> list[str]:
    """Fields of a template that this kind of document does not have, each once."""
    allowed = set(known)
    return list(dict.fromkeys(name for name in FIELD.findall(text) if name not in allowed))


def blocks(text: str, values: Mapping[str, str], table: tuple[tuple[str, ...], ...] = ()) -> list[Block]:
    """The filled document. A value of several lines becomes as many paragraphs; braces in a value are only braces."""
    laid = []
    for line in text.splitlines():
        if line.strip() == TABLE:
            laid += [Block("table", rows=table, widths=WIDTHS)] if len(table) > 1 else []
            continue
        filled = FIELD.sub(lambda found: values.get(found[1], found[0]), line)
        laid += [_block(part) for part in filled.splitlines() if part.strip()]
    return laid


def grouped(code: str) -> str:
    """A long code in groups that a line can break between and a person can read out."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def _block(line: str) -> Block:
    line = line.strip()
    if line.startswith("# "):
        return Block("title", line[2:].strip())
    if line.startswith("> "):
        return Block("right", line[2:].strip())
    for kind, pattern in (("first", FIRST), ("second", SECOND), ("addressed", ADDRESSED)):
        if pattern.match(line):
            return Block(kind, line)
    return Block("paragraph", line)
