"""The states of a clarification."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClarificationStatus(models.TextChoices):
    ASKED = "asked", _("待澄清")
    ANSWERED = "answered", _("已澄清")
    LAPSED = "lapsed", _("逾期未澄清")
    WITHDRAWN = "withdrawn", pgettext_lazy("clarification", "已撤回")


C = ClarificationStatus
