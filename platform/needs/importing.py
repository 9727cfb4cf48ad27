"""Many needs from one file: CSV, XLSX or JSONL, judged row by row, taken whole or not at all.

Columns are known by their Chinese heading or their English key. What cannot be read as a number is kept as
text with a warning; what would be wrong (no title, an unknown field, a negative budget) is an error of its row.
"""

import io
import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from accounts.models import Organisation
from audit.actions import record
from core.money import WanField
from core.pasting import tidied
from core.text import clean_line, listed
from needs.actions import save_need, start_need
from needs.codes import LONGEST_KEYWORD, MOST_INDICATORS, MOST_KEYWORDS, Field, Source
from needs.extraction import propose
from needs.labels import CODES, codes_of, division_of, names_of
from needs.models import Batch, Indicator, Need
from needs.reading import Unreadable, cells_of

COLUMNS = {  # of the template: what an officer fills in, with one line as an example
    "需求名称": "高强度抗爆弹性体材料研发",
    "技术领域": "新材料",
    "所在地区": "山东青岛高新区",
    "要解决的技术难题": "现有涂层在冲击下开裂，抗爆性能不足。",
    "预期目标与验收办法": "研制一种喷涂弹性体，按 GB/T 528 检测。",
    "技术指标": "拉伸强度 ≥ 20 MPa；断裂伸长率 ≥ 300 %",
    "拟投入资金（万元）": 48.5,
    "期望周期（月）": 12,
    "关键词": "弹性体、涂料、聚氨酯",
    "资料来源": "",
}
LONGEST_INDICATOR = 200
OPEN_BUDGET = ("面议", "待定", "协商")


@dataclass
class Row:
    number: int  # as a person counts, the heading being row 1
    fields: dict[str, Any] = field(default_factory=dict)
    indicators: list[Indicator] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    rows: list[Row]
    made: tuple[Need, ...] = ()

    @property
    def imported(self) -> int:
        return len(self.made)

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.errors]

    @property
    def warned(self) -> list[Row]:
        return [row for row in self.rows if row.warnings and not row.errors]


def template() -> bytes:
    """An empty table with the headings `read_rows` knows, and one line that shows how each is filled."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append(list(COLUMNS))
    sheet.append(list(COLUMNS.values()))
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 24
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def read_rows(name: str, data: bytes) -> list[Row]:
    """Every row of the file, judged. Raises `Unreadable`."""
    rows = [judge(number, values) for number, values in cells_of(name, data)]
    if not rows:
        raise Unreadable(_("文件里没有数据行。"))
    seen: dict[str, int] = {}
    for row in rows:
        title = row.fields.get("title", "")
        if title and title in seen:
            row.errors.append(_("与第 %(n)s 行的需求名称重复。") % {"n": seen[title]})
        seen.setdefault(title, row.number)
    return rows


@transaction.atomic
def import_needs(
    rows: list[Row],
    *,
    organisation: Organisation,
    batch: Batch,
    by: Any,
    dry_run: bool = False,
    otherwise: dict[str, str] | None = None,
) -> Report:
    """Draft a need for every row. One wrong row, and nothing at all is imported.

    `otherwise`: what stands where a row leaves it open (region, contact).
    """
    taken = set(Need.objects.filter(organisation=organisation).values_list("title", flat=True))
    for row in rows:
        if row.fields.get("title") in taken:
            row.errors.append(_("这家单位已有同名需求。"))
    report = Report(rows)
    if report.wrong or dry_run:
        return report
    made = []
    for row in rows:
        fields = {**(otherwise or {}), **{name: value for name, value in row.fields.items() if value}}
        need = start_need(organisation=organisation, batch=batch, by=by, source=Source.IMPORT, **fields)
        made.append(save_need(need, indicators=row.indicators, by=by))
    record("batch.import", subject=batch, stream=batch.audit_stream, by=by, detail={"needs": len(rows)})
    return Report(rows, made=tuple(made))


def judge(number: int, values: dict[str, Any]) -> Row:
    """One row as a need's fields, with everything that is wrong with it."""
    row = Row(number)
    title = clean_line(str(values.get("title") or ""))
    if not title:
        row.errors.append(_("缺少需求名称。"))
    elif len(title) > 100:
        row.errors.append(_("需求名称有 %(n)s 个字，不能超过 100 个字。") % {"n": len(title)})
    row.fields["title"] = title
    _field(row, values)
    _budget(row, values)
    _period(row, values)
    _codes(row, values)
    for name, most in _texts():
        text = _text(values.get(name))
        if name == "present":  # what the period said, where it was no number of months
            text = "\n".join(part for part in (text, row.fields.get(name, "")) if part)
        if len(text) > most:
            row.errors.append(
                _("%(name)s有 %(n)s 个字，不能超过 %(most)s 个字。")
                % {"name": _label(name), "n": len(text), "most": most}
            )
        row.fields[name] = text
    _keywords(row, values.get("keywords"))
    row.fields["source_note"] = _source(values)
    _indicators(row, values.get("indicators"))
    return row


TEXTS = (
    "problem", "present", "goal", "region", "conditions", "confidential", "deliverables_note", "contact_name",
    "contact_phone",
)  # fmt: skip


def _texts() -> list[tuple[str, int]]:
    """Each column of words with how many it holds."""
    return [(name, Need._meta.get_field(name).max_length or 0) for name in TEXTS]  # type: ignore[union-attr]


