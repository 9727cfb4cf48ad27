"""Which passwords are too easy here: the zone's own words, and what everybody knows about the person."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

WORDS = (
    "jiebang",
    "guashuai",
    "gaoxinqu",
    "guanweihui",
    "password",
    "qwerty",
    "admin",
    "揭榜",
    "挂帅",
    "管委会",
    "高新区",
)


class TooShort:
    least = 10

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < self.least:
            raise ValidationError(
                _("密码只有 %(count)s 个字符，至少要 %(least)s 个。几个不相干的词连起来，又长又好记。")
                % {"count": len(password), "least": self.least},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        return _("至少 10 个字符，不要用姓名、手机号、单位名称或常见密码。几个不相干的词连起来，又长又好记。")


class ZoneWords:
    """`jiebang2026`, `Qingdao@123`: a word of this place with a year or a few digits is guessed first."""

    def validate(self, password: str, user: Any = None) -> None:
        zone = settings.ZONE_NAME
        words = {*WORDS, zone, "".join(lazy_pinyin(zone)), *("".join(lazy_pinyin(zone[i : i + 2])) for i in (0, 2))}
        rest = password.casefold()
        for word in sorted((w for w in words if len(w) >= 2), key=len, reverse=True):
            rest = rest.replace(word.casefold(), "")
        if rest != password.casefold() and len(re.sub(r"[\W\d_]", "", rest)) < 6:
            raise ValidationError(
                _("密码里主要是本平台或本地区的常用词，容易被猜到。请换几个不相干的词。"), code="password_zone_words"
            )

    def get_help_text(self) -> str:
        return ""


class OwnWords:
    """Name (also in pinyin), mail address, phone."""

    def validate(self, password: str, user: Any = None) -> None:
        name = getattr(user, "name", "") or ""
        mail = (getattr(user, "email", "") or "").partition("@")[0]
        phone = (getattr(user, "phone", "") or "")[-8:]
        known = [part for part in (name, "".join(lazy_pinyin(name)), mail, phone) if len(part) >= 3]
        rest = password.casefold()
        for part in known:
            rest = rest.replace(part.casefold(), "")
        if rest != password.casefold() and len(rest) < 6:
            raise ValidationError(
                _("密码和您的姓名、邮箱或手机号太像。请换几个不相干的词。"), code="password_own_words"
            )

    def get_help_text(self) -> str:
        return ""
