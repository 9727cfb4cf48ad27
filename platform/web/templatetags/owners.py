"""What the pages of an enterprise say about its needs, bids and contracts."""

from django import template

from core.text import listed
from needs.codes import Cooperation
from needs.models import Need

register = template.Library()


@register.filter
def cooperation_names(need: Need) -> str:
    """委托研发、合作研发"""
    return listed(Cooperation(code).label for code in need.cooperation) or "—"
