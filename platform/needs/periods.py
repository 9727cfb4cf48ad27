"""期望周期 as people write it, in months."""

import re

CHINESE = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "半": 0.5}
MONTHS = re.compile(r"^(?:约)?(\d{1,3})\s*(?:个)?月?(?:内|以内)?$")
YEARS = re.compile(r"^(?:约)?(\d(?:\.5)?|[一两二三四五半])\s*(?:个)?年(半)?(?:内|以内)?$")
BETWEEN = re.compile(
    r"(20\d{2})\s*[年./-]?\s*(\d{1,2})?\s*月?(?:\s*\d{1,2}\s*日)?\s*(?:至|到|~|～|—+|–|--?)\s*(20\d{2})\s*[年./-]?\s*(\d{1,2})?"
)


def months_of(text: str) -> int | None:
    """12, 12个月, 一年半, 2026年1月至2027年6月; None where it says none of them."""
    text = text.strip()
    if found := MONTHS.match(text):
        return int(found[1])
    if found := YEARS.match(text):
        years = CHINESE.get(found[1]) or float(found[1])
        return int(years * 12) + (6 if found[2] else 0)
    if found := BETWEEN.search(text):
        years = int(found[3]) - int(found[1])
        months = years * 12
        if found[2] and found[4]:
            months += int(found[4]) - int(found[2]) + 1
        return months if months > 0 else None
    return None
