"""Numbers that belong to one person: a mobile telephone, an identity card. What everybody reads never carries one."""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![\dA-Za-z.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\dA-Za-z])")
# Full-width digits and letters as narrow ones: the text keeps its length.
NARROW = {ord(wide): ord(wide) - 0xFEE0 for wide in map(chr, range(0xFF01, 0xFF5F)) if wide not in "，；！？（）"}
Span = tuple[int, int]


def identities(text: str) -> Iterator[Span]:
    """Only those whose check digit is right."""
    return (found.span() for found in IDENTITY.finditer(text) if ric.is_valid(found[0].upper()))


def mobiles(text: str) -> Iterator[Span]:
    return (found.span() for found in MOBILE.finditer(text))


def carries_number(text: str) -> bool:
    plain = text.translate(NARROW)
    return any(True for found in (identities, mobiles) for _span in found(plain))


def no_personal_numbers(text: str) -> None:
    """For the field of a form whose words become public."""
    if carries_number(text):
        raise ValidationError(_("这里有手机号或身份证号，公开内容不能有。请删去。"), code="personal")
