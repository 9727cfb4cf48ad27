"""Two officers at one batch: where what one has typed differs from what the other has saved meanwhile."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.models import verbose_name
from core.money import wan
from needs.additions import questions
from needs.asks import span
from needs.models import Batch
from needs.versions import Change, compared


def differences(saved: Batch, typed: dict[str, Any]) -> list[Change]:
    """Setting by setting, as people read it: first what is saved, then what is in the form."""
    written = Batch(**typed)
    pairs = [(name, _words(saved, name), _words(written, name)) for name in Batch.FROZEN if name in typed]
    return [compared(verbose_name(Batch, name), was, new) for name, was, new in pairs if was != new]


def _words(batch: Batch, name: str) -> str:
    value = getattr(batch, name)
    if value in (None, "", []):
        return ""
    match name:
        case "weights":
            return "\n".join(f"{row['name']} {row['weight']}" for row in value)
        case "guide":
            return "\n".join(f"{page['title']}\n{page['text']}" for page in value)
        case "additions":
            return "\n".join(_question(row) for row in questions(batch))
        case "reward_max" | "custody_from":
            return wan(value)
    if isinstance(value, timedelta):
        return span(value)
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    return str(batch._get_FIELD_display(Batch._meta.get_field(name)))  # type: ignore[attr-defined]


def _question(row: Any) -> str:
    """What is asked and how, without the key that a new row gets each time it is read."""
    told = (row.label, row.kind_label, "、".join(row.choices), row.unit, row.help)
    how = (_("必答") if row.required else _("选答"), _("公开") if row.public else _("仅企业和管委会"))
    return " · ".join([*(word for word in told if word), *how])
