from datetime import timedelta

from django import template

from needs.asks import span

register = template.Library()


@register.filter
def duration(length: timedelta) -> str:
    """30 天, 12 小时, 10 分钟."""
    return span(length)
