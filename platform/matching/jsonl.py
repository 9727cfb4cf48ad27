"""Teams and needs as JSONL, one object a line. What a line lacks, but its id, is empty; wrong lines are named."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from matching.corpus import Id, Need, Team, Work

MOST_ERRORS = 20
T = TypeVar("T")


class Unreadable(Exception):
    """One sentence for each line that is wrong."""

    def __init__(self, path: Path, errors: list[str]) -> None:
        self.errors = errors
        more = f"\n… 共 {len(errors)} 处" if len(errors) > MOST_ERRORS else ""
        super().__init__("\n".join(f"{path.name} {error}" for error in errors[:MOST_ERRORS]) + more)


def teams(path: Path) -> list[Team]:
    return _read(path, _team)


def needs(path: Path) -> list[Need]:
    return _read(path, lambda row: Need(_id(row), text(row.get("text")), text(row.get("title"))))


def rows(path: Path) -> list[dict[str, Any]]:
    """Any objects, for labelled data whose fields have other names."""
    return _read(path, lambda row: row, unique=False)


def text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise ValueError("文本字段应为字符串")


def _team(row: dict[str, Any]) -> Team:
    works = row.get("works") or []
    if not isinstance(works, list) or not all(isinstance(work, dict) for work in works):
        raise ValueError("works 应为成果对象的列表")
    return Team(_id(row), text(row.get("name")), tuple(_work(work) for work in works))


def _work(row: dict[str, Any]) -> Work:
    keywords = row.get("keywords") or []
    if isinstance(keywords, str):
        keywords = keywords.replace("；", ";").split(";")
    year = str(row.get("year") or "")
    return Work(
        text(row.get("title")),
        text(row.get("abstract")),
        tuple(str(word) for word in keywords),
        int(year) if year.isdecimal() and len(year) == 4 else None,
    )


def _id(row: dict[str, Any]) -> Id:
    found = row.get("id")
    if isinstance(found, bool) or not isinstance(found, int | str) or found == "":
        raise ValueError("缺少 id（字符串或整数）")
    return found


def _read(path: Path, make: Callable[[dict[str, Any]], T], *, unique: bool = True) -> list[T]:
    found: list[T] = []
    errors: list[str] = []
    seen: dict[object, int] = {}
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("应为一个 JSON 对象")
            made = make(row)
            if unique and seen.setdefault(row["id"], number) != number:
                raise ValueError(f"id {row['id']!r} 与第 {seen[row['id']]} 行重复")
            found.append(made)
        except json.JSONDecodeError as error:
            errors.append(f"第 {number} 行：不是有效的 JSON（第 {error.colno} 个字符处）")
        except (ValueError, TypeError, RecursionError) as error:
            errors.append(f"第 {number} 行：{error}")
    if errors:
        raise Unreadable(path, errors)
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, line