def _codes(row: Row, values: dict[str, Any]) -> None:
    """The columns that take words of a list: what is no word of it is an error, never a guess."""
    for name in CODES:
        if name == "field" or not (said := _text(values.get(name))):
            continue
        found, unknown = codes_of(name, said)
        many = isinstance(Need._meta.get_field(name), ArrayField)
        if unknown or (len(found) > 1 and not many):
            row.errors.append(
                _("%(name)s“%(said)s”不在选项里。可以填：%(choices)s。")
                % {"name": _label(name), "said": said[:40], "choices": listed(CODES[name].labels)}
            )
        elif found:
            row.fields[name] = found if many else found[0]
    if said := _text(values.get("industry")):
        row.fields["industry"] = division_of(said)
        if not row.fields["industry"]:
            row.errors.append(
                _("不认识的应用行业“%(said)s”。请填国民经济行业大类，例如“35 专用设备制造业”。") % {"said": said[:40]}
            )


def _text(value: Any) -> str:
    """A cell as text; a JSON list line by line."""
    return tidied("\n".join(map(str, value)) if isinstance(value, list) else str(value or ""))


def _label(name: str) -> str:
    return str(Need._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _field(row: Row, values: dict[str, Any]) -> None:
    said = clean_line(str(values.get("field") or ""))
    labels = names_of(Field) | {code: code for code in Field.values}
    code = labels.get(said) or next((c for label, c in labels.items() if len(said) > 1 and label.startswith(said)), "")
    if said and not code:
        row.errors.append(_("不认识的技术领域“%(said)s”。请用八大领域的名称，例如“新材料”。") % {"said": said[:40]})
    stated = clean_line(str(values.get("field_stated") or ""))
    if stated and code and stated not in labels:
        row.warnings.append(
            _("原表领域“%(stated)s”按“%(label)s”归类。") % {"stated": stated[:40], "label": Field(code).label}
        )
    row.fields["field"] = code or labels.get(stated, "")


def _budget(row: Row, values: dict[str, Any]) -> None:
    value = values.get("budget")
    said = f"{value:.6f}" if isinstance(value, float) else clean_line(str("" if value is None else value))
    if not said or said in OPEN_BUDGET:
        return
    try:
        amount = WanField().clean(said)
    except ValidationError as wrong:
        row.errors.append(_budget_error(wrong, said))
        return
    if amount == 0:
        row.errors.append(_("拟投入资金须大于 0；面议请留空。"))
    else:
        row.fields["budget"] = amount


def _budget_error(wrong: ValidationError, said: str) -> str:
    match wrong.code:
        case "invalid":
            return _("拟投入资金“%(said)s”不是数字。请填万元数，例如 48.5；面议请留空。") % {"said": said[:40]}
        case "negative":
            return _("拟投入资金须大于 0；面议请留空。")
    return _("拟投入资金“%(said)s”：%(why)s") % {"said": said[:40], "why": wrong.messages[0]}


def _keywords(row: Row, said: Any) -> None:
    words = [word for word in re.split(r"[、，,;；\s]+", _text(said)) if word]
    row.fields["keywords"] = [word[:LONGEST_KEYWORD] for word in words][:MOST_KEYWORDS]
    if row.fields["keywords"] != words:
        row.warnings.append(_("关键词最多 5 个、每个 20 字，多出的没有导入。"))


def _period(row: Row, values: dict[str, Any]) -> None:
    said = clean_line(str(values.get("period") or ""))
    found = re.fullmatch(r"(\d{1,2})\s*(年|个?月)?", said)
    if found:
        months = int(found[1]) * (12 if found[2] == "年" else 1)
        if 1 <= months <= 60:
            row.fields["period_months"] = months
            return
    if said:
        row.fields["present"] = _("周期说明：%(said)s") % {"said": said[:900]}
        row.warnings.append(_("周期“%(said)s”不是月数，已作为文字保留。") % {"said": said[:40]})


def _source(values: dict[str, Any]) -> str:
    parts = [str(values[key]) for key in ("programme", "year", "source") if values.get(key)]
    return clean_line("，".join(parts))[:300]


def _indicators(row: Row, said: Any) -> None:
    texts = said if isinstance(said, list) else re.split(r"[\n;；]+", str(said or ""))
    lines = [line for text in texts if (line := clean_line(str(text)))]
    if long := [str(n) for n, line in enumerate(lines, 1) if len(line) > LONGEST_INDICATOR]:
        row.warnings.append(_("第 %(n)s 项指标超过 200 个字，多出的没有导入。") % {"n": "、".join(long)})
    made = [indicator for number, line in enumerate(lines, 1) for indicator in _stated(number, line)]
    if len(made) > MOST_INDICATORS:
        most = {"n": len(made), "most": MOST_INDICATORS}
        row.errors.append(_("技术指标有 %(n)s 项，不能超过 %(most)s 项。请合并或删去次要的。") % most)
        return
    row.indicators = made


def _stated(number: int, line: str) -> list[Indicator]:
    """Every line is kept: as the rows it states, else in its own words."""
    if rows := propose(line, qualitative=False):
        return [row.indicator() for row in rows]
    name = _("指标 %(n)s") % {"n": number}
    return [Indicator(name=name, operator="qual", text=line[:LONGEST_INDICATOR], is_hard=False)]
