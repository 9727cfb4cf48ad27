"""The customary 需求征集表 (domain.md 2.1, 2.2), filled in as a Word table, read into the answers of our form.

Labels are known by what they say, wherever they stand: beside their value, above it, before it on one line, in merged
cells. What is under no label we know is kept as what was said, so that nothing a company wrote gets lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from core.docx import Block, Paragraph, blocks
from needs import labels
from needs.extraction import Proposed, propose
from needs.labels import ABOUT, INDICATORS, field_of, plain_label

SAID = re.compile(r"^\s*([^：:\n]{2,30})[：:]\s*(.*)$", re.DOTALL)
SHORT = 16  # characters of what may be a label we do not know
COLUMNS = {
    "name": ("指标名称", "技术指标名称", "指标", "名称", "项目", "参数名称"),
    "value": ("要求", "指标值", "目标值", "指标要求", "技术要求", "数值", "要求值", "考核值", "指标要求值"),
    "unit": ("单位", "计量单位"),
    "test_method": ("测试方法", "检测方法", "考核方式", "测试标准", "检测标准", "测试方法或标准", "检测方法或标准"),
    "weight": ("性质", "硬指标或软指标", "是否硬指标", "备注"),
}


@dataclass(frozen=True)
class Said:
    label: str
    text: str


@dataclass
class Collected:
    """What a form says: answers by our fields, the organisation's own facts, and what no field of ours asks."""

    answers: dict[str, list[Said]] = field(default_factory=dict)
    indicators: list[Proposed] = field(default_factory=list)
    cells: list[dict[str, str]] = field(default_factory=list)  # rows of a table of indicators, as they were typed
    about: list[Said] = field(default_factory=list)
    left: list[Said] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.answers or self.indicators or self.cells)

    def add(self, label: str, text: str) -> None:
        text, name = text.strip(), field_of(label)
        if not text or _is_hint(text):
            return
        said = Said(plain_label(label) or label, text)
        if name == ABOUT:
            self.about.append(said)
        elif name == INDICATORS:
            self._measure(said)
        elif name:
            self.answers.setdefault(name, []).append(said)
        else:
            self.left.append(said)

    def keep(self, text: str) -> None:
        """What stands under no label, without the headings in it."""
        lines = [line for line in text.split("\n") if not labels.is_heading(line)]
        if told := "\n".join(lines).strip():
            self.left.append(Said("", told))

    def _measure(self, said: Said) -> None:
        """Every line that states something becomes a row; a text that states nothing measurable tells the aim."""
        found = propose(said.text)
        self.indicators += found
        if not any(row.value is not None for row in found):
            self.indicators = [row for row in self.indicators if row not in found]
            self.answers.setdefault("goal", []).append(said)


def collected(file: IO[bytes], size: int) -> Collected:
    """Raises `FileRefused` where the file is no Word document that can be read."""
    form = Collected()
    lines: list[str] = []
    for block in blocks(file, size):
        if isinstance(block, Paragraph):
            lines.append(block.text)
            continue
        _read_lines(form, lines)
        lines = []
        _read_table(form, block)
    _read_lines(form, lines)
    return form


# ── running text ────────────────────────────────────────────────────────────────
def _read_lines(form: Collected, lines: list[str]) -> None:
    for label, text in sections("\n".join(lines)):
        if label:
            form.add(label, text)
        else:
            form.keep(text)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """A text cut where a line begins with a label, or is one: (label, what follows). What comes first has none."""
    label, said = "", list[str]()
    for line in text.split("\n"):
        found = SAID.match(line)
        if found and field_of(found[1]):
            yield label, "\n".join(said).strip()
            label, said = found[1], [found[2]]
        elif field_of(line) and len(line) <= labels.LONGEST:
            yield label, "\n".join(said).strip()
            label, said = line, []
        else:
            said.append(line)
    yield label, "\n".join(said).strip()


# ── tables ──────────────────────────────────────────────────────────────────────
def _read_table(form: Collected, block: Block) -> None:
    rows = list(block.rows) if not isinstance(block, Paragraph) else []
    at = 0
    while at < len(rows):
        row = list(rows[at])
        if columns := _columns(row):
            at = _read_indicators(form, rows, at + 1, columns)
        elif _is_head(rows, at):
            for label, text in zip(row, rows[at + 1], strict=True):
                form.add(label, text)
            at += 2
        else:
            _read_row(form, row)
            at += 1


def _is_head(rows: list[tuple[str, ...]], at: int) -> bool:
    """Labels side by side, with their values in the row below."""
    row, below = rows[at], rows[at + 1] if at + 1 < len(rows) else ()
    if len(row) < 2 or len(below) != len(row):
        return False
    return all(_is_label(cell) for cell in row) and not any(_is_label(cell) for cell in below if cell)


def _read_row(form: Collected, row: list[str]) -> None:
    """Label, value, label, value …; a label before another label is the heading of a group."""
    at = 0
    while at < len(row):
        cell, following = row[at], row[at + 1] if at + 1 < len(row) else ""
        if _is_label(cell):
            if at + 1 < len(row) and not _is_label(following):
                _pair(form, cell, following)
                at += 2
                continue
        elif cell and not (at == 0 < len(row) - 1 and not any(row[1:]) and len(cell) <= SHORT):  # asks, unanswered
            at += _unlabelled(form, cell, following, row[:at])
            continue
        at += 1


def _pair(form: Collected, label: str, text: str) -> None:
    """A value may itself be cut into labelled parts: 概述 ①主要问题 ②技术关键 ③预期目标."""
    parts = list(sections(text)) if field_of(label) in ("problem", ABOUT) else [("", text)]
    for inner, said in parts:
        form.add(inner or label, said)


def _unlabelled(form: Collected, cell: str, following: str, before: list[str]) -> int:
    """How many cells were read."""
    parts = list(sections(cell))
    if len(parts) > 1:
        for label, text in parts:
            if label:
                form.add(label, text)
            else:
                form.keep(text)
        return 1
    if following and not _is_label(following) and len(cell) <= labels.LONGEST and not any(before):
        form.add(cell, following)
        return 2
    form.keep(cell)
    return 1


def _is_label(text: str) -> bool:
    return "\n" not in text.strip() and len(text) <= labels.LONGEST and bool(field_of(text) or labels.is_group(text))


def _is_hint(text: str) -> bool:
    """Words of the empty form in the place of an answer: （请填写）, boxes of which none is ticked."""
    boxes = "□" in text or "☐" in text
    return bool(re.fullmatch(r"[（(][^（()）]*[)）]|[/／\-—－_\s]+", text)) or (
        boxes and not labels.TICKED.search(text)
    )


def _columns(row: list[str]) -> dict[int, str]:
    """The columns of a table of indicators, if this is its head."""
    found = {at: name for at, cell in enumerate(row) for name, words in COLUMNS.items() if plain_label(cell) in words}
    return found if {"name", "value"} <= set(found.values()) else {}


def _read_indicators(form: Collected, rows: list[tuple[str, ...]], at: int, columns: dict[int, str]) -> int:
    """Rows below the head, as long as they have its shape. Gives the row after the last."""
    width = max(columns) + 1
    while at < len(rows) and len(rows[at]) >= width and not _is_label(rows[at][0]):
        typed = {name: rows[at][place].strip() for place, name in columns.items()}
        if typed["name"] or typed["value"]:
            form.cells.append(typed)
        at += 1
    return at
