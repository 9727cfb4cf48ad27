"""Which indicators does a text state? From "拉伸强度不低于 25 MPa（GB/T 528）" to a row a person only has to confirm.

People paste what they have: a paragraph from Word, a list from WeChat, a cell from Excel. Nothing here decides
anything: `propose` gives rows with what it was sure of, and says where it guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.text import clean_text
from needs.codes import Operator
from needs.models import Indicator

MOST_TEXT = 20_000  # characters; a form field holds less, a file may not
MOST_ROWS = 60
LONGEST_PART = 120  # characters between two commas; also what keeps the patterns below from running for minutes
LONGEST_TAIL = 6  # 支持 1000 路并发, 连续工作 500 小时不开裂: the rest of the name stands behind the number

_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
NUMBER = r"[-+−]?\d+(?:[,，]\d{3})*(?:\.\d+)?"
POWER = r"(?:\s*[×x*]\s*10\^?(?P<{0}>[-−]?\d{{1,2}}|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}))?"
TO = r"\s*(?:~|～|–|—|-|至|到)\s*"
CHINESE_UNITS = (
    "个百分点|千瓦时|毫安时|平方米|立方米|百分点|毫米|厘米|微米|纳米|公里|千米|毫升|毫克|千克|公斤|分钟|小时|毫秒|"
    "微秒|个月|赫兹|千瓦|兆瓦|兆帕|千帕|分贝|摄氏度|元|吨|亩|次|秒|天|年|月|米|升|克|度|伏|安|瓦|帕|倍|人|台|套|件|"
    "项|种|篇|级|层|转|帧|张|条|点|路|株|片|批|枚|例|辆|组|位"
)
LATIN_UNIT = r"[A-Za-zμµΩ℃°％%‰Å][A-Za-zμµΩ℃°％%‰Å·./²³⁻¹^*()\d-]*"
UNIT = rf"(?:{LATIN_UNIT}|[千万亿百]?(?:{CHINESE_UNITS}))(?:[/·](?:{LATIN_UNIT}|{CHINESE_UNITS}))*"
VALUE = rf"(?P<value>{NUMBER}){POWER.format('power')}\s*(?P<unit>{UNIT})?"

AT_LEAST = (
    "≥", "≧", ">=", "＞=", "＞", ">", "不低于", "不小于", "不少于", "不短于", "不下于", "大于等于", "大于", "高于",
    "超过", "多于", "至少", "最低", "达到", "可达", "达", "优于",
)  # fmt: skip
AT_MOST = (
    "≤", "≦", "<=", "＜=", "＜", "<", "不高于", "不大于", "不超过", "不多于", "不长于", "小于等于", "小于", "低于",
    "少于", "至多", "最高", "最多", "控制在", "限制在", "不超",
)  # fmt: skip
EQUAL = ("=", "＝", "等于", "为", "：", ":")
SIGNS = {
    **dict.fromkeys(AT_LEAST, Operator.AT_LEAST),
    **dict.fromkeys(AT_MOST, Operator.AT_MOST),
    **dict.fromkeys(EQUAL, Operator.EQUAL),
}
SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
ABOVE, BELOW = r"(?:及|或)?以上|起", r"(?:及|或)?以[下内]"
SUFFIX = rf"\s*(?P<above>{ABOVE})?(?P<below>{BELOW})?(?:左右)?(?P<tail>.*)"
UP = "提升|提高|增加|增长|延长|增强|扩大|提|升"
DOWN = "缩短|降低|减少|下降|压缩|节约|节省|减轻|缩小|降|减"
CHANGE = rf"(?P<verb>{UP}|{DOWN})"
SMALLER_IS_BETTER = re.compile(
    "误差|偏差|能耗|损耗|耗|噪[声音]|时延|延时|延迟|响应时间|成本|孔隙|粗糙度|泄漏|渗漏|缺陷|故障率|失效率|事故率|不良率|"
    "误[报检判]率|漏[报检判]率|排放|残[留余]|杂质|含水|VOC|波动|翘曲|变形|收缩率|重量|质量损失|磨损|挥发|停机|丢包|功耗|浊度|COD|氨氮"
)

STANDARD = re.compile(
    r"[（(\[]?\s*(?:按照?|依据|根据|参照|采用|执行|符合|测试方法[：:]?|检测方法[：:]?)?\s*"
    r"(?P<code>(?:GB(?:/[TZ])?|HG/T|JB/T|YY/T|SY/T|QB/T|JT/T|NY/T|DL/T|YB/T|FZ/T|ISO|IEC|ASTM|DIN|EN|JIS|SAE|UL|AEC-Q)"
    r"[\s-]*[A-Z]?\d[\dA-Za-z.:—–-]*)\s*(?:标准)?(?:测试|检测|试验|测定|执行|规定)?\s*[)）\]]?"
)
SOFT = re.compile("力争|争取|期望|希望|最好|优先|宜|加分")
LEADS = re.compile(
    r"^\s*(?:[（(]?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])\s*[)）.、．](?!\d)|[①-⑳●•·▪■◆*＊]|[-–—](?=\s))\s*"
)
# What stands before or behind the name and is none of it.
FILLER = re.compile(
    r"^(?:其中|要求|需要|需|应|须|使(?!用)|将|把|实现|达到|保证|确保|(?:主要|技术|考核|性能)+(?:指标|参数)(?:[：:]|要求|为)?)+\s*"
)
TRAIL = re.compile(r"(?:由\s*\S*\d\S*|从\s*\S*\d\S*|应|须|需|要求?|可|能够?|均|都|的|在|约|大约)+$")
# Quantities that describe the company or the deal, not what is to be reached.
NOT_MEASURED = re.compile(
    "成立|员工|职工|注册|占地|产值|营收|营业|销售|收入|利润|预算|经费|投入|投资|资金|金额|榜额|周期$|工期|期限|合同|现有|拥有|"
    "专利|论文|人民币|电话|手机|传真|邮箱|邮编|编号|日期|截至|目前|现在|去年|每年$|近|荣获|面积$"
)
CONDITION = re.compile(r"^(?:在|当|于|经)\S.*(?:下|时|后|中|内|h|小时|℃)$")
BREAKS = re.compile(r"[。；;！!？?\n\r\t|]+")
PARTS = re.compile(r"(?<!\d)[，,、]|[，,、](?!\d{3}(?!\d))")

RANGE = re.compile(
    rf"^(?P<name>.+?)\s*(?:{SIGN}|范围|介于)?\s*(?P<low>{NUMBER})\s*(?:{UNIT})?{TO}(?P<high>{NUMBER})\s*(?P<unit>{UNIT})?(?:之间|范围)?"
)
PLUS_MINUS = re.compile(
    rf"^(?P<name>.+?)\s*(?:{SIGN})?\s*(?P<mid>{NUMBER})\s*(?:{UNIT})?\s*±\s*(?P<by>{NUMBER})\s*(?P<unit>{UNIT})?"
)
TOLERANCE = re.compile(rf"^(?P<name>.+?)\s*(?:{SIGN})*\s*±\s*{VALUE}")
CHANGED = re.compile(rf"^(?P<name>.+?){CHANGE}(?P<to>到|至|为)?\s*(?:{SIGN})?\s*{VALUE}{SUFFIX}")
CHANGED_FIRST = re.compile(rf"^{CHANGE}(?P<name>[^\d≥≤<>=]+?)(?P<to>到|至|为)?\s*(?:{SIGN})?\s*{VALUE}{SUFFIX}")
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

    def indicator(self) -> Indicator:
        """Unsaved. One without a unit is kept as words: the database wants a number to have one."""
        if self.operator != Operator.QUALITATIVE and not self.unit:
            return Indicator(name=self.name, operator=Operator.QUALITATIVE, text=self.text[:200], is_hard=False)
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
    """One sentence: its standard and its condition hold for every quantity in it."""
    standard = STANDARD.search(line)
    method = standard["code"].strip() if standard else ""
    line = STANDARD.sub("", line)
    hard = not SOFT.search(line)
    line = SOFT.sub("", line)
    if len(line) <= 2 * LONGEST_PART and (pairs := list(_respectively(line, method, hard))):
        yield from pairs
        return
    condition = ""
    for part in PARTS.split(line):
        part = part.strip()
        if len(part) > LONGEST_PART:
            continue
        if CONDITION.match(part) and not re.search(rf"{'|'.join(map(re.escape, AT_LEAST[:6] + AT_MOST[:6]))}", part):
            condition = part
        elif row := _quantity(part, method or condition[:120], hard):
            yield row


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
    """效率提升 50 % is a gain of at least that; 提升到 95 % is a level."""
    found = CHANGED_FIRST.match(part) or CHANGED.match(part)
    if not found or not found["unit"]:
        return None
    name = found["name"].strip(" ：:")
    if found["to"]:
        operator = Operator.AT_LEAST if re.fullmatch(UP, found["verb"]) else Operator.AT_MOST
        return Proposed(name, operator, _value(found), None, found["unit"])
    return Proposed(f"{TRAIL.sub('', name)}{found['verb']}", Operator.AT_LEAST, _value(found), None, found["unit"])


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
