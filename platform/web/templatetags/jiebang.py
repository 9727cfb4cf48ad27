"""What templates say about money, time and people, in the words of the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core import money, text

register = template.Library()

WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
LAMPS = {"green": _("正常"), "blue": _("临期"), "yellow": _("滞后"), "red": _("超期")}


# ── money and counts ────────────────────────────────────────────────────────────
@register.filter(name="listed")
def listed_(words: Any) -> str:
    """甲、乙; for readers of English A, B. Never a 、 joined by hand: it would stay in every language."""
    return text.listed(words or ())


@register.filter
def wan(amount: Decimal | None) -> str:
    """48.50 万元"""
    return money.wan(amount)


@register.filter
def wan_sum(amount: Decimal | None) -> str:
    """332.30 万元: a figure over many records, to two places."""
    return money.wan_sum(amount)


@register.filter
def percent(part: float | Decimal | None, whole: float | Decimal | None) -> str:
    """`{{ 62|percent:388 }}` is 16.0 %; nothing out of nothing is —."""
    if part is None or not whole:
        return "—"
    return f"{100 * float(part) / float(whole):.1f} %"


@register.filter
def listed(words: Iterable[object]) -> str:
    """甲、乙 or A, B."""
    return text.listed(words)


# ── time ────────────────────────────────────────────────────────────────────────
def _local(value: Any) -> Any:
    """A moment as the reader's clock shows it; a date is what it is."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """2026-12-01（周二）"""
    if value is None:
        return "—"
    value = _local(value)
    chinese = (get_language() or "zh").startswith("zh")
    weekday = WEEKDAYS[value.weekday()]
    return f"{value:%Y-%m-%d}（{weekday}）" if chinese else f"{weekday} {value:%Y-%m-%d}"


@register.filter
def moment(value: datetime | None) -> str:
    """2026-12-01（周二）17:00"""
    if value is None:
        return "—"
    value = _local(value)
    chinese = (get_language() or "zh").startswith("zh")
    return f"{day(value)}{value:%H:%M}" if chinese else f"{day(value)} {value:%H:%M}"


@register.filter
def stamp(value: datetime | None) -> str:
    """2026-12-01 17:00: for tables, where the weekday is noise."""
    return "—" if value is None else f"{_local(value):%Y-%m-%d %H:%M}"


@register.filter
def short_day(value: date | datetime | None) -> str:
    """11-20, with the year where it is not this one: under the dots of the step line."""
    if value is None:
        return ""
    value = _local(value)
    return f"{value:%m-%d}" if value.year == timezone.localdate().year else f"{value:%Y-%m-%d}"


@register.filter
def iso(value: date | datetime | None) -> str:
    return "" if value is None else value.isoformat()


def span(length: timedelta) -> str:
    """6 天 4 小时: the two largest units that say something."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= 30 or (days and not hours):
        return _days(days)
    if days:
        return f"{_days(days)} {_hours(hours)}"
    if hours:
        return f"{_hours(hours)} {_minutes(minutes)}" if minutes else _hours(hours)
    return _minutes(minutes) if minutes else gettext("不到 1 分钟")


def _days(n: int) -> str:
    return ngettext("%(n)d 天", "%(n)d 天", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)d 小时", "%(n)d 小时", n) % {"n": n}


def _minutes(n: int) -> str:
    return ngettext("%(n)d 分钟", "%(n)d 分钟", n) % {"n": n}


@register.filter
def remaining(until: datetime | None) -> str:
    """还剩 6 天 4 小时, or 逾期 5 天 once it has passed."""
    if until is None:
        return ""
    left = until - timezone.now()
    if timedelta(0) >= left > -timedelta(minutes=1):
        return gettext("刚刚逾期")
    if left <= timedelta(0):
        return gettext("逾期 %(span)s") % {"span": span(-left)}
    return gettext("还剩 %(span)s") % {"span": span(left)}


@register.simple_tag
def countdown(until: datetime | None) -> str:
    """What `<c-countdown>` draws; rows use the tag itself, because a component costs a row eight times as much."""
    return format_html(
        '<time class="countdown num" datetime="{}" data-countdown data-now="{}">{}</time>',
        iso(until), timezone.localtime().isoformat(), remaining(until),
    )  # fmt: skip


@register.filter
def since(at: datetime | None) -> str:
    """3 天前"""
    if at is None:
        return ""
    gone = timezone.now() - at
    return gettext("刚刚") if gone < timedelta(minutes=1) else gettext("%(span)s前") % {"span": span(gone)}


@register.filter
def lasting(at: datetime | None) -> str:
    """已 3 天: how long something has waited."""
    if at is None:
        return ""
    gone = timezone.now() - at
    return gettext("刚刚") if gone < timedelta(minutes=1) else gettext("已 %(span)s") % {"span": span(gone)}


@register.filter
def lamp_label(key: str) -> str:
    return str(LAMPS.get(key, LAMPS["green"]))


# ── people ──────────────────────────────────────────────────────────────────────
@register.filter
def mask(contact: str | None) -> str:
    """138****0000, z***@qq.com, 赵**: enough to recognise, not enough to write to."""
    if not contact:
        return ""
    if "@" in contact:
        name, _at, host = contact.partition("@")
        return f"{name[:1]}***@{host}"
    if contact.lstrip("+").isdigit() and len(contact) >= 7:
        return f"{contact[:-8]}****{contact[-4:]}"
    return contact[:1] + "*" * (len(contact) - 1)


# ── where we are ────────────────────────────────────────────────────────────────
@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some values changed; None removes one. `{% query page=2 %}`"""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = value
    return "?" + params.urlencode()


@register.filter
def sheets(names: str) -> list[str]:
    """The addresses of our style sheets, in the order of the cascade."""
    return [static(f"css/{name}.css") for name in names.split()]
