"""Cells of ledgers and evidence, as people read them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

from core.money import in_wan
from reports.ledgers import CODE, DAY, WAN, Column

register = template.Library()


@register.simple_tag
def cell(column: Column, row: Any) -> str:
    """What `column` says of `row`; — where it says nothing."""
    return shown(column, column.value(row))


@register.simple_tag
def total(column: Column, value: Any) -> str:
    return "" if value is None else shown(column, value)


@register.filter
def is_numeric(column: Column) -> bool:
    return column.kind == WAN


@register.filter
def cell_class(column: Column) -> str:
    """Figures to the right; numbers of cases and days stay on one line."""
    return {WAN: "is-num", DAY: "num", CODE: "num"}.get(column.kind, "")


@register.filter
def noun(row: Any) -> str:
    return row._meta.model_name


@register.filter
def with_sums(columns: tuple[Column, ...], sums: list[Any]) -> list[tuple[Column, Any]]:
    return list(zip(columns, sums, strict=True))


@register.filter
def has_sum(sums: list[Any]) -> bool:
    return any(value is not None for value in sums)


def shown(column: Column, value: Any) -> str:
    match value:
        case None | "":
            return "—"
        case datetime():
            return f"{timezone.localtime(value):{'%Y-%m-%d' if column.kind == DAY else '%Y-%m-%d %H:%M'}}"
        case date():
            return value.isoformat()
        case Decimal() if column.kind == WAN:
            return in_wan(value)
    return str(value)
