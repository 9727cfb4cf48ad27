"""A collection form that was read, as the form of a need would have been typed, with what found no place in it."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from needs.codes import Operator
from needs.collecting import Collected, Said
from needs.extraction import propose
from needs.labels import CODES, codes_of, division_of
from needs.periods import months_of
from web.owners.indicator_form import HARD, RANGE, SOFT, cells
from web.owners.sheet import as_rows

LINES = ("problem", "present", "goal", "conditions", "confidential")
ONE_OF_MANY = ("kind", "field", "ownership", "improvements", "activity")
MOST_NOTED = 1900  # characters of the confidential note; the form itself stays attached


@dataclass
class Typed:
    data: QueryDict = field(default_factory=lambda: QueryDict(mutable=True))
    read: list[str] = field(default_factory=list)  # names of our fields
    left: list[Said] = field(default_factory=list)


def typed(form: Collected) -> Typed:
    made = Typed(left=list(form.left))
    for name, said in form.answers.items():
        if name in LINES:
            _lines(made, name, said)
        elif name in CODES:
            _choices(made, name, said)
        else:
            _line(made, name, said)
    rows = [cells(row) for row in form.indicators] + [_row(row) for row in form.cells]
    if rows:
        made.data.update(as_rows(rows))
        made.read.append("indicators")
    _note(made)
    return made


def _put(made: Typed, name: str, values: list[str]) -> None:
    made.data.setlist(name, values)
    made.read.append(name)


def _lines(made: Typed, name: str, said: list[Said]) -> None:
    """Several boxes of the paper may answer one question of ours: then each keeps its name."""
    told = [said[0].text] if len(said) == 1 else [f"{one.label}：{one.text}" for one in said]
    _put(made, name, ["\n".join(told)])


def _choices(made: Typed, name: str, said: list[Said]) -> None:
    codes: list[str] = []
    for one in said:
        found, unknown = codes_of(name, one.text)
        codes += found
        made.left += [Said(one.label, word) for word in unknown]
    if name in ONE_OF_MANY and len(codes) > 1:
        labels = dict(CODES[name].choices)
        made.left += [Said(said[0].label, str(labels[code])) for code in codes[1:]]
        codes = codes[:1]
    if codes:
        _put(made, name, list(dict.fromkeys(codes)))


def _line(made: Typed, name: str, said: list[Said]) -> None:
    first, *others = said
    value = first.text
    if name == "keywords":
        value, others = "、".join(one.text for one in said), []
    elif name == "industry":
        value = division_of(first.text)
    elif name == "period_months":
        value = str(months_of(first.text) or first.text)
    elif name in ("trl_now", "trl_target"):
        value = (re.findall(r"[1-9]", first.text) or [""])[0]
    elif name == "budget":
        value = re.sub(r"^(?:人民币|约|预计)\s*", "", first.text)
    if value:
        _put(made, name, [value])
    else:
        made.left.append(first)
    made.left += others


def _row(row: dict[str, str]) -> dict[str, Any]:
    """A row of the paper's table of indicators."""
    name, value, unit, method = (row.get(key, "") for key in ("name", "value", "unit", "test_method"))
    weight = SOFT if re.search("软|期望|否", row.get("weight", "")) else HARD
    found = propose(f"{name}{value}{unit if unit not in value else ''}", qualitative=False)
    if len(found) == 1 and re.search(r"\d", value) and not re.match(r"[≥≤<>=]?\s*[\d.]+$", value):
        return {**cells(found[0]), "name": name, "test_method": method or found[0].test_method, "weight": weight}
    operator = Operator.QUALITATIVE if not re.search(r"\d", value) else Operator.AT_LEAST
    if RANGE.search(value):
        operator = Operator.RANGE
    return {
        "name": name, "operator": str(operator), "value": value, "unit": unit, "test_method": method, "weight": weight,
    }  # fmt: skip


def _note(made: Typed) -> None:
    """What no field asks goes into the note that is not published, as far as it has room."""
    if not made.left:
        return
    own = made.data.get("confidential", "")
    told = "\n".join(f"{one.label}：{one.text}" if one.label else one.text for one in made.left)
    room = max(0, MOST_NOTED - len(own))
    note = f"征集表里的其他内容：\n{told}"
    note = note if len(note) <= room else note[:room].rstrip() + "……"
    if room:
        made.data["confidential"] = f"{own}\n\n{note}".strip()
