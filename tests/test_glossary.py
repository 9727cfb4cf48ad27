"""docs/glossary.md says what people read and what the code calls it; both must still be true."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import messages
import pytest

from workflow.registry import get_machine, machines

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "docs/glossary.md"
MODULES = [path for path in (ROOT / "platform").rglob("*.py") if "migrations" not in path.parts]
ADDRESSES = "\n".join(path.read_text() for path in MODULES if path.name.endswith("urls.py"))


class Row(NamedTuple):
    label: str
    english: str
    names: tuple[str, ...]
    meaning: str


def rows() -> list[Row]:
    lines = [line for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [Row(zh, en, tuple(re.findall(r"`([^`]+)`", names)), what) for zh, en, names, what in cells if zh != "中文"]


def defined() -> set[str]:
    """Classes, functions and constants of the platform, and as `Class.attribute` what stands in a class."""
    found = set()
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            found |= names_of(node)
            if isinstance(node, ast.ClassDef):
                found |= {f"{node.name}.{name}" for part in node.body for name in names_of(part)}
    return found


def names_of(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


DEFINED = defined()


def exists(name: str) -> bool:
    if name.startswith("/"):
        return f'"{name[1:]}' in ADDRESSES
    noun, _dot, move = name.partition(".")
    if noun in {machine.noun for machine in machines()} and move:
        return move in get_machine(noun).by_name
    return name in DEFINED


def test_the_glossary_is_read() -> None:
    assert len(rows()) > 100
    assert all(row.names and row.meaning for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.label)
def test_every_name_in_the_glossary_is_in_the_code(row: Row) -> None:
    assert [name for name in row.names if not exists(name)] == []


def test_every_word_in_the_glossary_is_what_people_read() -> None:
    shown: dict[str, set[str]] = {}
    for entry in messages.open_catalogue():
        if not entry.obsolete:
            shown.setdefault(entry.msgid, set()).add(entry.msgstr)
    assert [row[:2] for row in rows() if row.english not in shown.get(row.label, set())] == []


def test_a_name_that_is_gone_would_be_found() -> None:
    assert all(map(exists, ("Need.budget", "need.submit", "/listings/")))
    assert not any(map(exists, ("Need.reward", "need.applaud", "/listing/", "Tender")))
