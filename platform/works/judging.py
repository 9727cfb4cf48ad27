"""One row of a file as a work: what can be kept is kept with a warning, what cannot be is an error with a sentence."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.money import WanField
from core.pasting import tidied, tidied_line
from works.codes import FIRST_YEAR, LAST_YEAR, LONGEST, LONGEST_KEYWORD, MOST_KEYWORDS, Kind, Visibility
from works.keys import number_key, searched, title_key

KINDS = (  # the first that is found in what the file says
    (Kind.PATENT, r"专利|发明|实用新型|外观设计|^pat|patent"),
    (Kind.CONTRACT, r"合同|协议|contract"),
    (Kind.PROJECT, r"项目|课题|基金|project|grant"),
    (Kind.EQUIPMENT, r"设备|仪器|平台|装置|equip|instrument"),
    (Kind.RESULT, r"成果|软件|软著|标准|奖|报告|新产品|result|report|rprt|stand|software|comp|award"),
    (
        Kind.PAPER,
        r"论文|期刊|会议|硕士|博士|学位|图书|专著|报纸|paper|jour|conf|thes|diss|book|chap|cpaper|proceeding|article"
        r"|misc|unpublished|preprint|generic|news|magazine|electronic|online|web",
    ),
)
SPLIT = re.compile(r"[;；,，、\n|]+")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d(?=[01]\d[0-3]\d(?!\d))")
LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


@dataclass
class Judged:
    fields: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def judge(values: dict[str, Any], *, kind: str, visibility: str) -> Judged:
    """`values`: what a reader found, by the name of a column; `kind` and `visibility` where the row does not say."""
    row = Judged()
    row.fields["kind"] = _kind(row, values, kind)
    row.fields["visibility"] = _visibility(row, values, visibility)
    row.fields["title"] = _title(row, values)
    row.fields["abstract"] = _text(row, "abstract", _prose(values, "abstract"))
    for name in ("authors", "venue", "number"):
        row.fields[name] = _text(row, name, _line(values, name, joined="；").strip("；;，, "))
    row.fields["keywords"] = _keywords(row, values)
    row.fields["year"] = _year(row, values)
    row.fields["url"] = _url(row, values)
    row.fields["trl"] = _trl(row, values)
    row.fields["amount"] = _amount(row, values)
    row.fields["title_key"] = title_key(row.fields["title"])
    said = (row.fields[name] for name in ("authors", "venue", "number"))
    row.fields["words"] = searched(row.fields["title"], *row.fields["keywords"], *said)
    row.fields["number_key"] = number_key(row.fields["kind"], row.fields["number"])
    return row


def names() -> dict[str, str]:
    return {"abstract": _("摘要"), "authors": _("作者或完成人"), "venue": _("刊物或来源"), "number": _("编号")}


def _said(values: dict[str, Any], name: str, joined: str = "\n") -> str:
    value = values.get(name)
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return joined.join(str(part) for part in value if part is not None)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _line(values: dict[str, Any], name: str, joined: str = " ") -> str:
    said = _said(values, name, joined)
    return tidied_line(said) if said else ""


def _prose(values: dict[str, Any], name: str) -> str:
    said = _said(values, name)
    return tidied(said) if said else ""


def _title(row: Judged, values: dict[str, Any]) -> str:
    title = _line(values, "title", joined=" ")
    if not title:
        empty = not any(_said(values, name).strip() for name in values)
        row.errors.append(_("这一项是空的。请补上题名，或删去这一项。") if empty else _("缺少题名。请补上后重新导入。"))
    elif len(title) > LONGEST["title"]:
        row.errors.append(
            _("题名有 %(n)s 个字，最多 %(most)s 个字。请缩短，其余写进摘要。")
            % {"n": len(title), "most": LONGEST["title"]}
        )
    return title[: LONGEST["title"]]


def _text(row: Judged, name: str, text: str) -> str:
    most = LONGEST[name]
    if len(text) > most:
        row.warnings.append(
            _("%(name)s有 %(n)s 个字，只保留前 %(most)s 个字。") % {"name": names()[name], "n": len(text), "most": most}
        )
    return text[:most].rstrip()


def _kind(row: Judged, values: dict[str, Any], otherwise: str) -> str:
    said = _line(values, "kind").casefold()
    if not said:
        return otherwise
    for kind, pattern in KINDS:
        if re.search(pattern, said):
            return str(kind)
    row.warnings.append(
        _("不认识的类别“%(said)s”，按“%(kind)s”导入。") % {"said": said[:40], "kind": Kind(otherwise).label}
    )
    return otherwise


def _visibility(row: Judged, values: dict[str, Any], otherwise: str) -> str:
    said = _line(values, "visibility").casefold()
    if not said:
        return otherwise
    if said in ("公开", "是", "public", "open", "yes"):
        return str(Visibility.PUBLIC)
    if said not in ("只用于匹配", "不公开", "否", "匹配", "matching", "no"):
        row.warnings.append(_("不认识的公开范围“%(said)s”，按“只用于匹配”导入。") % {"said": said[:40]})
    return str(Visibility.MATCHING)


def _keywords(row: Judged, values: dict[str, Any]) -> list[str]:
    words = [word.strip() for word in SPLIT.split(_prose(values, "keywords"))]
    found = list(dict.fromkeys(word for word in words if word))
    kept = [word for word in found if len(word) <= LONGEST_KEYWORD][:MOST_KEYWORDS]
    if kept != found:
        row.warnings.append(
            _("关键词最多 %(most)s 个、每个 %(long)s 字，多出的没有导入。")
            % {"most": MOST_KEYWORDS, "long": LONGEST_KEYWORD}
        )
    return kept


def _year(row: Judged, values: dict[str, Any]) -> int | None:
    value = values.get("year")
    if isinstance(value, date):
        return value.year if FIRST_YEAR <= value.year <= LAST_YEAR else None
    said = _line(values, "year")
    if not said:
        return None
    if found := YEAR.search(said):
        return int(found[0])
    row.warnings.append(_("年份“%(said)s”里没有四位数的年，没有导入年份。") % {"said": said[:40]})
    return None


def _url(row: Judged, values: dict[str, Any]) -> str:
    said = _said(values, "url").strip()
    if not said:
        return ""
    found = LINK.search(said[:5000])
    if found and len(found[0]) <= LONGEST["url"]:
        return tidied_link(found[0])
    row.warnings.append(
        _("网址要以 http:// 或 https:// 开头，不超过 %(most)s 个字符，没有导入。") % {"most": LONGEST["url"]}
    )
    return ""


def tidied_link(address: str) -> str:
    scheme, mark, rest = tidied_line(address).partition("://")
    return f"{scheme.lower()}{mark}{rest}"


def _trl(row: Judged, values: dict[str, Any]) -> int | None:
    said = _line(values, "trl")
    if not said or row.fields["kind"] != Kind.RESULT:
        return None
    if found := re.fullmatch(r"(?:trl)?\s*-?([1-9])\s*级?", said, re.IGNORECASE):
        return int(found[1])
    row.warnings.append(_("技术成熟度“%(said)s”不是 1 到 9 级，没有导入。") % {"said": said[:40]})
    return None


def _amount(row: Judged, values: dict[str, Any]) -> str | None:
    """元, as text: it travels through JSON."""
    said = _line(values, "amount")
    if not said or row.fields["kind"] != Kind.CONTRACT:
        return None
    try:
        amount = WanField().clean(said)
    except ValidationError as wrong:
        row.warnings.append(_("合同额没有导入：%(why)s") % {"why": wrong.messages[0]})
        return None
    return str(amount) if amount else None
