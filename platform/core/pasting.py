"""Text out of Word, WPS, WeChat or a spreadsheet, as the writer meant it: readable everywhere, and nothing lost.

Lines stay lines and list marks stay at their head. What only the program it came from understands is said in plain
characters: symbol fonts, table cells, hard spaces, digits as wide as a 汉字, the names of WeChat's faces.
"""

import re

from core.text import clean_line, clean_text

# Ends of lines, pages and cells that are control characters, and would otherwise be left out with them.
BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\x1e": "-", "\x07": "\t", "\u2011": "-"})
SPACES = str.maketrans(dict.fromkeys("\xa0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "))
# Letters, digits and their full stop as wide as a 汉字; punctuation is meant to be wide.
NARROW = {
    wide: wide - 0xFEE0 for first, last in ((0x10, 0x19), (0x21, 0x3A), (0x41, 0x5A)) for wide in
    range(0xFF00 + first, 0xFF00 + last + 1)
}  # fmt: skip
BY_NUMBERS = {"％": "%", "．": ".", "＋": "+", "－": "-", "＝": "=", "＜": "<", "＞": ">", "／": "/"}
AFTER_DIGIT = re.compile(r"(?<=[0-9])[％．／](?=[0-9A-Za-z])|(?<=[0-9A-Za-z])／(?=[0-9A-Za-z])|(?<=[0-9])％")
BEFORE_DIGIT = re.compile(r"[＋－＝＜＞](?=\s*[0-9])")
# The Symbol font of Word, which arrives in the private use area: U+F000 and the code of its own.
SYMBOL = {
    0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB0: "°", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xA5: "∞", 0xAE: "→",
    0xD7: "·", 0xD6: "√", 0xE5: "∑", 0x2D: "−", 0x2B: "+", 0x3D: "=", 0x3C: "<", 0x3E: ">", 0x25: "%",
    0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x65: "ε", 0x68: "η", 0x71: "θ", 0x6C: "λ", 0x6D: "μ", 0x70: "π",
    0x72: "ρ", 0x73: "σ", 0x74: "τ", 0x66: "φ", 0x77: "ω", 0x44: "Δ", 0x57: "Ω", 0x46: "Φ", 0x53: "Σ", 0x51: "Θ",
}  # fmt: skip
TICKS = {0xFC: "√", 0xFE: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x52: "☑"}  # of Wingdings
PRIVATE = re.compile("[\uf020-\uf0ff]")
BULLET = re.compile(r"^[ \t]*([\uf020-\uf0ff]|[•●○▪▫◦‣⁃∙■□◆◇►▶➢➤✓✔]|[Øü§](?=\t))[ \t]+", re.MULTILINE)
NUMBERED = re.compile(
    r"^[ \t]*((?:[（(]?[0-9]{1,3}|[（(]?[一二三四五六七八九十]{1,3}|[a-zA-Z])[、.．)）])\t+", re.MULTILINE
)
INDENT = re.compile(r"^\t+|[ \t]+$", re.MULTILINE)
CELLS = re.compile(r" *\t[ \t]*")
EMPTY_LINES = re.compile(r"\n{3,}")
FACES = (
    "微笑|撇嘴|发呆|得意|流泪|害羞|闭嘴|大哭|尴尬|发怒|调皮|呲牙|惊讶|难过|抓狂|偷笑|愉快|白眼|傲慢|惊恐|憨笑|悠闲|咒骂|嘘|骷髅|"
    "再见|擦汗|抠鼻|鼓掌|坏笑|鄙视|委屈|快哭了|阴险|亲亲|可怜|笑脸|脸红|破涕为笑|恐惧|失望|无语|嘿哈|捂脸|奸笑|机智|皱眉|耶|吃瓜|"
    "加油|天啊|Emm|社会社会|旺柴|好的|打脸|哇|翻白眼|666|让我看看|叹气|苦涩|裂开|爱心|心碎|拥抱|强|弱|握手|胜利|抱拳|勾引|拳头|OK|"
    "合十|玫瑰|凋谢|庆祝|跳跳|發"
)
FACE = re.compile(rf"\[(?:{FACES})\]")


def tidied(text: str) -> str:
    """Several lines. What was typed by hand comes back as it was."""
    text = clean_text(text.translate(BREAKS)).translate(SPACES)
    text = BULLET.sub(_bullet, text)
    text = NUMBERED.sub(_number, text)
    text = CELLS.sub(" | ", INDENT.sub("", _plain(text)))
    return EMPTY_LINES.sub("\n\n", text).strip()


def tidied_line(text: str) -> str:
    """The same on one line."""
    return clean_line(_plain(clean_text(text.translate(BREAKS)).translate(SPACES)))


def _plain(text: str) -> str:
    text = FACE.sub("", PRIVATE.sub(_symbol, text)).translate(NARROW)
    for pattern in (AFTER_DIGIT, BEFORE_DIGIT):
        text = pattern.sub(lambda found: BY_NUMBERS[found[0]], text)
    return text


def _symbol(found: re.Match[str]) -> str:
    """Kept as it came where it is none of them: better a strange sign than a missing one."""
    code = ord(found[0]) - 0xF000
    return SYMBOL.get(code) or TICKS.get(code) or found[0]


def _bullet(found: re.Match[str]) -> str:
    mark = found[1]
    if PRIVATE.match(mark):
        mark = TICKS.get(ord(mark) - 0xF000, "●")
    return f"{'●' if mark in 'Øü§' else mark} "


def _number(found: re.Match[str]) -> str:
    """1、 stands close to its text, 1. and a) do not."""
    return found[1] if found[1].endswith(("、", "）")) else f"{found[1]} "
