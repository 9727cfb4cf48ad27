"""Many needs from one file: CSV, XLSX or JSONL, judged row by row, taken whole or not at all.

Columns are known by their Chinese heading or their English key. What cannot be read as a number is kept as
text with a warning; what would be wrong (no title, an unknown field, a negative budget) is an error of its row.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import openpyxl
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl.styles import Font

from accounts.models import Organisation
from audit.actions import record
from core.text import clean_line, clean_text
from needs.actions import save_need, start_need
from needs.codes import Field, Source
from needs.models import Batch, Indicator, Need
from workflow.machine import Refused

MOST_ROWS = 5000
HEADINGS = {
    "需求名称": "title", "名称": "title", "title": "title",
    "技术领域": "field", "领域": "field", "field": "field", "field_suggested": "field", "field_stated": "field_stated",
    "所在地区": "region", "地区": "region", "region": "region",
    "要解决的技术难题": "problem", "技术难题": "problem", "problem": "problem",
    "预期目标与验收办法": "goal", "预期目标": "goal", "goal": "goal",
    "技术指标": "indicators", "indicators": "indicators",
    "拟投入资金（万元）": "budget", "拟投入资金": "budget", "budget_wan": "budget", "budget": "budget",
    "期望周期（月）": "period", "周期": "period", "period": "period",
    "关键词": "keywords", "keywords": "keywords",
    "资料来源": "source", "source": "source", "programme": "programme", "year": "year",
}  # fmt: skip
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
SIGNS = {"≥": "ge", "≧": "ge", ">=": "ge", "不低于": "ge", "不小于": "ge", "不少于": "ge",
         "≤": "le", "≦": "le", "<=": "le", "不高于": "le", "不大于": "le", "不超过": "le", "=": "eq"}  # fmt: skip
QUANTIFIED = re.compile(
    r"^\s*(?P<name>.{1,40}?)\s*(?P<sign>"
    + "|".join(map(re.escape, SIGNS))
    + r")\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>[^\d\s，。；;]{1,20}.*)$"
)


class Unreadable(Refused):
    """The file as a whole cannot be read; the sentence says what to do."""


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
    imported: int = 0

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.errors]

    @property
    def warned(self) -> list[Row]:
        return [row for row in self.rows if row.warnings and not row.errors]


def template() -> bytes:
    """An empty table with the headings `read_rows` knows, and one line that shows how each is filled."""
    book = openpyxl.Workbook()
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
    if name.lower().endswith(".xlsx"):
        raw = _xlsx(data)
    elif name.lower().endswith((".jsonl", ".json")):
        raw = _jsonl(data)
    elif name.lower().endswith(".csv"):
        raw = _csv(data)
    else:
        raise Unreadable(_("只能导入 CSV、XLSX 或 JSONL 文件。"))
    rows = [judge(number, values) for number, values in raw]
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
    rows: list[Row], *, organisation: Organisation, batch: Batch, by: Any, dry_run: bool = False
) -> Report:
    """Draft a need for every row. One wrong row, and nothing at all is imported."""
    taken = set(Need.objects.filter(organisation=organisation).values_list("title", flat=True))
    for row in rows:
        if row.fields.get("title") in taken:
            row.errors.append(_("这家单位已有同名需求。"))
    report = Report(rows)
    if report.wrong or dry_run:
        return report
    for row in rows:
        need = start_need(organisation=organisation, batch=batch, by=by, source=Source.IMPORT, **row.fields)
        save_need(need, indicators=row.indicators, by=by)
    record("batch.import", subject=batch, stream=batch.audit_stream, by=by, detail={"needs": len(rows)})
    return Report(rows, imported=len(rows))


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
    for name, most in (("problem", 1000), ("goal", 1000), ("region", 60)):
        text = clean_text(str(values.get(name) or ""))
        if len(text) > most:
            row.errors.append(
                _("%(name)s有 %(n)s 个字，不能超过 %(most)s 个字。")
                % {"name": _label(name), "n": len(text), "most": most}
            )
        row.fields[name] = text
    row.fields["keywords"] = [w[:20] for w in re.split(r"[、，,;；\s]+", str(values.get("keywords") or "")) if w][:5]
    row.fields["source_note"] = _source(values)
    row.indicators = _indicators(values.get("indicators"))
    return row


def _label(name: str) -> str:
    return str(Need._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _field(row: Row, values: dict[str, Any]) -> None:
    said = str(values.get("field") or "").strip()
    labels = {str(label): code for code, label in Field.choices} | {code: code for code in Field.values}
    code = labels.get(said) or next((c for label, c in labels.items() if len(said) > 1 and label.startswith(said)), "")
    if said and not code:
        row.errors.append(_("不认识的技术领域“%(said)s”。请用八大领域的名称，例如“新材料”。") % {"said": said[:40]})
    stated = str(values.get("field_stated") or "").strip()
    if stated and code and stated not in labels:
        row.warnings.append(
            _("原表领域“%(stated)s”按“%(label)s”归类。") % {"stated": stated[:40], "label": Field(code).label}
        )
    row.fields["field"] = code or labels.get(stated, "")


def _budget(row: Row, values: dict[str, Any]) -> None:
    said = str(values.get("budget") if values.get("budget") is not None else "").strip().removesuffix("万元").strip()
    if not said:
        return
    try:
        amount = (Decimal(said.replace(",", "")) * 10000).quantize(Decimal("0.01"))
    except InvalidOperation:
        row.errors.append(_("拟投入资金“%(said)s”不是数字。请填万元数，例如 48.5；面议请留空。") % {"said": said[:40]})
        return
    if amount <= 0:
        row.errors.append(_("拟投入资金须大于 0；面议请留空。"))
    else:
        row.fields["budget"] = amount


def _period(row: Row, values: dict[str, Any]) -> None:
    said = str(values.get("period") or "").strip()
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


def _indicators(said: Any) -> list[Indicator]:
    lines = said if isinstance(said, list) else re.split(r"[\n;；]+", str(said or ""))
    made = []
    for number, line in enumerate((clean_line(str(text)) for text in lines if str(text).strip()), 1):
        found = QUANTIFIED.match(line)
        if found:
            made.append(
                Indicator(
                    name=found["name"][:60],
                    operator=SIGNS[found["sign"]],
                    value=Decimal(found["value"]),
                    unit=found["unit"].strip()[:20],
                )
            )
        else:
            made.append(
                Indicator(name=_("指标 %(n)s") % {"n": number}, operator="qual", text=line[:200], is_hard=False)
            )
    return made


# ── the three kinds of file ─────────────────────────────────────────────────────
def _keyed(heading: list[Any], cells: Iterator[list[Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    keys = [HEADINGS.get(str(h or "").strip().rstrip("*")) for h in heading]
    if "title" not in keys:
        raise Unreadable(_("第一行须是表头，并有“需求名称”一列。"))
    for number, row in enumerate(cells, 2):
        if number > MOST_ROWS + 1:
            raise Unreadable(_("一次最多导入 %(n)s 行，请分成几个文件。") % {"n": MOST_ROWS})
        values = {key: value for key, value in zip(keys, row, strict=False) if key and value not in (None, "")}
        if values:
            yield number, values


def _csv(data: bytes) -> list[tuple[int, dict[str, Any]]]:
    rows = list(csv.reader(io.StringIO(_decoded(data))))
    return list(_keyed(rows[0], iter(rows[1:]))) if rows else []


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("文件编码认不出来，请另存为 UTF-8 编码的 CSV 再试。"))


def _xlsx(data: bytes) -> list[tuple[int, dict[str, Any]]]:
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        cells = (list(row) for row in sheet.iter_rows(values_only=True))
        return list(_keyed(next(cells, []), cells))
    except Refused:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise Unreadable(_("这个 Excel 文件打不开，请用 Excel 或 WPS 另存为 .xlsx 再试。")) from error


def _jsonl(data: bytes) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for number, line in enumerate(_decoded(data).splitlines(), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except json.JSONDecodeError as error:
            raise Unreadable(_("第 %(n)s 行不是 JSON。") % {"n": number}) from error
        if not isinstance(values, dict):
            raise Unreadable(_("第 %(n)s 行不是 JSON 对象。") % {"n": number})
        known: dict[str, Any] = {}
        for key, value in values.items():
            if (name := HEADINGS.get(key)) and value not in (None, ""):
                known.setdefault(name, value)
        rows.append((number, known))
    return rows
