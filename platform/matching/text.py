"""What a text offers for comparing: its terms, its language and its passages."""

import re
from itertools import pairwise

import rjieba

from core.search import HAN, normal
from core.text import clean_text

RUNS = re.compile(rf"[{HAN}]+|[A-Za-z](?:[A-Za-z0-9+#.\-]*[A-Za-z0-9+#])?")
ENDS = re.compile(r"(?<=[。；！？!?;])|(?<=[^0-9A-Z]\.)(?=\s|[" + HAN + "])|\n+")
CHARACTER, LETTER = re.compile(f"[{HAN}]"), re.compile("[A-Za-z]")
LATIN, CHINESE, NO_LANGUAGE = 0, 1, -1
GAP, LAST_LATIN = "\n", "z"
LONGEST = 20_000  # characters of one text that are read: an abstract has 200–2,000, a book says no more of its field
LONGEST_PASSAGE = 160


def readable(text: str) -> str:
    """One spelling of a text: no control characters, one width of letters, not endless."""
    return normal(text[:LONGEST])


def legible(text: str) -> str:
    """The same as far as it is read, as its author wrote it: this is what is shown, with the commas of its language."""
    return clean_text(text[:LONGEST])


def language(text: str) -> int:
    """Of a readable text: names and formulas in Latin letters do not make a Chinese one foreign."""
    chinese, latin = len(CHARACTER.findall(text)), len(LETTER.findall(text))
    if not chinese and not latin:
        return NO_LANGUAGE
    return CHINESE if chinese and chinese * 3 >= latin else LATIN


def terms(text: str) -> list[str]:
    """Words and pairs of neighbours, as often as they stand in a readable text.

    Chinese: jieba's words of two characters and more, and every two neighbouring characters (`·材料`), because jieba
    does not know new terms. Latin letters: words, and two words in a row where the text is written in them.
    """
    chinese, latin = split(text)
    words = [word for word in segments(chinese) if len(word) > 1]
    return [*words, *latin, *("·" + a + b for a, b in pairwise(chinese) if a != GAP != b)]


def split(text: str) -> tuple[str, list[str]]:
    """The Chinese of a readable text, its runs apart by a `GAP`, and the terms of its Latin letters."""
    plain = text.casefold()
    chinese: list[str] = []
    latin: list[str] = []
    for run in RUNS.findall(plain):
        if run[0] > LAST_LATIN:
            chinese.append(run)
        elif len(run) > 1:
            latin.append(_singular(run))
    if len(latin) * 3 > len(plain) / 4:
        latin += [f"{a} {b}" for a, b in pairwise(latin)]
    return GAP.join(chinese), latin


def segments(chinese: str) -> list[str]:
    """Of Chinese with gaps: jieba's words, single characters, and the gaps, each as a piece of its own."""
    return list(rjieba.cut_for_search(chinese)) if chinese else []


def passages(text: str) -> list[str]:
    """The sentences of a text, the long ones cut at a comma: short enough to be shown as a reason."""
    found: list[str] = []
    for sentence in ENDS.split(text):
        rest = sentence.strip()
        while len(rest) > LONGEST_PASSAGE:
            comma = max(rest.rfind(mark, 40, LONGEST_PASSAGE) for mark in "，,、 ")
            at = comma if comma > 0 else LONGEST_PASSAGE - 1
            found.append(rest[: at + 1].strip())
            rest = rest[at + 1 :].strip()
        if len(rest) > 3:
            found.append(rest)
    return found


def _singular(word: str) -> str:
    """`batteries` and `battery`, `coatings` and `coating`: an ending that costs matches and gives no meaning."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
