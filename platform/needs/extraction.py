"""Which indicators does a text state? From "拉伸强度不低于 25 MPa（GB/T 528）" to a row a person only has to confirm.

People paste what they have: a paragraph from Word, a list from WeChat, a cell from Excel. Nothing here decides
anything: `propose` gives rows with what it was sure of, and says where it guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from core.text import clean_text
from needs.codes import Operator
from needs.models import Indicator
from needs.phrases import (
    AT_LEAST,
    AT_MOST,
    BREAKS,
    CHANGE,
    CONDITION,
    EQUAL,
    FILLER,
    LEADS,
    NO_GAIN,
    NOT_MEASURED,
    NUMBER,
    PARTS,
    SIGN,
    SIGNS,
    SMALLER_IS_BETTER,
    SOFT,
    STANDARD,
    SUFFIX,
    TO,
    TRAIL,
    UNIT,
    UP,
    VALUE,
)

MOST_TEXT = 20_000  # characters; a form field holds less, a file may not
MOST_ROWS = 60
LONGEST_PART = 120  # characters between two commas; also what keeps the patterns below from running for minutes
LONGEST_TAIL = 6  # 支持 1000 路并发, 连续工作 500 小时不开裂: the rest of the name stands behind the number

_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
RANGE = re.compile(
    rf"^(?P<name>.+?)\s*(?:{SIGN}|范围|介于)?\s*(?P<low>{NUMBER})\s*(?:{UNIT})?{TO}(?P<high>{NUMBER})\s*(?P<unit>{UNIT})?(?:之间|范围)?"
)
PLUS_MINUS = re.compile(
    rf"^(?P<name>.+?)\s*(?:{SIGN})?\s*(?P<mid>{NUMBER})\s*(?:{UNIT})?\s*±\s*(?P<by>{NUMBER})\s*(?P<unit>{UNIT})?"
)
TOLERANCE = re.compile(rf"^(?P<name>.+?)\s*(?:{SIGN})*\s*±\s*{VALUE}")
CHANGED = re.compile(rf"^(?P<name>.+?){CHANGE}(?P<to>到|至|为)?\s*(?P<sign>{SIGN})?\s*{VALUE}{SUFFIX}")
CHANGED_FIRST = re.compile(
    rf"^{NO_GAIN}{CHANGE}(?P<name>[^\d≥≤<>=]+?)(?P<to>到|至|为)?\s*(?P<sign>{SIGN})?\s*{VALUE}{SUFFIX}"
)
SIGNED = re.compile(rf"^(?P<name>.+?)\s*(?P<sign>{SIGN})(?:{SIGN})?\s*{VALUE}{SUFFIX}")
BARE = re.compile(rf"^(?P<name>.+)\s*(?<![\dA-Za-z.]){VALUE}{SUFFIX}")
RESPECTIVELY = re.compile(rf"^(?P<names>.+?)分别(?:应|须|需)?(?P<sign>{SIGN})?\s*(?P<values>{NUMBER}.*)$")


@dataclass(frozen=True)
class Proposed:
    """A row to confirm. `guessed`: the text had no ≥ or ≤, the direction is what such a quantity usually wants."""

    name: str
    operator: str
    value: Decimal | None = None
    value_max: Decimal | None = None
    unit: str = ""
    text: str = ""
    test_method: str = ""
    is_hard: bool = True
    guessed: bool = False
    said: str = ""  # the words it was read from

    def indicator(self) -> Indicator:
        """Unsaved. What the database cannot keep as a number, or without a unit, is kept in its words."""
        if self.operator != Operator.QUALITATIVE and not (self.unit and _fits(self.value) and _fits(self.value_max)):
            return Indicator(name=self.name, operator=Operator.QUALITATIVE, text=self.said[:200], is_hard=False)
        said = self.text[:200] if self.operator == Operator.QUALITATIVE else ""
        return Indicator(
            name=self.name,
            operator=self.operator,
            value=self.value,
            value_max=self.value_max,
            unit=self.unit,
            text=said,
            test_method=self.test_method,
            is_hard=self.is_hard,
        )


def propose(text: str, *, qualitative: bool = True) -> list[Proposed]:
    """The indicators a text states, in its order, each once.

    With `qualitative`, a short line without a number ("外观无气泡") becomes a soft row in words; prose does not.
    """
    found: dict[tuple[object, ...], Proposed] = {}
    for row in _rows(_beginning(clean_text(text)), qualitative):
        found.setdefault((row.name, row.operator, row.value, row.value_max, row.unit), row)
    return list(found.values())[:MOST_ROWS]


def _beginning(text: str) -> str:
    """As much as is read, to the end of a sentence: half a sentence would be half an indicator."""
    if len(text) <= MOST_TEXT:
        return text
    ends = [found.end() for found in BREAKS.finditer(text, 0, MOST_TEXT)]
    return text[: ends[-1] if ends else 0]


def _rows(text: str, qualitative: bool) -> Iterator[Proposed]:
    for line in BREAKS.split(text):
        is_listed = bool(LEADS.match(line))
        line = LEADS.sub("", line).strip()
        if not line:
            continue
        numbers = list(_clause(line))
        yield from numbers
        if not numbers and qualitative and (is_listed or len(line) <= 20) and not re.search(r"\d", line):
            yield _in_words(line)


def _clause(line: str) -> Iterator[Proposed]:
    """One sentence. A standard holds for what stands before it, or for all that follows where nothing does."""
    hard = not SOFT.search(line)
    line = SOFT.sub("", line)
    bare = STANDARD.sub("", line)
    if len(bare) <= 2 * LONGEST_PART and (pairs := list(_respectively(bare, _standard(line), hard))):
        yield from pairs
        return
    condition, leading, waiting = "", "", list[Proposed]()
    for part in PARTS.split(line):
        method, part = _standard(part), STANDARD.sub("", part).strip()
        if len(part) <= LONGEST_PART:
            if CONDITION.match(part) and not re.search("|".join(map(re.escape, AT_LEAST[:6] + AT_MOST[:6])), part):
                condition = part
            elif row := _quantity(part, leading or condition[:120], hard):
                waiting.append(row)
        if method and waiting:
            yield from (replace(row, test_method=method) for row in waiting)
            waiting = []
        elif method:
            leading = method
    yield from waiting


def _standard(text: str) -> str:
    found = STANDARD.search(text)
    return found["code"].strip() if found else ""


def _respectively(line: str, method: str, hard: bool) -> Iterator[Proposed]:
    """抗拉强度和屈服强度分别不低于 400 MPa、300 MPa."""
    whole = RESPECTIVELY.match(line)
    if not whole:
        return
    names = re.split(r"[、，,和与及]", whole["names"])
    values = [value.strip() for value in re.split(r"[、，,和与及]", whole["values"])]
    if len(names) != len(values):
        return
    last = re.match(VALUE, values[-1])
    shared = (last["unit"] or "") if last else ""  # 400、300 MPa
    for name, value in zip(names, values, strict=True):
        own = re.match(VALUE, value)
        unit = "" if own and own["unit"] else shared
        if row := _quantity(f"{name}{whole['sign'] or ''}{value}{unit}", method, hard):
            yield row


def _quantity(part: str, method: str, hard: bool) -> Proposed | None:
    for read in (_plus_minus, _range, _changed, _signed, _bare):
        if (row := read(part)) and (name := _name(row.name)) and not NOT_MEASURED.search(name):
            text = part if not row.unit else ""
            return Proposed(
                name=name,
                operator=row.operator,
                value=row.value,
                value_max=row.value_max,
                unit=_unit(row.unit),
                text=text,
                test_method=method,
                is_hard=hard,
                guessed=row.guessed,
                said=part,
            )
    return None


def _plus_minus(part: str) -> Proposed | None:
    if found := PLUS_MINUS.match(part):
        middle, by = _number(found["mid"]), _number(found["by"])
        if by > 0:
            return Proposed(found["name"], Operator.RANGE, middle - by, middle + by, found["unit"] or "")
    if found := TOLERANCE.match(part):  # 精度 ±0.1 mm: no further off than that
        return Proposed(found["name"], Operator.AT_MOST, _value(found), None, found["unit"] or "")
    return None


def _range(part: str) -> Proposed | None:
    found = RANGE.match(part)
    if not found:
        return None
    low, high = _number(found["low"]), _number(found["high"].lstrip("-−"))
    if high <= low:
        return None
    return Proposed(found["name"], Operator.RANGE, low, high, found["unit"] or "")


def _changed(part: str) -> Proposed | None:
    """效率提升 50 % is a gain of at least that; 提升到 95 % is a level; what is written (不大于) goes before both."""
    found = CHANGED_FIRST.match(part) or CHANGED.match(part)
    if not found or not found["unit"]:
        return None
    name = found["name"].strip(" ：:")
    said = None if found["sign"] in (None, *EQUAL) else SIGNS[found["sign"]]
    if found["to"]:
        operator = said or (Operator.AT_LEAST if re.fullmatch(UP, found["verb"]) else Operator.AT_MOST)
        return Proposed(name, operator, _value(found), None, found["unit"])
    name = f"{TRAIL.sub('', name)}{found['verb']}"
    return Proposed(name, said or Operator.AT_LEAST, _value(found), None, found["unit"])


def _signed(part: str) -> Proposed | None:
    found = SIGNED.match(part)
    if not found:
        return None
    operator = SIGNS[found["sign"]]
    if found["above"]:
        operator = Operator.AT_LEAST
    elif found["below"]:
        operator = Operator.AT_MOST
    guessed = found["sign"] in EQUAL and not (found["above"] or found["below"])
    if guessed:
        operator = _usual(found["name"])
    return Proposed(found["name"], operator, _value(found), None, found["unit"] or "", guessed=guessed)


def _bare(part: str) -> Proposed | None:
    """耐盐雾 1000 h: a name and a quantity, nothing between them and nothing of weight behind."""
    found = BARE.match(part)
    if not found or not found["unit"] or len(found["tail"]) > LONGEST_TAIL:
        return None
    operator = Operator.AT_LEAST if found["above"] else Operator.AT_MOST if found["below"] else _usual(found["name"])
    guessed = not (found["above"] or found["below"])
    return Proposed(found["name"] + found["tail"], operator, _value(found), None, found["unit"], guessed=guessed)


def _usual(name: str) -> Operator:
    return Operator.AT_MOST if SMALLER_IS_BETTER.search(name) else Operator.AT_LEAST


def _in_words(line: str) -> Proposed:
    name, colon, said = re.match(r"([^：:]*)([：:]?)(.*)", line).groups()  # type: ignore[union-attr]
    name, said = (name, said) if colon and said.strip() else (line, line)
    return Proposed(name.strip()[:60], Operator.QUALITATIVE, text=said.strip()[:200], is_hard=False)


def _name(raw: str) -> str:
    name = FILLER.sub("", LEADS.sub("", raw.strip(" ：:，,、（(")))
    name = TRAIL.sub("", name.strip(" ：:，,、")).strip(" ：:，,、（(")
    return name[:60] if re.search(r"[A-Za-z\u4e00-\u9fff]", name) else ""


def _unit(raw: str) -> str:
    unit = raw.strip().replace("％", "%").replace("µ", "μ").rstrip(".-(")
    return (unit[:-1] if unit.endswith(")") and "(" not in unit else unit)[:20]


def _value(found: re.Match[str]) -> Decimal:
    power = (found["power"] or "0").translate(_SUPER).replace("−", "-")
    return _number(found["value"]) * Decimal(10) ** int(power)


def _number(text: str) -> Decimal:
    return Decimal(unicodedata.normalize("NFKC", text).replace("−", "-").replace(",", ""))


def _fits(number: Decimal | None) -> bool:
    """Fourteen digits before the point and six behind it, exactly (`Indicator.value`)."""
    return number is None or (abs(number) < Decimal(10) ** 14 and number == round(number, 6))
