"""When are two works the same? The same kind, title and year, or the same DOI or patent number, within one team.

Titles are compared without case, width, spaces and punctuation. The database holds both keys unique.
"""

import re
import unicodedata
from hashlib import blake2b

DOI = re.compile(r"10\.\d{4,9}/\S+")
PATENT = re.compile(r"[A-Z0-9]{6,30}")
MARKS = re.compile(r"[\W_]+")
ENDS = (12, 6)  # near duplicates begin or end with as many letters in common, whatever was mistyped in between
PART = 0.1
COUNTED = re.compile(r"[\divxlcm一二三四五六七八九十百甲乙丙丁戊己庚辛上中下]*")


def plain(title: str) -> str:
    """The letters and digits of a title, for comparing."""
    return MARKS.sub("", unicodedata.normalize("NFKC", title).casefold())


def searched(*texts: str) -> str:
    """In one spelling of case and width, for finding a fragment of two characters in 100,000 titles within a blink."""
    return unicodedata.normalize("NFKC", "\n".join(texts)).casefold()


def title_key(title: str) -> str:
    """A digest of fixed length: an index row may hold 2,700 bytes, a title more."""
    return blake2b((plain(title) or title).encode(), digest_size=16).hexdigest()


def number_key(kind: str, number: str) -> str:
    """The DOI of a paper or the number of a patent in one spelling; empty where it proves nothing.

    Projects, contracts and devices share numbers (topics of one project, a series of devices).
    """
    said = unicodedata.normalize("NFKC", number)
    if kind == "patent":
        mark = re.sub(r"[^0-9A-Z]", "", said.upper()).removeprefix("ZL")
        mark = mark.removeprefix("CN")
        return f"patent:{mark}" if PATENT.fullmatch(mark) and re.search(r"\d{6}", mark) else ""
    found = DOI.search(said)
    return f"doi:{found[0].rstrip('.,;。，；').casefold()}"[:200] if found else ""


def ends(letters: str) -> list[str]:
    """Under what to look for titles that are nearly the same, of the letters of one."""
    return [key for n in ENDS if len(letters) >= n for key in (f"^{letters[:n]}", f"{letters[-n:]}$")]


def alike(a: str, b: str) -> bool:
    """Whether the letters of two titles differ in one place only, by a tenth of them at most, and not in a number:
    第 1 部分 and 第 2 部分 are two works."""
    longest = max(len(a), len(b))
    if abs(len(a) - len(b)) > longest * PART:
        return False
    before = _shared(a, b)
    after = min(_shared(a[::-1], b[::-1]), min(len(a), len(b)) - before)
    apart = (a[before : len(a) - after], b[before : len(b) - after])
    return max(map(len, apart)) <= longest * PART and not all(COUNTED.fullmatch(part) for part in apart)


def _shared(a: str, b: str) -> int:
    """How many letters two words have in common at their beginning, found by halving."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[:middle] == b[:middle] else (low, middle - 1)
    return low
