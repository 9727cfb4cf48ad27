"""What a work is, and who sees it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    PAPER = "paper", pgettext_lazy("work", "论文")
    PATENT = "patent", pgettext_lazy("work", "专利")
    RESULT = "result", pgettext_lazy("work", "科技成果")
    PROJECT = "project", pgettext_lazy("work", "项目")
    CONTRACT = "contract", pgettext_lazy("work", "合同")
    EQUIPMENT = "equipment", pgettext_lazy("work", "设备")


class Visibility(models.TextChoices):
    MATCHING = "matching", _("只用于匹配")
    PUBLIC = "public", pgettext_lazy("work", "公开")


LONGEST = {"title": 300, "abstract": 10_000, "authors": 1000, "venue": 300, "number": 120, "url": 500}
LONGEST_KEYWORD, MOST_KEYWORDS = 60, 20
FIRST_YEAR, LAST_YEAR = 1900, 2100
