"""How templates write what belongs to people."""

from django import template

from accounts import phones

register = template.Library()


@register.filter
def phone(number: str | None) -> str:
    """138 0013 8000"""
    return phones.show(number) or "—"
