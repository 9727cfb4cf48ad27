"""What people type, made safe to keep and to sort: nothing they meant is lost, rare characters stay."""

import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext
from pypinyin import Style, lazy_pinyin, load_single_dict

LONGEST_KEY = 255
load_single_dict({ord("𠮷"): "jí"})  # a form of 吉 in names, unknown to pypinyin

JOINERS = {"\u200c", "\u200d"}  # invisible, but part of words in some scripts and of emoji


def clean_text(value: str) -> str:
    """Composed (NFC), line ends as \\n, without control and invisible direction characters. Tabs and new lines stay."""
    if value.replace("\n", "").replace("\t", "").isprintable():  # looking at each character takes 20 times as long
        return unicodedata.normalize("NFC", value)
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(c for c in unicodedata.normalize("NFC", lines) if c in "\n\t" or c in JOINERS or not _invisible(c))


def clean_line(value: str) -> str:
    """The same on one line: any run of white space is one space, none at the ends."""
    return " ".join(clean_text(value).split())


def listed(words: Iterable[object]) -> str:
    """甲、乙、丙; for readers of English A, B, C."""
    return gettext("、").join(str(word) for word in words)


def clauses(phrases: Iterable[object]) -> str:
    """The same of phrases that may have a 、 of their own: 甲；乙."""
    return gettext("；").join(str(phrase) for phrase in phrases)


def chinese_number(n: int) -> str:
    """六, 十, 十二, 二十, 三十五: of an edition, up to ninety-nine."""
    tens, ones = divmod(n, 10)
    digits = "〇一二三四五六七八九"
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def _invisible(character: str) -> bool:
    # Cc control, Cf format (bidi, zero width, BOM), Cs surrogates, which PostgreSQL cannot store
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def sort_key(value: str) -> str:
    """Orders Chinese names by sound: 阿里 before 王, in any database locale. Store it; the database only compares it.

    The written form follows, so that homophones keep one order. Never longer than LONGEST_KEY.
    """
    line = clean_line(value)
    syllables = lazy_pinyin(line, style=Style.TONE3, errors=str.casefold)
    return f"{' '.join(syllables)} {line}"[:LONGEST_KEY]
